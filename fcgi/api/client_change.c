/*
 * Create, edit and delete a client. A masked viewer's edit cannot reach what is masked: it is
 * refused here, and the statement that serves such a viewer does not name the columns.
 */
#include "api/clients.h"
#include "api/handlers.h"
#include "api/once.h"
#include "auth/audit.h"
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

struct change {
	struct call *call;
	struct client_input input;
	struct once once;
	struct client before;
	struct client next;
	uint64_t id;
};

static const struct in_text *text_of(const struct client_input *input, const struct field *field)
{
	return (const void *)((const char *)input + field->offset);
}

static enum err refuse_masked(struct call *call, const struct client_input *input)
{
	for (const struct field *field = api_client_create_fields; field->kind == FIELD_TEXT; field++) {
		if (text_of(input, field)->given &&
		    view_is_masked(view_client, field->name, &call->viewer)) {
			reply_field(call->reply, field->name, "field.masked");
		}
	}
	return reply_has_fields(call->reply) ? reply_refuse(call->reply, PROBLEM_FORBIDDEN) : ERR_OK;
}

/* What the table of Create client says of them. */
static void check_texts(struct call *call, struct client_input *input)
{
	for (const struct field *field = api_client_create_fields; field->kind == FIELD_TEXT; field++) {
		struct in_text *text = (struct in_text *)(uintptr_t)text_of(input, field);
		const char *wrong = text->given ? input_text(call->arena, field, text->text, text) : NULL;

		if (wrong != NULL) {
			reply_field(call->reply, field->name,
				arena_printf(call->arena, "%s.%s", field->name, wrong));
		}
	}
}

/* Whether there is such a user is told to who may see users. */
static enum err check_known_manager(struct call *call, const struct in_id *manager)
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
	return check_known_manager(call, &((const struct client_input *)call->input)->manager);
}

/* Of what the viewer may not touch nothing is said. */
enum err api_client_update_check(struct call *call)
{
	struct client_input input;

	memcpy(&input, call->input, sizeof(input));
	if (call->viewer.masked) {
		input.name.given = input.email.given = input.phone.given = false;
	}
	check_texts(call, &input);
	return check_known_manager(call, &input.manager);
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
static struct client apply(const struct client *before, const struct client_input *input)
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
static bool same_record(const struct client *a, const struct client *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->email, b->email) == 0 &&
		strcmp(a->phone, b->phone) == 0 && strcmp(a->country, b->country) == 0 &&
		a->status == b->status && a->manager_id == b->manager_id;
}

static enum err trail(struct call *call, const char *action, const struct client *before,
	const struct client *after)
{
	return auth_audit_record(call, &(struct audit_event){
		.action = action, .target_type = "client",
		.target_id = after == NULL ? before->id : after->id,
		.before = before == NULL ? NULL
			: view_client_trail(call->arena, before, before, &call->viewer),
		.after = after == NULL ? NULL
			: view_client_trail(call->arena, before, after, &call->viewer) });
}

enum err api_client_insert(struct call *call, const struct client_input *input, uint64_t *id)
{
	struct client client = apply(&nobody, input);

	client.created_at = clock_now();
	TRY(store_client_insert(call->db, &client, &client.id));
	*id = client.id;
	return trail(call, "client.create", NULL, &client);
}

static enum err create(struct db *db, void *context)
{
	struct change *change = context;
	struct call *call = change->call;

	(void)db;
	TRY(api_client_check_manager(call, &change->input.manager));
	TRY(api_client_insert(call, &change->input, &change->id));
	return api_once_write(call, &change->once, change->id);
}

/* The record as it was made, whatever became of it since: for those who may not see that. */
static struct client as_made(const struct client_input *input, const struct client *now)
{
	struct client made = apply(&nobody, input);

	made.id = now->id;
	made.created_at = now->created_at;
	made.version = 1;
	return made;
}

static enum err answer(struct change *change)
{
	struct call *call = change->call;
	struct client client;

	TRY(store_client_load(call->db, call->arena, call->viewer.masked, change->id,
		&client));
	if (change->once.repeated && !rights_have(call->viewer.rights, PERM_CLIENTS_VIEW)) {
		client = as_made(&change->input, &client);
	}
	api_client_answer(call, &client);
	return ERR_OK;
}

enum err api_client_create(struct call *call)
{
	struct change change = { .call = call };
	enum err err = api_once_begin(call, &change.once);

	memcpy(&change.input, call->input, sizeof(change.input));
	if (err == ERR_OK && !change.once.repeated) {
		err = db_transact(call->db, create, &change);
	}
	if (err == ERR_CONFLICT) {
		err = api_once_lost(call, &change.once);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (change.once.repeated) {
		change.id = change.once.key.record_id;
	}
	reply_created(call->reply, call->request, "clients", change.id);
	return answer(&change);
}

/* First half of every change: the record and its version. */
static enum err begin_change(struct change *change)
{
	struct call *call = change->call;

	TRY(store_client_load(call->db, call->arena, call->viewer.masked, call->id,
		&change->before));
	return api_if_match(call, change->before.version);
}

static enum err update(struct db *db, void *context)
{
	struct change *change = context;
	struct call *call = change->call;

	TRY(begin_change(change));
	TRY(api_client_check_manager(call, &change->input.manager));
	change->next = apply(&change->before, &change->input);
	if (same_record(&change->before, &change->next)) {
		return ERR_OK;
	}
	TRY(store_client_update(db, call->viewer.masked, &change->before, &change->next));
	return trail(call, "client.update", &change->before, &change->next);
}

enum err api_client_update(struct call *call)
{
	struct change change = { .call = call, .id = call->id };

	memcpy(&change.input, call->input, sizeof(change.input));
	TRY(refuse_masked(call, &change.input));
	check_texts(call, &change.input);
	TRY(api_check_fields(call));
	TRY(db_transact(call->db, update, &change));
	return answer(&change);
}

static enum err delete(struct db *db, void *context)
{
	struct change *change = context;
	struct call *call = change->call;
	enum err err = begin_change(change);

	if (err == ERR_OK) {
		err = store_client_delete(db, &change->before);
	}
	if (err == ERR_CONFLICT) { /* a table of the provider's refers to the client */
		return reply_refuse(call->reply, PROBLEM_IN_USE);
	}
	return err == ERR_OK ? trail(call, "client.delete", &change->before, NULL) : err;
}

enum err api_client_delete(struct call *call)
{
	struct change change = { .call = call };

	TRY(db_transact(call->db, delete, &change));
	call->reply->status = 204;
	return ERR_OK;
}
