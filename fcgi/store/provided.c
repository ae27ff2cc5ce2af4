#include "store/provided.h"

#include "base/text.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* Of the one noun that may be a view. */
static const struct statement provided_find = { "provided_find", 0, "", "u",
	"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() "
	"AND table_name = '{client}' AND table_type = 'BASE TABLE'" };

static const struct statement provided_columns = { "provided_columns", 0, "", "ss",
	"SELECT column_name, collation_name FROM information_schema.columns "
	"WHERE table_schema = DATABASE() AND table_name = '{client}' "
	"AND collation_name IS NOT NULL" };

enum { PROVIDED_MAX = 8, NAME_MAX_SIZE = 64, COLLATE_SIZE = NAME_MAX_SIZE + 16 };

enum provided_kind { PROVIDED_UNKNOWN = 0, PROVIDED_NOT, PROVIDED_VIEW };

/* The columns that have a collation. */
struct provided {
	size_t count;
	struct {
		char name[NAME_MAX_SIZE];
		char collate[COLLATE_SIZE];
		bool other; /* character set */
	} at[PROVIDED_MAX];
};

static _Atomic int known; /* enum provided_kind: written last, and once */
static struct provided columns;

/* A name of the server's becomes a part of statements: none that is more than a name. */
static void provided_keep(struct provided *into, const char *name, const char *collation)
{
	size_t len = strspn(collation, "abcdefghijklmnopqrstuvwxyz0123456789_");
	bool other = strncmp(collation, "utf8mb4_", strlen("utf8mb4_")) != 0;

	if (into->count == PROVIDED_MAX || collation[len] != '\0' || len >= NAME_MAX_SIZE ||
	    strlen(name) >= NAME_MAX_SIZE) {
		return;
	}
	snprintf(into->at[into->count].name, NAME_MAX_SIZE, "%s", name);
	snprintf(into->at[into->count].collate, COLLATE_SIZE, "%s%s", other ? "" : " COLLATE ",
		other ? "" : collation);
	into->at[into->count++].other = other;
}

static enum err provided_read(struct db *db, struct arena *arena, struct provided *into,
	enum provided_kind *kind)
{
	uint64_t tables = 0;
	struct db_rows rows;
	enum db_step step;

	TRY(db_first(db, &provided_find, DB_NONE, arena, DB_INTO(into_number(&tables))));
	*kind = tables > 0 ? PROVIDED_NOT : PROVIDED_VIEW;
	if (tables > 0) {
		return ERR_OK;
	}
	TRY(db_query(db, &provided_columns, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		const char *name, *collation;

		db_take(&rows, DB_INTO(into_text(&name), into_text(&collation)));
		provided_keep(into, name, collation);
	}
	return db_rows_end(&rows, step);
}

/* Several threads may read it at once; the first one to come back says what it is. */
static void provided_know(const struct provided *read, enum provided_kind kind)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&lock);
	if (known == PROVIDED_UNKNOWN) {
		columns = *read;
		known = (int)kind;
	}
	pthread_mutex_unlock(&lock);
}

enum err provided_is_view(struct db *db, const struct noun *noun, bool *view)
{
	if (noun->may_be_view && known == PROVIDED_UNKNOWN) {
		struct provided read = { .count = 0 };
		enum provided_kind kind = PROVIDED_UNKNOWN;
		struct arena arena;
		enum err err;

		arena_init(&arena);
		err = provided_read(db, &arena, &read, &kind);
		arena_release(&arena);
		TRY(err);
		provided_know(&read, kind);
	}
	*view = noun->may_be_view && known == PROVIDED_VIEW;
	return ERR_OK;
}

/* Where the column is among those that have a collation; their number: it is not. */
static size_t provided_place(const struct noun *noun, const struct column *column)
{
	size_t at = 0;

	if (!noun->may_be_view || known != PROVIDED_VIEW || column->stored == NULL) {
		return PROVIDED_MAX;
	}
	while (at < columns.count && strcmp(columns.at[at].name, column->stored) != 0) {
		at++;
	}
	return at < columns.count ? at : PROVIDED_MAX;
}

const char *provided_collate(const struct noun *noun, const struct column *column)
{
	size_t at = provided_place(noun, column);

	return at == PROVIDED_MAX ? "" : columns.at[at].collate;
}

const char *provided_sought(struct arena *arena, const struct noun *noun,
	const struct column *column, enum column_kind kind)
{
	size_t at = provided_place(noun, column);

	if (at == PROVIDED_MAX || (kind == COLUMN_TEXT && !columns.at[at].other)) {
		return column->sql;
	}
	return arena_printf(arena, kind == COLUMN_TEXT ? "CONVERT(%s USING utf8mb4)"
		: "CAST(%s AS BINARY)", column->sql);
}

const struct statement *const provided_statements[] = {
	&provided_find, &provided_columns, NULL,
};
