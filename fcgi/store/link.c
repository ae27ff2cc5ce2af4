#include "store/link.h"

#include "base/clock.h"

static struct db_in in_hash(const struct secret_hash *hash)
{
	return in_bytes(hash->bytes, sizeof(hash->bytes));
}

enum err store_link_put(struct db *db, const struct secret_hash *token, uint64_t user_id,
	enum link_kind kind, int64_t now, int64_t expires_at)
{
	TRY(db_run(db, STMT_LINK_PUT, DB_IN(in_number(kind), in_hash(token), in_time(now),
		in_time(expires_at), in_number(user_id), in_hash(token), in_time(now),
		in_time(expires_at))));
	return db_affected(db) == 0 ? ERR_CONFLICT : ERR_OK;
}

enum err store_link_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	int64_t now, struct link *link)
{
	struct db_rows rows;

	TRY(db_first(db, STMT_LINK_FIND, DB_IN(in_hash(token), in_time(now),
		in_time(clock_latest(now))), arena, &rows));
	*link = (struct link){
		.user_id = rows.col[0].number,
		.kind = (enum link_kind)rows.col[1].number,
	};
	return ERR_OK;
}

enum err store_link_use(struct db *db, const struct secret_hash *token, int64_t now)
{
	TRY(db_run(db, STMT_LINK_USE, DB_IN(in_hash(token), in_time(now),
		in_time(clock_latest(now)))));
	return db_affected(db) == 0 ? ERR_STALE : ERR_OK;
}

enum err store_link_void(struct db *db, uint64_t user_id, enum link_kind kind)
{
	return db_run(db, STMT_LINK_VOID, DB_IN(in_number(user_id), in_number(kind)));
}

enum err store_link_sweep(struct db *db, int64_t now)
{
	return db_run(db, STMT_LINK_SWEEP, DB_IN(in_time(now), in_time(clock_latest(now))));
}
