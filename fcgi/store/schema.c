#include "store/schema.h"

#include "base/clock.h"

#include <string.h>

enum err store_schema_check(struct db *db, uint64_t *found)
{
	struct arena arena;
	struct db_rows rows;

	arena_init(&arena);
	*found = 0;
	TRY(db_first(db, STMT_SCHEMA_NEWEST, DB_NONE, &arena, &rows));
	*found = rows.col[0].number;
	arena_release(&arena);
	return *found != SCHEMA_VERSION ? ERR_CONFLICT : ERR_OK;
}

enum err store_schema_load(struct db *db, struct arena *arena, uint64_t version,
	struct schema_version *applied)
{
	struct db_rows rows;

	TRY(db_first(db, STMT_SCHEMA_LOAD, DB_IN(in_number(version)), arena, &rows));
	*applied = (struct schema_version){ .version = version, .name = rows.col[0].text };
	if (rows.col[1].len == sizeof(applied->checksum.bytes)) {
		memcpy(applied->checksum.bytes, rows.col[1].text, sizeof(applied->checksum.bytes));
	}
	return ERR_OK;
}

enum err store_schema_record(struct db *db, const struct schema_version *applied)
{
	return db_run(db, STMT_SCHEMA_RECORD, DB_IN(in_number(applied->version),
		in_text(applied->name), in_bytes(applied->checksum.bytes, SECRET_HASH_SIZE),
		in_time(clock_now())));
}

enum err store_schema_lock(struct db *db, struct arena *arena)
{
	struct db_rows rows;

	TRY(db_first(db, STMT_SCHEMA_LOCK, DB_NONE, arena, &rows));
	return rows.col[0].number != 1 ? ERR_UNAVAILABLE : ERR_OK;
}
