/*
 * Create, edit and delete a client. A masked viewer's edit cannot reach what is masked: it is
 * refused here, and the statement that serves such a viewer does not name the columns.
 */
#include "api/clients.h"
#include "api/handlers.h"

#include <stddef.h>

#define CLIENT_FIELDS(door) { \
	{ .kind = FIELD_RECORD, .columns = client_columns, .where = (door), \
		.row_size = sizeof(struct client), .offset = offsetof(struct client_input, client) }, \
	{ .kind = FIELD_END }, \
}

const struct field api_client_create_fields[] = CLIENT_FIELDS(IN_CREATE);
const struct field api_client_update_fields[] = CLIENT_FIELDS(IN_UPDATE);

/* Gives the id of the manager that input names; 0 for nobody, or where it names none. */
static uint64_t client_manager(const struct client_input *input)
{
	return ((const struct client *)input->client.values)->manager_id;
}

/* Tells what is wrong with a number that is given together with the country that it is of. */
static void client_check_phone(struct call *call, bool with_country)
{
	const struct client_input *input = call->input;
	struct client typed = *(const struct client *)input->client.values;
	const char *wrong = with_country ? act_client_settle_phone(call->arena, &typed) : NULL;

	if (wrong != NULL) {
		reply_field(call->reply, "phone", wrong);
	}
}

/* Whether there is such a user is told to who may see users. */
enum err api_client_update_check(struct call *call)
{
	const struct client_input *input = call->input;
	uint64_t manager_id = client_manager(input);
	enum err err;

	client_check_phone(call,
		record_has(client_columns, &input->client, offsetof(struct client, country)));

	if (manager_id == 0 || !rights_have(call->viewer.rights, PERM_USERS_VIEW)) {
		return ERR_OK;
	}
	err = store_client_manager(call->db, call->arena, manager_id);
	if (err == ERR_NOT_FOUND) {
		reply_field(call->reply, "manager", "manager.unknown");
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err api_client_create_check(struct call *call)
{
	if (!reply_has_fields(call->reply)) {
		return ERR_OK; /* alone it is found by the change */
	}
	client_check_phone(call, true);
	return api_client_update_check(call);
}

/* Checks the manager if the body has the member, also one that is null. */
static enum err client_check_given_manager(struct call *call)
{
	const struct client_input *input = call->input;

	return record_has(client_columns, &input->client, offsetof(struct client, manager_id))
		? act_client_check_manager(call, client_manager(input)) : ERR_OK;
}

/* One that was not given stays as it is, also where it was kept before today's rules. */
static enum err client_settle_phone(struct call *call, struct client *client)
{
	const struct client_input *input = call->input;
	const char *wrong = !record_has(client_columns, &input->client,
		offsetof(struct client, phone)) ? NULL
		: act_client_settle_phone(call->arena, client);

	return wrong == NULL ? ERR_OK
		: reply_refuse_field(call->reply, PROBLEM_INVALID, "phone", wrong);
}

enum err api_client_create(struct call *call)
{
	struct client client;

	TRY(client_check_given_manager(call));
	act_client_make(call->input, &client);
	TRY(client_settle_phone(call, &client));
	TRY(store_client_insert(call->db, &client, 1));
	call->record_id = client.id;
	call->audit = act_client_created(call, &client);
	return ERR_OK;
}

/* Of a repetition too: to who may not see what became of the client since, as it was made. */
enum err api_client_answer_created(struct call *call)
{
	struct client client;

	TRY(store_client_load(call->db, call->arena, call->viewer.masked, call->record_id, &client));
	if (call->repeated && !rights_have(call->viewer.rights, PERM_CLIENTS_VIEW)) {
		int64_t created_at = client.created_at;

		act_client_make(call->input, &client);
		TRY(client_settle_phone(call, &client));
		client.id = call->record_id;
		client.created_at = created_at;
		client.version = 1;
	}
	api_client_answer(call, &client);
	return ERR_OK;
}

/* Begins an edit or a removal: loads the record into *before, and asks for its version. */
static enum err client_begin_change(struct call *call, struct client *before)
{
	TRY(store_client_load(call->db, call->arena, call->viewer.masked, call->id, before));
	return api_if_match(call, before->version);
}

enum err api_client_update(struct call *call)
{
	const struct client_input *input = call->input;
	struct client before, next;

	TRY(client_begin_change(call, &before));
	TRY(client_check_given_manager(call));
	next = before;
	record_apply(client_columns, &input->client, &next);
	TRY(client_settle_phone(call, &next));
	if (record_changed(client_columns, IN_UPDATE, &before, &next) == 0) {
		return ERR_OK;
	}
	TRY(store_client_update(call->db, call->viewer.masked, &before, &next));
	call->audit = act_client_changed(call, &before, &next);
	return ERR_OK;
}

enum err api_client_delete(struct call *call)
{
	struct client before;
	enum err err;

	TRY(client_begin_change(call, &before));
	err = store_client_delete(call->db, &before);
	if (err == ERR_CONFLICT) { /* a table of the provider's refers to the client */
		return reply_refuse(call->reply, PROBLEM_IN_USE);
	}
	call->audit = act_client_deleted(call, &before);
	return err;
}
