#include "store/session.h"

#include "base/clock.h"

#include <string.h>

/* How long what a sweep looks for is kept: counters by their memory, keys of repeated requests. */
enum { ATTEMPT_HOURS = 24, IDEMPOTENCY_HOURS = 24 };

static struct db_in in_hash(const struct secret_hash *hash)
{
	return in_bytes(hash->bytes, sizeof(hash->bytes));
}

enum err store_session_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	struct session *session)
{
	struct db_rows rows;
	enum err err = db_first(db, STMT_SESSION_FIND, DB_IN(in_hash(token)), arena, &rows);

	if (err == ERR_OK) {
		*session = (struct session){
			.id = rows.col[0].number,
			.user_id = rows.col[1].number,
			.created_at = rows.col[2].time,
			.last_used_at = rows.col[3].time,
			.epoch = rows.col[4].number,
		};
	}
	return err;
}

enum err store_session_insert(struct db *db, const struct secret_hash *token, uint64_t user_id,
	int64_t now, const char *remote_address, const char *user_agent, uint64_t *id)
{
	enum err err = db_run(db, STMT_SESSION_INSERT, DB_IN(in_hash(token), in_number(user_id),
		in_time(now), in_time(now), in_text(remote_address), in_text(user_agent)));

	*id = err == ERR_OK ? db_insert_id(db) : 0;
	return err;
}

enum err store_session_touch(struct db *db, uint64_t id, int64_t now)
{
	return db_run(db, STMT_SESSION_TOUCH, DB_IN(in_time(now), in_number(id)));
}

enum err store_session_end(struct db *db, uint64_t id)
{
	return db_run(db, STMT_SESSION_END, DB_IN(in_number(id)));
}

enum err store_session_end_all(struct db *db, uint64_t user_id, uint64_t except)
{
	enum err err = db_run(db, STMT_SESSION_END_ALL, DB_IN(in_number(user_id), in_number(except)));

	return err == ERR_OK ? db_run(db, STMT_CHALLENGE_END_ALL, DB_IN(in_number(user_id))) : err;
}

enum err store_session_sweep(struct db *db, int64_t now, int64_t idle, int64_t born)
{
	enum err err = db_run(db, STMT_SESSION_SWEEP, DB_IN(in_time(idle), in_time(born)));

	if (err == ERR_OK) {
		err = db_run(db, STMT_CHALLENGE_SWEEP, DB_IN(in_time(now)));
	}
	if (err == ERR_OK) {
		err = db_run(db, STMT_ATTEMPT_SWEEP, DB_IN(in_time(now - ATTEMPT_HOURS * CLOCK_HOUR)));
	}
	if (err == ERR_OK) {
		err = db_run(db, STMT_IDEMPOTENCY_SWEEP,
			DB_IN(in_time(now - IDEMPOTENCY_HOURS * CLOCK_HOUR)));
	}
	return err;
}

enum err store_session_own(struct db *db, struct arena *arena, uint64_t user_id, int64_t idle,
	int64_t born, size_t most, struct own_session **sessions, size_t *count)
{
	struct own_session *list = arena_array(arena, most, sizeof(*list));
	struct db_rows rows;
	enum db_step step;
	enum err err = db_query(db, STMT_SESSION_OWN, DB_IN(in_number(user_id), in_time(idle),
		in_time(born), in_number(most)), arena, &rows);

	*sessions = list;
	*count = 0;
	if (err != ERR_OK) {
		return err;
	}
	while ((step = db_next(&rows)) == DB_ROW) {
		list[(*count)++] = (struct own_session){
			.id = rows.col[0].number,
			.created_at = rows.col[1].time,
			.last_used_at = rows.col[2].time,
			.remote_address = rows.col[3].text,
			.user_agent = rows.col[4].text,
		};
	}
	return db_step_err(&rows, step);
}

enum err store_session_end_own(struct db *db, uint64_t id, uint64_t user_id)
{
	enum err err = db_run(db, STMT_SESSION_END_OWN, DB_IN(in_number(id), in_number(user_id)));

	return err == ERR_OK && db_affected(db) == 0 ? ERR_NOT_FOUND : err;
}

enum err store_challenge_insert(struct db *db, const struct secret_hash *token,
	const struct challenge *challenge, int64_t now, uint64_t *id)
{
	const void *code = challenge->has_code ? challenge->code.bytes : NULL;
	enum err err = db_run(db, STMT_CHALLENGE_END_ALL, DB_IN(in_number(challenge->user_id)));

	if (err == ERR_OK) {
		err = db_run(db, STMT_CHALLENGE_INSERT,
			DB_IN(in_hash(token), in_number(challenge->user_id), in_number(challenge->stage),
				in_bytes(code, SECRET_HASH_SIZE), in_time(challenge->code_expires_at),
				in_time(challenge->code_sent_at), in_number(challenge->codes_sent), in_time(now),
				in_time(challenge->expires_at)));
	}
	*id = err == ERR_OK ? db_insert_id(db) : 0;
	return err;
}

static void take_challenge(const struct db_out *col, struct challenge *challenge)
{
	*challenge = (struct challenge){
		.id = col[0].number,
		.user_id = col[1].number,
		.stage = (enum challenge_stage)col[2].number,
		.has_code = col[3].len == SECRET_HASH_SIZE,
		.code_expires_at = col[4].time,
		.code_sent_at = col[5].time,
		.codes_sent = col[6].number,
		.tries_left = col[7].number,
		.expires_at = col[8].time,
	};
	if (challenge->has_code) {
		memcpy(challenge->code.bytes, col[3].text, SECRET_HASH_SIZE);
	}
}

enum err store_challenge_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	struct challenge *challenge)
{
	struct db_rows rows;
	enum err err = db_first(db, STMT_CHALLENGE_FIND, DB_IN(in_hash(token)), arena, &rows);

	if (err == ERR_OK) {
		take_challenge(rows.col, challenge);
	}
	return err;
}

/* Runs a conditional UPDATE or DELETE; otherwise says what it means that no row fitted. */
static enum err run_if(struct db *db, enum stmt stmt, const struct db_in *in, size_t count,
	enum err otherwise)
{
	enum err err = db_run(db, stmt, in, count);

	return err == ERR_OK && db_affected(db) == 0 ? otherwise : err;
}

enum err store_challenge_try(struct db *db, uint64_t id)
{
	return run_if(db, STMT_CHALLENGE_TRY, DB_IN(in_number(id)), ERR_TOO_MANY);
}

enum err store_challenge_new_code(struct db *db, uint64_t id, const struct secret_hash *code,
	int64_t now, int64_t expires_at, int64_t not_since, uint64_t most)
{
	return run_if(db, STMT_CHALLENGE_NEW_CODE,
		DB_IN(in_hash(code), in_time(now), in_time(expires_at), in_number(id), in_time(not_since),
			in_number(most)),
		ERR_TOO_MANY);
}

enum err store_challenge_end(struct db *db, uint64_t id)
{
	return run_if(db, STMT_CHALLENGE_END, DB_IN(in_number(id)), ERR_STALE);
}
