/* The route that brings clients in as a table, and the job that it may become. */
#include "api/handlers.h"
#include "api/import.h"
#include "http/csv.h"

enum err api_clients_import_allow(struct call *call)
{
	return api_import_allow(call, &act_clients_import, JOB_CLIENTS_IMPORT);
}

static enum err client_import_open(struct job_step *step)
{
	return api_import_open(step, &act_clients_import);
}

const struct job_ways api_job_clients_import = {
	.perm = PERM_CLIENTS_CREATE,
	.rows = 2 * CSV_PIECE_ROWS,
	.batch = CSV_PIECE_ROWS,
	.open = client_import_open,
	.run = api_import_run,
	.refuse = api_import_refuse,
};
