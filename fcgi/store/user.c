#include "store/user.h"
#include "store/pages.h"

#include "base/clock.h"
#include "rule/perm.h"
#include "store/attempt.h"
#include "store/pending.h"
#include "store/rights.h"
#include "store/session.h"
#include "store/totp.h"

#include <string.h>

#define AT(member) offsetof(struct user, member)

enum { CELL_MAX = 16384 }; /* of a file: the names of many groups, many networks */

const struct column user_columns[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = AT(id), .sql = "u.id",
		.where = IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "email", .kind = COLUMN_BYTES, .offset = AT(email), .sql = "u.email",
		.stored = "email", .check = &check_email,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL | REQUIRED },
	{ .name = "name", .kind = COLUMN_TEXT, .offset = AT(name), .sql = "u.name", .stored = "name",
		.max = FIELD_PERSON_MAX,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "groups", .kind = COLUMN_TEXT, .offset = AT(group_names), .max = CELL_MAX,
		.where = IN_IMPORT | IN_CSV },
	{ .name = "status", .kind = COLUMN_WORD, .offset = AT(status), .sql = "u.status",
		.stored = "status", .words = status_words,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "two_factor", .kind = COLUMN_WORD, .offset = AT(two_factor), .sql = "u.two_factor",
		.stored = "two_factor", .words = two_factor_words,
		.where = IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "mask_data", .kind = COLUMN_FLAG, .offset = AT(mask_data), .sql = "u.mask_data",
		.stored = "mask_data",
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "language", .kind = COLUMN_TEXT, .offset = AT(language), .sql = "u.language",
		.stored = "language", .check = &check_language,
		.where = IN_UPDATE | IN_IMPORT | IN_JSON | IN_TRAIL },
	{ .name = "creator_id", .kind = COLUMN_ID, .offset = AT(creator_id), .sql = "u.creator_id",
		.stored = "creator_id" },
	{ .name = "creator_name", .kind = COLUMN_TEXT, .offset = AT(creator_name), .sql = "c.name" },
	{ .name = "creator", .kind = COLUMN_BYTES, .offset = AT(creator_email), .sql = "c.email",
		.where = IN_CSV },
	{ .name = "created_at", .kind = COLUMN_TIME, .offset = AT(created_at), .sql = "u.created_at",
		.stored = "created_at", .where = IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "last_sign_in_at", .kind = COLUMN_TIME, .offset = AT(last_sign_in_at),
		.sql = "u.last_sign_in_at", .where = IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "locked_until", .kind = COLUMN_TIME, .offset = AT(locked_until),
		.sql = "(SELECT MAX(a.blocked_until) FROM attempt a WHERE a.user_id = u.id)",
		.where = IN_JSON | IN_TRAIL },
	{ .name = "ip_allow_list", .kind = COLUMN_TEXT, .offset = AT(ip_allow_list),
		.sql = "u.ip_allow_list", .stored = "ip_allow_list", .max = CELL_MAX, .where = IN_IMPORT },
	{ .name = "version", .kind = COLUMN_NUMBER, .offset = AT(version), .sql = "u.version",
		.stored = "version", .where = IN_JSON | IN_TRAIL },
	{ .kind = COLUMN_END },
};

enum { ANY = 9 }; /* switches a filter off that compares with a small number */

/* Which statement serves a sort, ascending and descending: the plain form, the form that collects
 * the hits of a text filter first, and the kind of the sort's column. */
static const struct {
	enum stmt page[2];
	enum stmt hits[2];
	char kind;
	bool nullable; /* then the statement asks for the key once more */
} pages[] = {
	[USER_SORT_ID] = { { STMT_USER_PAGE_ID_ASC, STMT_USER_PAGE_ID_DESC },
		{ STMT_USER_HITS_ID_ASC, STMT_USER_HITS_ID_DESC }, 'u', false },
	[USER_SORT_EMAIL] = { { STMT_USER_PAGE_EMAIL_ASC, STMT_USER_PAGE_EMAIL_DESC },
		{ STMT_USER_HITS_EMAIL_ASC, STMT_USER_HITS_EMAIL_DESC }, 'b', false },
	[USER_SORT_NAME] = { { STMT_USER_PAGE_NAME_ASC, STMT_USER_PAGE_NAME_DESC },
		{ STMT_USER_HITS_NAME_ASC, STMT_USER_HITS_NAME_DESC }, 's', false },
	[USER_SORT_STATUS] = { { STMT_USER_PAGE_STATUS_ASC, STMT_USER_PAGE_STATUS_DESC },
		{ STMT_USER_HITS_STATUS_ASC, STMT_USER_HITS_STATUS_DESC }, 'u', false },
	[USER_SORT_TWO_FACTOR] = { { STMT_USER_PAGE_TWO_FACTOR_ASC, STMT_USER_PAGE_TWO_FACTOR_DESC },
		{ STMT_USER_HITS_TWO_FACTOR_ASC, STMT_USER_HITS_TWO_FACTOR_DESC }, 'u', false },
	[USER_SORT_CREATED_AT] = { { STMT_USER_PAGE_CREATED_AT_ASC, STMT_USER_PAGE_CREATED_AT_DESC },
		{ STMT_USER_HITS_CREATED_AT_ASC, STMT_USER_HITS_CREATED_AT_DESC }, 't', false },
	[USER_SORT_LAST_SIGN_IN_AT] = {
		{ STMT_USER_PAGE_LAST_SIGN_IN_AT_ASC, STMT_USER_PAGE_LAST_SIGN_IN_AT_DESC },
		{ STMT_USER_HITS_LAST_SIGN_IN_AT_ASC, STMT_USER_HITS_LAST_SIGN_IN_AT_DESC }, 't', true },
};

static void take_user(const struct db_out *col, struct user *user)
{
	int64_t locked_until = col[14].time;

	*user = (struct user){
		.id = col[0].number,
		.email = col[1].text,
		.name = col[2].text,
		.status = (enum status)col[3].number,
		.two_factor = (enum two_factor)col[4].number,
		.mask_data = col[5].number != 0,
		.language = col[6].text,
		.creator_id = col[7].number,
		.creator_name = col[8].text,
		.creator_email = col[9].text,
		.created_at = col[10].time,
		.last_sign_in_at = col[11].time,
		.version = col[12].number,
		.ip_allow_list = col[13].text,
		.locked_until = locked_until > clock_now() ? locked_until : 0,
	};
}

/* The memberships that a page shows are few: one look for each row finds its run. */
static void hand_out_groups(struct user *users, size_t count, struct group_name *groups,
	const uint64_t *members, size_t found)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;

		while (at < found && members[at] != users[i].id) {
			at++;
		}
		users[i].groups = groups + at;
		while (at < found && members[at] == users[i].id) {
			users[i].group_count++;
			at++;
		}
	}
}

static enum err read_members(struct arena *arena, struct db_rows *rows, struct user *users,
	size_t count)
{
	size_t room = 4 * count, found = 0;
	struct group_name *groups = arena_array(arena, room, sizeof(*groups));
	uint64_t *members = arena_array(arena, room, sizeof(*members));
	enum db_step step;

	while ((step = db_next(rows)) == DB_ROW) {
		if (found == room) {
			groups = arena_grow(arena, groups, room * sizeof(*groups));
			members = arena_grow(arena, members, room * sizeof(*members));
			room *= 2;
		}
		members[found] = rows->col[0].number;
		groups[found] = (struct group_name){ .id = rows->col[1].number, .name = "" };
		found++;
	}
	hand_out_groups(users, count, groups, members, found);
	return db_rows_end(rows, step);
}

static const struct statement user_members_between = {
	"user_members_between", DB_WEB | DB_ADMIN, "uu", "uu",
	"SELECT user_id, group_id FROM user_group_member WHERE user_id BETWEEN ? AND ? "
	"ORDER BY user_id, group_id" };

static const struct statement user_members_in = { "user_members_in", DB_WEB | DB_ADMIN, "I", "uu",
	"SELECT user_id, group_id FROM user_group_member WHERE user_id IN (?...) ORDER BY user_id, "
	"group_id" };

static enum err ask_members(struct db *db, struct arena *arena, const struct user *users,
	size_t count, struct db_rows *rows)
{
	uint64_t *ids = arena_array(arena, count, sizeof(*ids));
	uint64_t least = users[0].id, most = users[0].id;

	for (size_t i = 1; i < count; i++) {
		least = users[i].id < least ? users[i].id : least;
		most = users[i].id > most ? users[i].id : most;
	}
	if (most - least < 4 * count) {
		return db_query(db, &user_members_between, DB_IN(in_number(least), in_number(most)),
			arena, rows);
	}
	for (size_t i = 0; i < count; i++) {
		ids[i] = users[i].id;
	}
	return db_query(db, &user_members_in, DB_IN(in_ids(ids, count)), arena, rows);
}

static enum err load_groups(struct db *db, struct arena *arena, struct user *users, size_t count)
{
	struct db_rows rows;
	enum err err = count == 0 ? ERR_OK : ask_members(db, arena, users, count, &rows);

	if (err != ERR_OK || count == 0) {
		return err;
	}
	return read_members(arena, &rows, users, count);
}

/* The parameters that every page and count begin with (USER_FILTERS_IN of stmt.def). */
enum { FILTER_COUNT = 21 };

static struct db_in in_choice(int choice)
{
	return in_number(choice < 0 ? ANY : (uint64_t)choice);
}

static void filter_in(struct arena *arena, const struct user_filter *filter,
	struct db_in in[static FILTER_COUNT])
{
	const char *email = store_page_pattern(arena, filter->email);
	const char *name = store_page_pattern(arena, filter->name);
	struct db_in status = in_choice(filter->status), two_factor = in_choice(filter->two_factor);
	struct db_in mask = in_choice(filter->mask_data), never = in_choice(filter->never_signed_in);
	struct db_in locked = in_choice(filter->locked);
	const struct db_in all[FILTER_COUNT] = {
		in_bytes(email, strlen(email)), in_bytes(email, strlen(email)),
		in_text(name), in_text(name),
		in_number(filter->id), in_number(filter->id),
		status, status, two_factor, two_factor, mask, mask,
		in_number(filter->group_id), in_number(filter->group_id),
		never, never,
		in_number(filter->idle_since != 0), in_time(filter->idle_since),
		locked, in_time(clock_now()), locked,
	};

	memcpy(in, all, sizeof(all));
}

static bool searches(const struct user_filter *filter)
{
	return filter->email[0] != '\0' || filter->name[0] != '\0';
}

static enum err read_users(struct db_rows *rows, struct user *users, size_t room, size_t *found)
{
	enum db_step step;

	*found = 0;
	while ((step = db_next(rows)) == DB_ROW && *found < room) {
		take_user(rows->col, &users[*found]);
		(*found)++;
	}
	return db_rows_end(rows, step);
}

enum err store_user_list(struct db *db, struct arena *arena, const struct user_filter *filter,
	const struct page_ask *ask, struct page *page, struct user **users)
{
	bool down = store_page_descends(ask);
	char kind = pages[ask->sort].kind;
	enum stmt stmt = searches(filter) && filter->hits_are_rare ? pages[ask->sort].hits[down]
		: pages[ask->sort].page[down];
	struct db_in in[FILTER_COUNT + 6];
	size_t count = FILTER_COUNT, keys = pages[ask->sort].nullable ? 3 : 2;
	struct db_rows rows;
	size_t found = 0;

	filter_in(arena, filter, in);
	in[count++] = in_number(ask->has_key);
	for (size_t i = 0; i < keys; i++) {
		in[count++] = store_page_key(ask, kind);
	}
	in[count++] = in_number(ask->key_id);
	in[count++] = in_number(ask->size + 1);
	*users = arena_array(arena, (size_t)ask->size + 1, sizeof(**users));
	TRY(db_query(db, &store_pages[stmt], in, count, arena, &rows));
	TRY(read_users(&rows, *users, (size_t)ask->size + 1, &found));
	store_page_settle(ask, *users, sizeof(**users), found, page);
	return load_groups(db, arena, *users, page->count);
}

static bool takes_all(const struct user_filter *filter)
{
	return !searches(filter) && filter->id == 0 && filter->status < 0 && filter->two_factor < 0 &&
		filter->group_id == 0 && filter->mask_data < 0 && filter->never_signed_in < 0 &&
		filter->idle_since == 0 && filter->locked < 0;
}

static enum err count_filtered(struct db *db, struct arena *arena,
	const struct user_filter *filter, uint64_t most, struct db_rows *rows)
{
	struct db_in in[FILTER_COUNT + 1];

	filter_in(arena, filter, in);
	in[FILTER_COUNT] = in_number(most);
	return db_first(db, &store_pages[searches(filter) ? STMT_USER_COUNT_HITS : STMT_USER_COUNT], in,
		FILTER_COUNT + 1, arena, rows);
}

enum err store_user_count(struct db *db, struct arena *arena, const struct user_filter *filter,
	uint64_t limit, uint64_t *count)
{
	struct db_rows rows;

	*count = 0;
	TRY(takes_all(filter)
		? db_first(db, &store_pages[STMT_USER_COUNT_ALL], DB_IN(in_number(limit + 1)), arena, &rows)
		: count_filtered(db, arena, filter, limit + 1, &rows));
	*count = rows.col[0].number;
	return ERR_OK;
}

enum err store_user_load(struct db *db, struct arena *arena, uint64_t id, struct user *user)
{
	struct db_rows rows;

	TRY(db_first(db, &store_pages[STMT_USER_LOAD], DB_IN(in_number(id)), arena, &rows));
	take_user(rows.col, user);
	return load_groups(db, arena, user, 1);
}

static const struct statement user_find = { "user_find", DB_WEB | DB_ADMIN, "b", "u",
	"SELECT id FROM user WHERE email = ?" };

enum err store_user_find(struct db *db, struct arena *arena, const char *email, uint64_t *id)
{
	struct db_rows rows;

	*id = 0;
	TRY(db_first(db, &user_find, DB_IN(in_bytes(email, strlen(email))), arena,
		&rows));
	*id = rows.col[0].number;
	return ERR_OK;
}

static const struct statement user_member_insert = {
	"user_member_insert", DB_WEB | DB_ADMIN, "uu", "",
	"INSERT INTO user_group_member (user_id, group_id) VALUES (?, ?)" };

static enum err insert_member(struct db *db, uint64_t id, uint64_t group)
{
	return db_run(db, &user_member_insert, DB_IN(in_number(id), in_number(group)));
}

/* Puts a new user into the groups; an enabled administrator is counted. */
static enum err insert_members(struct db *db, uint64_t id, const struct user_new *user)
{
	bool administrator = false;

	for (size_t i = 0; i < user->group_count; i++) {
		administrator |= user->groups[i] == GROUP_ADMINISTRATORS;
		TRY(insert_member(db, id, user->groups[i]));
	}
	return store_rights_count_administrator(db,
		administrator && user->status == STATUS_ENABLED);
}

static const struct statement user_insert = { "user_insert", DB_WEB | DB_ADMIN, "bssutuuussut", "",
	"INSERT INTO user (email, name, password, password_must_change, password_expires_at, status, "
	"two_factor, mask_data, language, ip_allow_list, creator_id, created_at) "
	"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };

enum err store_user_insert(struct db *db, const struct user_new *user, uint64_t *id)
{
	TRY(db_run(db, &user_insert,
		DB_IN(in_bytes(user->email, strlen(user->email)), in_text(user->name),
			in_text(user->password), in_number(user->password_must_change),
			in_time(user->password_expires_at), in_number(user->status),
			in_number(user->two_factor), in_number(user->mask_data),
			in_text(user->language == NULL ? "" : user->language),
			in_text(user->ip_allow_list == NULL ? "" : user->ip_allow_list),
			in_id(user->creator_id), in_time(clock_now()))));
	*id = db_insert_id(db);
	return insert_members(db, *id, user);
}

static const struct statement user_update = { "user_update", DB_WEB | DB_ADMIN, "bsuuussuu", "",
	"UPDATE user SET email = ?, name = ?, status = ?, two_factor = ?, mask_data = ?, language = ?, "
	"ip_allow_list = ?, version = version + 1 WHERE id = ? AND version = ?" };

static enum err write_user(struct db *db, const struct user *before, const struct user *next)
{
	TRY(db_run(db, &user_update,
		DB_IN(in_bytes(next->email, strlen(next->email)), in_text(next->name),
			in_number(next->status), in_number(next->two_factor), in_number(next->mask_data),
			in_text(next->language), in_text(next->ip_allow_list), in_number(before->id),
			in_number(before->version))));
	return db_affected(db) == 0 ? ERR_STALE : ERR_OK;
}

static bool same_groups(const struct user *a, const struct user *b)
{
	bool same = a->group_count == b->group_count;

	for (size_t i = 0; same && i < a->group_count; i++) {
		same = a->groups[i].id == b->groups[i].id;
	}
	return same;
}

static const struct statement user_member_delete_all = {
	"user_member_delete_all", DB_WEB | DB_ADMIN, "u", "",
	"DELETE FROM user_group_member WHERE user_id = ?" };

static enum err write_members(struct db *db, const struct user *before, const struct user *next)
{
	if (same_groups(before, next)) {
		return ERR_OK;
	}
	TRY(db_run(db, &user_member_delete_all, DB_IN(in_number(before->id))));
	for (size_t i = 0; i < next->group_count; i++) {
		TRY(insert_member(db, before->id, next->groups[i].id));
	}
	return ERR_OK;
}

/* 1 for an enabled administrator, 0 for anybody else: what admin_count adds up. */
static int weight_of(const struct user *user)
{
	for (size_t i = 0; user->status == STATUS_ENABLED && i < user->group_count; i++) {
		if (user->groups[i].id == GROUP_ADMINISTRATORS) {
			return 1;
		}
	}
	return 0;
}

static enum err change_administrators(struct db *db, int change, bool *last_administrator)
{
	enum err err = store_rights_count_administrator(db, change);

	*last_administrator = err == ERR_CONFLICT;
	return err;
}

/* Whether they come in otherwise than before, or may do or see something else once they are in. */
static bool comes_in_otherwise(const struct user *before, const struct user *next)
{
	return strcmp(before->email, next->email) != 0 || before->status != next->status ||
		before->two_factor != next->two_factor || before->mask_data != next->mask_data ||
		strcmp(before->ip_allow_list, next->ip_allow_list) != 0 || !same_groups(before, next);
}

static enum err leave_address(struct db *db, uint64_t id, struct user_outcome *outcome)
{
	bool was_mailed;

	TRY(store_pending_void_mailed_password(db, id, &was_mailed));
	outcome->credentials_void |= was_mailed;
	return store_attempt_end_delays(db, id);
}

/* What of the old record must not outlive it. */
static enum err void_old(struct db *db, const struct user *before, const struct user *next,
	uint64_t except, struct user_outcome *outcome)
{
	if (comes_in_otherwise(before, next)) {
		TRY(store_pending_void(db, before->id, except, &outcome->credentials_void));
	}
	if (strcmp(before->email, next->email) != 0) {
		TRY(leave_address(db, before->id, outcome));
	}
	if (before->two_factor == TWO_FACTOR_TOTP &&
	    next->two_factor != TWO_FACTOR_TOTP) {
		TRY(store_totp_delete(db, before->id));
	}
	if (next->status == STATUS_DISABLED) {
		TRY(store_session_end_all(db, before->id, 0));
	}
	return ERR_OK;
}

enum err store_user_update(struct db *db, const struct user *before, const struct user *next,
	uint64_t except, struct user_outcome *outcome)
{
	*outcome = (struct user_outcome){ .last_administrator = false };
	TRY(write_user(db, before, next));
	TRY(void_old(db, before, next, except, outcome));
	TRY(write_members(db, before, next));
	return change_administrators(db, weight_of(next) - weight_of(before),
		&outcome->last_administrator);
}

static const struct statement user_delete = { "user_delete", DB_WEB | DB_ADMIN, "uu", "",
	"DELETE FROM user WHERE id = ? AND version = ?" };

enum err store_user_delete(struct db *db, const struct user *user, bool *last_administrator)
{
	bool credentials;

	TRY(change_administrators(db, -weight_of(user), last_administrator));
	TRY(store_pending_void(db, user->id, 0, &credentials));
	TRY(db_run(db, &user_delete, DB_IN(in_number(user->id), in_number(user->version))));
	return db_affected(db) == 0 ? ERR_STALE : ERR_OK;
}

static const struct statement user_set_language = { "user_set_language", DB_WEB, "su", "",
	"UPDATE user SET language = ?, version = version + 1 WHERE id = ?" };

enum err store_user_set_language(struct db *db, uint64_t id, const char *language)
{
	return db_run(db, &user_set_language, DB_IN(in_text(language), in_number(id)));
}

static const struct statement user_signed_in = { "user_signed_in", DB_WEB, "tu", "",
	"UPDATE user SET last_sign_in_at = ? WHERE id = ?" };

enum err store_user_signed_in(struct db *db, uint64_t id, int64_t at)
{
	return db_run(db, &user_signed_in, DB_IN(in_time(at), in_number(id)));
}

const struct statement *const user_statements[] = {
	&user_find, &user_insert, &user_update, &user_delete, &user_set_language, &user_signed_in,
	&user_member_insert, &user_member_delete_all, &user_members_between, &user_members_in, NULL,
};
