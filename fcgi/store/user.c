#include "store/user.h"

#include "base/clock.h"
#include "base/text.h"
#include "rule/perm.h"
#include "store/attempt.h"
#include "store/outbox.h"
#include "store/pending.h"
#include "store/rights.h"
#include "store/rows.h"
#include "store/session.h"
#include "store/totp.h"
#include "store/user_beside.h"
#include "store/words.h"

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
		.where = IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "mask_data", .kind = COLUMN_FLAG, .offset = AT(mask_data), .sql = "u.mask_data",
		.stored = "mask_data",
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "language", .kind = COLUMN_TEXT, .offset = AT(language), .sql = "u.language",
		.stored = "language", .check = &check_language,
		.where = IN_CREATE | IN_UPDATE | IN_IMPORT | IN_JSON | IN_CSV |
			IN_TRAIL },
	{ .name = "creator_id", .kind = COLUMN_ID, .offset = AT(creator_id), .sql = "u.creator_id",
		.stored = "creator_id", .where = IS_FIXED },
	{ .name = "creator_name", .kind = COLUMN_TEXT, .offset = AT(creator_name) },
	{ .name = "creator", .kind = COLUMN_BYTES, .offset = AT(creator_email), .where = IN_CSV },
	{ .name = "created_at", .kind = COLUMN_TIME, .offset = AT(created_at), .sql = "u.created_at",
		.stored = "created_at", .where = IN_JSON | IN_CSV | IN_TRAIL | IS_FIXED },
	{ .name = "last_sign_in_at", .kind = COLUMN_TIME, .offset = AT(last_sign_in_at),
		.sql = "u.last_sign_in_at", .where = IN_JSON | IN_CSV | IN_TRAIL },
	{ .name = "locked_until", .kind = COLUMN_TIME, .offset = AT(locked_until),
		.where = IN_JSON | IN_TRAIL },
	{ .name = "ip_allow_list", .kind = COLUMN_TEXT, .offset = AT(ip_allow_list),
		.sql = "u.ip_allow_list", .stored = "ip_allow_list", .max = CELL_MAX,
		.where = IN_IMPORT | IN_CSV },
	{ .name = "version", .kind = COLUMN_NUMBER, .offset = AT(version), .sql = "u.version",
		.stored = "version", .where = IN_JSON | IN_TRAIL | IS_FIXED },
	{ .kind = COLUMN_END },
};

/* Who has not been here, or not for long, is found among those of a status, and so on. */
static const struct list_pair user_pairs[] = {
	{ { "status", "two_factor" }, "user_status_two_factor", "id" },
	{ { "status", "mask_data" }, "user_status_mask", "id" },
	{ { "two_factor", "mask_data" }, "user_two_factor_mask", "id" },
	{ { "status", "never_signed_in" }, "user_status_seen", NULL },
	{ { "status", "idle_days" }, "user_status_seen", NULL },
	{ { "two_factor", "never_signed_in" }, "user_two_factor_seen", NULL },
	{ { "two_factor", "idle_days" }, "user_two_factor_seen", NULL },
	{ { "mask_data", "never_signed_in" }, "user_mask_seen", NULL },
	{ { "mask_data", "idle_days" }, "user_mask_seen", NULL },
	{ { "never_signed_in", "idle_days" }, "user_seen", NULL },
	{ .index = NULL },
};

/* The state of the newest letter of a kind to a user, if it is newer than all of another kind: one
 * look into the index for each. */
#define USER_LETTER(kind, other) "(SELECT o.state FROM {outbox} o FORCE INDEX (outbox_kind_user) " \
	"WHERE o.kind = " kind " AND o.user_id = u.id AND NOT EXISTS (SELECT 1 FROM {outbox} n " \
	"FORCE INDEX (outbox_kind_user) WHERE n.kind = " other " AND n.user_id = u.id " \
	"AND n.id > o.id) ORDER BY o.id DESC LIMIT 1)"

/* How the newest letter with a password or a link to a user fared. Of a state that few letters are
 * in, like a failure, these are looked through instead. */
#define USER_DELIVERY "COALESCE(" USER_LETTER("1", "4") ", " USER_LETTER("4", "1") ") = ?"

static const struct list_few user_letters = {
	.from = "{outbox} o FORCE INDEX (outbox_state_kind) WHERE o.state = ? AND o.kind IN (1, 4) "
		"AND o.user_id IS NOT NULL",
	.id = "o.user_id",
};

/* Administrators have each permission without a row that says so. A count is no join: planners
 * would begin with all members. */
#define USER_PERMITTED "0 < (SELECT COUNT(*) FROM {user_group_member} m " \
	"LEFT JOIN {user_group_permission} p ON p.group_id = m.group_id AND p.permission = ? " \
	"WHERE m.user_id = u.id AND (m.group_id = 1 OR p.group_id IS NOT NULL))"

static const struct list_few user_permitted = {
	.from = "(SELECT 1 AS id UNION ALL SELECT p.group_id FROM {user_group_permission} p "
		"WHERE p.permission = ?) g STRAIGHT_JOIN {user_group_member} m "
		"FORCE INDEX (user_group_member_group) ON m.group_id = g.id",
	.id = "m.user_id",
};

static const struct list_lead user_members_lead = {
	.from = "{user_group_member} m FORCE INDEX (user_group_member_group)",
	.join = " STRAIGHT_JOIN {user} u ON u.id = m.user_id",
	.column = "m.group_id",
	.by = "m.user_id",
};

const struct noun user_noun = {
	.name = "user",
	.programs = DB_WEB | DB_ADMIN,
	.writers = DB_WEB | DB_ADMIN,
	.columns = user_columns,
	.size = sizeof(struct user),
	.table = "{user}",
	.alias = "u",
	.joins = "",
	.inserted = "password, password_must_change, password_expires_at",
	.inserted_in = "sut",
	.words = "{user_word}",
	.list = {
		.sorts = (const struct list_sort[]){
			{ .name = "id", .unique = true, .index = "PRIMARY" },
			{ .name = "email", .unique = true, .index = "user_email" },
			{ .name = "name", .index = "user_name" },
			{ .name = "status", .index = "user_status" },
			{ .name = "two_factor", .index = "user_two_factor" },
			{ .name = "created_at", .index = "user_created" },
			{ .name = "last_sign_in_at", .nullable = true, .index = "user_last_sign_in" },
			{ .name = NULL },
		},
		.descending = true,
		.filters = (const struct list_filter[]){
			{ .name = "id", .kind = COLUMN_ID },
			{ .name = "email", .kind = COLUMN_BYTES, .operand = LIST_PART,
				.form = field_email_part },
			{ .name = "name", .kind = COLUMN_TEXT, .operand = LIST_PART },
			{ .name = "status", .kind = COLUMN_WORD, .words = status_words, .along = "id",
				.index = "user_status" },
			{ .name = "two_factor", .kind = COLUMN_WORD, .words = two_factor_words,
				.along = "id", .index = "user_two_factor" },
			/* Members of one group lie together in this index: others are not read for them. */
			{ .name = "group", .kind = COLUMN_ID,
				.condition = "EXISTS (SELECT 1 FROM {user_group_member} m "
					"FORCE INDEX (user_group_member_group) "
					"WHERE m.user_id = u.id AND m.group_id = ?)",
				.along = "id", .lead = &user_members_lead },
			{ .name = "mask_data", .kind = COLUMN_FLAG, .along = "id", .index = "user_mask" },
			{ .name = "never_signed_in", .kind = COLUMN_FLAG, .column = "last_sign_in_at",
				.along = "id", .index = "user_last_sign_in",
				.condition = "u.last_sign_in_at IS NULL",
				.otherwise = "u.last_sign_in_at IS NOT NULL" },
			/* Nor made since then. */
			{ .name = "idle_days", .kind = COLUMN_ID, .operand = LIST_DAYS_AGO,
				.column = "last_sign_in_at",
				.condition = "(u.last_sign_in_at < ? "
					"OR (u.last_sign_in_at IS NULL AND u.created_at < ?))" },
			/* Within IF(): NOT EXISTS would be asked of everybody's attempts. */
			{ .name = "locked", .kind = COLUMN_FLAG, .operand = LIST_NOW, .column = "locked_until",
				.condition = "EXISTS (SELECT 1 FROM {attempt} a "
					"WHERE a.user_id = u.id AND a.blocked_until > ?)",
				.otherwise = "IF(EXISTS (SELECT 1 FROM {attempt} a "
					"WHERE a.user_id = u.id AND a.blocked_until > ?), 0, 1)" },
			{ .name = "created_since", .kind = COLUMN_TIME, .column = "created_at",
				.condition = "u.created_at >= ?" },
			{ .name = "created_until", .kind = COLUMN_TIME, .column = "created_at",
				.condition = "u.created_at < ?" },
			{ .name = "last_sign_in_since", .kind = COLUMN_TIME, .column = "last_sign_in_at",
				.condition = "u.last_sign_in_at >= ?" },
			{ .name = "last_sign_in_until", .kind = COLUMN_TIME, .column = "last_sign_in_at",
				.condition = "u.last_sign_in_at < ?" },
			{ .name = "creator", .kind = COLUMN_ID, .column = "creator_id", .along = "id",
				.index = "user_creator" },
			{ .name = "language", .kind = COLUMN_TEXT, .ascii = true, .along = "id",
				.index = "user_language" },
			/* A network begins with a digit, a letter or a colon. */
			{ .name = "has_ip_allow_list", .kind = COLUMN_FLAG, .column = "ip_allow_list",
				.condition = "u.ip_allow_list >= '0'", .otherwise = "u.ip_allow_list = ''" },
			{ .name = "delivery", .kind = COLUMN_WORD, .words = outbox_state_words, .looks = true,
				.condition = USER_DELIVERY, .few = &user_letters },
			{ .name = "permission", .kind = COLUMN_WORD, .words = perm_names, .looks = true,
				.operand = LIST_WORD, .condition = USER_PERMITTED,
				.few = &user_permitted },
			/* The last one: the words are looked up of rows alone that the others leave. */
			{ .name = "q", .kind = COLUMN_TEXT, .operand = LIST_WORDS, .column = "name" },
			{ .kind = COLUMN_END },
		},
		.pairs = user_pairs,
	},
	.complete = store_user_complete,
};

enum err store_user_load(struct db *db, struct arena *arena, uint64_t id, struct user *user)
{
	return store_load(db, arena, &user_noun, false, id, user);
}

static const struct statement user_find = { "user_find", DB_WEB | DB_ADMIN, "b", "u",
	"SELECT id FROM {user} WHERE email = ?" };

enum err store_user_find(struct db *db, struct arena *arena, const char *email, uint64_t *id)
{
	*id = 0;
	return db_first(db, &user_find, DB_IN(in_bytes(email, strlen(email))), arena,
		DB_INTO(into_number(id)));
}

static const struct statement user_member_insert = {
	"user_member_insert", DB_WEB | DB_ADMIN, "uu", "",
	"INSERT INTO {user_group_member} (user_id, group_id) VALUES (?, ?)" };

/* Puts users into their groups. */
static enum err insert_members(struct db *db, const struct user *users, size_t count)
{
	struct db_in *in;
	struct arena arena;
	size_t all = 0, at = 0;
	enum err err;

	for (size_t i = 0; i < count; i++) {
		all += users[i].group_count;
	}
	arena_init(&arena);
	in = arena_array(&arena, 2 * all, sizeof(*in));
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < users[i].group_count; j++) {
			in[at++] = in_number(users[i].id);
			in[at++] = in_number(users[i].groups[j].id);
		}
	}
	err = rows_put(db, &user_member_insert, in, all, NULL);
	arena_release(&arena);
	return err;
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

static enum err insert_users(struct db *db, struct user *users, size_t count,
	const struct user_entry *entry)
{
	const struct db_in extra[] = { in_text(entry->password), in_number(entry->must_change),
		in_time(entry->expires_at) };
	int64_t now = clock_now();

	for (size_t i = 0; i < count; i++) {
		users[i].created_at = now;
		users[i].version = 1;
	}
	return store_insert_all(db, &user_noun, &(struct new_records){ .records = users,
		.count = count, .extra = extra, .extra_count = sizeof(extra) / sizeof(extra[0]) });
}

enum err store_user_insert(struct db *db, struct user *users, size_t count,
	const struct user_entry *entry)
{
	int administrators = 0;

	TRY(insert_users(db, users, count, entry));
	TRY(insert_members(db, users, count));
	for (size_t i = 0; i < count; i++) {
		administrators += weight_of(&users[i]);
	}
	return store_rights_count_administrator(db, administrators);
}

static const struct statement user_creator = { "user_creator", DB_WEB | DB_ADMIN, "u", "sb",
	"SELECT name, email FROM {user} WHERE id = ?" };

enum err store_user_creator(struct db *db, struct arena *arena, struct user *user)
{
	user->creator_name = user->creator_email = "";
	return user->creator_id == 0 ? ERR_OK : db_first(db, &user_creator,
		DB_IN(in_number(user->creator_id)), arena,
		DB_INTO(into_text(&user->creator_name), into_text(&user->creator_email)));
}

static const struct statement user_taken = { "user_taken", DB_WEB | DB_ADMIN, "L", "b",
	"SELECT email FROM {user} WHERE email IN (?...)" };

enum err store_user_taken(struct db *db, struct arena *arena, const char *const *emails,
	size_t count, const char ***taken, size_t *found)
{
	const char **list = arena_array(arena, DB_IDS_MAX, sizeof(*list));
	struct db_rows rows;
	enum db_step step;

	*taken = list;
	*found = 0;
	TRY(db_query(db, &user_taken, DB_IN(in_list(emails, count)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		db_take(&rows, DB_INTO(into_text(&list[*found])));
		(*found)++;
	}
	return db_rows_end(&rows, step);
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
	"DELETE FROM {user_group_member} WHERE user_id = ?" };

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

/* Voids what of the old record must not outlive it. */
static enum err void_old(struct db *db, const struct user *before, const struct user *next,
	uint64_t except, struct user_outcome *outcome)
{
	bool was_mailed;

	if (comes_in_otherwise(before, next)) {
		TRY(store_pending_void(db, before->id, except, &outcome->credentials_void));
	}
	if (strcmp(before->email, next->email) != 0) {
		TRY(store_pending_void_mailed_password(db, before->id, &was_mailed));
		outcome->credentials_void |= was_mailed;
		TRY(store_attempt_end_delays(db, before->id));
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
	const struct words_source old = store_words_source(&user_noun, before, before->id),
		new = store_words_source(&user_noun, next, before->id);

	*outcome = (struct user_outcome){ .last_administrator = false };
	TRY(store_update(db, &user_noun, false, before, next));
	TRY(store_words_update(db, &user_noun, &old, &new));
	TRY(void_old(db, before, next, except, outcome));
	if (!same_groups(before, next)) {
		TRY(db_run(db, &user_member_delete_all, DB_IN(in_number(before->id))));
		TRY(insert_members(db, next, 1));
	}
	return change_administrators(db, weight_of(next) - weight_of(before),
		&outcome->last_administrator);
}

enum err store_user_delete(struct db *db, const struct user *user, bool *last_administrator)
{
	bool credentials;

	TRY(change_administrators(db, -weight_of(user), last_administrator));
	TRY(store_pending_void(db, user->id, 0, &credentials));
	TRY(store_delete(db, &user_noun, user));
	return store_words_delete(db, &user_noun, user->id);
}

static const struct statement user_set_language = { "user_set_language", DB_WEB, "su", "",
	"UPDATE {user} SET language = ?, version = version + 1 WHERE id = ?" };

enum err store_user_set_language(struct db *db, uint64_t id, const char *language)
{
	return db_run(db, &user_set_language, DB_IN(in_text(language), in_number(id)));
}

static const struct statement user_signed_in = { "user_signed_in", DB_WEB, "tu", "",
	"UPDATE {user} SET last_sign_in_at = ? WHERE id = ?" };

enum err store_user_signed_in(struct db *db, uint64_t id, int64_t at)
{
	return db_run(db, &user_signed_in, DB_IN(in_time(at), in_number(id)));
}

const struct statement *const user_statements[] = {
	&user_find, &user_creator, &user_taken, &user_set_language, &user_signed_in,
	&user_member_insert, &user_member_delete_all, NULL,
};
