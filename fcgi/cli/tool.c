#include "cli/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where a child finds its options; not one of those that all programs have. */
enum { OPTIONS_FD = 3, WORDS_MAX = 512, ARGUMENTS_MAX = 16 };

/* A value in an options file, where a backslash and a quote must not end it. */
static void put_option(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\') {
			fputc('\\', out);
		}
		fputc(*value, out);
	}
	fputs("\"\n", out);
}

/* What one kind of server knows and the other does not is loose: it is passed over there. */
static void put_options(FILE *out, const struct conf *conf)
{
	fputs("[client]\n", out);
	put_option(out, "user", conf->admin.user);
	put_option(out, "password", conf->admin.password);
	if (conf->db_socket[0] != '\0') {
		put_option(out, "socket", conf->db_socket);
	} else {
		put_option(out, "host", conf->db_host);
		fprintf(out, "port=%" PRIu64 "\nprotocol=TCP\n", conf->db_port);
	}
	if (conf->db_ca[0] != '\0') {
		put_option(out, "ssl-ca", conf->db_ca);
		fputs("loose-ssl-verify-server-cert\nloose-ssl-mode=VERIFY_IDENTITY\n", out);
	}
	fputs("[mysqldump]\nloose-set-gtid-purged=OFF\nloose-column-statistics=0\n", out);
}

/* A file in memory that nobody but us may read: the tools pass over what everybody may write. */
static int memory_file(const char *name)
{
	int file = memfd_create(name, MFD_CLOEXEC);

	if (file >= 0 && fchmod(file, 0600) != 0) {
		close(file);
		return -1;
	}
	return file;
}

/* Makes the options; the file stays open, for the child. -1 when there is no memory. */
static int tool_options(const struct conf *conf)
{
	int file = memory_file("options"), copy = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, 0);
	FILE *out = copy < 0 ? NULL : fdopen(copy, "w");

	if (out == NULL) {
		return -1;
	}
	put_options(out, conf);
	return fclose(out) == 0 ? file : -1;
}

/* Starts the first of the programs that is installed, with our end of the pipe in its place. */
static enum err tool_spawn(struct cli *cli, struct tool *tool, const char *const *names,
	const char **arguments, int stream, int end, int options)
{
	posix_spawn_file_actions_t actions;
	int error = ENOENT;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, end, stream);
	posix_spawn_file_actions_adddup2(&actions, tool->words, STDERR_FILENO);
	posix_spawn_file_actions_adddup2(&actions, options, OPTIONS_FD);
	for (; error == ENOENT && *names != NULL; names++) {
		tool->name = arguments[0] = *names;
		error = posix_spawnp(&tool->pid, *names, &actions, NULL, (char *const *)arguments, environ);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error == 0 ? ERR_OK
		: cli_fail(cli, ERR_UNAVAILABLE, "cannot run %s: %s; the package mariadb-client or "
			"mysql-client has it", tool->name, strerror(error));
}

/* Starts a program whose standard stream (STDIN_FILENO or STDOUT_FILENO) is tool->pipe. */
static enum err tool_start(struct cli *cli, struct tool *tool, const char *const *names,
	const char **arguments, int stream)
{
	int ends[2] = { -1, -1 }, theirs = stream == STDIN_FILENO ? 0 : 1;
	int options = tool_options(&cli->conf);
	enum err err;

	*tool = (struct tool){ .words = memory_file("words") };
	if (options < 0 || tool->words < 0 || pipe2(ends, O_CLOEXEC) != 0) {
		return cli_fail(cli, ERR_UNAVAILABLE, "no memory or no file left: %s", strerror(errno));
	}
	err = tool_spawn(cli, tool, names, arguments, stream, ends[theirs], options);
	close(options);
	close(ends[theirs]);
	if (err != ERR_OK) {
		close(ends[1 - theirs]);
		close(tool->words);
		return err;
	}
	tool->pipe = fdopen(ends[1 - theirs], theirs == 0 ? "w" : "r");
	return tool->pipe == NULL ? ERR_UNAVAILABLE : ERR_OK;
}

enum err cli_tool_dump(struct cli *cli, const char *const *tables, size_t count, struct tool *tool)
{
	static const char *const names[] = { "mariadb-dump", "mysqldump", NULL };
	static const char *const options[] = { "", "--defaults-file=/dev/fd/3",
		"--single-transaction", "--quick", "--skip-lock-tables", "--skip-add-locks",
		"--skip-add-drop-table", "--hex-blob", "--no-tablespaces",
		"--default-character-set=utf8mb4" };
	enum { OPTIONS = sizeof(options) / sizeof(options[0]) };
	const char **arguments = arena_array(&cli->arena, OPTIONS + count + 2, sizeof(*arguments));

	memcpy(arguments, options, sizeof(options));
	arguments[OPTIONS] = cli->conf.db_name;
	for (size_t i = 0; i < count; i++) {
		arguments[OPTIONS + 1 + i] = tables[i];
	}
	arguments[OPTIONS + 1 + count] = NULL;
	return tool_start(cli, tool, names, arguments, STDOUT_FILENO);
}

enum err cli_tool_load(struct cli *cli, const char *database, struct tool *tool)
{
	static const char *const names[] = { "mariadb", "mysql", NULL };
	const char *arguments[ARGUMENTS_MAX] = { "", "--defaults-file=/dev/fd/3", "--batch",
		"--default-character-set=utf8mb4", database, NULL };

	return tool_start(cli, tool, names, arguments, STDIN_FILENO);
}

/* The last line of what the child has said. */
static const char *tool_words(struct cli *cli, const struct tool *tool)
{
	char *words = arena_alloc(&cli->arena, WORDS_MAX + 1);
	off_t size = lseek(tool->words, 0, SEEK_END);
	ssize_t got = pread(tool->words, words, WORDS_MAX, size > WORDS_MAX ? size - WORDS_MAX : 0);
	char *last;

	got = got < 0 ? 0 : got;
	while (got > 0 && words[got - 1] == '\n') {
		got--;
	}
	words[got] = '\0';
	last = strrchr(words, '\n');
	return last == NULL ? words : last + 1;
}

enum err cli_tool_end(struct cli *cli, struct tool *tool)
{
	bool taken = fclose(tool->pipe) == 0;
	const char *words;
	int status = 0;

	while (waitpid(tool->pid, &status, 0) < 0 && errno == EINTR) {
	}
	words = tool_words(cli, tool);
	close(tool->words);
	return taken && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? ERR_OK
		: cli_fail(cli, ERR_UNAVAILABLE, "%s failed: %s", tool->name,
			words[0] == '\0' ? "it says nothing" : words);
}
