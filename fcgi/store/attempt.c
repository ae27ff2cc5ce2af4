#include "store/attempt.h"

#include "base/clock.h"

static const struct statement attempt_load = { "attempt_load", DB_WEB, "b", "utt",
	"SELECT failures, last_at, blocked_until FROM {attempt} WHERE key_hash = ?" };

struct attempt {
	uint64_t failures;
	int64_t last_at;
	int64_t blocked_until;
};

/* All 0 where there is no counter. */
static enum err attempt_read(struct db *db, struct arena *arena, const struct secret_hash *key,
	struct attempt *attempt)
{
	enum err err;

	*attempt = (struct attempt){ 0 };
	err = db_first(db, &attempt_load, DB_IN(in_hash(key)), arena,
		DB_INTO(into_number(&attempt->failures), into_time(&attempt->last_at),
			into_time(&attempt->blocked_until)));
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err store_attempt_blocked(struct db *db, struct arena *arena, const struct secret_hash *key,
	int64_t now, int64_t *until)
{
	struct attempt attempt;

	TRY(attempt_read(db, arena, key, &attempt));
	*until = attempt.blocked_until > now && attempt.last_at <= clock_latest(now)
		? attempt.blocked_until : 0;
	return ERR_OK;
}

enum err store_attempt_failures(struct db *db, struct arena *arena, const struct secret_hash *key,
	uint64_t *failures)
{
	struct attempt attempt;

	TRY(attempt_read(db, arena, key, &attempt));
	*failures = attempt.failures;
	return ERR_OK;
}

/* A counter of the future begins anew, and what it blocked is free. */
static const struct statement attempt_fail = { "attempt_fail", DB_WEB, "bttutttttu", "",
	"INSERT INTO {attempt} (key_hash, failures, last_at, blocked_until, user_id) "
	"VALUES (?, 1, ?, ?, ?) ON DUPLICATE KEY UPDATE "
	"blocked_until = IF(last_at > ?, ?, blocked_until), "
	"failures = IF(last_at < ? OR last_at > ?, 1, failures + 1), last_at = ?, user_id = ?" };

static const struct statement attempt_block = { "attempt_block", DB_WEB, "tb", "",
	"UPDATE {attempt} SET blocked_until = ? WHERE key_hash = ?" };

enum err store_attempt_fail(struct db *db, struct arena *arena, enum throttle_kind kind,
	const struct secret_hash *key, uint64_t user_id, int64_t now)
{
	struct db_in latest = in_time(clock_latest(now)), at = in_time(now);
	struct attempt attempt;
	int64_t delay;

	TRY(db_run(db, &attempt_fail, DB_IN(in_hash(key), at, at, in_id(user_id),
		latest, at, in_time(now - throttle_memory(kind)), latest, at, in_id(user_id))));
	TRY(attempt_read(db, arena, key, &attempt));
	delay = throttle_delay(kind, attempt.failures);
	return delay == 0 ? ERR_OK
		: db_run(db, &attempt_block, DB_IN(in_time(now + delay), in_hash(key)));
}

static const struct statement attempt_clear = { "attempt_clear", DB_WEB | DB_ADMIN, "b", "",
	"DELETE FROM {attempt} WHERE key_hash = ?" };

enum err store_attempt_clear(struct db *db, const struct secret_hash *key)
{
	return db_run(db, &attempt_clear, DB_IN(in_hash(key)));
}

static const struct statement attempt_clear_user = {
	"attempt_clear_user", DB_WEB | DB_ADMIN, "u", "",
	"DELETE FROM {attempt} WHERE user_id = ?" };

enum err store_attempt_clear_user(struct db *db, uint64_t user_id)
{
	return db_run(db, &attempt_clear_user, DB_IN(in_number(user_id)));
}

static const struct statement attempt_clear_all = { "attempt_clear_all", DB_ADMIN, "", "",
	"DELETE FROM {attempt}" };

enum err store_attempt_clear_all(struct db *db)
{
	return db_run(db, &attempt_clear_all, DB_NONE);
}

/* A counter that only counts, as the second factor's, never blocks beyond its last failure. */
static const struct statement attempt_end_delays = {
	"attempt_end_delays", DB_WEB | DB_ADMIN, "u", "",
	"DELETE FROM {attempt} WHERE user_id = ? AND blocked_until > last_at" };

enum err store_attempt_end_delays(struct db *db, uint64_t user_id)
{
	return db_run(db, &attempt_end_delays, DB_IN(in_number(user_id)));
}

/* A counter over a window: here blocked_until is where the window ends. */
static const struct statement attempt_count = { "attempt_count", DB_WEB, "btttttt", "",
	"INSERT INTO {attempt} (key_hash, failures, last_at, blocked_until) VALUES (?, 1, ?, ?) "
	"ON DUPLICATE KEY UPDATE "
	"failures = IF(blocked_until <= ? OR last_at > ?, 1, failures + 1), last_at = ?, "
	"blocked_until = IF(failures = 1, ?, blocked_until)" };

enum err store_attempt_count(struct db *db, struct arena *arena, const struct secret_hash *key,
	int64_t now, int64_t window, uint64_t *count, int64_t *until)
{
	struct attempt attempt;

	*count = 0;
	*until = 0;
	TRY(db_run(db, &attempt_count, DB_IN(in_hash(key), in_time(now),
		in_time(now + window), in_time(now), in_time(clock_latest(now)), in_time(now),
		in_time(now + window))));
	TRY(attempt_read(db, arena, key, &attempt));
	*count = attempt.failures;
	*until = attempt.blocked_until;
	return ERR_OK;
}

const struct statement *const attempt_statements[] = {
	&attempt_load, &attempt_fail, &attempt_block, &attempt_clear, &attempt_clear_user,
	&attempt_end_delays, &attempt_count, &attempt_clear_all, NULL,
};
