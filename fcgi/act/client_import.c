/*
 * Clients from a table. A row with the ID or the address of a client that there is changes them:
 * what stands in its cells counts, what is empty stays as it is. The ID of an export of another
 * installation is known by the time at which its client was made there, and is not looked for. Whom
 * the viewer sees masked they cannot change by a file, nor learn from it that they are there.
 */
#include "act/clients.h"
#include "act/import.h"
#include "base/clock.h"
#include "store/user.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct client_row {
	struct client_input client;
	struct in_id id;
	struct in_text manager; /* an ID or an address */
	struct in_text manager_email;
	struct in_text created_at;
	struct client before; /* whom it changes; id 0: nobody */
};

enum { CELL_CHARACTERS = 300 };

#define AT(member) offsetof(struct client_row, member)

static const struct field client_import_fields[] = {
	{ .name = "id", .kind = FIELD_ID, .offset = AT(id) },
	{ .kind = FIELD_RECORD, .columns = client_columns, .where = IN_IMPORT,
		.row_size = sizeof(struct client), .offset = AT(client.client) },
	{ .name = "manager", .kind = FIELD_TEXT, .offset = AT(manager), .max = CELL_CHARACTERS },
	{ .name = "manager_email", .kind = FIELD_TEXT, .offset = AT(manager_email),
		.max = CELL_CHARACTERS },
	{ .name = "created_at", .kind = FIELD_TEXT, .offset = AT(created_at),
		.max = CELL_CHARACTERS },
	{ .kind = FIELD_END },
};

/* The manager who was found last: many rows have few of them. */
struct client_known {
	const char *said; /* NULL: none */
	uint64_t id;      /* 0: nobody is called so */
	const char *key;  /* what is wrong then */
};

/* Of whom the viewer sees masked no address is looked for, so two imports do not meet. */
static enum err client_import_begin(struct import *import)
{
	TRY(import->writes && !import->call->viewer.masked
		? store_client_import_alone(import->call->db) : ERR_OK);
	import->context = arena_alloc(import->call->arena, sizeof(struct client_known));
	return act_import_has(import, "manager") || act_import_has(import, "manager_email")
		? act_client_check_manager(import->call, 0) : ERR_OK;
}

static struct import_keys client_import_keys(const void *at)
{
	const struct client_row *input = at;

	return (struct import_keys){ .id = input->id.id,
		.email = ((const struct client *)input->client.client.values)->email };
}

/* Finds the user that an ID or an address names. */
static enum err client_import_find_manager(struct call *call, struct client_known *known)
{
	size_t digits = strspn(known->said, "0123456789");
	const char *email = known->said;
	enum err err;

	known->id = 0;
	known->key = "manager.unknown";
	if (digits < 19 && known->said[digits] == '\0') {
		known->id = strtoull(known->said, NULL, 10);
		err = store_client_manager(call->db, call->arena, known->id);
	} else if (check_email.run(call->arena, known->said, &email) != NULL) {
		known->key = "manager.format";
		return ERR_OK;
	} else {
		err = store_user_find(call->db, call->arena, email, &known->id);
	}
	if (err == ERR_NOT_FOUND) {
		known->id = 0;
		return ERR_OK;
	}
	return err;
}

/* The address counts for more than the ID, which is that of one installation. */
static enum err client_import_take_manager(struct import *import, struct client_row *input,
	struct import_row *row)
{
	struct client_known *known = import->context;
	const char *said = input->manager_email.text[0] != '\0' ? input->manager_email.text
		: input->manager.text;
	struct client *client = input->client.client.values;

	if (said[0] == '\0') {
		return ERR_OK;
	}
	if (known->said == NULL || strcmp(known->said, said) != 0) {
		known->said = said;
		TRY(client_import_find_manager(import->call, known));
	}
	client->manager_id = known->id;
	input->client.client.given |= record_bit(client_columns, offsetof(struct client, manager_id));
	if (known->id == 0) {
		view_import_wrong(row, import->call->arena, "manager", known->key);
	}
	return ERR_OK;
}

static enum err client_import_check_row(struct import *import, void *at, struct import_row *row)
{
	struct client_row *input = at;
	struct arena *arena = import->call->arena;

	if (row->mark == IMPORT_REPEATS_ID) {
		view_import_wrong(row, arena, "id", "id.repeated");
	} else if (row->mark == IMPORT_REPEATS_EMAIL) {
		view_import_wrong(row, arena, "email", "email.repeated");
	}
	if (input->id.id != 0 && import->call->viewer.masked) {
		view_import_wrong(row, arena, "id", "id.masked");
	}
	return client_import_take_manager(import, input, row);
}

static struct client_row *client_import_input(const struct import *import, size_t at)
{
	return import->inputs[at];
}

static int client_compare(const void *a, const void *b)
{
	uint64_t left = ((const struct client *)a)->id, right = ((const struct client *)b)->id;

	return left < right ? -1 : left > right;
}

/* Whether the row is of an export in which the client of this ID was made at another time. */
static bool client_import_is_foreign(const struct client_row *input, const struct client *client)
{
	int64_t said = clock_instant(input->created_at.text);

	return said != 0 && said / CLOCK_SECOND != client->created_at / CLOCK_SECOND;
}

/* Notes of rows whose clients these are, by their IDs. */
static void client_import_match_ids(struct import *import, const struct client *clients,
	size_t found)
{
	for (size_t i = 0; i < import->batch; i++) {
		struct client_row *input = client_import_input(import, i);
		const struct client wanted = { .id = input->id.id }, *client = wanted.id == 0 ? NULL
			: bsearch(&wanted, clients, found, sizeof(*clients), client_compare);

		if (client != NULL && !client_import_is_foreign(input, client)) {
			input->before = *client;
		}
	}
}

static enum err client_import_look_for_ids(struct import *import)
{
	struct call *call = import->call;
	uint64_t ids[DB_IDS_MAX];
	struct client *clients;
	size_t count = 0, found;

	for (size_t i = 0; i < import->batch; i++) {
		uint64_t id = client_import_input(import, i)->id.id;

		ids[count] = id;
		count += id != 0;
		if (count == DB_IDS_MAX || (count > 0 && i + 1 == import->batch)) {
			TRY(store_client_with_ids(call->db, call->arena, ids, count, &clients, &found));
			client_import_match_ids(import, clients, found);
			count = 0;
		}
	}
	return ERR_OK;
}

/* Gives the address by which the row's client is to be found; NULL: by none. */
static const char *client_import_email(const struct import *import, size_t at)
{
	const struct client_row *input = client_import_input(import, at);
	const char *email = ((const struct client *)input->client.client.values)->email;

	return input->before.id != 0 || email[0] == '\0' || import->rows[at]->mark != IMPORT_FIRST
		? NULL : email;
}

static int client_compare_emails(const void *a, const void *b)
{
	return strcmp(((const struct client *)a)->email, ((const struct client *)b)->email);
}

/* Notes of the rows whose clients these are, by their addresses, in whose order they stand. */
static void client_import_match_emails(struct import *import, struct client *clients, size_t found)
{
	qsort(clients, found, sizeof(*clients), client_compare_emails);
	for (size_t i = 0; i < import->batch; i++) {
		const struct client wanted = { .email = client_import_email(import, i) };
		struct client *client = wanted.email == NULL ? NULL
			: bsearch(&wanted, clients, found, sizeof(*clients), client_compare_emails);

		if (client == NULL) {
			continue;
		}
		if ((client > clients && client_compare_emails(client - 1, client) == 0) ||
		    (client + 1 < clients + found && client_compare_emails(client, client + 1) == 0)) {
			view_import_wrong(import->rows[i], import->call->arena, "email", "email.several");
		} else {
			client_import_input(import, i)->before = *client;
		}
	}
}

static enum err client_import_look_for_emails(struct import *import)
{
	struct call *call = import->call;
	const char *emails[DB_IDS_MAX];
	struct client *clients;
	size_t count = 0, found;

	for (size_t i = 0; i < import->batch; i++) {
		const char *email = client_import_email(import, i);

		if (email != NULL) {
			emails[count++] = email;
		}
		if (count == DB_IDS_MAX || (count > 0 && i + 1 == import->batch)) {
			TRY(store_client_with_emails(call->db, call->arena, emails, count, &clients, &found));
			client_import_match_emails(import, clients, found);
			count = 0;
		}
	}
	return ERR_OK;
}

/* Gives what the client becomes. */
static struct client client_import_next(const struct client_row *input)
{
	struct client next = input->before;

	record_apply(client_columns, &input->client.client, &next);
	return next;
}

/* A number is of the row's country, or of that which its client has. */
static void client_import_settle_phone(const struct import *import, struct client_row *input,
	struct import_row *row)
{
	struct arena *arena = import->call->arena;
	struct client *given = input->client.client.values, typed = *given;
	const char *wrong;

	if (given->phone[0] == '\0') {
		return;
	}
	if (given->country[0] == '\0' && input->before.id != 0) {
		typed.country = input->before.country;
	}
	wrong = act_client_settle_phone(arena, &typed);
	given->phone = typed.phone;
	if (wrong != NULL) {
		view_import_wrong(row, arena, "phone", wrong);
	}
}

/* Says what the row does: it makes a client, changes one, or says what is known. */
static void client_import_name_deed(const struct import *import, struct client_row *input,
	struct import_row *row)
{
	const struct client *given = input->client.client.values;
	struct arena *arena = import->call->arena;
	struct client next;

	client_import_settle_phone(import, input, row);
	if (input->before.id == 0) {
		if (given->name[0] == '\0') {
			view_import_wrong(row, arena, "name", "name.required");
		}
		return;
	}
	row->id = input->before.id;
	next = client_import_next(input);
	row->deed = record_changed(client_columns, IN_UPDATE, &input->before, &next) == 0 ? DEED_SAME
		: DEED_CHANGED;
	if (row->deed == DEED_CHANGED &&
	    !rights_have(import->call->viewer.rights, PERM_CLIENTS_UPDATE)) {
		view_import_wrong(row, arena, "row", "csv.may_not_update");
	}
}

static enum err client_import_look(struct import *import)
{
	for (size_t i = 0; i < import->batch; i++) {
		client_import_input(import, i)->before.id = 0;
	}
	if (!import->call->viewer.masked) {
		TRY(client_import_look_for_ids(import));
		TRY(client_import_look_for_emails(import));
	}
	for (size_t i = 0; i < import->batch; i++) {
		client_import_name_deed(import, client_import_input(import, i), import->rows[i]);
	}
	return ERR_OK;
}

/* Changes those that there are; of each an event is noted. */
static enum err client_import_change(struct import *import, struct audit_event *events,
	size_t *count)
{
	struct call *call = import->call;

	for (size_t i = 0; i < import->batch; i++) {
		const struct client_row *input = client_import_input(import, i);
		struct client next = client_import_next(input);

		if (input->before.id != 0) {
			TRY(store_client_update(call->db, false, &input->before, &next));
			events[(*count)++] = act_client_changed(call, &input->before, &next);
		}
	}
	return ERR_OK;
}

static enum err client_import_insert(struct import *import, struct audit_event *events,
	size_t *count)
{
	struct call *call = import->call;
	struct client *clients = arena_array(call->arena, import->batch, sizeof(*clients));
	struct import_row **rows = arena_array(call->arena, import->batch,
		sizeof(struct import_row *));
	size_t new = 0;

	for (size_t i = 0; i < import->batch; i++) {
		if (client_import_input(import, i)->before.id == 0) {
			act_client_make(&client_import_input(import, i)->client, &clients[new]);
			rows[new++] = import->rows[i];
		}
	}
	TRY(new == 0 ? ERR_OK : store_client_insert(call->db, clients, new));
	for (size_t i = 0; i < new; i++) {
		rows[i]->id = clients[i].id;
		events[(*count)++] = act_client_created(call, &clients[i]);
	}
	return ERR_OK;
}

static enum err client_import_write(struct import *import)
{
	struct call *call = import->call;
	struct audit_event *events = arena_array(call->arena, import->batch, sizeof(*events));
	size_t count = 0;

	TRY(client_import_insert(import, events, &count));
	TRY(client_import_change(import, events, &count));
	return auth_audit_record_all(call, events, count);
}

const struct import_spec act_clients_import = {
	.fields = client_import_fields,
	.exported = client_columns,
	.skipped = (const char *const[]){ "reason", NULL },
	.updates = true,
	.keys = client_import_keys,
	.input_size = sizeof(struct client_row),
	.begin = client_import_begin,
	.check = client_import_check_row,
	.look = client_import_look,
	.write = client_import_write,
};
