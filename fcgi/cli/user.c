/*
 * Users from the command line: the first administrator, and the way back in when mail is broken.
 * Whoever may run this has the host; the trail says what was done, with no actor.
 */
#include "cli/user.h"

#include "auth/link.h"
#include "auth/notice.h"
#include "auth/password.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/text.h"
#include "rule/field.h"
#include "rule/password.h"
#include "rule/perm.h"
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

/* Reads the first line of stdin, however it ends, into *password. */
static enum err cli_user_read_line(struct cli *cli, const char **password)
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

/* Makes a password, read or generated, and its hash; or none, where a link is asked for. */
static enum err cli_user_make_password(struct cli_user *user)
{
	struct cli *cli = user->cli;
	char *hash = arena_alloc(&cli->arena, SECRET_PHC_MAX);
	char *generated = arena_alloc(&cli->arena, PASSWORD_GENERATED_MAX);
	const char *wrong;

	if (cli->link) {
		user->entry.password = USER_NO_PASSWORD;
		return cli->password_stdin || cli->keep_password
			? cli_fail(cli, ERR_INVALID, "--link takes the place of a password") : ERR_OK;
	}
	if (cli->password_stdin) {
		TRY(cli_user_read_line(cli, &user->password));
	} else {
		password_generate(generated, secret_below);
		user->password = generated;
	}
	wrong = auth_password_check(&user->call, user->password, user->user.email, cli->name);
	if (wrong != NULL) {
		return cli_fail(cli, ERR_INVALID, "the password is refused: %s", wrong);
	}
	user->entry.password = hash;
	return auth_password_hash(&user->call, user->password, hash);
}

static int64_t cli_user_expiry(const struct cli *cli)
{
	return clock_now() + (int64_t)cli->conf.initial_password_life * CLOCK_HOUR;
}

static enum err cli_user_make_link(struct cli_user *user)
{
	return user->cli->link ? auth_link_make(&user->call, user->id, LINK_GIVEN,
		cli_user_expiry(user->cli), &user->link) : ERR_OK;
}

static enum err cli_user_check_address(struct cli *cli, const char **email)
{
	const char *typed = text_clean(&cli->arena, cli->argument), *wrong;

	wrong = typed == NULL ? "format" : typed[0] == '\0' ? "required"
		: check_email.run(&cli->arena, typed, email);

	return wrong == NULL ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "not an email address: email.%s", wrong);
}

enum err cli_user_find(struct cli_user *user)
{
	struct cli *cli = user->cli;
	enum err err;

	TRY(cli_user_check_address(cli, &user->user.email));
	err = store_user_find(cli->db, &cli->arena, user->user.email, &user->id);
	return err == ERR_NOT_FOUND
		? cli_fail(cli, err, "nobody has the address %s", user->user.email) : err;
}

static enum err cli_user_change(struct db *db, void *context)
{
	struct cli_user *user = context;

	(void)db;
	return user->change(user);
}

enum err cli_user_transact(struct cli_user *user, enum err (*change)(struct cli_user *user))
{
	user->change = change;
	return db_transact(user->cli->db, cli_user_change, user);
}

static const char *cli_user_json(struct cli *cli, const struct user *user)
{
	struct text text = text_in(&cli->arena);

	view_record(&text, view_user_trail, user, &host);
	return text.bytes;
}

static enum err cli_user_insert(struct cli_user *user)
{
	struct cli *cli = user->cli;
	struct user added;

	TRY(store_rights_lock(cli->db));
	TRY(store_user_insert(cli->db, &user->user, 1, &user->entry));
	user->id = user->user.id;
	TRY(cli_user_make_link(user));
	TRY(cli_user_load(cli, user->id, &added));
	return auth_audit_record(&user->call, &(struct audit_event){ .action = "user.create",
		.target_type = "user", .target_id = user->id, .after = cli_user_json(cli, &added) });
}

static enum err cli_user_fill_new(struct cli_user *new)
{
	struct cli *cli = new->cli;
	struct user *user = &new->user;
	const char *wrong;

	record_init(user_columns, user, sizeof(*user));
	wrong = field_text(&cli->arena, cli->name, FIELD_PERSON_MAX, &user->name);
	TRY(cli_user_check_address(cli, &user->email));
	if (wrong != NULL) {
		return cli_fail(cli, ERR_INVALID, "the name is refused: name.%s", wrong);
	}
	if (strcmp(cli->two_factor, "email") != 0 &&
	    strcmp(cli->two_factor, "disabled") != 0) {
		return cli_fail(cli, ERR_INVALID, "--two-factor must be email or disabled");
	}
	TRY(cli_user_join_groups(cli, user, 0));
	user->status = STATUS_ENABLED;
	user->two_factor = strcmp(cli->two_factor, "email") == 0 ? TWO_FACTOR_EMAIL
		: TWO_FACTOR_DISABLED;
	user->mask_data = cli->masked;
	new->entry.must_change = !cli->keep_password && !cli->link;
	new->entry.expires_at = new->entry.must_change ? cli_user_expiry(cli) : 0;
	return ERR_OK;
}

void cli_user_print_credentials(struct cli_user *user)
{
	struct cli *cli = user->cli;

	cli_pair(cli, "id", arena_printf(&cli->arena, "%" PRIu64, user->id));
	cli_pair(cli, "email", user->user.email);
	if (cli->link) {
		cli_pair(cli, "link", user->link);
	} else if (!cli->password_stdin) {
		cli_pair(cli, "password", user->password);
	}
}

enum err cli_user_register(struct cli_user *user)
{
	struct cli *cli = user->cli;
	enum err err;

	TRY(cli_user_fill_new(user));
	TRY(cli_open_call(cli, &user->call));
	TRY(cli_user_make_password(user));
	err = cli_user_transact(user, cli_user_insert);
	return err == ERR_CONFLICT
		? cli_fail(cli, err, "somebody has the address %s already", user->user.email) : err;
}

enum err cli_user_add(struct cli *cli)
{
	struct cli_user user = { .cli = cli };

	TRY(cli_user_register(&user));
	cli_open(cli);
	cli_user_print_credentials(&user);
	cli_close(cli);
	return ERR_OK;
}

enum err cli_user_list(struct cli *cli)
{
	const struct list_ask ask = { .descending = true, .size = cli->limit };
	struct page page;
	struct user *users;
	void *records;

	TRY(store_list(cli->db, &cli->arena, &user_noun, &ask, &page, &records));
	users = records;
	TRY(cli_user_name_groups(cli, users, page.count));
	text_puts(&cli->out, cli->json ? "[" : "");
	for (const struct user *user = users; user < users + page.count; user++) {
		if (cli->json) {
			text_separate(&cli->out);
			view_record(&cli->out, view_user_bare, user, &host);
		} else {
			text_putf(&cli->out, "%6" PRIu64 "  %-9s  %-9s  %s%s%s\n", user->id,
				status_words[user->status], two_factor_words[user->two_factor], user->email,
				user->name[0] == '\0' ? "" : "  ", user->name);
		}
	}
	text_puts(&cli->out, cli->json ? "]\n" : "");
	return ERR_OK;
}

enum err cli_user_update(struct cli_user *user)
{
	struct cli *cli = user->cli;
	struct user *before = &user->before, *after = &user->after;
	struct user_outcome outcome;

	TRY(store_rights_lock(cli->db));
	TRY(cli_user_load(cli, user->id, before));
	*after = *before;
	TRY(user->set(user, after));
	TRY(store_user_update(cli->db, before, after, 0, &outcome));
	TRY(cli_user_load(cli, user->id, after));
	TRY(cli_read_mail_key(cli, &user->call));
	TRY(auth_notice_change(&user->call, before, after, BY_HOST));
	return auth_audit_record(&user->call, &(struct audit_event){ .action = "user.update",
		.target_type = "user", .target_id = user->id, .before = cli_user_json(cli, before),
		.after = cli_user_json(cli, after) });
}

static enum err cli_user_set_enabled(struct cli_user *user, struct user *next)
{
	(void)user;
	next->status = STATUS_ENABLED;
	return ERR_OK;
}

static enum err cli_user_set_no_two_factor(struct cli_user *user, struct user *next)
{
	(void)user;
	next->two_factor = TWO_FACTOR_DISABLED;
	return ERR_OK;
}

static enum err cli_user_set_two_factor_by_mail(struct cli_user *user, struct user *next)
{
	(void)user;
	next->two_factor = TWO_FACTOR_EMAIL;
	return ERR_OK;
}

static enum err cli_user_set_anywhere(struct cli_user *user, struct user *next)
{
	(void)user;
	next->ip_allow_list = "";
	return ERR_OK;
}

static enum err cli_user_write_unlocked(struct cli_user *user)
{
	TRY(auth_tries_unlock(&user->call, user->id, user->user.email));
	return auth_audit_record(&user->call, &(struct audit_event){ .action = "user.unlock",
		.target_type = "user", .target_id = user->id });
}

/* Finds the user that the command names, runs change, and says whose record that was. */
static enum err cli_user_find_and(struct cli *cli, enum err (*change)(struct cli_user *user),
	enum err (*set)(struct cli_user *user, struct user *next))
{
	struct cli_user user = { .cli = cli, .set = set };

	TRY(cli_user_find(&user));
	TRY(cli_open_call(cli, &user.call));
	TRY(cli_user_transact(&user, change));
	cli_open(cli);
	cli_pair(cli, "id", arena_printf(&cli->arena, "%" PRIu64, user.id));
	cli_close(cli);
	return ERR_OK;
}

enum err cli_user_enable(struct cli *cli)
{
	return cli_user_find_and(cli, cli_user_update, cli_user_set_enabled);
}

static enum err cli_user_set_disabled(struct cli_user *user, struct user *next)
{
	(void)user;
	next->status = STATUS_DISABLED;
	return ERR_OK;
}

enum err cli_user_say_last(struct cli *cli, enum err err)
{
	return err == ERR_CONFLICT
		? cli_fail(cli, err, "no enabled administrator would remain") : err;
}

enum err cli_user_disable(struct cli *cli)
{
	return cli_user_say_last(cli,
		cli_user_find_and(cli, cli_user_update, cli_user_set_disabled));
}

enum err cli_user_disable_2fa(struct cli *cli)
{
	return cli_user_find_and(cli, cli_user_update, cli_user_set_no_two_factor);
}

enum err cli_user_enable_2fa(struct cli *cli)
{
	return conf_has_mail(&cli->conf)
		? cli_user_find_and(cli, cli_user_update, cli_user_set_two_factor_by_mail)
		: cli_fail(cli, ERR_INVALID, "no mail server is configured, so no code would arrive");
}

enum err cli_user_unlock(struct cli *cli)
{
	return cli_user_find_and(cli, cli_user_write_unlocked, NULL);
}

enum err cli_user_allow_anywhere(struct cli *cli)
{
	return cli_user_find_and(cli, cli_user_update, cli_user_set_anywhere);
}

static enum err cli_user_write_password(struct cli_user *user)
{
	struct cli *cli = user->cli;
	struct user_secret owner;

	TRY(store_mail_cancel_credentials(cli->db, user->id));
	TRY(store_user_set_password(cli->db, user->id, user->entry.password, !cli->link,
		cli->link ? 0 : cli_user_expiry(cli), 0));
	TRY(cli_user_make_link(user));
	TRY(cli_read_mail_key(cli, &user->call));
	TRY(store_user_secret_by_id(cli->db, &cli->arena, user->id, &owner));
	TRY(auth_notice(&user->call, &owner, NOTICE_PASSWORD, BY_HOST));
	return auth_audit_record(&user->call, &(struct audit_event){ .action = "user.password_reset",
		.target_type = "user", .target_id = user->id });
}

enum err cli_user_reset_password(struct cli *cli)
{
	struct cli_user user = { .cli = cli };

	TRY(cli_user_find(&user));
	TRY(cli_open_call(cli, &user.call));
	TRY(cli_user_make_password(&user));
	TRY(cli_user_transact(&user, cli_user_write_password));
	cli_open(cli);
	cli_user_print_credentials(&user);
	cli_close(cli);
	return ERR_OK;
}
