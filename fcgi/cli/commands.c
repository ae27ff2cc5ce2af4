#include "cli/commands.h"

#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_OK, EXIT_BUG, EXIT_INVALID, EXIT_MISSING, EXIT_CONFLICT, EXIT_UNAVAILABLE };

/* Options, as bits of a row. */
enum {
	OPTION_NAME = 1, OPTION_GROUP = 2, OPTION_TWO_FACTOR = 4, OPTION_PASSWORD_STDIN = 8,
	OPTION_KEEP_PASSWORD = 16, OPTION_MASKED = 32, OPTION_LIMIT = 64, OPTION_DIR = 128
};

static const struct {
	unsigned bit;
	const char *name;
	const char *value; /* NULL: a flag */
	const char *sentence;
} option_rows[] = {
	{ OPTION_NAME, "name", "NAME", "first and last name" },
	{ OPTION_GROUP, "group", "NAME", "a group to put the user in; may be repeated" },
	{ OPTION_TWO_FACTOR, "two-factor", "KIND", "email (default) or disabled" },
	{ OPTION_PASSWORD_STDIN, "password-stdin", NULL, "read the password from the first line of stdin" },
	{ OPTION_KEEP_PASSWORD, "keep-password", NULL, "the password need not be changed at first sign-in" },
	{ OPTION_MASKED, "masked", NULL, "the user sees clients' personal data as asterisks" },
	{ OPTION_LIMIT, "limit", "N", "at most so many, 1 to 200 (default 200)" },
	{ OPTION_DIR, "dir", "FOLDER", "where the migrations are (default " DATADIR "/sql/migrate)" },
};

enum { OPTIONS = sizeof(option_rows) / sizeof(option_rows[0]) };

struct command {
	const char *words;
	const char *argument; /* NULL: none */
	unsigned options;
	bool bare;            /* needs neither settings nor database */
	const char *sentence;
	enum err (*run)(struct cli *cli);
};

static const struct command commands[] = {
	{ "migrate", NULL, OPTION_DIR, false, "bring the database up to this version", cli_migrate },
	{ "check", NULL, 0, false, "say whether settings, keys and database are as they must be",
		cli_check },
	{ "keys", NULL, 0, false, "make the key files that are missing", cli_keys },
	{ "settings", NULL, 0, true, "print an example of the settings file", cli_settings },
	{ "user add", "<email>", OPTION_NAME | OPTION_GROUP | OPTION_TWO_FACTOR |
		OPTION_PASSWORD_STDIN | OPTION_KEEP_PASSWORD | OPTION_MASKED, false,
		"register a user; prints a generated password once", cli_user_add },
	{ "user list", NULL, OPTION_LIMIT, false, "the users, newest first", cli_user_list },
	{ "user enable", "<email>", 0, false, "let a disabled user sign in again", cli_user_enable },
	{ "user disable-2fa", "<email>", 0, false, "let the user sign in by password alone",
		cli_user_disable_2fa },
	{ "user reset-password", "<email>", OPTION_PASSWORD_STDIN, false,
		"give a new password, to be changed at the next sign-in; ends the user's sessions",
		cli_user_reset_password },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

enum err cli_fail(struct cli *cli, enum err err, const char *format, ...)
{
	char sentence[512];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	cli->error = arena_string(&cli->arena, sentence);
	return err;
}

void cli_open(struct cli *cli)
{
	if (cli->json) {
		text_putc(&cli->out, '{');
	}
}

void cli_pair(struct cli *cli, const char *key, const char *value)
{
	if (!cli->json) {
		text_putf(&cli->out, "%s: %s\n", key, value);
		return;
	}
	if (cli->out.bytes[cli->out.len - 1] != '{') {
		text_putc(&cli->out, ',');
	}
	text_put_json(&cli->out, key);
	text_putc(&cli->out, ':');
	text_put_json(&cli->out, value);
}

void cli_close(struct cli *cli)
{
	if (cli->json) {
		text_puts(&cli->out, "}\n");
	}
}

static void print_command(FILE *out, const struct command *command)
{
	fprintf(out, "  %s%s%s\n      %s\n", command->words, command->argument == NULL ? "" : " ",
		command->argument == NULL ? "" : command->argument, command->sentence);
	for (size_t i = 0; i < OPTIONS; i++) {
		if ((command->options & option_rows[i].bit) != 0) {
			fprintf(out, "      --%s%s%s: %s\n", option_rows[i].name,
				option_rows[i].value == NULL ? "" : " ",
				option_rows[i].value == NULL ? "" : option_rows[i].value,
				option_rows[i].sentence);
		}
	}
}

static void print_help(FILE *out)
{
	fputs("usage: backoffice-admin [-c FILE] [--json] COMMAND\n\n"
		"  -c, --config FILE: settings (default " SYSCONFDIR "/backoffice/backoffice.conf)\n"
		"  --json: one JSON document on stdout, errors as JSON on stderr\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++) {
		print_command(out, &commands[i]);
	}
	fputs("\nExit codes: 0 done, 1 fault of the program, 2 wrong input, 3 no such thing,\n"
		"4 conflict, 5 not available now.\n", out);
}

static int exit_code(enum err err)
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
	case ERR_RETRY:
	case ERR_UNAVAILABLE:
		return EXIT_UNAVAILABLE;
	case ERR_BUG:
		break;
	}
	return EXIT_BUG;
}

static void print_error(struct cli *cli, enum err err)
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
	text_put_json(&text, sentence);
	fprintf(stderr, "%s}\n", text.bytes);
}

/* A flag or value of the options table. */
static enum err take_option(struct cli *cli, unsigned bit, const char *value)
{
	char *end;

	switch (bit) {
	case OPTION_NAME:
		cli->name = value;
		break;
	case OPTION_GROUP:
		if (cli->group_count == CLI_GROUPS_MOST) {
			return cli_fail(cli, ERR_INVALID, "too many groups");
		}
		cli->groups[cli->group_count++] = value;
		break;
	case OPTION_TWO_FACTOR:
		cli->two_factor = value;
		break;
	case OPTION_PASSWORD_STDIN:
		cli->password_stdin = true;
		break;
	case OPTION_KEEP_PASSWORD:
		cli->keep_password = true;
		break;
	case OPTION_MASKED:
		cli->masked = true;
		break;
	case OPTION_LIMIT:
		cli->limit = strtoull(value, &end, 10);
		if (*end != '\0' || cli->limit < 1 || cli->limit > 200) {
			return cli_fail(cli, ERR_INVALID, "--limit must be a number from 1 to 200");
		}
		break;
	default:
		cli->dir = value;
		break;
	}
	return ERR_OK;
}

/* Reads all options into cli, and into *given which of the table were there. */
static enum err take_options(struct cli *cli, int argc, char **argv, unsigned *given, bool *help)
{
	struct option options[OPTIONS + 4] = {
		[OPTIONS] = { "config", required_argument, NULL, 'c' },
		[OPTIONS + 1] = { "json", no_argument, NULL, 'j' },
		[OPTIONS + 2] = { "help", no_argument, NULL, 'h' },
	};
	enum err err = ERR_OK;
	int option, at = 0;

	for (size_t i = 0; i < OPTIONS; i++) {
		options[i].name = option_rows[i].name;
		options[i].has_arg = option_rows[i].value == NULL ? no_argument : required_argument;
	}
	while (err == ERR_OK && (option = getopt_long(argc, argv, "c:h", options, &at)) != -1) {
		if (option == 'c') {
			cli->conf_file = optarg;
		} else if (option == 'j') {
			cli->json = true;
		} else if (option == 'h') {
			*help = true;
		} else if (option == '?') {
			err = cli_fail(cli, ERR_INVALID, "see backoffice-admin help");
		} else {
			*given |= option_rows[at].bit;
			err = take_option(cli, option_rows[at].bit, optarg);
		}
	}
	return err;
}

/* How many of the words a command's name has stand at argv; 0 when they are not all there. */
static int match_words(const struct command *command, int argc, char **argv)
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

static enum err find_command(struct cli *cli, int argc, char **argv, unsigned given,
	const struct command **found)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		const struct command *command = &commands[i];
		int words = match_words(command, argc, argv);

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

static enum err run(struct cli *cli, const struct command *command)
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
		return cli_fail(cli, err, "the database cannot be reached");
	}
	return err;
}

static enum err find_and_run(struct cli *cli, int argc, char **argv)
{
	const struct command *command = NULL;
	unsigned given = 0;
	bool help = false;
	enum err err = take_options(cli, argc, argv, &given, &help);

	if (err != ERR_OK) {
		return err;
	}
	if (help || (optind < argc && strcmp(argv[optind], "help") == 0)) {
		print_help(stdout);
		return ERR_OK;
	}
	err = find_command(cli, argc - optind, argv + optind, given, &command);
	return err == ERR_OK ? run(cli, command) : err;
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
	err = find_and_run(&cli, argc, argv);
	if (cli.out.len > 0) {
		fputs(cli.out.bytes, stdout);
	}
	if (err != ERR_OK) {
		print_error(&cli, err);
	}
	db_close(cli.db);
	conf_release(&cli.conf);
	arena_release(&cli.arena);
	return exit_code(err);
}
