/*
 * The parts of `backoffice-admin check`: each notes what it has looked at, one line each, with the
 * remedy where something is not as it must be.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "cli/cli.h"

struct check_run {
	struct cli *cli;
	bool good;          /* all of it, so far */
	bool reached;       /* the database has answered */
	struct conf web;    /* the settings as backoffice-fcgi and backoffice-mailer read them: each */
	struct conf mailer; /* with its own password */
	bool web_read, mailer_read; /* they could be read */
};

/* Notes one thing; fault is NULL when all is well, else what is wrong and the remedy. */
void cli_check_note(struct check_run *check, const char *what, const char *fault);

/* The database as each program meets it, with its account: whether it can be reached, the schema,
 * each grant that is missing, words, space. */
void cli_check_database(struct check_run *check);

/* Says what the program lacks of what its statements need, and where it comes from; NULL when it
 * lacks nothing. ERR_UNAVAILABLE when the database is away. */
enum err cli_lacks(struct cli *cli, struct db *db, enum db_program program, const char **told)
	MUST_USE;

/* The socket as nginx's user meets it, and whether backoffice-fcgi answers behind it. */
void cli_check_socket(struct check_run *check);

/* The pages as a browser meets them, under the url of the settings. */
void cli_check_url(struct check_run *check);

/* The mail server as the mailer meets it. No letter is sent. */
void cli_check_mail(struct check_run *check);

#endif
