/*
 * The database's own tools as children: what writes a dump of it, and what reads one. They get the
 * account of the command line by a file that exists in memory alone: neither their arguments nor
 * their environment, which others can see, have the password.
 */
#ifndef CLI_TOOL_H
#define CLI_TOOL_H

#include "cli/cli.h"

#include <stdio.h>
#include <sys/types.h>

struct tool {
	const char *name; /* of the program that was found */
	pid_t pid;
	FILE *pipe;       /* what it writes, or reads */
	int words;        /* what it says of errors */
};

/* Starts mariadb-dump or mysqldump on the database that the settings name: a consistent dump of
 * these tables and views, or of all where none is named, as they are at one moment. ERR_UNAVAILABLE
 * when neither is installed. */
enum err cli_tool_dump(struct cli *cli, const char *const *tables, size_t count, struct tool *tool)
	MUST_USE;

/* Starts mariadb or mysql, to run a dump in the database of that name. */
enum err cli_tool_load(struct cli *cli, const char *database, struct tool *tool) MUST_USE;

/* Closes the pipe and waits for its end. ERR_UNAVAILABLE with its last words where it failed. */
enum err cli_tool_end(struct cli *cli, struct tool *tool) MUST_USE;

#endif
