/* The route that brings users in as a table, and the job that it may become. */
#include "api/handlers.h"
#include "api/import.h"
#include "http/csv.h"

enum err api_users_import_allow(struct call *call)
{
	return api_import_allow(call, &act_users_import, JOB_USERS_IMPORT);
}

static enum err user_import_open(struct job_step *step)
{
	return api_import_open(step, &act_users_import);
}

const struct job_ways api_job_users_import = {
	.perm = PERM_USERS_CREATE,
	.rows = CSV_PIECE_ROWS,
	.batch = CSV_PIECE_ROWS,
	.open = user_import_open,
	.run = api_import_run,
	.refuse = api_import_refuse,
};
