/*
 * One table of rows says everything about a setting; reading, checking and the example file all
 * walk it.
 */
#include "base/conf.h"

#include "base/conf_check.h"
#include "base/text.h"

#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind { TEXT, NUMBER, SECRET, PLACE };

/* Whose secret a row is: others do not read its file. */
enum {
	FOR_WEB = 1 << CONF_WEB,
	FOR_MAILER = 1 << CONF_MAILER,
	FOR_ADMIN = 1 << CONF_ADMIN,
	FOR_ALL = FOR_WEB | FOR_MAILER | FOR_ADMIN
};

struct setting {
	const char *section;
	const char *key;
	enum kind kind;
	size_t offset;
	const char *standard; /* the default, as it would stand in the file */
	uint64_t min;         /* NUMBER */
	uint64_t max;
	unsigned programs;    /* SECRET */
	const char *sentence; /* for people */
};

#define AT(member) offsetof(struct conf, member)

static const struct setting settings[] = {
	{ "site", "name", TEXT, AT(name), "Backoffice", 0, 0, FOR_ALL,
		"What the product is called on the page and in mails." },
	{ "site", "url", TEXT, AT(url), "http://127.0.0.1:8080/", 0, 0, FOR_ALL,
		"Public address of the page, with a final slash. Mails link to it, and requests that "
		"change something must come from its origin." },
	{ "site", "support", TEXT, AT(support), "", 0, 0, FOR_ALL,
		"Whom to ask, as a sentence; stands at the end of mails." },
	{ "site", "logo", TEXT, AT(logo), "", 0, 0, FOR_ALL,
		"Picture that the page shows in place of its name, 24 pixels high (40 at the sign-in), on "
		"a light ground and on a dark one: a path on the same host like /logo.svg, or one under "
		"url like img/logo.svg. Empty for the name in words." },
	{ "site", "accent", TEXT, AT(accent), "", 0, 0, FOR_ALL,
		"Colour of buttons and links, like #1d58c9, dark enough to be read on white (4.5:1); "
		"the tone for the dark scheme is made of it. Empty for the page's own." },
	{ "site", "company", TEXT, AT(company), "", 0, 0, FOR_ALL,
		"For whom mails are sent: name and address, as some countries demand; their last line." },
	{ "site", "language", TEXT, AT(language), "en", 0, 0, FOR_ALL,
		"Language of mails to people who have chosen none: en, de, es, ru or ar." },
	{ "site", "time_zone", TEXT, AT(time_zone), "UTC", 0, 0, FOR_ALL,
		"Zone of the times in mails, like Europe/Berlin." },
	{ "site", "country", TEXT, AT(country), "", 0, 0, FOR_ALL,
		"Country of phone numbers that are written without a code, two letters like DE; empty for "
		"none: every number must then begin with + or 00, unless its client has a country." },
	{ "site", "server_key_file", PLACE, AT(server_key_file),
		"keys/server.key", 0, 0, FOR_ALL,
		"Key of keyed hashes and cursors, by its path or beside this file; made by "
		"backoffice-admin keys." },
	{ "site", "node", TEXT, AT(node), "", 0, 0, FOR_ALL,
		"Name under which this host chains its rows of the audit trail; empty for the "
		"host's name." },

	{ "database", "socket", TEXT, AT(db_socket), "/run/mysqld/mysqld.sock", 0, 0, FOR_ALL,
		"Unix socket of the database; empty for TCP." },
	{ "database", "host", TEXT, AT(db_host), "127.0.0.1", 0, 0, FOR_ALL,
		"Host of the database, when socket is empty; of a cluster all nodes, separated by commas, "
		"db1, db2:3307: when one fails, all connections go on to the next." },
	{ "database", "port", NUMBER, AT(db_port), "3306", 1, 65535, FOR_ALL, "Its port." },
	{ "database", "name", TEXT, AT(db_name), "backoffice", 0, 0, FOR_ALL, "The database." },
	{ "database", "prefix", TEXT, AT(db_prefix), "", 0, 0, FOR_ALL,
		"What the names of our tables begin with where other applications, or another "
		"installation, have tables in the same database: at most 16 of a-z, 0-9 and _, first a "
		"letter, like bo_. Chosen before the tables are made." },
	{ "database", "ca", PLACE, AT(db_ca), "", 0, 0, FOR_ALL,
		"File of the CA of the database; with it TLS is required and verified." },
	{ "database", "timeout", NUMBER, AT(db_timeout), "2", 1, 60, FOR_ALL,
		"Seconds to wait for a connection or an answer." },

	{ "web", "user", TEXT, AT(web.user), "backoffice_web", 0, 0, FOR_ALL,
		"Database account of backoffice-fcgi." },
	{ "web", "password", SECRET, AT(web.password), "", 0, 0, FOR_WEB,
		"Its password; empty for unix_socket authentication." },
	{ "web", "listen", TEXT, AT(listen), "-", 0, 0, FOR_ALL,
		"Path of the unix socket that nginx connects to; - for an inherited file descriptor 0." },
	{ "web", "threads", NUMBER, AT(threads), "8", 1, 128, FOR_ALL,
		"Threads that answer requests, each with a database connection. There are an eighth "
		"more for searches, and for exports." },
	{ "web", "hash_threads", NUMBER, AT(hash_threads), "2", 1, 32, FOR_ALL,
		"Threads for what hashes a password; one at a time while lists are asked for." },
	{ "web", "hash_queue", NUMBER, AT(hash_queue), "128", 1, 1024, FOR_ALL,
		"Requests that may wait for them, at most a quarter from one network; more get 503." },

	{ "password", "memory", NUMBER, AT(hash_memory), "64", 8, 1024, FOR_ALL,
		"MiB of memory of Argon2id." },
	{ "password", "passes", NUMBER, AT(hash_passes), "2", 1, 16, FOR_ALL,
		"Passes of Argon2id." },

	{ "session", "idle", NUMBER, AT(session_idle), "30", 1, 1440, FOR_ALL,
		"Minutes without use after which a session ends." },
	{ "session", "life", NUMBER, AT(session_life), "720", 5, 10080, FOR_ALL,
		"Minutes after which it ends in any case." },
	{ "session", "proof", NUMBER, AT(session_step_up), "10", 1, 60, FOR_ALL,
		"Minutes since signing in, or since the last password or code, after which what is "
		"dangerous asks for one again." },
	{ "session", "initial_password_life", NUMBER, AT(initial_password_life), "72", 1, 720, FOR_ALL,
		"Hours in which a password that somebody else knew must be used." },
	{ "session", "require_totp", TEXT, AT(require_totp), "nobody", 0, 0, FOR_ALL,
		"Who must sign in with an authenticator app: nobody, administrators or everyone. Whoever "
		"has none yet is led to it at the next sign-in." },

	{ "audit", "retention", NUMBER, AT(audit_retention), "0", 0, 36500, FOR_ALL,
		"Days after which backoffice-admin audit prune removes rows of the trail; 0 for "
		"never." },

	{ "mail", "smtp_url", TEXT, AT(smtp_url), "", 0, 0, FOR_ALL,
		"Mail server, smtp://host:port or smtps://host:port; empty: none, and no mail." },
	{ "mail", "smtp_user", TEXT, AT(smtp_user), "", 0, 0, FOR_ALL, "Account at the mail server." },
	{ "mail", "smtp_password", SECRET, AT(smtp_password), "", 0, 0, FOR_MAILER, "Its password." },
	{ "mail", "smtp_ca", PLACE, AT(smtp_ca), "", 0, 0, FOR_ALL,
		"File of the CA of a private mail server." },
	{ "mail", "smtp_tls", TEXT, AT(smtp_tls), "required", 0, 0, FOR_ALL,
		"required: STARTTLS or smtps; none: plain text, to this host only." },
	{ "mail", "connections", NUMBER, AT(smtp_connections), "4", 1, 16, FOR_ALL,
		"Connections to the mail server at a time; a mailer makes do with fewer where the server "
		"takes no more." },
	{ "mail", "from", TEXT, AT(mail_from), "backoffice@localhost", 0, 0, FOR_ALL,
		"Address that mails come from." },
	{ "mail", "helo", TEXT, AT(mail_helo), "", 0, 0, FOR_ALL,
		"Name by which the mailer presents itself to the mail server (EHLO), a whole one like "
		"host.example.com. Empty: the host's own name if that is whole, else the host of url, "
		"else the domain of from." },
	{ "mail", "code_in_subject", TEXT, AT(code_in_subject), "no", 0, 0, FOR_ALL,
		"yes: a sign-in code stands in the subject of its mail too, where a locked phone shows it "
		"to whoever has it." },
	{ "mail", "key_file", PLACE, AT(mail_key_file), "keys/mail.pub", 0, 0, FOR_ALL,
		"Public key that letters are sealed for." },
	{ "mail", "wake", TEXT, AT(mail_wake), "/run/backoffice/mailer.bell", 0, 0, FOR_ALL,
		"Socket by which backoffice-fcgi wakes the mailer; empty for none." },

	{ "mailer", "user", TEXT, AT(mailer.user), "backoffice_mailer", 0, 0, FOR_ALL,
		"Database account of backoffice-mailer." },
	{ "mailer", "password", SECRET, AT(mailer.password), "", 0, 0, FOR_MAILER, "Its password." },
	{ "mailer", "secret_key_file", PLACE, AT(mail_secret_key_file),
		"keys/mail.key", 0, 0, FOR_ALL,
		"Secret key that opens the letters; only the mailer may read it." },

	{ "admin", "user", TEXT, AT(admin.user), "backoffice_admin", 0, 0, FOR_ALL,
		"Database account of backoffice-admin." },
	{ "admin", "password", SECRET, AT(admin.password), "", 0, 0, FOR_ADMIN, "Its password." },
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

struct conf_reader {
	struct conf *conf;
	const char *path;
	FILE *file;
	enum conf_program program;
	int line;          /* that was read last */
	bool line_is_over; /* it was read to its end */
	bool given[SETTINGS];
	bool by_environment[SETTINGS];
	const char *error; /* the first one, NULL while all is well */
	int error_line;    /* 0: of no single line; of what the environment says ENVIRONMENT */
};

enum { ENVIRONMENT = -1 };

#define PREFIX "BACKOFFICE_"

/* Keeps the first complaint; inih goes on after it. */
static void conf_complain(struct conf_reader *reader, int line, const char *key, const char *reason)
{
	struct arena *arena = &reader->conf->arena;

	if (reader->error == NULL) {
		reader->error = line == ENVIRONMENT
			? arena_printf(arena, "environment: %s: %s", key, reason)
			: arena_printf(arena, "%s:%d: %s: %s", reader->path, line, key, reason);
		reader->error_line = line;
	}
}

/* For inih, which tells its handler no number of a line. */
static char *conf_read_line(char *out, int size, void *context)
{
	struct conf_reader *reader = context;
	char *got = fgets(out, size, reader->file);

	if (got != NULL) {
		reader->line += reader->line_is_over;
		reader->line_is_over = strchr(out, '\n') != NULL;
	}
	return got;
}

/* Sets the member of the row to value. NULL, or what is wrong with the value. */
static const char *conf_set(struct conf *conf, const struct setting *row, const char *value)
{
	void *member = (char *)conf + row->offset;
	uint64_t number;
	char *end;

	if (row->kind != NUMBER) {
		*(const char **)member = arena_string(&conf->arena, value);
		return NULL;
	}
	errno = 0;
	number = strtoull(value, &end, 10);
	if (errno != 0 || *end != '\0' || value[0] < '0' || value[0] > '9' || number < row->min ||
	    number > row->max) {
		return arena_printf(&conf->arena, "must be a number from %" PRIu64 " to %" PRIu64,
			row->min, row->max);
	}
	*(uint64_t *)member = number;
	return NULL;
}

/* Completes the name of a file as the header promises: absolute, or beside the credentials, or
 * beside the settings. */
static const char *conf_locate(const struct conf_reader *reader, const char *name)
{
	struct arena *arena = &reader->conf->arena;
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	const char *slash = strrchr(reader->path, '/');

	if (name[0] == '/') {
		return name;
	}
	if (credentials != NULL) {
		const char *last = strrchr(name, '/');

		return arena_printf(arena, "%s/%s", credentials, last == NULL ? name : last + 1);
	}
	return slash == NULL ? name
		: arena_printf(arena, "%.*s/%s", (int)(slash - reader->path), reader->path, name);
}

/* Sets the member of the row to the first line of the file, if this program may know it. NULL, or
 * what is wrong. */
static const char *conf_set_from_file(struct conf_reader *reader, const struct setting *row,
	const char *name)
{
	const char *path = conf_locate(reader, name), *wrong = NULL;
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	if ((row->programs >> reader->program & 1) == 0) {
		return NULL;
	}
	file = fopen(path, "re");
	if (file == NULL) {
		return arena_printf(&reader->conf->arena, "cannot read %s: %s", path, strerror(errno));
	}
	if (getline(&line, &size, file) > 0 && strcspn(line, "\r\n") > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		wrong = conf_set(reader->conf, row, line);
		explicit_bzero(line, size);
	} else {
		/* systemd puts an empty one in the place of a file that is missing. */
		wrong = arena_printf(&reader->conf->arena, "%s is missing or has an empty first line: the "
			"password belongs there", name);
	}
	free(line);
	fclose(file);
	return wrong;
}

/* Whether the key is "x_file" and the row is the secret x. */
static bool conf_is_file_of(const struct setting *row, const char *key)
{
	size_t len = strlen(row->key);

	return row->kind == SECRET && strncmp(key, row->key, len) == 0 &&
		strcmp(key + len, "_file") == 0;
}

/* Takes the value of a key of row i. NULL, or what is wrong with it. */
static const char *conf_take_value(struct conf_reader *reader, size_t i, const char *key,
	const char *value)
{
	if (!text_is_utf8(value, strlen(value)) || text_has_control(value)) {
		return "must be UTF-8 text without control characters";
	}
	if (conf_is_file_of(&settings[i], key)) {
		return conf_set_from_file(reader, &settings[i], value);
	}
	if (settings[i].kind == PLACE && value[0] != '\0') {
		value = conf_locate(reader, value);
	}
	return conf_set(reader->conf, &settings[i], value);
}

/* The same of a line in the file. */
static const char *conf_take(struct conf_reader *reader, size_t i, const char *key,
	const char *value)
{
	if (reader->given[i]) {
		return "stands twice";
	}
	reader->given[i] = true;
	return reader->by_environment[i] ? NULL : conf_take_value(reader, i, key, value);
}

/* Gives the row of a key, or of the file that a secret stands in; SETTINGS where there is none. */
static size_t conf_find(const char *section, const char *key)
{
	size_t i = 0;

	while (i < SETTINGS && (strcmp(section, settings[i].section) != 0 ||
	       (strcmp(key, settings[i].key) != 0 && !conf_is_file_of(&settings[i], key)))) {
		i++;
	}
	return i;
}

/* For inih: 0 marks the line as wrong. */
static int conf_take_pair(void *context, const char *section, const char *key, const char *value)
{
	struct conf_reader *reader = context;
	size_t i = conf_find(section, key);
	const char *wrong = i < SETTINGS ? conf_take(reader, i, key, value)
		: arena_printf(&reader->conf->arena, "unknown setting in [%s]", section);

	if (wrong != NULL) {
		conf_complain(reader, reader->line, key, wrong);
	}
	return wrong == NULL;
}

/* Takes a variable of the environment by what follows its prefix. NULL, or what is wrong. */
static const char *conf_take_variable(struct conf_reader *reader, char *name, const char *value)
{
	char *key = strchr(name, '_');
	size_t i;

	for (char *c = name; *c != '\0'; c++) {
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;
	}
	if (key != NULL) {
		*key++ = '\0';
	}
	i = key == NULL ? (size_t)SETTINGS : conf_find(name, key);
	if (i == SETTINGS || reader->by_environment[i]) {
		return i == SETTINGS ? "unknown setting" : "stands twice, by itself and as a file";
	}
	reader->by_environment[i] = true;
	return conf_take_value(reader, i, key, value);
}

/* Takes what the environment says, before the file. Gives how many variables were ours. */
static size_t conf_take_environment(struct conf_reader *reader)
{
	struct arena *arena = &reader->conf->arena;
	size_t count = 0;

	for (char **variable = environ; *variable != NULL; variable++) {
		const char *name = arena_printf(arena, "%.*s", (int)strcspn(*variable, "="), *variable);

		if (strncmp(name, PREFIX, strlen(PREFIX)) == 0) {
			const char *wrong = conf_take_variable(reader,
				arena_printf(arena, "%s", name + strlen(PREFIX)), *variable + strlen(name) + 1);

			if (wrong != NULL) {
				conf_complain(reader, ENVIRONMENT, name, wrong);
			}
			count++;
		}
	}
	return count;
}

/* Reads the whole file and looks at what came of it. */
static void conf_parse(struct conf_reader *reader)
{
	int line = ini_parse_stream(conf_read_line, reader, conf_take_pair, reader);
	bool broken = line > 0 && (reader->error == NULL || line < reader->error_line);

	if (broken) {
		reader->error = NULL; /* inih went on to a later one */
		conf_complain(reader, line, "line", "is too long, or neither [section] nor key = value");
	}
	if (ferror(reader->file)) {
		conf_complain(reader, 0, "file", strerror(errno));
	}
}

/* Every setting as it is where nobody has said anything. */
static void conf_set_standards(struct conf_reader *reader)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const char *value = settings[i].standard;

		if (settings[i].kind == PLACE && value[0] != '\0') {
			value = conf_locate(reader, value);
		}
		(void)conf_set(reader->conf, &settings[i], value); /* a test reads them all back */
	}
}

/* Reads environment and file. */
static void conf_read(struct conf_reader *reader)
{
	size_t variables = conf_take_environment(reader);

	reader->file = fopen(reader->path, "re");
	if (reader->file != NULL) {
		conf_parse(reader);
		fclose(reader->file);
	} else if (errno != ENOENT || variables == 0) {
		conf_complain(reader, 0, "file", strerror(errno));
	}
	if (conf_check(reader->conf) != NULL) {
		conf_complain(reader, 0, "settings", conf_check(reader->conf));
	}
}

enum err conf_load(struct conf *conf, const char *path, enum conf_program program,
	const char **error)
{
	struct conf_reader reader = { .conf = conf, .path = path, .program = program,
		.line_is_over = true };

	arena_init(&conf->arena);
	conf_set_standards(&reader);
	conf_read(&reader);
	if (conf->node[0] == '\0') {
		conf->node = conf_host_name(&conf->arena);
	}
	*error = reader.error;
	return *error == NULL ? ERR_OK : ERR_INVALID;
}

/* Prints the sentence as comments of at most WIDTH columns. */
static void conf_print_sentence(FILE *out, const char *sentence)
{
	enum { WIDTH = 78 };
	size_t column = 1;

	fputc('#', out);
	while (*sentence != '\0') {
		size_t len = strcspn(sentence, " ");

		if (column + 1 + len > WIDTH) {
			fputs("\n#", out);
			column = 1;
		}
		fprintf(out, " %.*s", (int)len, sentence);
		column += 1 + len;
		sentence += len + (sentence[len] != '\0');
	}
	fputc('\n', out);
}

void conf_example(FILE *out)
{
	const char *section = "";

	fputs("# Settings of backoffice. A line shows its default; take the # away to change it.\n"
		"# A password stands in a file of its own: password_file names it, its first line is it.\n",
		out);
	for (size_t i = 0; i < SETTINGS; i++) {
		if (strcmp(section, settings[i].section) != 0) {
			section = settings[i].section;
			fprintf(out, "\n[%s]\n", section);
		}
		conf_print_sentence(out, settings[i].sentence);
		fprintf(out, "#%s%s =%s%s\n", settings[i].key, settings[i].kind == SECRET ? "_file" : "",
			settings[i].standard[0] == '\0' ? "" : " ", settings[i].standard);
	}
}

bool conf_has_mail(const struct conf *conf)
{
	return conf->smtp_url[0] != '\0';
}

void conf_release(struct conf *conf)
{
	arena_release(&conf->arena);
}
