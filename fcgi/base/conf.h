/*
 * Settings: one ini file (read with inih), one table of rows in conf.c: section, key, kind,
 * default, range, secret or not, sentence. Unknown sections, unknown keys and bad values stop the
 * start with file, line and reason. The same table prints the example file.
 *
 * A key "x_file" names a file whose first line is the value of "x", so that systemd credentials
 * work; a relative name is taken from $CREDENTIALS_DIRECTORY when that is set, which knows no
 * folders: by its last part; else from the folder of the settings file.
 *
 * The environment wins over the file, as containers are told: BACKOFFICE_DATABASE_HOST is host in
 * [database], BACKOFFICE_WEB_PASSWORD_FILE is password_file in [web]. With such variables there
 * need be no file.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Who reads the settings: a program's secrets are loaded for that program alone, because the files
 * of the others are none of its business and often not readable. */
enum conf_program { CONF_WEB, CONF_MAILER, CONF_ADMIN };

struct conf_account {
	const char *user;     /* account of this program at the database */
	const char *password; /* "" for unix_socket authentication */
};

struct conf {
	struct arena arena; /* owns every string below */

	/* [site] */
	const char *name;          /* what the product is called on the page and in mails */
	const char *url;           /* public address of the page, with a final slash; the origin
	                              that state-changing requests must come from */
	const char *support;       /* whom to ask, at the end of mails; "" for nobody */
	const char *logo;          /* path of a picture that the page is headed with; "" for the name */
	const char *accent;        /* colour of the page, #rrggbb; "" for its own; whether it can be
	                              read rule/accent.h tells */
	const char *company;       /* for whom mails are sent: their last line; "" for none */
	const char *language;      /* of letters to people who have chosen none */
	const char *country;       /* of phone numbers without a code; "" for none */
	const char *time_zone;     /* of the times in mails */
	const char *server_key_file;      /* key of keyed hashes and wrapped cursors */
	const char *node;          /* whose chain of the audit trail this host continues */

	/* [database] */
	const char *db_socket;     /* "" for TCP */
	const char *db_host;
	uint64_t db_port;
	const char *db_name;       /* "" for none: of connections to the server alone */
	const char *db_prefix;     /* of the names of our tables in it; "" for none */
	const char *db_ca;         /* CA file; set it and TLS is required and verified */
	uint64_t db_timeout;       /* seconds to connect, to read, to write */

	/* [web] */
	struct conf_account web;
	const char *listen;        /* "-" for file descriptor 0, or the path of a unix socket */
	uint64_t threads;          /* that answer requests, each with a database connection */
	uint64_t hash_threads;     /* that answer requests which hash a password */
	uint64_t hash_queue;       /* requests that may wait for a hash thread; more get 503 */

	/* [password] */
	uint64_t hash_memory;      /* MiB of Argon2id */
	uint64_t hash_passes;

	/* [session] */
	uint64_t session_idle;     /* minutes */
	uint64_t session_life;     /* minutes */
	uint64_t session_step_up;    /* minutes */
	uint64_t initial_password_life; /* hours that a password known to others stays valid */
	const char *require_totp;  /* "nobody", "administrators" or "everyone" */

	/* [audit] */
	uint64_t audit_retention;  /* days; 0: for ever */

	/* [mail] */
	const char *code_in_subject; /* "yes" or "no" */
	const char *smtp_url;      /* "" when there is no mail server: smtp://host:port, smtps:// */
	const char *smtp_user;
	const char *smtp_password;
	const char *smtp_ca;       /* CA file for a private mail server; "" for the system's */
	const char *smtp_tls;      /* "required" (STARTTLS or smtps) or "none" (loopback only) */
	uint64_t smtp_connections; /* at a time */
	const char *mail_from;     /* address of the sender */
	const char *mail_helo;     /* name by which the mailer presents itself; "": mail/helo.h */
	const char *mail_key_file; /* public key that letters are sealed for; the web program's */
	const char *mail_wake;     /* path of the bell; "" for none */

	/* [mailer] */
	struct conf_account mailer;
	const char *mail_secret_key_file; /* opens the letters; only the mailer may read it */

	/* [admin] */
	struct conf_account admin;
};

/* Reads path into conf; *error (in conf's arena) names file, line and reason on ERR_INVALID. */
enum err conf_load(struct conf *conf, const char *path, enum conf_program program,
	const char **error) MUST_USE;

/* Prints the commented example file from the table. */
void conf_example(FILE *out);

/* Tells whether a mail server is configured. */
bool conf_has_mail(const struct conf *conf);

/* Frees what conf_load() allocated, secrets wiped. */
void conf_release(struct conf *conf);

#endif
