/*
 * Tables of strangers: of another application in the same database, which has called one of its
 * tables as we call one of ours. A migration makes what is not there yet, and would take such a
 * table for its own.
 */
#ifndef CLI_STRANGERS_H
#define CLI_STRANGERS_H

#include "cli/cli.h"

struct strangers {
	const char *columns; /* all that there are, as store_schema_columns() has them */
	bool marked;         /* our table of migrations is among the tables */
};

/* Begins with the migration that makes that table; ERR_CONFLICT with the sentence when there is one
 * of its name which is not ours. */
enum err strangers_begin(struct cli *cli, const char *sql, struct strangers *strangers) MUST_USE;

/* Looks at what a migration that was not applied would make: ERR_CONFLICT with the name of the
 * first table or view that is there and not ours. Ours are those that an interrupted run of the
 * migration has left, so there are none in a database without our mark; elsewhere they have all
 * the columns that the migration gives them. */
enum err strangers_check(struct cli *cli, const char *sql, const struct strangers *strangers)
	MUST_USE;

#endif
