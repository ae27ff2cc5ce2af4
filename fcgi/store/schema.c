#include "store/schema.h"

#include "base/clock.h"

#include <string.h>

static const struct statement schema_newest = { "schema_newest",
	DB_WEB | DB_MAILER | DB_ADMIN, "", "u",
	"SELECT COALESCE(MAX(version), 0) FROM schema_version" };

enum err store_schema_check(struct db *db, uint64_t *found)
{
	struct arena arena;

	arena_init(&arena);
	*found = 0;
	TRY(db_first(db, &schema_newest, DB_NONE, &arena, DB_INTO(into_number(found))));
	arena_release(&arena);
	return *found != SCHEMA_VERSION ? ERR_CONFLICT : ERR_OK;
}

static const struct statement schema_load = { "schema_load", 0, "u", "sb",
	"SELECT name, checksum FROM schema_version WHERE version = ?" };

enum err store_schema_load(struct db *db, struct arena *arena, uint64_t version,
	struct schema_version *applied)
{
	*applied = (struct schema_version){ .version = version };
	return db_first(db, &schema_load, DB_IN(in_number(version)), arena,
		DB_INTO(into_text(&applied->name), into_hash(&applied->checksum)));
}

static const struct statement schema_record = { "schema_record", 0, "usbt", "",
	"INSERT INTO schema_version (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)" };

enum err store_schema_record(struct db *db, const struct schema_version *applied)
{
	return db_run(db, &schema_record, DB_IN(in_number(applied->version),
		in_text(applied->name), in_bytes(applied->checksum.bytes, SECRET_HASH_SIZE),
		in_time(clock_now())));
}

static const struct statement schema_lock = { "schema_lock", 0, "", "u",
	"SELECT GET_LOCK('backoffice.migrate', 30)" };

enum err store_schema_lock(struct db *db, struct arena *arena)
{
	uint64_t locked = 0;

	TRY(db_first(db, &schema_lock, DB_NONE, arena, DB_INTO(into_number(&locked))));
	return locked != 1 ? ERR_UNAVAILABLE : ERR_OK;
}

static const struct statement schema_folder = { "schema_folder", DB_ADMIN, "", "s",
	"SELECT @@datadir" };

enum err store_schema_folder(struct db *db, struct arena *arena, const char **folder)
{
	return db_first(db, &schema_folder, DB_NONE, arena, DB_INTO(into_text(folder)));
}

const struct statement *const schema_statements[] = {
	&schema_newest, &schema_load, &schema_record, &schema_lock, &schema_folder,
	NULL,
};
