#include "store/schema.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static const struct statement schema_newest = { "schema_newest",
	DB_WEB | DB_MAILER | DB_ADMIN, "", "u",
	"SELECT COALESCE(MAX(version), 0) FROM {schema_version}" };

/* Only what is newer than this program is asked: the column is younger than the table. */
static const struct statement schema_runs_from = { "schema_runs_from", 0, "", "u",
	"SELECT COALESCE(MAX(COALESCE(runs_from, version)), 0) FROM {schema_version}" };

static enum err load_found(struct db *db, struct arena *arena, struct schema_found *found)
{
	TRY(db_first(db, &schema_newest, DB_NONE, arena, DB_INTO(into_number(&found->version))));
	return found->version <= SCHEMA_VERSION ? ERR_OK
		: db_first(db, &schema_runs_from, DB_NONE, arena,
			DB_INTO(into_number(&found->runs_from)));
}

enum err store_schema_check(struct db *db, struct schema_found *found)
{
	struct arena arena;
	enum err err;

	arena_init(&arena);
	*found = (struct schema_found){ 0 };
	err = load_found(db, &arena, found);
	arena_release(&arena);
	TRY(err);
	return found->version < SCHEMA_OLDEST || found->runs_from > SCHEMA_VERSION ? ERR_CONFLICT
		: ERR_OK;
}

const char *store_schema_words(struct arena *arena, const struct schema_found *found)
{
	if (found->version == 0) {
		return "the database has no schema yet: run backoffice-admin migrate";
	}
	if (found->version < SCHEMA_OLDEST) {
		return arena_printf(arena, "the database has schema %" PRIu64 ", these programs need %d: "
			"run backoffice-admin migrate", found->version, SCHEMA_OLDEST);
	}
	return arena_printf(arena, "the database has schema %" PRIu64 ", on which programs of schema %"
		PRIu64 " or newer run, and these are of %d: install the release that the database was "
		"migrated by; a schema never goes back, only a backup of before has the older one",
		found->version, found->runs_from, SCHEMA_VERSION);
}

void store_schema_log(enum err err, const struct schema_found *found)
{
	struct arena arena;

	arena_init(&arena);
	log_event(LOG_ERROR, "start", "database=%s schema=%" PRIu64 " oldest=%d newest=%d%s%s",
		err_name(err), found->version, SCHEMA_OLDEST, SCHEMA_VERSION,
		err == ERR_CONFLICT ? " words=" : "",
		err == ERR_CONFLICT ? store_schema_words(&arena, found) : "");
	arena_release(&arena);
}

static const struct statement schema_load = { "schema_load", 0, "u", "sb",
	"SELECT name, checksum FROM {schema_version} WHERE version = ?" };

enum err store_schema_load(struct db *db, struct arena *arena, uint64_t version,
	struct schema_version *applied)
{
	*applied = (struct schema_version){ .version = version };
	return db_first(db, &schema_load, DB_IN(in_number(version)), arena,
		DB_INTO(into_text(&applied->name), into_hash(&applied->checksum)));
}

static const struct statement schema_record = { "schema_record", 0, "usbtu", "",
	"INSERT INTO {schema_version} (version, name, checksum, applied_at, runs_from) "
	"VALUES (?, ?, ?, ?, ?)" };

enum err store_schema_record(struct db *db, const struct schema_version *applied)
{
	return db_run(db, &schema_record, DB_IN(in_number(applied->version),
		in_text(applied->name), in_bytes(applied->checksum.bytes, SECRET_HASH_SIZE),
		in_time(clock_now()), in_number(applied->runs_from)));
}

/* The version that no migration has. */
static enum err try_change(struct db *db, void *context)
{
	static const struct schema_version none = { .name = "check" };

	(void)context;
	TRY(store_schema_record(db, &none));
	return ERR_STALE; /* to be rolled back */
}

enum err store_schema_try_change(struct db *db)
{
	enum err err = db_transact(db, try_change, NULL);

	return err == ERR_STALE ? ERR_OK : err;
}

static const struct statement schema_lock = { "schema_lock", 0, "", "u",
	"SELECT GET_LOCK('backoffice.{migrate}', 30)" };

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

static const struct statement schema_table = { "schema_table", DB_ADMIN, "", "s",
	"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() LIMIT 1" };

enum err store_schema_table(struct db *db, struct arena *arena, const char **name)
{
	return db_first(db, &schema_table, DB_NONE, arena, DB_INTO(into_text(name)));
}

/* All that migrations make: the lint rule tables compares. */
static const struct statement schema_own = { "schema_own", 0, "", "s",
	"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
	"AND table_name IN ('{admin_count}', '{attempt}', '{audit}', '{audit_anchor}', "
	"'{audit_chain}', '{audit_head}', '{authz_epoch}', '{client}', '{client_word}', "
	"'{idempotency}', '{outbox}', '{outbox_payload}', '{password_link}', '{recovery_code}', "
	"'{room}', '{room_group}', '{saved_view}', '{schema_version}', '{session}', "
	"'{sign_in_challenge}', '{user}', '{user_group}', '{user_group_editable}', "
	"'{user_group_member}', '{user_group_permission}', '{user_group_permission_editable}', "
	"'{user_totp}', '{user_word}', '{work}', '{work_piece}', '{work_refused}', '{work_undo}') "
	"ORDER BY table_name" };

enum err store_schema_own(struct db *db, struct arena *arena, const char *names[], size_t room,
	size_t *count)
{
	struct db_rows rows;
	enum db_step step;

	*count = 0;
	TRY(db_query(db, &schema_own, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW && *count < room) {
		db_take(&rows, DB_INTO(into_text(&names[*count])));
		(*count)++;
	}
	return db_rows_end(&rows, step);
}

/* The server puts the names together. */
#define SCHEMA_DROP(kind, type) \
	"SET @names = (SELECT GROUP_CONCAT('`', REPLACE(table_name, '`', '``'), '`') " \
	"FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = '" type "');" \
	"SET @todo = IF(@names IS NULL, 'DO 0', CONCAT('DROP " kind " ', @names));" \
	"PREPARE todo FROM @todo; EXECUTE todo; DEALLOCATE PREPARE todo;"

static const char schema_drop[] = "SET SESSION group_concat_max_len = 1000000;"
	"SET SESSION foreign_key_checks = 0;" SCHEMA_DROP("VIEW", "VIEW")
	SCHEMA_DROP("TABLE", "BASE TABLE") "SET SESSION foreign_key_checks = 1";

enum err store_schema_drop(struct db *db)
{
	return db_script(db, schema_drop, sizeof(schema_drop) - 1);
}

static const struct statement schema_columns = { "schema_columns", 0, "", "ss",
	"SELECT table_name, column_name FROM information_schema.columns "
	"WHERE table_schema = DATABASE()" };

enum err store_schema_columns(struct db *db, struct arena *arena, const char **columns)
{
	struct text text = text_in(arena);
	const char *table, *column;
	struct db_rows rows;
	enum db_step step;

	text_putc(&text, '\n');
	TRY(db_query(db, &schema_columns, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		db_take(&rows, DB_INTO(into_text(&table), into_text(&column)));
		text_putf(&text, "%s %s\n", table, column);
	}
	*columns = text.bytes;
	return db_rows_end(&rows, step);
}

const struct statement *const schema_statements[] = {
	&schema_newest, &schema_runs_from, &schema_load, &schema_record, &schema_lock, &schema_folder,
	&schema_table, &schema_own, &schema_columns,
	NULL,
};
