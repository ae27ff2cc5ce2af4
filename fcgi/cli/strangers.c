#include "cli/strangers.h"

#include "store/schema.h"

#include <string.h>

/* A table or view that a migration makes. */
struct made {
	const char *name;
	const char *columns; /* from here to end */
	const char *end;
	const char *sql;     /* what else the migration does, from here on */
	bool is_view;
};

/* What stands behind the word, if that is in the line. */
static const char *behind(const char *line, const char *word)
{
	const char *found = strstr(line, word);

	return found != NULL && found < line + strcspn(line, "\n") ? found + strlen(word) : NULL;
}

/* Reads a line that begins with CREATE; false when it makes neither table nor view. */
static bool made_read(struct arena *arena, const char *line, struct made *made)
{
	const char *table = behind(line, "CREATE TABLE IF NOT EXISTS "), *view = behind(line, " VIEW ");
	const char *name = table != NULL ? table : view;

	if (name == NULL) {
		return false;
	}
	made->is_view = table == NULL;
	made->name = arena_copy(arena, name, strcspn(name, " \n"));
	made->sql = name;
	made->columns = strstr(name, made->is_view ? "SELECT" : "(");
	made->end = strstr(name, made->is_view ? " FROM " : "\n)");
	return made->columns != NULL && made->end != NULL;
}

/* Finds the next table or view that is made from at on; false when there is none. */
static bool made_find(struct arena *arena, const char **at, struct made *made)
{
	const char *line;

	while ((line = strstr(*at, "\nCREATE ")) != NULL) {
		*at = line + 1;
		if (made_read(arena, line + 1, made)) {
			return true;
		}
	}
	return false;
}

/* Whether the migration adds the column also where the table is of before it had that. */
static bool is_added(struct arena *arena, const struct made *made, const char *column)
{
	return strstr(made->sql, arena_printf(arena, "ADD COLUMN %s ", column)) != NULL;
}

/* The next column of it: of a table the word that begins a line, in lower case (what is in upper
 * case is SQL), of a view the next word. NULL after the last one. */
static const char *made_next_column(struct arena *arena, struct made *made)
{
	const char *before = made->is_view ? " " : "\n\t";

	while ((made->columns = strstr(made->columns, before)) != NULL && made->columns < made->end) {
		made->columns += strlen(before);
		if (*made->columns >= 'a' && *made->columns <= 'z') {
			return arena_copy(arena, made->columns, strcspn(made->columns, " ,"));
		}
	}
	return NULL;
}

static enum err stranger(struct cli *cli, const char *name, const char *column)
{
	return cli_fail(cli, ERR_CONFLICT, "the database %s has a table %s already that is not "
		"ours%s%s: nothing was changed; give backoffice a database of its own ([database] name), "
		"or its tables a prefix ([database] prefix)",
		cli->conf.db_name, name, column == NULL ? "" : ", without the column ",
		column == NULL ? "" : column);
}

/* Looks at one of them; *exists tells whether it is there. */
static enum err made_check(struct cli *cli, struct made *made, const char *columns, bool *exists)
{
	struct arena *arena = &cli->arena;
	const char *column;

	*exists = strstr(columns, arena_printf(arena, "\n%s ", made->name)) != NULL;
	while (*exists && (column = made_next_column(arena, made)) != NULL) {
		if (!is_added(arena, made, column) &&
		    strstr(columns, arena_printf(arena, "\n%s %s\n", made->name, column)) == NULL) {
			return stranger(cli, made->name, column);
		}
	}
	return ERR_OK;
}

enum err strangers_begin(struct cli *cli, const char *sql, struct strangers *strangers)
{
	struct made made;

	TRY(store_schema_columns(cli->db, &cli->arena, &strangers->columns));
	return !made_find(&cli->arena, &sql, &made) ? ERR_BUG
		: made_check(cli, &made, strangers->columns, &strangers->marked);
}

enum err strangers_check(struct cli *cli, const char *sql, const struct strangers *strangers)
{
	struct made made;
	bool exists;

	while (made_find(&cli->arena, &sql, &made)) {
		TRY(made_check(cli, &made, strangers->columns, &exists));
		if (exists && !strangers->marked) {
			return stranger(cli, made.name, NULL);
		}
	}
	return ERR_OK;
}
