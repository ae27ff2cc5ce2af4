/* Clients from a CSV file. */
#include "api/clients.h"
#include "api/handlers.h"
#include "api/import.h"

static enum err client_import_begin(struct import *import)
{
	import->context = arena_alloc(import->call->arena, sizeof(uint64_t));
	return api_import_has(import, "manager") ? api_client_check_manager(import->call, 0) : ERR_OK;
}

/* Checks the manager. Many rows have few of them: the one of the row before is not looked up. */
static enum err client_import_check_manager(struct import *import, uint64_t id,
	struct import_row *row)
{
	uint64_t *last = import->context; /* the last one that was found */
	struct call *call = import->call;
	enum err err;

	if (id == 0 || id == *last) {
		return ERR_OK;
	}
	err = store_client_manager(call->db, call->arena, id);
	if (err == ERR_NOT_FOUND) {
		view_import_wrong(row, call->arena, "manager", "manager.unknown");
		return ERR_OK;
	}
	*last = id;
	return err;
}

static enum err client_import_check_row(struct import *import, void *at, struct import_row *row)
{
	const struct client_input *input = at;
	struct client *client = input->client.values;
	const char *wrong = api_client_settle_phone(import->call->arena, client);

	if (wrong != NULL) {
		view_import_wrong(row, import->call->arena, "phone", wrong);
	}
	return client_import_check_manager(import, client->manager_id, row);
}

static enum err client_import_write(struct import *import)
{
	struct call *call = import->call;
	struct client *clients = arena_array(call->arena, import->batch, sizeof(*clients));
	struct audit_event *events = arena_array(call->arena, import->batch, sizeof(*events));

	for (size_t i = 0; i < import->batch; i++) {
		api_client_make(import->inputs[i], &clients[i]);
	}
	TRY(store_client_insert(call->db, clients, import->batch));
	for (size_t i = 0; i < import->batch; i++) {
		import->rows[i]->id = clients[i].id;
		events[i] = api_client_created(call, &clients[i]);
	}
	return auth_audit_record_all(call, events, import->batch);
}

static const struct import_spec spec = {
	.kind = JOB_CLIENTS_IMPORT,
	.fields = api_client_import_fields,
	.input_size = sizeof(struct client_input),
	.begin = client_import_begin,
	.check = client_import_check_row,
	.write = client_import_write,
};

enum err api_clients_import_allow(struct call *call)
{
	return api_import_allow(call, &spec);
}

static enum err client_import_open(struct job_step *step)
{
	return api_import_open(step, &spec);
}

const struct job_ways api_job_clients_import = {
	.perm = PERM_CLIENTS_CREATE,
	.rows = 4 * CSV_PIECE_ROWS,
	.batch = CSV_PIECE_ROWS,
	.open = client_import_open,
	.run = api_import_run,
	.refuse = api_import_refuse,
};
