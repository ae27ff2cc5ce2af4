#include "store/audit.h"

#include "base/clock.h"

enum err store_audit_append(struct db *db, const struct audit *audit)
{
	return db_run(db, STMT_AUDIT_APPEND,
		DB_IN(in_time(clock_now()), in_id(audit->actor_id), in_text(audit->action),
			in_text(audit->result), in_text(audit->target_type), in_id(audit->target_id),
			in_text(audit->remote_address), in_text(audit->user_agent),
			in_text(audit->request_id), in_text(audit->before), in_text(audit->after)));
}
