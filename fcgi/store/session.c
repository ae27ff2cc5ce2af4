#include "store/session.h"

#include "base/clock.h"
#include "rule/throttle.h"

#include <string.h>

/* How long what a sweep looks for is kept: counters by their memory, keys of repeated requests. */
enum { ATTEMPT_HOURS = 24, IDEMPOTENCY_HOURS = 24 };

/* A proof of the year 1970: NULL would say that signing in was one. */
enum { NEVER = CLOCK_SECOND };

/* Of what happened in the future nothing counts; the parameter is the latest time. */
static const struct statement session_find = { "session_find", DB_WEB, "tbtt", "uutttu",
	"SELECT s.id, s.user_id, s.created_at, s.last_used_at, "
	"CASE WHEN s.proved_at <= ? THEN s.proved_at ELSE s.created_at END, "
	"e.epoch FROM {session} s JOIN {authz_epoch} e ON e.id = 1 "
	"WHERE s.token_hash = ? AND s.created_at <= ? AND s.last_used_at <= ?" };

enum err store_session_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	struct session *session)
{
	struct db_in latest = in_time(clock_latest(clock_now()));

	*session = (struct session){ 0 };
	return db_first(db, &session_find, DB_IN(latest, in_hash(token), latest, latest), arena,
		DB_INTO(into_number(&session->id), into_number(&session->user_id),
			into_time(&session->created_at), into_time(&session->last_used_at),
			into_time(&session->stepped_up_at), into_number(&session->epoch)));
}

static const struct statement session_insert = { "session_insert", DB_WEB, "buuttss", "",
	"INSERT INTO {session} (token_hash, user_id, user_email, created_at, last_used_at, "
	"remote_address, user_agent) "
	"VALUES (?, ?, (SELECT email FROM {user} WHERE id = ?), ?, ?, ?, ?)" };

enum err store_session_insert(struct db *db, const struct secret_hash *token, uint64_t user_id,
	int64_t now, const char *remote_address, const char *user_agent, uint64_t *id)
{
	*id = 0;
	TRY(db_run(db, &session_insert, DB_IN(in_hash(token), in_number(user_id),
		in_number(user_id), in_time(now), in_time(now), in_text(remote_address),
		in_text(user_agent))));
	*id = db_insert_id(db);
	return ERR_OK;
}

static const struct statement session_touch = { "session_touch", DB_WEB, "tu", "",
	"UPDATE {session} SET last_used_at = ? WHERE id = ?" };

enum err store_session_touch(struct db *db, uint64_t id, int64_t now)
{
	return db_run(db, &session_touch, DB_IN(in_time(now), in_number(id)));
}

static const struct statement session_step_up = { "session_prove", DB_WEB, "tbu", "",
	"UPDATE {session} SET proved_at = ?, token_hash = ? WHERE id = ?" };

enum err store_session_step_up(struct db *db, uint64_t id, const struct secret_hash *token,
	int64_t now)
{
	return db_run(db, &session_step_up,
		DB_IN(in_time(now), in_bytes(token->bytes, sizeof(token->bytes)), in_number(id)));
}

static const struct statement session_void_step_ups = {
	"session_void_proofs", DB_WEB | DB_ADMIN, "tuu", "",
	"UPDATE {session} SET proved_at = ? WHERE user_id = ? AND id <> ?" };

enum err store_session_void_step_ups(struct db *db, uint64_t user_id, uint64_t except)
{
	return db_run(db, &session_void_step_ups,
		DB_IN(in_time(NEVER), in_number(user_id), in_number(except)));
}

static const struct statement session_end = { "session_end", DB_WEB, "u", "",
	"DELETE FROM {session} WHERE id = ?" };

enum err store_session_end(struct db *db, uint64_t id)
{
	return db_run(db, &session_end, DB_IN(in_number(id)));
}

static const struct statement session_end_all = { "session_end_all", DB_WEB | DB_ADMIN, "uu", "",
	"DELETE FROM {session} WHERE user_id = ? AND id <> ?" };

enum err store_session_end_all(struct db *db, uint64_t user_id, uint64_t except)
{
	TRY(db_run(db, &session_end_all, DB_IN(in_number(user_id), in_number(except))));
	return store_challenge_end_all(db, user_id);
}

#define AT(member) offsetof(struct session_entry, member)

const struct column session_columns[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = AT(id), .sql = "s.id", .where = IN_JSON },
	{ .name = "user_id", .kind = COLUMN_NUMBER, .offset = AT(user_id), .sql = "s.user_id" },
	{ .name = "user_name", .kind = COLUMN_TEXT, .offset = AT(user_name), .sql = "u.name" },
	/* In the session too, because an order goes along one table. */
	{ .name = "user_email", .kind = COLUMN_BYTES, .offset = AT(user_email),
		.sql = "s.user_email" },
	{ .name = "created_at", .kind = COLUMN_TIME, .offset = AT(created_at),
		.sql = "s.created_at", .where = IN_JSON },
	{ .name = "last_used_at", .kind = COLUMN_TIME, .offset = AT(last_used_at),
		.sql = "s.last_used_at", .where = IN_JSON },
	{ .name = "remote_address", .kind = COLUMN_TEXT, .offset = AT(remote_address),
		.sql = "s.remote_address", .where = IN_JSON },
	{ .name = "user_agent", .kind = COLUMN_TEXT, .offset = AT(user_agent),
		.sql = "s.user_agent", .where = IN_JSON },
	{ .kind = COLUMN_END },
};

const struct noun session_noun = {
	.name = "session",
	.programs = DB_WEB,
	.columns = session_columns,
	.size = sizeof(struct session_entry),
	.table = "{session}",
	.alias = "s",
	.joins = " LEFT JOIN {user} u ON u.id = s.user_id",
	.always = "s.last_used_at >= ? AND s.created_at >= ?",
	.always_in = "tt",
	.list = {
		.sorts = (const struct list_sort[]){
			{ .name = "last_used_at", .index = "session_last_used" },
			{ .name = "created_at", .index = "session_created" },
			{ .name = "user", .column = "user_email", .index = "session_email" },
			{ .name = "remote_address", .index = "session_address" },
			{ .name = NULL },
		},
		.descending = true,
		.filters = (const struct list_filter[]){
			{ .name = "user", .kind = COLUMN_ID, .column = "user_id" },
			{ .name = "remote_address", .kind = COLUMN_TEXT, .ascii = true,
				.operand = LIST_START },
			{ .name = "created_since", .kind = COLUMN_TIME, .column = "created_at",
				.condition = "s.created_at >= ?" },
			{ .name = "created_until", .kind = COLUMN_TIME, .column = "created_at",
				.condition = "s.created_at < ?" },
			{ .name = "last_used_since", .kind = COLUMN_TIME, .column = "last_used_at",
				.condition = "s.last_used_at >= ?" },
			{ .name = "last_used_until", .kind = COLUMN_TIME, .column = "last_used_at",
				.condition = "s.last_used_at < ?" },
			{ .name = "user_agent", .kind = COLUMN_TEXT, .operand = LIST_PART, .looks = true },
			{ .kind = COLUMN_END },
		},
	},
};

static const struct statement session_count_of = { "session_count_of", DB_WEB, "ttI", "u",
	"SELECT COUNT(*) FROM {session} s WHERE s.last_used_at >= ? AND s.created_at >= ? AND "
	"s.user_id IN (?...)" };

enum err store_session_count_of(struct db *db, struct arena *arena,
	const struct session_live *live, const uint64_t *user_ids, size_t user_count,
	uint64_t *count)
{
	*count = 0;
	return db_first(db, &session_count_of, DB_IN(in_time(live->idle), in_time(live->born),
		in_ids(user_ids, user_count)), arena, DB_INTO(into_number(count)));
}

enum err store_session_load(struct db *db, struct arena *arena, const struct session_live *live,
	uint64_t user_id, uint64_t id, struct session_entry *session)
{
	TRY(store_load(db, arena, &session_noun, false, id, session));
	return (user_id != 0 && session->user_id != user_id) || session->last_used_at < live->idle ||
		session->created_at < live->born ? ERR_NOT_FOUND : ERR_OK;
}

static const struct statement session_count_live = { "session_count_live", DB_WEB, "utt", "u",
	"SELECT COUNT(*) FROM {session} "
	"WHERE user_id = ? AND last_used_at >= ? AND created_at >= ?" };

enum err store_session_count(struct db *db, struct arena *arena, const struct session_live *live,
	uint64_t user_id, uint64_t *count)
{
	*count = 0;
	return db_first(db, &session_count_live, DB_IN(in_number(user_id), in_time(live->idle),
		in_time(live->born)), arena, DB_INTO(into_number(count)));
}

/* Of the index alone. */
static const struct statement session_count_used = { "session_count_used", DB_WEB, "t", "u",
	"SELECT COUNT(*) FROM {session} WHERE last_used_at >= ?" };

enum err store_session_count_used(struct db *db, struct arena *arena, int64_t since,
	uint64_t *count)
{
	*count = 0;
	return db_first(db, &session_count_used, DB_IN(in_time(since)), arena,
		DB_INTO(into_number(count)));
}

/* Two, because one index serves each. */
static const struct statement session_sweep_idle = { "session_sweep_idle", DB_WEB, "tt", "",
	"DELETE FROM {session} WHERE last_used_at < ? OR last_used_at > ? LIMIT 1000" };

static const struct statement session_sweep_old = { "session_sweep_old", DB_WEB, "tt", "",
	"DELETE FROM {session} WHERE created_at < ? OR created_at > ? LIMIT 1000" };

static const struct statement challenge_sweep = { "challenge_sweep", DB_WEB, "t", "",
	"DELETE FROM {sign_in_challenge} WHERE expires_at < ? LIMIT 1000" };

static const struct statement challenge_sweep_future = { "challenge_sweep_future", DB_WEB, "t", "",
	"DELETE FROM {sign_in_challenge} WHERE created_at > ? LIMIT 1000" };

/* What has shut somebody's second factor stays until somebody opens it. */
static const struct statement attempt_sweep = { "attempt_sweep", DB_WEB, "tut", "",
	"DELETE FROM {attempt} WHERE (last_at < ? AND (failures < ? OR user_id IS NULL)) OR last_at > "
	"? LIMIT 1000" };

/* As far ahead as back: one that is of the future may have been written a moment ago. */
static const struct statement idempotency_sweep = { "idempotency_sweep", DB_WEB, "tt", "",
	"DELETE FROM {idempotency} WHERE created_at NOT BETWEEN ? AND ? LIMIT 1000" };

enum err store_session_sweep(struct db *db, int64_t now, int64_t idle, int64_t born, bool *more)
{
	struct db_in latest = in_time(clock_latest(now));

	TRY(db_sweep(db, &session_sweep_idle, DB_IN(in_time(idle), latest), more));
	TRY(db_sweep(db, &session_sweep_old, DB_IN(in_time(born), latest), more));
	TRY(db_sweep(db, &challenge_sweep, DB_IN(in_time(now)), more));
	TRY(db_sweep(db, &challenge_sweep_future, DB_IN(latest), more));
	TRY(db_sweep(db, &attempt_sweep, DB_IN(in_time(now - ATTEMPT_HOURS * CLOCK_HOUR),
		in_number(THROTTLE_CODES), latest), more));
	return db_sweep(db, &idempotency_sweep,
		DB_IN(in_time(now - IDEMPOTENCY_HOURS * CLOCK_HOUR),
			in_time(now + IDEMPOTENCY_HOURS * CLOCK_HOUR)), more);
}

static const struct statement session_own = { "session_own", DB_WEB, "uttu", "uttss",
	"SELECT id, created_at, last_used_at, remote_address, user_agent FROM {session} "
	"WHERE user_id = ? AND last_used_at >= ? AND created_at >= ? "
	"ORDER BY last_used_at DESC, id DESC LIMIT ?" };

enum err store_session_own(struct db *db, struct arena *arena, uint64_t user_id, int64_t idle,
	int64_t born, size_t max, struct own_session **sessions, size_t *count)
{
	struct own_session *list = arena_array(arena, max, sizeof(*list));
	struct db_rows rows;
	enum db_step step;

	*sessions = list;
	*count = 0;
	TRY(db_query(db, &session_own, DB_IN(in_number(user_id), in_time(idle),
		in_time(born), in_number(max)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		struct own_session *session = &list[(*count)++];

		db_take(&rows, DB_INTO(into_number(&session->id), into_time(&session->created_at),
			into_time(&session->last_used_at), into_text(&session->remote_address),
			into_text(&session->user_agent)));
	}
	return db_rows_end(&rows, step);
}

static const struct statement session_end_own = { "session_end_own", DB_WEB, "uu", "",
	"DELETE FROM {session} WHERE id = ? AND user_id = ?" };

enum err store_session_end_own(struct db *db, uint64_t id, uint64_t user_id)
{
	return db_run_or(db, &session_end_own, DB_IN(in_number(id), in_number(user_id)),
		ERR_NOT_FOUND);
}

static const struct statement challenge_insert = { "challenge_insert", DB_WEB, "buubttutt", "",
	"INSERT INTO {sign_in_challenge} (token_hash, user_id, stage, code_hash, code_expires_at, "
	"code_sent_at, codes_sent, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" };

enum err store_challenge_insert(struct db *db, const struct secret_hash *token,
	const struct challenge *challenge, int64_t now, uint64_t *id)
{
	const void *code = challenge->has_code ? challenge->code.bytes : NULL;

	TRY(store_challenge_end_all(db, challenge->user_id));
	*id = 0;
	TRY(db_run(db, &challenge_insert,
		DB_IN(in_hash(token), in_number(challenge->user_id), in_number(challenge->stage),
			in_bytes(code, SECRET_HASH_SIZE), in_time(challenge->code_expires_at),
			in_time(challenge->code_sent_at), in_number(challenge->codes_sent), in_time(now),
			in_time(challenge->expires_at))));
	*id = db_insert_id(db);
	return ERR_OK;
}

static const struct statement challenge_find = { "challenge_find", DB_WEB, "bt", "uuubttuut",
	"SELECT id, user_id, stage, code_hash, code_expires_at, code_sent_at, codes_sent, tries_left, "
	"expires_at FROM {sign_in_challenge} WHERE token_hash = ? AND created_at <= ?" };

enum err store_challenge_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	struct challenge *challenge)
{
	struct db_bytes code = { .len = 0 };

	*challenge = (struct challenge){ 0 };
	TRY(db_first(db, &challenge_find,
		DB_IN(in_hash(token), in_time(clock_latest(clock_now()))), arena,
		DB_INTO(into_number(&challenge->id), into_number(&challenge->user_id),
			into_word(&challenge->stage), into_bytes(&code),
			into_time(&challenge->code_expires_at), into_time(&challenge->code_sent_at),
			into_number(&challenge->codes_sent), into_number(&challenge->tries_left),
			into_time(&challenge->expires_at))));
	challenge->has_code = code.len == SECRET_HASH_SIZE;
	if (challenge->has_code) {
		memcpy(challenge->code.bytes, code.bytes, SECRET_HASH_SIZE);
	}
	return ERR_OK;
}

static const struct statement challenge_try = { "challenge_try", DB_WEB, "u", "",
	"UPDATE {sign_in_challenge} SET tries_left = tries_left - 1 WHERE id = ? AND tries_left > 0" };

enum err store_challenge_try(struct db *db, uint64_t id)
{
	return db_run_or(db, &challenge_try, DB_IN(in_number(id)), ERR_TOO_MANY);
}

static const struct statement challenge_new_code = { "challenge_new_code", DB_WEB, "bttutu", "",
	"UPDATE {sign_in_challenge} SET code_hash = ?, code_sent_at = ?, code_expires_at = ?, "
	"codes_sent = codes_sent + 1 WHERE id = ? AND stage = 1 AND code_hash IS NOT NULL "
	"AND code_sent_at <= ? AND codes_sent < ?" };

enum err store_challenge_new_code(struct db *db, uint64_t id, const struct secret_hash *code,
	int64_t now, int64_t expires_at, int64_t not_since, uint64_t max)
{
	return db_run_or(db, &challenge_new_code,
		DB_IN(in_hash(code), in_time(now), in_time(expires_at), in_number(id), in_time(not_since),
			in_number(max)),
		ERR_TOO_MANY);
}

static const struct statement challenge_end = { "challenge_end", DB_WEB, "u", "",
	"DELETE FROM {sign_in_challenge} WHERE id = ?" };

enum err store_challenge_end(struct db *db, uint64_t id)
{
	return db_run_or(db, &challenge_end, DB_IN(in_number(id)), ERR_STALE);
}

static const struct statement challenge_end_all = { "challenge_end_all", DB_WEB | DB_ADMIN, "u", "",
	"DELETE FROM {sign_in_challenge} WHERE user_id = ?" };

enum err store_challenge_end_all(struct db *db, uint64_t user_id)
{
	return db_run(db, &challenge_end_all, DB_IN(in_number(user_id)));
}

const struct statement *const session_statements[] = {
	&session_find, &session_insert, &session_touch, &session_step_up, &session_void_step_ups,
	&session_end, &session_end_all, &session_count_live, &session_count_of, &session_count_used,
	&session_sweep_idle, &session_sweep_old,
	&challenge_insert, &challenge_find, &challenge_try, &challenge_new_code, &challenge_end,
	&challenge_end_all, &challenge_sweep, &challenge_sweep_future,
	&attempt_sweep, &idempotency_sweep, &session_own,
	&session_end_own, NULL,
};
