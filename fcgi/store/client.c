#include "store/client.h"
#include "store/pages.h"

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
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_CSV | IN_TRAIL | IN_CHANGED },
	{ .name = "manager_name", .kind = COLUMN_TEXT, .offset = AT(manager_name), .sql = "u.name",
		.where = IN_CSV },
	{ .name = "created_at", .kind = COLUMN_TIME, .offset = AT(created_at), .sql = "c.created_at",
		.stored = "created_at", .where = IN_JSON | IN_CSV },
	{ .name = "version", .kind = COLUMN_NUMBER, .offset = AT(version), .sql = "c.version",
		.stored = "version", .where = IN_JSON },
	{ .kind = COLUMN_END },
};

enum { ANY = 9, TEXT_COUNT = 6, FILTER_COUNT = 8, KEY_COUNT = 5,
	IN_COUNT = TEXT_COUNT + FILTER_COUNT + KEY_COUNT };

/* Statements of a sort, ascending and descending, for who sees all, for who sees all and looks for
 * a rare text, and for who sees masks. STMT_END: a masked viewer may not sort so. */
static const struct {
	enum stmt page[2];
	enum stmt hits[2];
	enum stmt masked[2];
	char kind;
} pages[] = {
	[CLIENT_SORT_ID] = { { STMT_CLIENT_PAGE_ID_ASC, STMT_CLIENT_PAGE_ID_DESC },
		{ STMT_CLIENT_HITS_ID_ASC, STMT_CLIENT_HITS_ID_DESC },
		{ STMT_CLIENT_MASKED_ID_ASC, STMT_CLIENT_MASKED_ID_DESC }, 'u' },
	[CLIENT_SORT_NAME] = { { STMT_CLIENT_PAGE_NAME_ASC, STMT_CLIENT_PAGE_NAME_DESC },
		{ STMT_CLIENT_HITS_NAME_ASC, STMT_CLIENT_HITS_NAME_DESC },
		{ STMT_END, STMT_END }, 's' },
	[CLIENT_SORT_EMAIL] = { { STMT_CLIENT_PAGE_EMAIL_ASC, STMT_CLIENT_PAGE_EMAIL_DESC },
		{ STMT_CLIENT_HITS_EMAIL_ASC, STMT_CLIENT_HITS_EMAIL_DESC },
		{ STMT_END, STMT_END }, 'b' },
	[CLIENT_SORT_PHONE] = { { STMT_CLIENT_PAGE_PHONE_ASC, STMT_CLIENT_PAGE_PHONE_DESC },
		{ STMT_CLIENT_HITS_PHONE_ASC, STMT_CLIENT_HITS_PHONE_DESC },
		{ STMT_END, STMT_END }, 's' },
	[CLIENT_SORT_COUNTRY] = { { STMT_CLIENT_PAGE_COUNTRY_ASC, STMT_CLIENT_PAGE_COUNTRY_DESC },
		{ STMT_CLIENT_HITS_COUNTRY_ASC, STMT_CLIENT_HITS_COUNTRY_DESC },
		{ STMT_CLIENT_MASKED_COUNTRY_ASC, STMT_CLIENT_MASKED_COUNTRY_DESC }, 's' },
	[CLIENT_SORT_STATUS] = { { STMT_CLIENT_PAGE_STATUS_ASC, STMT_CLIENT_PAGE_STATUS_DESC },
		{ STMT_CLIENT_HITS_STATUS_ASC, STMT_CLIENT_HITS_STATUS_DESC },
		{ STMT_CLIENT_MASKED_STATUS_ASC, STMT_CLIENT_MASKED_STATUS_DESC }, 'u' },
	[CLIENT_SORT_CREATED_AT] = {
		{ STMT_CLIENT_PAGE_CREATED_AT_ASC, STMT_CLIENT_PAGE_CREATED_AT_DESC },
		{ STMT_CLIENT_HITS_CREATED_AT_ASC, STMT_CLIENT_HITS_CREATED_AT_DESC },
		{ STMT_CLIENT_MASKED_CREATED_AT_ASC, STMT_CLIENT_MASKED_CREATED_AT_DESC }, 't' },
};

static void take_client(const struct db_out *col, struct client *client)
{
	*client = (struct client){
		.id = col[0].number,
		.name = col[1].text,
		.email = col[2].text,
		.phone = col[3].text,
		.country = col[4].text,
		.status = (enum status)col[5].number,
		.manager_id = col[6].number,
		.manager_name = col[7].text,
		.created_at = col[8].time,
		.version = col[9].number,
	};
}

static void take_masked(const struct db_out *col, struct client *client)
{
	*client = (struct client){
		.id = col[0].number,
		.name = "",
		.email = "",
		.phone = "",
		.country = col[1].text,
		.status = (enum status)col[2].number,
		.manager_id = col[3].number,
		.manager_name = col[4].text,
		.created_at = col[5].time,
		.version = col[6].number,
	};
}

static void take(bool masked, const struct db_out *col, struct client *client)
{
	if (masked) {
		take_masked(col, client);
	} else {
		take_client(col, client);
	}
}

/* The text filters of CLIENT_TEXT_IN, then the others: a masked viewer's statements begin at
 * TEXT_COUNT. */
static void filter_in(struct arena *arena, const struct client_filter *filter,
	struct db_in in[static TEXT_COUNT + FILTER_COUNT])
{
	const char *email = store_page_pattern(arena, filter->email);
	const char *name = store_page_pattern(arena, filter->name);
	const char *phone = store_page_pattern(arena, filter->phone);
	uint64_t status = filter->status < 0 ? ANY : (uint64_t)filter->status;
	const struct db_in all[TEXT_COUNT + FILTER_COUNT] = {
		in_bytes(email, strlen(email)), in_bytes(email, strlen(email)),
		in_text(name), in_text(name),
		in_text(phone), in_text(phone),
		in_number(filter->id), in_number(filter->id),
		in_text(filter->country), in_text(filter->country),
		in_number(status), in_number(status),
		in_number(filter->manager_id), in_number(filter->manager_id),
	};

	memcpy(in, all, sizeof(all));
}

static bool searches(const struct client_filter *filter)
{
	return filter->name[0] != '\0' || filter->email[0] != '\0' || filter->phone[0] != '\0';
}

static enum stmt page_stmt(bool masked, const struct client_filter *filter,
	const struct page_ask *ask)
{
	bool down = store_page_descends(ask);

	if (masked) {
		return searches(filter) ? STMT_END : pages[ask->sort].masked[down];
	}
	return searches(filter) && filter->hits_are_rare ? pages[ask->sort].hits[down]
		: pages[ask->sort].page[down];
}

static enum err read_clients(struct db_rows *rows, bool masked, struct client *clients, size_t room,
	size_t *found)
{
	enum db_step step;

	*found = 0;
	while ((step = db_next(rows)) == DB_ROW && *found < room) {
		take(masked, rows->col, &clients[*found]);
		(*found)++;
	}
	return db_rows_end(rows, step);
}

enum err store_client_list(struct db *db, struct arena *arena, bool masked,
	const struct client_filter *filter, const struct page_ask *ask, struct page *page,
	struct client **clients)
{
	enum stmt stmt = page_stmt(masked, filter, ask);
	size_t skip = masked ? TEXT_COUNT : 0, room = (size_t)ask->size + 1, found = 0;
	struct db_in in[IN_COUNT];
	struct db_in *key = in + TEXT_COUNT + FILTER_COUNT;
	struct db_rows rows;

	if (stmt == STMT_END) {
		return ERR_BUG;
	}
	filter_in(arena, filter, in);
	key[0] = in_number(ask->has_key);
	key[1] = store_page_key(ask, pages[ask->sort].kind);
	key[2] = key[1];
	key[3] = in_number(ask->key_id);
	key[4] = in_number(ask->size + 1);
	*clients = arena_array(arena, room, sizeof(**clients));
	TRY(db_query(db, &store_pages[stmt], in + skip, IN_COUNT - skip, arena, &rows));
	TRY(read_clients(&rows, masked, *clients, room, &found));
	store_page_settle(ask, *clients, sizeof(**clients), found, page);
	return ERR_OK;
}

static bool takes_all(const struct client_filter *filter)
{
	return !searches(filter) && filter->id == 0 && filter->country[0] == '\0' &&
		filter->status < 0 && filter->manager_id == 0;
}

static enum err count_filtered(struct db *db, struct arena *arena, bool masked,
	const struct client_filter *filter, uint64_t most, struct db_rows *rows)
{
	enum stmt plain = searches(filter) ? STMT_CLIENT_COUNT_HITS : STMT_CLIENT_COUNT;
	size_t skip = masked ? TEXT_COUNT : 0;
	struct db_in in[TEXT_COUNT + FILTER_COUNT + 1];

	if (masked && searches(filter)) {
		return ERR_BUG;
	}
	filter_in(arena, filter, in);
	in[TEXT_COUNT + FILTER_COUNT] = in_number(most);
	return db_first(db, &store_pages[masked ? STMT_CLIENT_MASKED_COUNT : plain], in + skip,
		TEXT_COUNT + FILTER_COUNT + 1 - skip, arena, rows);
}

enum err store_client_count(struct db *db, struct arena *arena, bool masked,
	const struct client_filter *filter, uint64_t limit, uint64_t *count)
{
	struct db_rows rows;

	*count = 0;
	TRY(takes_all(filter)
		? db_first(db, &store_pages[STMT_CLIENT_COUNT_ALL], DB_IN(in_number(limit + 1)), arena,
			&rows)
		: count_filtered(db, arena, masked, filter, limit + 1, &rows));
	*count = rows.col[0].number;
	return ERR_OK;
}

enum err store_client_load(struct db *db, struct arena *arena, bool masked, uint64_t id,
	struct client *client)
{
	struct db_rows rows;

	TRY(db_first(db, &store_pages[masked ? STMT_CLIENT_MASKED_LOAD : STMT_CLIENT_LOAD],
		DB_IN(in_number(id)), arena, &rows));
	take(masked, rows.col, client);
	return ERR_OK;
}

static const struct statement client_by_email = { "client_by_email", DB_WEB, "b", "u",
	"SELECT c.id FROM client c WHERE c.email = ? LIMIT 2" };

static const struct statement client_by_phone = { "client_by_phone", DB_WEB, "s", "u",
	"SELECT c.id FROM client c WHERE c.phone = ? LIMIT 2" };

enum err store_client_lookup(struct db *db, struct arena *arena, const char *email,
	const char *phone, uint64_t *id)
{
	bool by_email = email[0] != '\0';
	struct db_rows rows;
	enum db_step step;
	size_t found = 0;

	TRY(by_email
		? db_query(db, &client_by_email, DB_IN(in_bytes(email, strlen(email))), arena, &rows)
		: db_query(db, &client_by_phone, DB_IN(in_text(phone)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		*id = rows.col[0].number;
		found++;
	}
	TRY(db_rows_end(&rows, step));
	return found != 1 ? ERR_NOT_FOUND : ERR_OK;
}

static const struct statement client_manager_find = { "client_manager_find", DB_WEB, "u", "u",
	"SELECT id FROM user WHERE id = ?" };

enum err store_client_manager(struct db *db, struct arena *arena, uint64_t user_id)
{
	struct db_rows rows;

	return db_first(db, &client_manager_find, DB_IN(in_number(user_id)), arena, &rows);
}

enum err store_client_insert(struct db *db, const struct client *client, uint64_t *id)
{
	*id = 0;
	TRY(db_run(db, &store_pages[STMT_CLIENT_INSERT],
		DB_IN(in_text(client->name), in_bytes(client->email, strlen(client->email)),
			in_text(client->phone), in_text(client->country), in_number(client->status),
			in_id(client->manager_id), in_time(client->created_at))));
	*id = db_insert_id(db);
	return ERR_OK;
}

static enum err changed(struct db *db, enum err err)
{
	return err == ERR_OK && db_affected(db) == 0 ? ERR_STALE : err;
}

enum err store_client_update(struct db *db, bool masked, const struct client *before,
	const struct client *next)
{
	if (masked) {
		return changed(db, db_run(db, &store_pages[STMT_CLIENT_MASKED_UPDATE],
			DB_IN(in_text(next->country), in_number(next->status), in_id(next->manager_id),
				in_number(before->id), in_number(before->version))));
	}
	return changed(db, db_run(db, &store_pages[STMT_CLIENT_UPDATE],
		DB_IN(in_text(next->name), in_bytes(next->email, strlen(next->email)),
			in_text(next->phone), in_text(next->country), in_number(next->status),
			in_id(next->manager_id), in_number(before->id), in_number(before->version))));
}

static const struct statement client_delete = { "client_delete", 0, "uu", "",
	"DELETE FROM client WHERE id = ? AND version = ?" };

enum err store_client_delete(struct db *db, const struct client *client)
{
	return changed(db, db_run(db, &client_delete,
		DB_IN(in_number(client->id), in_number(client->version))));
}

const struct statement *const client_statements[] = {
	&client_by_email, &client_by_phone, &client_manager_find, &client_delete, NULL,
};
