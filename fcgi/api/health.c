#include "api/handlers.h"

enum err api_health(struct call *call)
{
	struct db_rows rows;
	enum err err = db_first(call->db, STMT_PING, DB_NONE, call->arena, &rows);

	if (err == ERR_OK) {
		text_puts(&call->reply->body, "{\"status\":\"ok\",\"database\":\"ok\"}");
	}
	return err;
}
