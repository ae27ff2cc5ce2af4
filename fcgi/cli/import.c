/*
 * Tables of users and of clients from the command line, by the rules of the page. Whoever may run
 * this has the host and may do all: no rights are asked for, and the trail names no actor.
 */
#include "act/import_file.h"
#include "auth/cache.h"
#include "base/wake.h"
#include "cli/call.h"
#include "http/reply.h"
#include "rule/phone.h"
#include "store/rights.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct cli_import {
	struct cli *cli;
	struct call call;
	struct reply reply;
	struct import_file file;
	size_t piece; /* that is to be written next */
};

/* Nobody's rights are asked for, but those of others stay as they are meanwhile. */
static enum err cli_import_guard(struct call *call)
{
	bool same;

	return store_rights_use(call->db, call->epoch, &same);
}

/* Reads the file that the command names, "-" for stdin. */
static enum err cli_import_read(struct cli *cli, const char **bytes, size_t *len)
{
	enum { PART = 65536 };
	bool is_stdin = strcmp(cli->argument, "-") == 0, failed;
	FILE *file = is_stdin ? stdin : fopen(cli->argument, "re");
	struct text text = text_in(&cli->arena);
	char part[PART];
	size_t got;

	text_puts(&text, "");
	while (file != NULL && text.len <= REQUEST_TABLE_MAX && !feof(file) && !ferror(file)) {
		got = fread(part, 1, sizeof(part), file);
		text_put(&text, part, got);
	}
	failed = file == NULL || ferror(file) != 0;
	if (failed) {
		cli_fail(cli, ERR_INVALID, "cannot read %s: %s", cli->argument, strerror(errno));
	}
	if (file != NULL && !is_stdin) {
		fclose(file);
	}
	*bytes = text.bytes;
	*len = text.len;
	return failed ? ERR_INVALID : text.len <= REQUEST_TABLE_MAX ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "%s has more than %zu MiB", cli->argument,
			REQUEST_TABLE_MAX >> 20);
}

/* Finds out what --encoding names. */
static enum err cli_import_take_encoding(struct cli *cli, struct import_said *said)
{
	struct text words = text_in(&cli->arena);

	*said = (struct import_said){ .encoded = false };
	for (int i = 0; cli->encoding != NULL && charset_words[i] != NULL; i++) {
		if (strcasecmp(cli->encoding, charset_words[i]) == 0) {
			*said = (struct import_said){ .encoded = true, .encoding = (enum charset)i };
		}
		text_puts(&words, i == 0 ? "" : ", ");
		text_puts(&words, charset_words[i]);
	}
	return cli->encoding == NULL || said->encoded ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "--encoding must be one of %s", words.bytes);
}

/* Gives what is wrong with a table, or with a row of it, as people read it. */
static const char *cli_import_wrong(struct cli *cli, const char *pairs, const char *said)
{
	struct text text = text_in(&cli->arena);

	text_puts(&text, "");
	view_import_wrongs(&text, pairs, said);
	return text.bytes;
}

/* Says why the table as a whole is refused. */
static enum err cli_import_refused(struct cli_import *import, enum err err)
{
	const struct reply *reply = &import->reply;
	const char *name = import->cli->argument;

	if (!reply_has_fields(reply)) {
		return err;
	}
	return reply->line == 0
		? cli_fail(import->cli, err, "%s: %s", name,
			cli_import_wrong(import->cli, reply->fields.bytes, NULL))
		: cli_fail(import->cli, err, "%s, line %" PRIu64 ": %s", name, reply->line,
			cli_import_wrong(import->cli, reply->fields.bytes, NULL));
}

static enum err cli_import_begin(struct cli_import *import, const struct import_spec *spec,
	struct auth_cache *cache)
{
	struct cli *cli = import->cli;
	struct call *call = &import->call;
	struct import_said said;
	const char *bytes;
	size_t len;

	if (!phone_set_home(cli->conf.country)) {
		return cli_fail(cli, ERR_INVALID, "country: no country that is known");
	}
	TRY(cli_import_take_encoding(cli, &said));
	TRY(cli_import_read(cli, &bytes, &len));
	TRY(cli_open_call(cli, call));
	TRY(cli_read_mail_key(cli, call));
	reply_init(&import->reply, &cli->arena);
	call->reply = &import->reply;
	call->cache = cache;
	call->viewer = (struct viewer){ .masked = false,
		.rights = rights_add_unmasked(rights_add_administrator(rights_none())) };
	import->file.import = (struct import){ .spec = spec, .call = call,
		.guard = cli_import_guard, .ignores = cli->ignore_unknown };
	TRY(act_import_open(&import->file, bytes, len, &said));
	TRY(act_import_mark_rows(&import->file));
	return act_import_check_rows(&import->file);
}

static enum err cli_import_write_piece(struct db *db, void *context)
{
	struct cli_import *import = context;

	(void)db;
	return act_import_write_piece(&import->file, import->piece);
}

/* Writes all pieces, each in its transaction. What is written stays where a later one fails. */
static enum err cli_import_write(struct cli_import *import)
{
	struct cli *cli = import->cli;
	enum err err = ERR_OK;

	for (; err == ERR_OK && import->piece < import->file.csv.count; import->piece++) {
		err = db_transact(cli->db, cli_import_write_piece, import);
	}
	if (err != ERR_OK) {
		import->piece--;
		act_import_give_up(&import->file, import->piece);
		return cli_fail(cli, err, "%s: the rows from line %" PRIu64 " on were not saved: %s",
			cli->argument, import->file.csv.pieces[import->piece].line, err_name(err));
	}
	return ERR_OK;
}

static void cli_import_say_number(struct cli *cli, const char *key, uint64_t number)
{
	cli_pair(cli, key, arena_printf(&cli->arena, "%" PRIu64, number));
}

/* Says to people what became of the rows; of those that were refused, each. */
static void cli_import_say(struct cli *cli, const struct import_told *told)
{
	struct import_counts counts = view_import_count(told);
	const char separator[] = { told->separator, '\0' };

	cli_pair(cli, "encoding", told->encoding);
	cli_pair(cli, "separator", told->separator == '\t' ? "tab" : separator);
	cli_list(cli, "ignored", told->ignored, told->ignored_count);
	cli_import_say_number(cli, "new", counts.of[DEED_NEW]);
	cli_import_say_number(cli, "changed", counts.of[DEED_CHANGED]);
	cli_import_say_number(cli, "same", counts.of[DEED_SAME]);
	cli_import_say_number(cli, "refused", counts.of[DEED_REFUSED]);
	for (size_t i = 0; i < told->count; i++) {
		if (told->rows[i].errors != NULL) {
			cli_pair(cli, arena_printf(&cli->arena, "line %" PRIu64, told->rows[i].line),
				cli_import_wrong(cli, told->rows[i].errors, told->rows[i].said));
		}
	}
	if (told->dry_run) {
		cli_pair(cli, "dry run", "nothing was written");
	}
}

/* Says what became of the file, or would. A script is told by the exit code that rows were refused.
 */
static enum err cli_import_tell(struct cli_import *import, enum err err)
{
	struct cli *cli = import->cli;
	struct import_told told = act_import_told(&import->file, cli->dry_run);
	size_t refused = view_import_count(&told).of[DEED_REFUSED];

	if (cli->json) {
		view_import(&cli->out, &told, &import->call.viewer);
		text_puts(&cli->out, "\n");
	} else {
		cli_import_say(cli, &told);
	}
	return err != ERR_OK || refused == 0 ? err
		: cli_fail(cli, ERR_INVALID, "%s: %zu of %zu rows were refused", cli->argument, refused,
			told.count);
}

static enum err cli_import_file(struct cli_import *import, const struct import_spec *spec,
	struct auth_cache *cache)
{
	struct cli *cli = import->cli;
	enum err err = cli_import_begin(import, spec, cache);

	if (err != ERR_OK) {
		return cli_import_refused(import, err);
	}
	if (!cli->dry_run) {
		err = cli_import_write(import);
		wake_ring(cli->conf.mail_wake); /* rows may have put letters */
	}
	return cli_import_tell(import, err);
}

static enum err cli_import(struct cli *cli, const struct import_spec *spec)
{
	struct cli_import *import = arena_alloc(&cli->arena, sizeof(*import));
	struct auth_cache *cache = auth_cache_open();
	enum err err;

	import->cli = cli;
	err = cache == NULL ? ERR_BUG : cli_import_file(import, spec, cache);
	auth_cache_close(cache);
	return err;
}

enum err cli_user_import(struct cli *cli)
{
	return cli_import(cli, &act_users_import);
}

enum err cli_client_import(struct cli *cli)
{
	return cli_import(cli, &act_clients_import);
}
