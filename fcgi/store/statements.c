#include "store/statements.h"

#include "store/attempt.h"
#include "store/audit.h"
#include "store/chain.h"
#include "store/client.h"
#include "store/group.h"
#include "store/idempotency.h"
#include "store/link.h"
#include "store/mail.h"
#include "store/outbox.h"
#include "store/pending.h"
#include "store/rights.h"
#include "store/saved_view.h"
#include "store/schema.h"
#include "store/session.h"
#include "store/totp.h"
#include "store/user.h"
#include "store/work.h"

const struct statement *const *const store_statements[] = {
	db_statements, attempt_statements, audit_statements, chain_statements, client_statements,
	group_statements, idempotency_statements, link_statements, mail_statements, outbox_statements,
	pending_statements, rights_statements, saved_view_statements, schema_statements,
	session_statements, totp_statements, user_statements, user_secret_statements, work_statements,
	NULL,
};

enum err store_statements_check(struct db *db, enum db_program program)
{
	for (size_t i = 0; store_statements[i] != NULL; i++) {
		for (size_t j = 0; store_statements[i][j] != NULL; j++) {
			if ((store_statements[i][j]->programs & (unsigned)program) != 0) {
				TRY(db_prepare(db, store_statements[i][j]));
			}
		}
	}
	return ERR_OK;
}

static void print_statement(FILE *out, const struct statement *statement)
{
	fprintf(out, "-- %s:%s%s%s%s\n%s;\n\n", statement->name,
		(statement->programs & DB_WEB) != 0 ? " fcgi" : "",
		(statement->programs & DB_MAILER) != 0 ? " mailer" : "",
		(statement->programs & DB_ADMIN) != 0 ? " admin" : "",
		statement->programs == 0 ? " on first use" : "", statement->sql);
}

void store_statements_print(FILE *out)
{
	for (size_t i = 0; store_statements[i] != NULL; i++) {
		for (size_t j = 0; store_statements[i][j] != NULL; j++) {
			print_statement(out, store_statements[i][j]);
		}
	}
}
