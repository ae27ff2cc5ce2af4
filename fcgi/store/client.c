#include "store/client.h"

#include "base/clock.h"
#include "base/text.h"
#include "rule/phone.h"
#include "store/provided.h"
#include "store/words.h"

#include <string.h>

#define AT(member) offsetof(struct client, member)

const struct column client_columns[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = AT(id), .sql = "c.id",
		.where = IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "name", .kind = COLUMN_TEXT, .offset = AT(name), .sql = "c.name", .stored = "name",
		.max = FIELD_PERSON_MAX, .mask = MASK_NAME,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_CHANGED | REQUIRED },
	{ .name = "email", .kind = COLUMN_BYTES, .offset = AT(email), .sql = "c.email",
		.stored = "email", .check = &check_email, .mask = MASK_EMAIL,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_CHANGED },
	{ .name = "phone", .kind = COLUMN_TEXT, .offset = AT(phone), .sql = "c.phone",
		.stored = "phone", .check = &check_phone, .mask = MASK_PHONE,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_CHANGED },
	{ .name = "country", .kind = COLUMN_TEXT, .offset = AT(country), .sql = "c.country",
		.stored = "country", .check = &check_country,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL | IN_CHANGED },
	{ .name = "status", .kind = COLUMN_WORD, .offset = AT(status), .sql = "c.status",
		.stored = "status", .words = status_words,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL | IN_CHANGED },
	{ .name = "manager", .kind = COLUMN_ID, .offset = AT(manager_id), .sql = "c.manager_id",
		.stored = "manager_id",
		.where = IN_CREATE | IN_UPDATE | IN_CSV | IN_TRAIL | IN_CHANGED },
	{ .name = "manager_email", .kind = COLUMN_BYTES, .offset = AT(manager_email),
		.where = IN_CSV },
	{ .name = "manager_name", .kind = COLUMN_TEXT, .offset = AT(manager_name), .sql = "u.name",
		.where = IN_CSV },
	{ .name = "created_at", .kind = COLUMN_TIME, .offset = AT(created_at), .sql = "c.created_at",
		.stored = "created_at", .where = IN_JSON | IN_CSV | IS_FIXED },
	{ .name = "version", .kind = COLUMN_NUMBER, .offset = AT(version), .sql = "c.version",
		.stored = "version", .where = IN_JSON | IS_FIXED },
	{ .kind = COLUMN_END },
};

const struct noun client_noun = {
	.name = "client",
	.programs = DB_WEB, /* the table may be a view that takes no changes */
	.columns = client_columns,
	.size = sizeof(struct client),
	.table = "{client}",
	.alias = "c",
	.joins = " LEFT JOIN {user} u ON u.id = c.manager_id",
	.words = "{client_word}",
	.may_be_view = true,
	.list = {
		.sorts = (const struct list_sort[]){
			{ .name = "id", .unique = true, .index = "PRIMARY" },
			{ .name = "name", .index = "client_name" },
			{ .name = "email", .index = "client_email" },
			{ .name = "phone", .index = "client_phone" },
			{ .name = "country", .index = "client_country" },
			{ .name = "status", .index = "client_status" },
			{ .name = "created_at", .index = "client_created" },
			{ .name = NULL },
		},
		.descending = true,
		.filters = (const struct list_filter[]){
			{ .name = "id", .kind = COLUMN_ID },
			{ .name = "name", .kind = COLUMN_TEXT, .operand = LIST_PART },
			{ .name = "email", .kind = COLUMN_BYTES, .operand = LIST_PART,
				.form = field_email_part },
			{ .name = "phone", .kind = COLUMN_TEXT, .operand = LIST_PART,
				.form = phone_part },
			{ .name = "country", .kind = COLUMN_TEXT, .along = "id", .form = field_country_part,
				.index = "client_country" },
			{ .name = "status", .kind = COLUMN_WORD, .words = status_words, .along = "id",
				.index = "client_status" },
			{ .name = "manager", .kind = COLUMN_ID, .along = "id", .index = "client_manager" },
			{ .name = "unmanaged", .kind = COLUMN_FLAG, .column = "manager", .along = "id",
				.condition = "c.manager_id IS NULL", .otherwise = "c.manager_id IS NOT NULL",
				.index = "client_manager" },
			{ .name = "created_since", .kind = COLUMN_TIME, .column = "created_at",
				.condition = "c.created_at >= ?" },
			{ .name = "created_until", .kind = COLUMN_TIME, .column = "created_at",
				.condition = "c.created_at < ?" },
			/* The last one: the words are looked up of rows alone that the others leave. */
			{ .name = "q", .kind = COLUMN_TEXT, .operand = LIST_WORDS, .column = "name" },
			{ .kind = COLUMN_END },
		},
		.pairs = (const struct list_pair[]){
			{ { "country", "status" }, "client_country_status", "id" },
			{ { "manager", "country" }, "client_manager_country", "id" },
			{ { "manager", "status" }, "client_manager_status", "id" },
			{ .index = NULL },
		},
	},
};

enum err store_client_load(struct db *db, struct arena *arena, bool masked, uint64_t id,
	struct client *client)
{
	return store_load(db, arena, &client_noun, masked, id, client);
}

static const struct statement client_by_email = { "client_by_email", DB_WEB, "b", "u",
	"SELECT c.id FROM {client} c WHERE c.email = ? LIMIT 2" };

#define CLIENT_BY_PHONE "SELECT c.id FROM {client} c WHERE c.phone = ?"

static const struct statement client_by_phone = { "client_by_phone", DB_WEB, "s", "u",
	CLIENT_BY_PHONE " LIMIT 2" };

/* Gives the same of what is in the table's place. */
static enum err client_find_by_phone(struct db *db, struct arena *arena,
	const struct statement **found)
{
	struct statement composed = client_by_phone;
	const char *collate;
	bool view;

	TRY(provided_is_view(db, &client_noun, &view));
	collate = provided_collate(&client_noun, record_column(client_columns, "phone"));
	*found = collate[0] == '\0' ? &client_by_phone : db_composed(db, &client_by_phone, 0);
	if (*found == NULL) {
		composed.sql = arena_printf(arena, CLIENT_BY_PHONE "%s LIMIT 2", collate);
		*found = db_compose(db, &client_by_phone, 0, &composed);
	}
	return ERR_OK;
}

enum err store_client_lookup(struct db *db, struct arena *arena, const char *email,
	const char *phone, uint64_t *id)
{
	const struct statement *by_phone;
	bool by_email = email[0] != '\0';
	struct db_rows rows;
	enum db_step step;
	size_t found = 0;

	TRY(client_find_by_phone(db, arena, &by_phone));
	TRY(by_email
		? db_query(db, &client_by_email, DB_IN(in_bytes(email, strlen(email))), arena, &rows)
		: db_query(db, by_phone, DB_IN(in_text(phone)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		db_take(&rows, DB_INTO(into_number(id)));
		found++;
	}
	TRY(db_rows_end(&rows, step));
	return found == 1 ? ERR_OK : found == 0 ? ERR_NOT_FOUND : ERR_CONFLICT;
}

/* A guard row like those of store/rights.c, which a transaction writes before it. */
static const struct statement client_import_alone = { "client_import_alone", DB_WEB | DB_ADMIN, "",
	"", "UPDATE {authz_epoch} SET uses = uses + 1 WHERE id = 34" };

enum err store_client_import_alone(struct db *db)
{
	return db_run_or(db, &client_import_alone, DB_NONE, ERR_BUG);
}

#define CLIENT_MATCH "SELECT c.id, c.name, c.email, c.phone, c.country, c.status, c.manager_id, " \
	"c.created_at, c.version FROM {client} c WHERE "

static const struct statement client_with_ids = { "client_with_ids", DB_WEB | DB_ADMIN, "I",
	"usbssuutu", CLIENT_MATCH "c.id IN (?...) ORDER BY c.id" };

static const struct statement client_with_emails = { "client_with_emails", DB_WEB | DB_ADMIN,
	"L", "usbssuutu", CLIENT_MATCH "c.email IN (?...) ORDER BY c.id" };

static enum err client_take_matches(struct db_rows *rows, struct arena *arena,
	struct client **clients, size_t *found)
{
	size_t size = sizeof(**clients), room = DB_IDS_MAX;
	enum db_step step;

	*clients = arena_array(arena, room, size);
	for (*found = 0; (step = db_next(rows)) == DB_ROW; (*found)++) {
		struct client *client;

		if (*found == room) {
			*clients = arena_grow(arena, *clients, room * size);
			room *= 2;
		}
		client = &(*clients)[*found];
		*client = (struct client){ .manager_name = "" };
		db_take(rows, DB_INTO(into_number(&client->id), into_text(&client->name),
			into_text(&client->email), into_text(&client->phone), into_text(&client->country),
			into_word(&client->status), into_number(&client->manager_id),
			into_time(&client->created_at), into_number(&client->version)));
	}
	return db_rows_end(rows, step);
}

enum err store_client_with_ids(struct db *db, struct arena *arena, const uint64_t *ids,
	size_t count, struct client **clients, size_t *found)
{
	struct db_rows rows;

	TRY(db_query(db, &client_with_ids, DB_IN(in_ids(ids, count)), arena, &rows));
	return client_take_matches(&rows, arena, clients, found);
}

enum err store_client_with_emails(struct db *db, struct arena *arena, const char *const *emails,
	size_t count, struct client **clients, size_t *found)
{
	struct db_rows rows;

	TRY(db_query(db, &client_with_emails, DB_IN(in_list(emails, count)), arena, &rows));
	return client_take_matches(&rows, arena, clients, found);
}

static const struct statement client_manager_emails = { "client_manager_emails", DB_WEB, "I", "ub",
	"SELECT u.id, u.email FROM {user} u WHERE u.id IN (?...)" };

/* Gives the address of the managers with these ids to the clients who have them. */
static enum err client_take_emails(struct db *db, struct arena *arena, const uint64_t *ids,
	size_t count, struct client *clients, size_t client_count)
{
	struct db_rows rows;
	enum db_step step;
	const char *email;
	uint64_t id;

	TRY(db_query(db, &client_manager_emails, DB_IN(in_ids(ids, count)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		db_take(&rows, DB_INTO(into_number(&id), into_text(&email)));
		for (size_t i = 0; i < client_count; i++) {
			if (clients[i].manager_id == id) {
				clients[i].manager_email = email;
			}
		}
	}
	return db_rows_end(&rows, step);
}

static bool client_has_id(const uint64_t *ids, size_t count, uint64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id) {
			return true;
		}
	}
	return false;
}

enum err store_client_manager_emails(struct db *db, struct arena *arena, struct client *clients,
	size_t count)
{
	uint64_t ids[DB_IDS_MAX];
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t id = clients[i].manager_id;

		/* cppcheck-suppress uninitvar ; of ids only those that were found are looked at */
		if (id != 0 && clients[i].manager_email[0] == '\0' && !client_has_id(ids, found, id)) {
			ids[found++] = id;
		}
		if (found == DB_IDS_MAX || (found > 0 && i + 1 == count)) {
			TRY(client_take_emails(db, arena, ids, found, clients, count));
			found = 0;
		}
	}
	return ERR_OK;
}

static const struct statement client_manager_find = {
	"client_manager_find", DB_WEB | DB_ADMIN, "u", "u",
	"SELECT id FROM {user} WHERE id = ?" };

enum err store_client_manager(struct db *db, struct arena *arena, uint64_t user_id)
{
	return db_first(db, &client_manager_find, DB_IN(in_number(user_id)), arena, DB_NONE);
}

enum err store_client_insert(struct db *db, struct client *clients, size_t count)
{
	int64_t now = clock_now();

	for (size_t i = 0; i < count; i++) {
		clients[i].created_at = now;
		clients[i].version = 1;
	}
	return store_insert_all(db, &client_noun,
		&(struct new_records){ .records = clients, .count = count });
}

enum err store_client_update(struct db *db, bool masked, const struct client *before,
	const struct client *next)
{
	const struct words_source old = store_words_source(&client_noun, before, before->id),
		new = store_words_source(&client_noun, next, before->id);

	TRY(store_update(db, &client_noun, masked, before, next));
	return masked ? ERR_OK : store_words_update(db, &client_noun, &old, &new);
}

enum err store_client_delete(struct db *db, const struct client *client)
{
	TRY(store_delete(db, &client_noun, client));
	return store_words_delete(db, &client_noun, client->id);
}

const struct statement *const client_statements[] = {
	&client_by_email, &client_by_phone, &client_import_alone, &client_with_ids,
	&client_with_emails, &client_manager_emails, &client_manager_find, NULL,
};
