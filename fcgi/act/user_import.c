/*
 * Users from a CSV file, by the rules of Create user for each row. They have no password until they
 * use the link that is mailed to them, or an administrator gives them credentials. A file that the
 * list's export wrote can be read again.
 */
#include "act/credentials.h"
#include "act/import.h"
#include "act/users.h"
#include "base/text.h"
#include "base/text_set.h"
#include "rule/may.h"
#include "rule/network.h"
#include "store/group.h"
#include "view/user.h"

#include <stddef.h>
#include <string.h>

struct user_row {
	struct record_input user; /* ip_allow_list: as the record keeps it, once it is checked */
	struct in_flag send_link;
};

static const struct field user_import_fields[] = {
	{ .kind = FIELD_RECORD, .columns = user_columns, .where = IN_IMPORT,
		.row_size = sizeof(struct user), .offset = offsetof(struct user_row, user) },
	{ .name = "send_link", .kind = FIELD_FLAG, .offset = offsetof(struct user_row, send_link) },
	{ .kind = FIELD_END },
};

enum { UNKNOWN_MAX = 5 };

/* What is known from one row of a batch to the next: many have the same groups, so they are found,
 * and the right to hand them out is asked for, once. */
struct known {
	const char *cell; /* of the row before; NULL: none */
	bool mask_data;
	uint64_t ids[ACCOUNT_GROUPS_MAX];
	size_t count;
	bool too_many;
	struct group_name *groups; /* the same, as a record has them */
	const char *unknown; /* names that no group has, the first ones; NULL: none */
	size_t unknowns;     /* so many */
	const char *field;  /* of them, in which something is wrong; NULL: nothing is */
	const char *key;    /* and what */
};

static enum err user_import_begin(struct import *import)
{
	import->context = arena_alloc(import->call->arena, sizeof(struct known));
	return ERR_OK;
}

static void user_import_add_group(struct known *known, uint64_t id)
{
	size_t at = known->count;

	while (at > 0 && known->ids[at - 1] > id) {
		at--;
	}
	if (at > 0 && known->ids[at - 1] == id) {
		return;
	}
	memmove(known->ids + at + 1, known->ids + at, (known->count - at) * sizeof(known->ids[0]));
	known->ids[at] = id;
	known->count++;
}

/* Cuts the next part from *rest of a cell; "" after the last. */
static const char *user_import_next_part(struct arena *arena, const char **rest,
	const char *between)
{
	size_t len = strcspn(*rest, between);
	const char *part = text_clean(arena, arena_copy(arena, *rest, len));

	*rest += len + ((*rest)[len] != '\0');
	return part == NULL ? "" : part;
}

/* Cuts the next name from *rest of a cell, as view_user_csv() has put them together: a bar ends it,
 * but for one after a backslash, which is a part of the name. */
static const char *user_import_next_name(struct arena *arena, const char **rest)
{
	struct text name = text_in(arena);
	const char *at = *rest, *clean;

	text_puts(&name, "");
	for (; *at != '\0' && *at != '|'; at++) {
		at += at[0] == '\\' && (at[1] == '|' || at[1] == '\\');
		text_putc(&name, *at);
	}
	*rest = at + (*at != '\0');
	clean = text_clean(arena, name.bytes);
	return clean == NULL ? "" : clean;
}

static enum err user_import_take_group(struct call *call, const char *name, struct known *known)
{
	uint64_t id;

	if (known->count == ACCOUNT_GROUPS_MAX) {
		known->too_many = true;
		return ERR_OK;
	}
	TRY(store_group_find(call->db, call->arena, name, &id));
	user_import_add_group(known, id);
	return ERR_OK;
}

/* Whether it makes no sense to look at more of the cell. */
static bool user_import_is_enough(const struct known *known)
{
	return known->too_many || known->unknowns == UNKNOWN_MAX;
}

/* Takes a group that has to be known, or notes its name. */
static enum err user_import_take_known(struct call *call, const char *name, struct known *known)
{
	enum err err = user_import_take_group(call, name, known);

	if (err == ERR_NOT_FOUND) {
		known->unknown = known->unknowns++ == 0 ? name
			: arena_printf(call->arena, "%s, %s", known->unknown, name);
		return ERR_OK;
	}
	return err;
}

/* Takes the groups that people have put together as one puts words together. */
static enum err user_import_take_list(struct call *call, const char *rest, struct known *known)
{
	while (*rest != '\0' && !user_import_is_enough(known)) {
		const char *name = user_import_next_part(call->arena, &rest, ",;");

		TRY(name[0] == '\0' ? ERR_OK : user_import_take_known(call, name, known));
	}
	return ERR_OK;
}

/* Takes a group, or those of a list: a name may have in it what separates them there. */
static enum err user_import_take_name(struct call *call, const char *name, struct known *known)
{
	enum err err;

	if (name[0] == '\0') {
		return ERR_OK;
	}
	if (strpbrk(name, ",;") == NULL) {
		return user_import_take_known(call, name, known);
	}
	err = user_import_take_group(call, name, known);
	return err == ERR_NOT_FOUND ? user_import_take_list(call, name, known) : err;
}

/* Finds the groups that cell names, and asks for the right to hand them out. */
static enum err user_import_take_groups(struct call *call, const char *cell, struct known *known)
{
	known->count = 0;
	known->too_many = false;
	known->unknown = NULL;
	known->unknowns = 0;
	while (*cell != '\0' && !user_import_is_enough(known)) {
		const char *name = user_import_next_name(call->arena, &cell);

		TRY(user_import_take_name(call, name, known));
	}
	if (known->unknown != NULL) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "groups", "groups.unknown");
	}
	if (known->too_many) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "groups", "groups.too_many");
	}
	return act_user_check_rights(call, 0, known->ids, known->count, known->mask_data);
}

/* Checks the groups of a row as of a request for one user: its refusal is what is wrong here. */
static enum err user_import_check_groups(struct call *call, const char *cell, struct known *known)
{
	struct call one = *call;
	struct reply reply;
	enum err err;

	reply_init(&reply, call->arena);
	one.reply = &reply;
	err = user_import_take_groups(&one, cell, known);
	known->key = reply.first_key;
	if (known->key == NULL) {
		known->field = NULL;
		return err;
	}
	known->field = arena_copy(call->arena, known->key, strcspn(known->key, "."));
	return ERR_OK;
}

static enum err user_import_check_rights(struct import *import, struct user *user,
	struct import_row *row)
{
	struct known *known = import->context;
	const char *cell = user->group_names;

	if (known->cell == NULL || strcmp(known->cell, cell) != 0 ||
	    known->mask_data != user->mask_data) {
		known->cell = NULL;
		known->mask_data = user->mask_data;
		TRY(user_import_check_groups(import->call, cell, known));
		known->groups = act_user_groups(import->call->arena, known->ids, known->count);
		known->cell = cell;
	}
	user->groups = known->groups;
	user->group_count = known->count;
	if (known->unknown != NULL) {
		view_import_said(row, import->call->arena, "groups", known->unknown);
	}
	if (known->field != NULL) {
		view_import_wrong(row, import->call->arena, known->field, known->key);
	}
	return ERR_OK;
}

static void user_import_check_networks(struct import *import, struct user *user,
	struct import_row *row)
{
	struct arena *arena = import->call->arena;
	const char *rest = user->ip_allow_list;
	const char **words = arena_array(arena, NETWORKS_MAX, sizeof(*words));
	struct in_words networks = { .given = true, .words = words };

	while (*rest != '\0' && networks.count < NETWORKS_MAX) {
		const char *network = user_import_next_part(arena, &rest, " ,;|\n\r\t");

		words[networks.count] = network;
		networks.count += network[0] != '\0';
	}
	user->ip_allow_list = act_user_networks(arena, &networks);
	if (*rest != '\0') {
		view_import_wrong(row, arena, "ip_allow_list", "ip_allow_list.too_many");
	} else if (user->ip_allow_list == NULL) {
		view_import_wrong(row, arena, "ip_allow_list", "ip_allow_list.format");
	}
}

/* Only whoever might switch a user's second factor off brings one in without. The key of an app is
 * in no file: codes by mail take its place. */
static void user_import_check_two_factor(const struct import *import, struct user_row *input,
	struct import_row *row)
{
	struct call *call = import->call;
	struct user *user = input->user.values;
	bool may = (may_user(&call->viewer, 0, rights_none()) & 1U << USER_TWO_FACTOR) != 0;

	if (!record_has(user_columns, &input->user, offsetof(struct user, two_factor))) {
		return;
	}
	if (user->two_factor == TWO_FACTOR_DISABLED && !may) {
		view_import_wrong(row, call->arena, "two_factor", "two_factor.may_not");
	} else if (user->two_factor == TWO_FACTOR_TOTP) {
		user->two_factor = TWO_FACTOR_EMAIL;
	}
}

static enum err user_import_check_row(struct import *import, void *at, struct import_row *row)
{
	struct user_row *input = at;
	struct user *user = input->user.values;
	struct call *call = import->call;

	if (row->mark != IMPORT_FIRST) {
		view_import_wrong(row, call->arena, "email", "email.repeated");
	}
	TRY(user_import_check_rights(import, user, row));
	user_import_check_networks(import, user, row);
	user_import_check_two_factor(import, input, row);
	if (input->send_link.on && !conf_has_mail(call->conf)) {
		view_import_wrong(row, call->arena, "send_link", "send_to_email.no_mail");
	}
	return ERR_OK;
}

static struct user *user_import_user(const struct import *import, size_t at)
{
	return ((const struct user_row *)import->inputs[at])->user.values;
}

/* Refuses the rows of the batch whose address is one of these, which somebody has. */
static void user_import_refuse_taken(struct import *import, const char **taken, size_t count)
{
	struct text_set set = text_set_for(import->call->arena, count);

	for (size_t i = 0; i < count; i++) {
		(void)!text_set_add(&set, taken[i]);
	}
	for (size_t i = 0; i < import->batch; i++) {
		if (text_set_has(&set, user_import_user(import, i)->email)) {
			view_import_wrong(import->rows[i], import->call->arena, "email", "email.taken");
		}
	}
}

static enum err user_import_look(struct import *import)
{
	struct call *call = import->call;
	const char *emails[CSV_PIECE_ROWS];
	const char **taken;
	size_t found;

	for (size_t i = 0; i < import->batch; i++) {
		emails[i] = user_import_user(import, i)->email;
	}
	for (size_t at = 0; at < import->batch; at += DB_IDS_MAX) {
		size_t left = import->batch - at;

		TRY(store_user_taken(call->db, call->arena, emails + at,
			left < DB_IDS_MAX ? left : DB_IDS_MAX, &taken, &found));
		user_import_refuse_taken(import, taken, found);
	}
	return ERR_OK;
}

/* Mails a link to those for whom it is asked, with which they choose a password. */
static enum err user_import_mail(struct import *import, const struct user *users)
{
	const struct user **mailed = arena_array(import->call->arena, import->batch,
		sizeof(struct user *));
	size_t count = 0;

	for (size_t i = 0; i < import->batch; i++) {
		if (((const struct user_row *)import->inputs[i])->send_link.on) {
			mailed[count++] = &users[i];
		}
	}
	return count == 0 ? ERR_OK : act_credentials_mail_links(import->call, mailed, count);
}

static enum err user_import_write(struct import *import)
{
	static const struct user_entry entry = { .password = USER_NO_PASSWORD, .must_change = true };
	struct call *call = import->call;
	struct user *users = arena_array(call->arena, import->batch, sizeof(*users));
	struct audit_event *events = arena_array(call->arena, import->batch, sizeof(*events));

	for (size_t i = 0; i < import->batch; i++) {
		const struct user *given = user_import_user(import, i);

		act_user_make(call, &((struct user_row *)import->inputs[i])->user, NULL, 0, &users[i]);
		users[i].groups = given->groups;
		users[i].group_count = given->group_count;
	}
	TRY(act_users_insert(call, users, import->batch, &entry));
	TRY(user_import_mail(import, users));
	for (size_t i = 0; i < import->batch; i++) {
		import->rows[i]->id = users[i].id;
		events[i] = (struct audit_event){ .action = "user.create", .target_type = "user",
			.target_id = users[i].id, .after = act_user_json(call, &users[i]) };
	}
	return auth_audit_record_all(call, events, import->batch);
}

static struct import_keys user_import_keys(const void *at)
{
	const struct user_row *input = at;

	return (struct import_keys){ .email = ((const struct user *)input->user.values)->email };
}

const struct import_spec act_users_import = {
	.fields = user_import_fields,
	.exported = user_columns,
	.skipped = (const char *const[]){ "reason", "rights", NULL },
	.keys = user_import_keys,
	.input_size = sizeof(struct user_row),
	.begin = user_import_begin,
	.check = user_import_check_row,
	.look = user_import_look,
	.write = user_import_write,
};
