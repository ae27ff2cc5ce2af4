/*
 * The parts of `backoffice-admin setup`: from packages to a first administrator by one command,
 * which may be repeated. Each part looks whether its work is done, does what is not, and says so;
 * what there is is never replaced.
 */
#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include "base/text.h"
#include "cli/cli.h"

/* Where the database is, and as whom to be its administrator there: what --database says. */
struct setup_database {
	const char *user; /* whoever runs the command, unless another one is named */
	const char *password;
	const char *host; /* NULL: the socket of the settings */
	const char *port;
	const char *name; /* NULL: that of the settings */
};

struct setup {
	struct cli *cli;
	struct setup_database database;
	struct conf web, mailer; /* as the two programs read the settings */
	struct text sql;  /* for the administrator of the database, with --print-sql */
	bool waits;       /* for the administrator of the database */
	bool lacks_administrator; /* of our own, and is not told whom to register */
};

/* Notes what was done, or that nothing had to be (done is false). */
void setup_note(struct setup *setup, const char *what, bool done, const char *how);

/* The files: settings, passwords, keys. Loads the settings for all three programs. */
enum err setup_files(struct setup *setup) MUST_USE;

/* Sees to a file of a password: one is generated if there is none, and with given that is it. */
enum err setup_password(struct setup *setup, const char *path, const char *given) MUST_USE;

/* The database: itself, the accounts, the schema, the grants. With --print-sql the administrator
 * of the database is told in sql what is missing; setup->waits when it cannot go on without. */
enum err setup_accounts(struct setup *setup) MUST_USE;
enum err setup_grants(struct setup *setup) MUST_USE;

/* The lines that nginx needs for the url of the settings. */
const char *setup_nginx_lines(struct arena *arena, const char *url);

/* Gives the text with the setting in its section: in place of the line that sets it, of the comment
 * that shows its default, or as a new line. The value is the same if the text is. */
const char *setup_put_setting(struct arena *arena, const char *text, const char *section,
	const char *key, const char *value);

/* Gives what the text sets it to; NULL when it does not. */
const char *setup_get_setting(struct arena *arena, const char *text, const char *section,
	const char *key);

#endif
