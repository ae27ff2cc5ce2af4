#include "store/attempt.h"

#include "base/clock.h"

static struct db_in in_key(const struct secret_hash *key)
{
	return in_bytes(key->bytes, sizeof(key->bytes));
}

enum err store_attempt_blocked(struct db *db, struct arena *arena, const struct secret_hash *key,
	int64_t now, int64_t *until)
{
	struct db_rows rows;
	enum err err = db_first(db, STMT_ATTEMPT_LOAD, DB_IN(in_key(key)), arena, &rows);

	*until = 0;
	if (err == ERR_OK && rows.col[2].time > now && rows.col[1].time <= clock_latest(now)) {
		*until = rows.col[2].time;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err store_attempt_failures(struct db *db, struct arena *arena, const struct secret_hash *key,
	uint64_t *failures)
{
	struct db_rows rows;
	enum err err = db_first(db, STMT_ATTEMPT_LOAD, DB_IN(in_key(key)), arena, &rows);

	*failures = err == ERR_OK ? rows.col[0].number : 0;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err store_attempt_fail(struct db *db, struct arena *arena, enum throttle_kind kind,
	const struct secret_hash *key, uint64_t user_id, int64_t now)
{
	struct db_in latest = in_time(clock_latest(now)), at = in_time(now);
	struct db_rows rows;
	int64_t delay;

	TRY(db_run(db, STMT_ATTEMPT_FAIL, DB_IN(in_key(key), at, at, in_id(user_id),
		latest, at, in_time(now - throttle_memory(kind)), latest, at, in_id(user_id))));
	TRY(db_first(db, STMT_ATTEMPT_LOAD, DB_IN(in_key(key)), arena, &rows));
	delay = throttle_delay(kind, rows.col[0].number);
	return delay == 0 ? ERR_OK
		: db_run(db, STMT_ATTEMPT_BLOCK, DB_IN(in_time(now + delay), in_key(key)));
}

enum err store_attempt_clear(struct db *db, const struct secret_hash *key)
{
	return db_run(db, STMT_ATTEMPT_CLEAR, DB_IN(in_key(key)));
}

enum err store_attempt_clear_user(struct db *db, uint64_t user_id)
{
	return db_run(db, STMT_ATTEMPT_CLEAR_USER, DB_IN(in_number(user_id)));
}

enum err store_attempt_clear_all(struct db *db)
{
	return db_run(db, STMT_ATTEMPT_CLEAR_ALL, DB_NONE);
}

enum err store_attempt_end_delays(struct db *db, uint64_t user_id)
{
	return db_run(db, STMT_ATTEMPT_END_DELAYS, DB_IN(in_number(user_id)));
}

enum err store_attempt_count(struct db *db, struct arena *arena, const struct secret_hash *key,
	int64_t now, int64_t window, uint64_t *count, int64_t *until)
{
	struct db_rows rows;
	enum err err = db_run(db, STMT_ATTEMPT_COUNT, DB_IN(in_key(key), in_time(now),
		in_time(now + window), in_time(now), in_time(clock_latest(now)), in_time(now),
		in_time(now + window)));

	if (err == ERR_OK) {
		err = db_first(db, STMT_ATTEMPT_LOAD, DB_IN(in_key(key)), arena, &rows);
	}
	*count = err == ERR_OK ? rows.col[0].number : 0;
	*until = err == ERR_OK ? rows.col[2].time : 0;
	return err;
}
