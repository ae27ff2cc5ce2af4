/*
 * Create, edit and delete a client. A masked viewer's edit cannot reach what is masked: it is
 * refused here, and the statement that serves such a viewer does not name the columns.
 */
#include "api/clients.h"
#include "api/handlers.h"
#include "base/clock.h"
#include "rule/field.h"
#include "view/client.h"

#include <stddef.h>
#include <string.h>

enum { TEXT_MOST = 1024 };

const struct field api_client_create_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct client_input, name),
		.required = true, .max = FIELD_PERSON_MAX },
	{ .name = "email", .kind = FIELD_TEXT, .offset = offsetof(struct client_input, email),
		.check = &check_email },
	{ .name = "phone", .kind = FIELD_TEXT, .offset = offsetof(struct client_input, phone),
		.check = &check_phone },
	{ .name = "country", .kind = FIELD_TEXT, .offset = offsetof(struct client_input, country),
		.check = &check_country },
	{ .name = "status", .kind = FIELD_WORD, .offset = offsetof(struct client_input, status),
		.words = status_words },
	{ .name = "manager", .kind = FIELD_ID, .offset = offsetof(struct client_input, manager) },
	{ .kind = FIELD_END },
};

/* The same without checks: whether the viewer may touch a field is asked before what is wrong with
 * the value. */
const struct field api_client_update_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct client_input, name),
		.max = TEXT_MOST },
	{ .name = "email", .kind = FIELD_TEXT, .offset = offsetof(struct client_input, email),
		.max = TEXT_MOST },
	{ .name = "phone", .kind = FIELD_TEXT, .offset = offsetof(struct client_input, phone),
		.max = TEXT_MOST },
	{ .name = "country", .kind = FIELD_TEXT, .offset = offsetof(struct client_input, country),
		.max = TEXT_MOST },
	{ .name = "status", .kind = FIELD_WORD, .offset = offsetof(struct client_input, status),
		.words = status_words },
	{ .name = "manager", .kind = FIELD_ID, .offset = offsetof(struct client_input, manager) },
	{ .kind = FIELD_END },
};

struct client_change {
	struct client_input input; /* of an edit: with its texts in normal form */
	struct client before;
	struct client next;
};

_Static_assert(sizeof(struct client_change) <= API_STATE_SIZE, "the state of a client's change");

/* A masked viewer touches nothing that is masked, whatever the value. */
enum err api_client_update_allow(struct call *call)
{
	for (const struct field *field = api_client_create_fields; field->kind == FIELD_TEXT; field++) {
		const struct in_text *text = (const void *)((const char *)call->input + field->offset);

		if (text->given && view_is_masked(view_client, field->name, &call->viewer)) {
			reply_field(call->reply, field->name, "field.masked");
		}
	}
	return reply_has_fields(call->reply) ? reply_refuse(call->reply, PROBLEM_FORBIDDEN) : ERR_OK;
}

/* Whether there is such a user is told to who may see users. */
static enum err client_check_known_manager(struct call *call, const struct in_id *manager)
{
	enum err err;

	if (manager->id == 0 || !rights_have(call->viewer.rights, PERM_USERS_VIEW)) {
		return ERR_OK;
	}
	err = store_client_manager(call->db, call->arena, manager->id);
	if (err == ERR_NOT_FOUND) {
		reply_field(call->reply, "manager", "manager.unknown");
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err api_client_create_check(struct call *call)
{
	const struct client_input *input = call->input;

	return reply_has_fields(call->reply) ? client_check_known_manager(call, &input->manager)
		: ERR_OK; /* alone it is found by the change */
}

/* What the table of Create client says of the texts; of those that the viewer may not touch
 * nothing. */
enum err api_client_update_check(struct call *call)
{
	struct client_change *change = call->state;
	struct client_input *input = &change->input;

	memcpy(input, call->input, sizeof(*input));
	if (call->viewer.masked) {
		input->name.given = input->email.given = input->phone.given = false;
	}
	for (const struct field *field = api_client_create_fields; field->kind == FIELD_TEXT; field++) {
		struct in_text *text = (void *)((char *)input + field->offset);
		const char *wrong = text->given ? input_text(call->arena, field, text->text, text) : NULL;

		if (wrong != NULL) {
			reply_field(call->reply, field->name,
				arena_printf(call->arena, "%s.%s", field->name, wrong));
		}
	}
	return client_check_known_manager(call, &input->manager);
}

enum err api_client_check_manager(struct call *call, const struct in_id *manager)
{
	enum err err;

	if (!manager->given) {
		return ERR_OK;
	}
	if (!rights_have(call->viewer.rights, PERM_USERS_VIEW)) {
		return reply_forbid(call->reply, perm_name(PERM_USERS_VIEW));
	}
	err = manager->id == 0 ? ERR_OK : store_client_manager(call->db, call->arena, manager->id);
	if (err == ERR_NOT_FOUND) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "manager", "manager.unknown");
	}
	return err;
}

static const struct client nobody = { .name = "", .email = "", .phone = "", .country = "",
	.status = STATUS_ENABLED, .manager_name = "" };

/* What the record is to become. */
static struct client client_apply(const struct client *before, const struct client_input *input)
{
	struct client next = *before;

	if (input->name.given) {
		next.name = input->name.text;
	}
	if (input->email.given) {
		next.email = input->email.text;
	}
	if (input->phone.given) {
		next.phone = input->phone.text;
	}
	if (input->country.given) {
		next.country = input->country.text;
	}
	if (input->status.given) {
		next.status = (enum status)input->status.value;
	}
	if (input->manager.given) {
		next.manager_id = input->manager.id;
	}
	return next;
}

/* Of what a change can touch. */
static bool client_is_same(const struct client *a, const struct client *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->email, b->email) == 0 &&
		strcmp(a->phone, b->phone) == 0 && strcmp(a->country, b->country) == 0 &&
		a->status == b->status && a->manager_id == b->manager_id;
}

static struct audit_event client_event(struct call *call, const char *action,
	const struct client *before, const struct client *after)
{
	return (struct audit_event){
		.action = action,
		.target_type = "client",
		.target_id = after == NULL ? before->id : after->id,
		.before = before == NULL ? NULL
			: view_client_trail(call->arena, before, before, &call->viewer),
		.after = after == NULL ? NULL
			: view_client_trail(call->arena, before, after, &call->viewer),
	};
}

enum err api_client_insert(struct call *call, const struct client_input *input, uint64_t *id)
{
	struct client client = client_apply(&nobody, input);

	client.created_at = clock_now();
	TRY(store_client_insert(call->db, &client, &client.id));
	*id = client.id;
	call->audit = client_event(call, "client.create", NULL, &client);
	return ERR_OK;
}

enum err api_client_create(struct call *call)
{
	const struct client_input *input = call->input;

	TRY(api_client_check_manager(call, &input->manager));
	return api_client_insert(call, input, &call->record_id);
}

/* Of a repetition too: to who may not see what became of the client since, as it was made. */
enum err api_client_answer_created(struct call *call)
{
	struct client client;

	TRY(store_client_load(call->db, call->arena, call->viewer.masked, call->record_id, &client));
	if (call->repeated && !rights_have(call->viewer.rights, PERM_CLIENTS_VIEW)) {
		int64_t created_at = client.created_at;

		client = client_apply(&nobody, call->input);
		client.id = call->record_id;
		client.created_at = created_at;
		client.version = 1;
	}
	api_client_answer(call, &client);
	return ERR_OK;
}

/* First of an edit or a removal: the record and its version. */
static enum err client_begin_change(struct call *call, struct client *before)
{
	TRY(store_client_load(call->db, call->arena, call->viewer.masked, call->id, before));
	return api_if_match(call, before->version);
}

enum err api_client_update(struct call *call)
{
	struct client_change *change = call->state;

	TRY(client_begin_change(call, &change->before));
	TRY(api_client_check_manager(call, &change->input.manager));
	change->next = client_apply(&change->before, &change->input);
	if (client_is_same(&change->before, &change->next)) {
		return ERR_OK;
	}
	TRY(store_client_update(call->db, call->viewer.masked, &change->before, &change->next));
	call->audit = client_event(call, "client.update", &change->before, &change->next);
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
	call->audit = client_event(call, "client.delete", &before, NULL);
	return err;
}
