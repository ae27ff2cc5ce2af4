#include "cli/commands.h"

#include "base/log.h"
#include "base/version.h"
#include "cli/cli.h"
#include "mail/smtp.h"
#include "store/fault.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_OK, EXIT_BUG, EXIT_INVALID, EXIT_MISSING, EXIT_CONFLICT, EXIT_UNAVAILABLE };

/* Options, as bits of a row. */
enum {
	OPTION_NAME = 1, OPTION_GROUP = 2, OPTION_TWO_FACTOR = 4, OPTION_PASSWORD_STDIN = 8,
	OPTION_KEEP_PASSWORD = 16, OPTION_MASKED = 32, OPTION_LIMIT = 64, OPTION_DIR = 128,
	OPTION_LINK = 256, OPTION_NETWORK = 512, OPTION_ALL = 1024, OPTION_URL = 2048,
	OPTION_SOCKET = 4096, OPTION_NGINX_USER = 8192, OPTION_LEAVE = 16384, OPTION_ONLY = 32768,
	OPTION_DRY_RUN = 65536, OPTION_IGNORE_UNKNOWN = 131072, OPTION_ENCODING = 262144,
	OPTION_PASSPHRASE = 1 << 20, OPTION_CHECK = 1 << 21,
	OPTION_DATABASE = 1 << 22, OPTION_ADMIN = 1 << 23, OPTION_PRINT_SQL = 1 << 24
};

#define AT(member) offsetof(struct cli, member)

static const struct option_row {
	unsigned bit;
	size_t offset;     /* of a bool for a flag, of a string for all but --limit and groups */
	const char *name;
	const char *value; /* NULL: a flag */
	const char *sentence;
} option_rows[] = {
	{ OPTION_NAME, AT(name), "name", "NAME", "first and last name" },
	{ OPTION_GROUP, AT(groups), "group", "NAME", "a group to put the user in; may be repeated" },
	{ OPTION_LEAVE, AT(left), "leave", "NAME",
		"a group to take the user out of; may be repeated" },
	{ OPTION_ONLY, AT(only), "only", NULL, "take the user out of all other groups" },
	{ OPTION_TWO_FACTOR, AT(two_factor), "two-factor", "KIND", "email (default) or disabled" },
	{ OPTION_PASSWORD_STDIN, AT(password_stdin), "password-stdin", NULL,
		"read the password from the first line of stdin" },
	{ OPTION_KEEP_PASSWORD, AT(keep_password), "keep-password", NULL,
		"the password need not be changed at first sign-in" },
	{ OPTION_MASKED, AT(masked), "masked", NULL,
		"the user sees clients' personal data as asterisks" },
	{ OPTION_LINK, AT(link), "link", NULL,
		"no password, but a link with which the user chooses one, once; printed once" },
	{ OPTION_NETWORK, AT(network), "network", "ADDRESS",
		"all who come from the network of this address, whatever user they try" },
	{ OPTION_ALL, AT(all), "all", NULL, "everybody" },
	{ OPTION_URL, AT(url), "url", NULL,
		"look at the pages too, as a browser gets them under the url of the settings; of setup: "
		"the address that follows" },
	{ OPTION_SOCKET, AT(socket), "socket", "PATH",
		"where nginx connects, if neither [web] listen nor the unit of systemd says so" },
	{ OPTION_NGINX_USER, AT(nginx_user), "nginx-user", "NAME",
		"as whom nginx runs (default: whom it runs as now)" },
	{ OPTION_LIMIT, AT(limit), "limit", "N", "at most so many, 1 to 200 (default 200)" },
	{ OPTION_DIR, AT(dir), "dir", "FOLDER",
		"where the migrations are (default " DATADIR "/sql/migrate)" },
	{ OPTION_DRY_RUN, AT(dry_run), "dry-run", NULL,
		"only say what would become of each row" },
	{ OPTION_IGNORE_UNKNOWN, AT(ignore_unknown), "ignore-unknown", NULL,
		"leave out the columns that nobody knows" },
	{ OPTION_ENCODING, AT(encoding), "encoding", "NAME",
		"in which characters the file is written, if that is found out wrongly: windows-1251" },
	{ OPTION_PASSPHRASE, AT(passphrase_file), "passphrase-file", "FILE",
		"whose first line is the passphrase (default: that of stdin)" },
	{ OPTION_CHECK, AT(check), "check", "DATABASE",
		"only try it: in this database, which is empty, and is emptied again" },
	{ OPTION_ADMIN, AT(admin), "admin", "EMAIL",
		"register the first administrator, if there is none: a link is printed once, with which "
		"the password is chosen" },
	{ OPTION_DATABASE, AT(database), "database", "mysql://USER@HOST:PORT/NAME",
		"the database, and its administrator's account there; each part may be left out, and "
		"localhost is the socket of the settings (default: there, as whoever runs the command)" },
	{ OPTION_DATABASE, AT(database_password_file), "database-password-file", "FILE",
		"the first line is the password of that account" },
	{ OPTION_DATABASE, AT(database_ca), "database-ca", "FILE",
		"the CA of the database: with it TLS is required and verified" },
	{ OPTION_DATABASE, AT(database_from), "database-from", "HOST",
		"from which host the database sees this one come, % for any (default: what it says)" },
	{ OPTION_DATABASE, AT(prefix), "prefix", "PREFIX",
		"what our tables are called by in a database that is shared, like bo_: bo_user" },
	{ OPTION_DATABASE, AT(one_account), "one-account", NULL,
		"all programs share that account, in a database that is there already" },
	{ OPTION_PRINT_SQL, AT(print_sql), "print-sql", NULL,
		"print what the administrator of the database has to run, and do all else" },
};

enum { OPTIONS = sizeof(option_rows) / sizeof(option_rows[0]) };

/* What getopt_long() gives for what has no letter. */
enum { LONG_JSON = 256, LONG_VERSION };

struct command {
	const char *words;
	const char *argument; /* NULL: none */
	unsigned options;
	bool bare;            /* needs neither settings nor database */
	const char *sentence;
	enum err (*run)(struct cli *cli);
};

static const struct command commands[] = {
#define COMMAND(function, words, argument, options, bare, sentence) \
	{ words, argument, options, bare, sentence, cli_##function },
#include "cli/commands.def"
#undef COMMAND
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

enum err cli_fail(struct cli *cli, enum err err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cli->error = arena_vprintf(&cli->arena, format, args);
	va_end(args);
	return err;
}

enum err cli_server_keys(struct cli *cli, struct secret_ring *keys)
{
	const char *file = cli->conf.server_key_file;
	enum err err = secret_ring_load(file, keys);

	return err == ERR_OK ? ERR_OK : cli_fail(cli, err, "cannot read the key %s", file);
}

void cli_open(struct cli *cli)
{
	if (cli->json) {
		text_putc(&cli->out, '{');
	}
}

/* Begins a member of the JSON object. */
static void cli_put_key(struct cli *cli, const char *key)
{
	text_separate(&cli->out);
	text_put_json(&cli->out, key);
	text_putc(&cli->out, ':');
}

void cli_pair(struct cli *cli, const char *key, const char *value)
{
	if (!cli->json) {
		text_putf(&cli->out, "%s: %s\n", key, value);
		return;
	}
	cli_put_key(cli, key);
	text_put_json(&cli->out, value);
}

void cli_list(struct cli *cli, const char *key, const char *const *values, size_t count)
{
	if (cli->json && count > 0) {
		cli_put_key(cli, key);
		text_putc(&cli->out, '[');
	}
	for (size_t i = 0; i < count; i++) {
		if (!cli->json) {
			cli_pair(cli, key, values[i]);
			continue;
		}
		text_separate(&cli->out);
		text_put_json(&cli->out, values[i]);
	}
	if (cli->json && count > 0) {
		text_putc(&cli->out, ']');
	}
}

void cli_close(struct cli *cli)
{
	if (cli->json) {
		text_puts(&cli->out, "}\n");
	}
}

static void cli_print_help(FILE *out)
{
	fputs("usage: backoffice-admin [-c FILE] [--json] COMMAND\n\n"
		"  -c, --config FILE: settings (default " SYSCONFDIR "/backoffice/backoffice.conf)\n"
		"  --json: one JSON document on stdout, errors as JSON on stderr\n"
		"  --version: the release, and the libraries that it runs with\n\n", out);
	for (const struct command *command = commands; command < commands + COMMANDS; command++) {
		fprintf(out, "  %s%s%s\n      %s\n", command->words, command->argument == NULL ? "" : " ",
			command->argument == NULL ? "" : command->argument, command->sentence);
		for (const struct option_row *row = option_rows; row < option_rows + OPTIONS; row++) {
			if ((command->options & row->bit) != 0) {
				fprintf(out, "      --%s%s%s: %s\n", row->name, row->value == NULL ? "" : " ",
					row->value == NULL ? "" : row->value, row->sentence);
			}
		}
	}
	fputs("\nExit codes: 0 done, 1 fault of the program, 2 wrong input, 3 no such thing,\n"
		"4 conflict, 5 not available now.\n", out);
}

static int cli_exit_code(enum err err)
{
	switch (err) {
	case ERR_OK:
		return EXIT_OK;
	case ERR_INVALID:
	case ERR_FORBIDDEN:
	case ERR_UNAUTHENTICATED:
		return EXIT_INVALID;
	case ERR_NOT_FOUND:
		return EXIT_MISSING;
	case ERR_CONFLICT:
	case ERR_STALE:
	case ERR_READ_ONLY:
		return EXIT_CONFLICT;
	case ERR_TOO_MANY:
	case ERR_TOO_SLOW:
	case ERR_RETRY:
	case ERR_UNAVAILABLE:
		return EXIT_UNAVAILABLE;
	case ERR_BUG:
		break;
	}
	return EXIT_BUG;
}

static void cli_print_error(struct cli *cli, enum err err)
{
	const char *sentence = cli->error == NULL ? err_name(err) : cli->error;
	struct text text = text_in(&cli->arena);

	if (!cli->json) {
		fprintf(stderr, "backoffice-admin: %s\n", sentence);
		return;
	}
	text_puts(&text, "{\"error\":");
	text_put_json(&text, err_name(err));
	text_puts(&text, ",\"message\":");
	/* A line of the settings or the name of a file may have any bytes, JSON may not. */
	text_put_json(&text, text_is_utf8(sentence, strlen(sentence)) ? sentence : err_name(err));
	fprintf(stderr, "%s}\n", text.bytes);
}

static enum err cli_take_group(struct cli *cli, struct cli_names *groups, const char *name)
{
	if (account_groups(groups->count, groups->count + 1) != NULL) {
		return cli_fail(cli, ERR_INVALID, "too many groups; at most %d", ACCOUNT_GROUPS_MAX);
	}
	groups->names[groups->count++] = name;
	return ERR_OK;
}

/* Takes a flag or a value into the member that its row names. */
static enum err cli_take_option(struct cli *cli, const struct option_row *row, const char *value)
{
	void *member = (char *)cli + row->offset;
	char *end;

	if ((row->bit & (OPTION_GROUP | OPTION_LEAVE)) != 0) {
		return cli_take_group(cli, member, value);
	}
	if (row->bit == OPTION_LIMIT) {
		cli->limit = strtoull(value, &end, 10);
		if (*end != '\0' || cli->limit < 1 || cli->limit > 200) {
			return cli_fail(cli, ERR_INVALID, "--limit must be a number from 1 to 200");
		}
	} else if (row->value == NULL) {
		*(bool *)member = true;
	} else {
		*(const char **)member = value;
	}
	return ERR_OK;
}

/* Lists for getopt_long() what the table has, and what all commands take. */
static void cli_list_options(struct option *options)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		options[i].name = option_rows[i].name;
		options[i].has_arg = option_rows[i].value == NULL ? no_argument : required_argument;
	}
	options[OPTIONS] = (struct option){ "config", required_argument, NULL, 'c' };
	options[OPTIONS + 1] = (struct option){ "json", no_argument, NULL, LONG_JSON };
	options[OPTIONS + 2] = (struct option){ "help", no_argument, NULL, 'h' };
	options[OPTIONS + 3] = (struct option){ "version", no_argument, NULL, LONG_VERSION };
}

/* Reads all options into cli, and into *given which of the table were there. Goes on after a wrong
 * one: --json may come later and says how the error is printed. */
static enum err cli_take_options(struct cli *cli, int argc, char **argv, unsigned *given,
	bool *help)
{
	struct option options[OPTIONS + 5] = { 0 };
	enum err err = ERR_OK;
	int option, at = 0;

	cli_list_options(options);
	opterr = 0;
	while ((option = getopt_long(argc, argv, "c:h", options, &at)) != -1) {
		if (option == 'c') {
			cli->conf_file = optarg;
		} else if (option == LONG_JSON) {
			cli->json = true;
		} else if (option == LONG_VERSION) {
			cli->version = true;
		} else if (option == 'h') {
			*help = true;
		} else if (option == '?') {
			bool letter = optopt > ' ' && optopt < 0x7f; /* or a word, which it has just left */

			err = cli_fail(cli, ERR_INVALID, "wrong option %s; see backoffice-admin help",
				letter ? arena_printf(&cli->arena, "-%c", optopt) : argv[optind - 1]);
		} else {
			enum err taken = cli_take_option(cli, &option_rows[at], optarg);

			*given |= option_rows[at].bit;
			err = taken == ERR_OK ? err : taken;
		}
	}
	return err;
}

/* Looks at the words of the command: all text inside the program is UTF-8, and this is where it
 * comes in. */
static enum err cli_check_words(struct cli *cli, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!text_is_utf8(argv[i], strlen(argv[i]))) {
			return cli_fail(cli, ERR_INVALID, "word %d of the command is not UTF-8", i);
		}
	}
	return ERR_OK;
}

/* Counts the words of a command's name that stand at argv; 0 when they are not all there. */
static int cli_match_words(const struct command *command, int argc, char **argv)
{
	const char *word = command->words;
	int count = 0;

	while (*word != '\0') {
		size_t len = strcspn(word, " ");

		if (count == argc || strlen(argv[count]) != len || strncmp(argv[count], word, len) != 0) {
			return 0;
		}
		word += len + (word[len] == ' ');
		count++;
	}
	return count;
}

/* Finds the row of the command whose name begins argv, and whether it may have what else is there.
 * */
static enum err cli_find_command(struct cli *cli, int argc, char **argv, unsigned given,
	const struct command **found)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		const struct command *command = &commands[i];
		int words = cli_match_words(command, argc, argv);

		if (words == 0) {
			continue;
		}
		if (argc - words != (command->argument != NULL)) {
			return cli_fail(cli, ERR_INVALID, "usage: backoffice-admin %s %s", command->words,
				command->argument == NULL ? "" : command->argument);
		}
		if ((given & ~command->options) != 0) {
			return cli_fail(cli, ERR_INVALID, "%s does not take that option", command->words);
		}
		cli->argument = command->argument == NULL ? NULL : argv[words];
		*found = command;
		return ERR_OK;
	}
	return cli_fail(cli, ERR_INVALID, "unknown command; see backoffice-admin help");
}

/* Runs the command with settings and database, unless it is a bare one. */
static enum err cli_run(struct cli *cli, const struct command *command)
{
	const char *error;
	enum err err;

	if (command->bare) {
		return command->run(cli);
	}
	err = conf_load(&cli->conf, cli->conf_file, CONF_ADMIN, &error);
	if (err != ERR_OK) {
		return cli_fail(cli, err, "%s", error);
	}
	cli->db = db_open(&cli->conf, DB_ADMIN);
	err = cli->db == NULL ? ERR_UNAVAILABLE : command->run(cli);
	if (err == ERR_UNAVAILABLE && cli->error == NULL) {
		return cli_fail(cli, err, "%s", cli->db == NULL || db_fault(cli->db)->number == 0
			? "the database cannot be reached"
			: store_fault_connect(&cli->arena, &cli->conf, DB_ADMIN, db_fault(cli->db)));
	}
	return err;
}

/* Does what the command line says, or prints the help. */
static enum err cli_find_and_run(struct cli *cli, int argc, char **argv)
{
	const struct command *command = NULL;
	unsigned given = 0;
	bool help = false;
	enum err taken = cli_take_options(cli, argc, argv, &given, &help);
	enum err err = cli_check_words(cli, argc, argv);

	if (err != ERR_OK || taken != ERR_OK) {
		return err == ERR_OK ? taken : err;
	}
	if (cli->json) {
		log_level_set(LOG_NOTHING); /* stderr is one document as well */
	}
	if (cli->version) {
		version_print(stdout, "backoffice-admin", (const char *const[]){ secret_library(),
			db_library(), smtp_library(), NULL });
		return ERR_OK;
	}
	if (help || (optind < argc && strcmp(argv[optind], "help") == 0)) {
		cli_print_help(stdout);
		return ERR_OK;
	}
	err = cli_find_command(cli, argc - optind, argv + optind, given, &command);
	return err == ERR_OK ? cli_run(cli, command) : err;
}

/* Writes what was said: a password that is shown once, say, must not get lost in silence. */
static enum err cli_put_out(struct cli *cli, enum err err)
{
	if (cli->out.len > 0) {
		fputs(cli->out.bytes, stdout);
	}
	if (fflush(stdout) == 0 && !ferror(stdout)) {
		return err;
	}
	return cli_fail(cli, err == ERR_OK ? ERR_UNAVAILABLE : err, "cannot write to standard output: "
		"%s", strerror(errno));
}

int cli_main(int argc, char **argv)
{
	struct cli cli = { .conf_file = SYSCONFDIR "/backoffice/backoffice.conf", .limit = 200,
		.name = "", .two_factor = "email", .dir = DATADIR "/sql/migrate" };
	enum err err;

	arena_init(&cli.arena);
	arena_init(&cli.conf.arena);
	cli.out = text_in(&cli.arena);
	text_puts(&cli.out, "");
	err = cli_find_and_run(&cli, argc, argv);
	err = cli_put_out(&cli, err);
	if (err != ERR_OK) {
		cli_print_error(&cli, err);
	}
	db_close(cli.db);
	conf_release(&cli.conf);
	arena_release(&cli.arena);
	return cli_exit_code(err);
}
