#include "store/idempotency.h"

#include <string.h>

static const struct statement idempotency_find = { "idempotency_find", DB_WEB, "ub", "bu",
	"SELECT request_hash, record_id FROM idempotency WHERE user_id = ? AND key_hash = ?" };

enum err store_idempotency_find(struct db *db, struct arena *arena, struct idempotency *entry)
{
	struct db_rows rows;

	TRY(db_first(db, &idempotency_find, DB_IN(in_number(entry->user_id),
		in_bytes(entry->key.bytes, SECRET_HASH_SIZE)), arena, &rows));
	if (rows.col[0].len != SECRET_HASH_SIZE ||
	    memcmp(rows.col[0].text, entry->request.bytes, SECRET_HASH_SIZE) != 0) {
		return ERR_INVALID;
	}
	entry->record_id = rows.col[1].number;
	return ERR_OK;
}

static const struct statement idempotency_insert = { "idempotency_insert", DB_WEB, "ubbut", "",
	"INSERT INTO idempotency (user_id, key_hash, request_hash, record_id, created_at) "
	"VALUES (?, ?, ?, ?, ?)" };

enum err store_idempotency_insert(struct db *db, const struct idempotency *entry, int64_t now)
{
	return db_run(db, &idempotency_insert,
		DB_IN(in_number(entry->user_id), in_bytes(entry->key.bytes, SECRET_HASH_SIZE),
			in_bytes(entry->request.bytes, SECRET_HASH_SIZE), in_number(entry->record_id),
			in_time(now)));
}

const struct statement *const idempotency_statements[] = {
	&idempotency_find, &idempotency_insert, NULL,
};
