#include "store/link.h"

#include "base/clock.h"
#include "store/rows.h"

#include <string.h>

/* Nobody's link is no error, so that a transaction can go on without it. */
static const struct statement link_put = { "link_put", DB_WEB | DB_ADMIN, "ubttubtt", "",
	"INSERT INTO {password_link} (user_id, kind, token_hash, created_at, expires_at) "
	"SELECT somebody.id, ?, ?, ?, ? FROM (SELECT id FROM {user} WHERE id = ?) somebody "
	"ON DUPLICATE KEY UPDATE token_hash = ?, created_at = ?, expires_at = ?" };

enum err store_link_put(struct db *db, const struct secret_hash *token, uint64_t user_id,
	enum link_kind kind, int64_t now, int64_t expires_at)
{
	return db_run_or(db, &link_put, DB_IN(in_number(kind), in_hash(token), in_time(now),
		in_time(expires_at), in_number(user_id), in_hash(token), in_time(now),
		in_time(expires_at)), ERR_CONFLICT);
}

static const struct statement link_insert = { "link_insert", DB_WEB | DB_ADMIN, "uubtt", "",
	"INSERT INTO {password_link} (user_id, kind, token_hash, created_at, expires_at) "
	"VALUES (?, ?, ?, ?, ?)" };

enum err store_link_insert(struct db *db, const struct new_link *links, size_t count,
	enum link_kind kind, int64_t expires_at)
{
	enum { WIDTH = 5 };
	int64_t now = clock_now();
	struct arena arena;
	struct db_in *in;
	enum err err;

	arena_init(&arena);
	in = arena_array(&arena, count * WIDTH, sizeof(*in));
	for (size_t i = 0; i < count; i++) {
		memcpy(in + i * WIDTH, (const struct db_in[]){ in_number(links[i].user_id),
			in_number(kind), in_hash(&links[i].token), in_time(now), in_time(expires_at) },
			WIDTH * sizeof(*in));
	}
	err = rows_put(db, &link_insert, in, count, NULL);
	arena_release(&arena);
	return err;
}

static const struct statement link_find = { "link_find", DB_WEB, "btt", "uu",
	"SELECT user_id, kind FROM {password_link} WHERE token_hash = ? AND expires_at > ? "
	"AND created_at <= ?" };

enum err store_link_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	int64_t now, struct link *link)
{
	*link = (struct link){ 0 };
	return db_first(db, &link_find, DB_IN(in_hash(token), in_time(now),
		in_time(clock_latest(now))), arena,
		DB_INTO(into_number(&link->user_id), into_word(&link->kind)));
}

static const struct statement link_use = { "link_use", DB_WEB, "btt", "",
	"DELETE FROM {password_link} WHERE token_hash = ? AND expires_at > ? "
	"AND created_at <= ?" };

enum err store_link_use(struct db *db, const struct secret_hash *token, int64_t now)
{
	return db_run_or(db, &link_use, DB_IN(in_hash(token), in_time(now),
		in_time(clock_latest(now))), ERR_STALE);
}

static const struct statement link_void = { "link_void", DB_WEB | DB_ADMIN, "uu", "",
	"DELETE FROM {password_link} WHERE user_id = ? AND kind = ?" };

enum err store_link_void(struct db *db, uint64_t user_id, enum link_kind kind)
{
	return db_run(db, &link_void, DB_IN(in_number(user_id), in_number(kind)));
}

/* Two, because one index serves each. */
static const struct statement link_sweep = { "link_sweep", DB_WEB, "t", "",
	"DELETE FROM {password_link} WHERE expires_at < ? LIMIT 1000" };

static const struct statement link_sweep_future = { "link_sweep_future", DB_WEB, "t", "",
	"DELETE FROM {password_link} WHERE created_at > ? LIMIT 1000" };

enum err store_link_sweep(struct db *db, int64_t now, bool *more)
{
	TRY(db_sweep(db, &link_sweep, DB_IN(in_time(now)), more));
	return db_sweep(db, &link_sweep_future, DB_IN(in_time(clock_latest(now))), more);
}

const struct statement *const link_statements[] = {
	&link_put, &link_insert, &link_find, &link_use, &link_void, &link_sweep, &link_sweep_future,
	NULL,
};
