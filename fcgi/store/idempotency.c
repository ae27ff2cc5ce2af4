#include "store/idempotency.h"

#include <string.h>

static const struct statement idempotency_find = { "idempotency_find", DB_WEB, "ub", "bu",
	"SELECT request_hash, record_id FROM {idempotency} WHERE user_id = ? AND key_hash = ?" };

enum err store_idempotency_find(struct db *db, struct arena *arena, struct idempotency *entry)
{
	struct secret_hash request;
	uint64_t record_id;

	TRY(db_first(db, &idempotency_find, DB_IN(in_number(entry->user_id), in_hash(&entry->key)),
		arena, DB_INTO(into_hash(&request), into_number(&record_id))));
	if (memcmp(request.bytes, entry->request.bytes, SECRET_HASH_SIZE) != 0) {
		return ERR_INVALID;
	}
	entry->record_id = record_id;
	return ERR_OK;
}

static const struct statement idempotency_insert = { "idempotency_insert", DB_WEB, "ubbut", "",
	"INSERT INTO {idempotency} (user_id, key_hash, request_hash, record_id, created_at) "
	"VALUES (?, ?, ?, ?, ?)" };

enum err store_idempotency_insert(struct db *db, const struct idempotency *entry, int64_t now)
{
	return db_run(db, &idempotency_insert,
		DB_IN(in_number(entry->user_id), in_hash(&entry->key),
			in_hash(&entry->request), in_number(entry->record_id),
			in_time(now)));
}

const struct statement *const idempotency_statements[] = {
	&idempotency_find, &idempotency_insert, NULL,
};
