/*
 * Users from the command line: the first administrator, and the way back in when mail is broken.
 * Whoever may run this has the host; the trail says what was done, with no actor.
 */
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/notice.h"

#include "auth/link.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "base/secret.h"
#include "rule/field.h"
#include "rule/password.h"
#include "rule/perm.h"
#include "store/group.h"
#include "store/mail.h"
#include "store/rights.h"
#include "store/session.h"
#include "store/user.h"
#include "view/user.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The command line sees everything: it runs where the database is. */
static const struct viewer host = { .masked = false };

/* What the work of a transaction needs. */
struct work {
	struct cli *cli;
	struct user_new user;
	const char *password; /* NULL: a link takes its place */
	const char *link;
	uint64_t id;
};

/* The first line of stdin, however it ends. */
static enum err read_line(struct cli *cli, const char **password)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len = getline(&line, &room, stdin);
	enum err err = ERR_OK;

	while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n')) {
		line[--len] = '\0';
	}
	if (len < 0) {
		err = cli_fail(cli, ERR_INVALID, "no password on stdin");
	} else if (!text_is_utf8(line, (size_t)len)) {
		err = cli_fail(cli, ERR_INVALID, "the password is not UTF-8, or has a NUL byte");
	} else {
		*password = text_nfc(&cli->arena, line);
	}
	secret_wipe(line, room);
	free(line);
	return err;
}

static enum err read_password(struct cli *cli, const char **password)
{
	char generated[PASSWORD_GENERATED_MAX];

	if (cli->password_stdin) {
		return read_line(cli, password);
	}
	password_generate(generated, secret_below);
	*password = arena_string(&cli->arena, generated);
	return ERR_OK;
}

static enum err hash_password(struct cli *cli, const char *password, const char *email,
	const char **phc)
{
	const char *words[] = { email, cli->name, cli->conf.name, NULL };
	const char *wrong = password_check(password, words);
	char *out = arena_alloc(&cli->arena, SECRET_PHC_MAX);

	if (wrong != NULL) {
		return cli_fail(cli, ERR_INVALID, "the password is refused: %s", wrong);
	}
	*phc = out;
	return secret_password_hash(password, cli->conf.hash_passes,
		(size_t)cli->conf.hash_memory << 20, out);
}

/* A password for the work, read or generated, and its hash; or none, where a link is asked for. */
static enum err make_password(struct cli *cli, struct work *work)
{
	if (cli->link) {
		work->user.password = USER_NO_PASSWORD;
		return cli->password_stdin || cli->keep_password
			? cli_fail(cli, ERR_INVALID, "--link takes the place of a password") : ERR_OK;
	}
	TRY(read_password(cli, &work->password));
	return hash_password(cli, work->password, work->user.email, &work->user.password);
}

static int64_t expiry(const struct cli *cli)
{
	return clock_now() + (int64_t)cli->conf.initial_password_life * CLOCK_HOUR;
}

static enum err make_link(struct work *work)
{
	struct cli *cli = work->cli;

	struct call call;

	if (!cli->link) {
		return ERR_OK;
	}
	TRY(cli_open_call(cli, &call));
	return auth_link_make(&call, work->id, LINK_GIVEN, expiry(cli), &work->link);
}

static enum err check_address(struct cli *cli, const char **email)
{
	const char *wrong = cli->argument[0] == '\0' ? "required"
		: check_email.run(&cli->arena, cli->argument, email);

	return wrong == NULL ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "not an email address: email.%s", wrong);
}

static enum err find_user(struct work *work)
{
	struct cli *cli = work->cli;
	enum err err = check_address(cli, &work->user.email);

	if (err == ERR_OK) {
		err = store_user_find(cli->db, &cli->arena, work->user.email, &work->id);
	}
	return err == ERR_NOT_FOUND ? cli_fail(cli, err, "nobody has the address %s", work->user.email)
		: err;
}

static bool has_id(const uint64_t *ids, size_t count, uint64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id) {
			return true;
		}
	}
	return false;
}

/* A group may be named twice, also in other letters. */
static enum err find_groups(struct cli *cli, struct user_new *user)
{
	uint64_t id, *ids = arena_array(&cli->arena, cli->group_count, sizeof(*ids));

	user->groups = ids;
	for (size_t i = 0; i < cli->group_count; i++) {
		enum err err = store_group_find(cli->db, &cli->arena, cli->groups[i], &id);

		if (err != ERR_OK) {
			return err == ERR_NOT_FOUND
				? cli_fail(cli, err, "there is no group %s", cli->groups[i]) : err;
		}
		if (!has_id(ids, user->group_count, id)) {
			ids[user->group_count++] = id;
		}
	}
	return ERR_OK;
}

static void name_group(struct user *users, size_t count, uint64_t id, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < users[i].group_count; j++) {
			if (users[i].groups[j].id == id) {
				users[i].groups[j].name = name;
			}
		}
	}
}

/* The store leaves the names of users' groups empty. */
static enum err name_groups(struct cli *cli, struct user *users, size_t count)
{
	struct group_name *groups;
	size_t group_count;

	TRY(store_group_names(cli->db, &cli->arena, &groups, &group_count));
	for (size_t i = 0; i < group_count; i++) {
		name_group(users, count, groups[i].id, groups[i].name);
	}
	return ERR_OK;
}

static enum err load_user(struct cli *cli, uint64_t id, struct user *user)
{
	TRY(store_user_load(cli->db, &cli->arena, id, user));
	return name_groups(cli, user, 1);
}

static const char *json_of(struct cli *cli, const struct user *user)
{
	struct text text = text_in(&cli->arena);

	view_record(&text, view_user_bare, user, &host);
	return text.bytes;
}

static enum err add(struct db *db, void *context)
{
	struct work *work = context;
	struct cli *cli = work->cli;
	struct user user;

	TRY(store_rights_lock(db));
	TRY(store_user_insert(db, &work->user, &work->id));
	TRY(make_link(work));
	TRY(load_user(cli, work->id, &user));
	return cli_trail(cli, "user.create", "user", work->id, NULL,
		json_of(cli, &user));
}

static enum err fill_new_user(struct cli *cli, struct work *work)
{
	struct user_new *user = &work->user;
	const char *wrong = field_text(&cli->arena, cli->name, FIELD_PERSON_MAX,
		&user->name);

	TRY(check_address(cli, &user->email));
	if (wrong != NULL) {
		return cli_fail(cli, ERR_INVALID, "the name is refused: name.%s", wrong);
	}
	if (strcmp(cli->two_factor, "email") != 0 &&
	    strcmp(cli->two_factor, "disabled") != 0) {
		return cli_fail(cli, ERR_INVALID, "--two-factor must be email or disabled");
	}
	TRY(find_groups(cli, user));
	user->status = STATUS_ENABLED;
	user->two_factor = strcmp(cli->two_factor, "email") == 0 ? TWO_FACTOR_EMAIL
		: TWO_FACTOR_DISABLED;
	user->mask_data = cli->masked;
	user->password_must_change = !cli->keep_password && !cli->link;
	user->password_expires_at = user->password_must_change ? expiry(cli) : 0;
	return ERR_OK;
}

static void print_credentials(struct cli *cli, const struct work *work)
{
	cli_open(cli);
	cli_pair(cli, "id", arena_printf(&cli->arena, "%" PRIu64, work->id));
	cli_pair(cli, "email", work->user.email);
	if (cli->link) {
		cli_pair(cli, "link", work->link);
	} else if (!cli->password_stdin) {
		cli_pair(cli, "password", work->password);
	}
	cli_close(cli);
}

enum err cli_user_add(struct cli *cli)
{
	struct work work = { .cli = cli };
	enum err err = fill_new_user(cli, &work);

	if (err == ERR_OK) {
		err = make_password(cli, &work);
	}
	if (err == ERR_OK) {
		err = db_transact(cli->db, add, &work);
	}
	if (err == ERR_CONFLICT) {
		return cli_fail(cli, err, "somebody has the address %s already", work.user.email);
	}
	if (err == ERR_OK) {
		print_credentials(cli, &work);
	}
	return err;
}

static void print_user(struct cli *cli, const struct user *user)
{
	text_putf(&cli->out, "%6" PRIu64 "  %-9s  %-9s  %s%s%s\n", user->id,
		status_words[user->status], two_factor_words[user->two_factor], user->email,
		user->name[0] == '\0' ? "" : "  ", user->name);
}

enum err cli_user_list(struct cli *cli)
{
	const struct list_ask ask = { .descending = true, .size = cli->limit };
	struct page page;
	struct user *users;
	void *records;

	TRY(store_list(cli->db, &cli->arena, &user_noun, &ask, &page, &records));
	users = records;
	TRY(name_groups(cli, users, page.count));
	if (cli->json) {
		text_putc(&cli->out, '[');
	}
	for (size_t i = 0; i < page.count; i++) {
		if (!cli->json) {
			print_user(cli, &users[i]);
			continue;
		}
		if (i > 0) {
			text_putc(&cli->out, ',');
		}
		view_record(&cli->out, view_user_bare, &users[i], &host);
	}
	if (cli->json) {
		text_puts(&cli->out, "]\n");
	}
	return ERR_OK;
}

/* Loads, lets change() make the next record, writes it and its row of the trail. */
static enum err change_user(struct db *db, struct work *work, void (*change)(struct user *user))
{
	struct cli *cli = work->cli;
	struct user before, next;
	struct user_outcome outcome;

	TRY(store_rights_lock(db));
	TRY(load_user(cli, work->id, &before));
	next = before;
	change(&next);
	TRY(store_user_update(db, &before, &next, 0, &outcome));
	TRY(load_user(cli, work->id, &next));
	TRY(cli_notice_change(cli, &before, &next));
	return cli_trail(cli, "user.update", "user", work->id, json_of(cli, &before),
		json_of(cli, &next));
}

static void set_enabled(struct user *user)
{
	user->status = STATUS_ENABLED;
}

static void set_no_two_factor(struct user *user)
{
	user->two_factor = TWO_FACTOR_DISABLED;
}

static void set_two_factor_by_mail(struct user *user)
{
	user->two_factor = TWO_FACTOR_EMAIL;
}

static enum err enable(struct db *db, void *context)
{
	return change_user(db, context, set_enabled);
}

static enum err disable_2fa(struct db *db, void *context)
{
	return change_user(db, context, set_no_two_factor);
}

static enum err enable_2fa(struct db *db, void *context)
{
	return change_user(db, context, set_two_factor_by_mail);
}

static void set_anywhere(struct user *user)
{
	user->ip_allow_list = "";
}

static enum err allow_anywhere(struct db *db, void *context)
{
	return change_user(db, context, set_anywhere);
}

static enum err unlock(struct db *db, void *context)
{
	const struct work *work = context;
	struct cli *cli = work->cli;
	struct call call;

	(void)db;
	TRY(cli_open_call(cli, &call));
	TRY(auth_tries_unlock(&call, work->id, work->user.email));
	return cli_trail(cli, "user.unlock", "user", work->id, NULL, NULL);
}

static enum err run_change(struct cli *cli, db_work *change)
{
	struct work work = { .cli = cli };

	TRY(find_user(&work));
	TRY(db_transact(cli->db, change, &work));
	cli_open(cli);
	cli_pair(cli, "id", arena_printf(&cli->arena, "%" PRIu64, work.id));
	cli_close(cli);
	return ERR_OK;
}

enum err cli_user_enable(struct cli *cli)
{
	return run_change(cli, enable);
}

enum err cli_user_disable_2fa(struct cli *cli)
{
	return run_change(cli, disable_2fa);
}

enum err cli_user_enable_2fa(struct cli *cli)
{
	return conf_has_mail(&cli->conf) ? run_change(cli, enable_2fa)
		: cli_fail(cli, ERR_INVALID, "no mail server is configured, so no code would arrive");
}

enum err cli_user_unlock(struct cli *cli)
{
	return run_change(cli, unlock);
}

enum err cli_user_allow_anywhere(struct cli *cli)
{
	return run_change(cli, allow_anywhere);
}

static enum err reset_password(struct db *db, void *context)
{
	struct work *work = context;
	struct cli *cli = work->cli;

	TRY(store_mail_cancel_credentials(db, work->id));
	TRY(store_user_set_password(db, work->id, work->user.password, !cli->link,
		cli->link ? 0 : expiry(cli), 0));
	TRY(make_link(work));
	TRY(cli_notice_password(cli, work->id));
	return cli_trail(cli, "user.password_reset", "user", work->id, NULL,
		NULL);
}

enum err cli_user_reset_password(struct cli *cli)
{
	struct work work = { .cli = cli };

	TRY(find_user(&work));
	TRY(make_password(cli, &work));
	TRY(db_transact(cli->db, reset_password, &work));
	print_credentials(cli, &work);
	return ERR_OK;
}
