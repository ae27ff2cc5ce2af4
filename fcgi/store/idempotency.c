#include "store/idempotency.h"

#include <string.h>

enum err store_idempotency_find(struct db *db, struct arena *arena, struct idempotency *entry)
{
	struct db_rows rows;

	TRY(db_first(db, STMT_IDEMPOTENCY_FIND, DB_IN(in_number(entry->user_id),
		in_bytes(entry->key.bytes, SECRET_HASH_SIZE)), arena, &rows));
	if (rows.col[0].len != SECRET_HASH_SIZE ||
	    memcmp(rows.col[0].text, entry->request.bytes, SECRET_HASH_SIZE) != 0) {
		return ERR_INVALID;
	}
	entry->record_id = rows.col[1].number;
	return ERR_OK;
}

enum err store_idempotency_insert(struct db *db, const struct idempotency *entry, int64_t now)
{
	return db_run(db, STMT_IDEMPOTENCY_INSERT,
		DB_IN(in_number(entry->user_id), in_bytes(entry->key.bytes, SECRET_HASH_SIZE),
			in_bytes(entry->request.bytes, SECRET_HASH_SIZE), in_number(entry->record_id),
			in_time(now)));
}
