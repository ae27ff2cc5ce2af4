/*
 * Users from a CSV file, by the rules of Create user for each row. They have no password until they
 * use the link that is mailed to them, or an administrator gives them credentials. A file that the
 * list's export wrote can be read again.
 */
#include "api/credentials.h"
#include "api/handlers.h"
#include "api/import.h"
#include "api/users.h"
#include "auth/guard.h"
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

/* What is known from one row to the next: many have the same groups, so they are found, and the
 * right to hand them out is asked for, once. */
struct known {
	const char *cell; /* of the row before; NULL: none */
	bool mask_data;
	uint64_t ids[ACCOUNT_GROUPS_MAX];
	size_t count;
	const char *field;  /* of them, in which something is wrong; NULL: nothing is */
	const char *key;    /* and what */
	const char **seen;  /* a hash table of the addresses of the file, when nothing is written */
	size_t room;
};

/* Begins a batch: the rights of the viewer may be others than in the one before. */
static enum err user_import_begin(struct import *import)
{
	struct known *known = arena_alloc(import->call->arena, sizeof(*known));

	import->context = known;
	if (import->writes) {
		return auth_guard_use(import->call);
	}
	known->room = 2 * import->count + 1;
	known->seen = arena_array(import->call->arena, known->room, sizeof(*known->seen));
	return ERR_OK;
}

/* Tells whether email was there before; it is from now on. */
static bool user_import_is_repeated(struct known *known, const char *email)
{
	size_t at = 5381;

	for (const char *c = email; *c != '\0'; c++) {
		at = at * 33 + (unsigned char)*c;
	}
	for (at %= known->room; known->seen[at] != NULL; at = (at + 1) % known->room) {
		if (strcmp(known->seen[at], email) == 0) {
			return true;
		}
	}
	known->seen[at] = email;
	return false;
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

/* Cuts the next name from *rest of a cell; "" after the last. */
static const char *user_import_next_part(struct arena *arena, const char **rest, char between)
{
	const char *end = strchr(*rest, between);
	size_t len = end == NULL ? strlen(*rest) : (size_t)(end - *rest);
	const char *part = text_clean(arena, arena_copy(arena, *rest, len));

	*rest += len + (end != NULL);
	return part == NULL ? "" : part;
}

/* Finds the groups that cell names, and asks for the right to hand them out. */
static enum err user_import_take_groups(struct call *call, const char *cell, struct known *known)
{
	uint64_t id;

	known->count = 0;
	while (*cell != '\0' && known->count < ACCOUNT_GROUPS_MAX) {
		const char *name = user_import_next_part(call->arena, &cell, '|');
		enum err err = store_group_find(call->db, call->arena, name, &id);

		if (err == ERR_NOT_FOUND) {
			return reply_refuse_field(call->reply, PROBLEM_INVALID, "groups", "groups.unknown");
		}
		TRY(err);
		user_import_add_group(known, id);
	}
	if (*cell != '\0') {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "groups", "groups.too_many");
	}
	return api_user_check_rights(call, 0, known->ids, known->count, known->mask_data);
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

static enum err user_import_check_rights(struct import *import, const struct user *user,
	struct import_row *row)
{
	struct known *known = import->context;
	const char *cell = user->group_names;

	if (known->cell == NULL || strcmp(known->cell, cell) != 0 ||
	    known->mask_data != user->mask_data) {
		known->cell = NULL;
		known->mask_data = user->mask_data;
		TRY(user_import_check_groups(import->call, cell, known));
		known->cell = cell;
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
		words[networks.count++] = user_import_next_part(arena, &rest, ' ');
	}
	user->ip_allow_list = api_user_networks(arena, &networks);
	if (*rest != '\0') {
		view_import_wrong(row, arena, "ip_allow_list", "ip_allow_list.too_many");
	} else if (user->ip_allow_list == NULL) {
		view_import_wrong(row, arena, "ip_allow_list", "ip_allow_list.format");
	}
}

static enum err user_import_check_row(struct import *import, void *at, struct import_row *row)
{
	const struct user_row *input = at;
	struct user *user = input->user.values;
	struct call *call = import->call;
	uint64_t holder;
	enum err err;

	TRY(user_import_check_rights(import, user, row));
	user_import_check_networks(import, user, row);
	if (input->send_link.on && !conf_has_mail(call->conf)) {
		view_import_wrong(row, call->arena, "send_link", "send_to_email.no_mail");
	}
	err = store_user_find(call->db, call->arena, user->email, &holder);
	if (err == ERR_OK) {
		view_import_wrong(row, call->arena, "email", "email.taken");
	}
	TRY(err == ERR_NOT_FOUND ? ERR_OK : err);
	if (row->errors == NULL && !import->writes &&
	    user_import_is_repeated(import->context, user->email)) {
		view_import_wrong(row, call->arena, "email", "email.repeated");
	}
	return ERR_OK;
}

/* There is no password; where it is asked for, a link is mailed with which the user chooses one. */
static enum err user_import_write_row(struct import *import, const void *at, struct import_row *row)
{
	const struct known *known = import->context;
	const struct user_row *input = at;
	struct call *call = import->call;
	struct credentials credentials = { .by_link = true, .send_to_email = true };
	struct user_new new = { .password = USER_NO_PASSWORD, .password_must_change = true };
	struct user user;

	api_user_make(call, &input->user, known->ids, known->count, &new.user);
	TRY(store_user_insert(call->db, &new, &row->id));
	TRY(api_user_load(call, row->id, &user));
	if (input->send_link.on) {
		TRY(api_credentials_hand_over(call, &user, &credentials, api_credentials_expiry(call)));
	}
	call->audit = (struct audit_event){ .action = "user.create", .target_type = "user",
		.target_id = row->id, .after = api_user_json(call, &user) };
	return api_record_change(call);
}

static const struct import_spec spec = {
	.kind = JOB_USERS_IMPORT,
	.fields = user_import_fields,
	.exported = user_columns,
	.input_size = sizeof(struct user_row),
	.max_rows = IMPORT_USERS_MAX,
	.batch = 100,
	.begin = user_import_begin,
	.check = user_import_check_row,
	.write = user_import_write_row,
};

enum err api_users_import_allow(struct call *call)
{
	return api_import_allow(call, &spec);
}

static enum err user_import_open(struct job_step *step)
{
	return api_import_open(step, &spec);
}

const struct job_ways api_job_users_import = {
	.perm = PERM_USERS_CREATE,
	.rows = 200,
	.batch = 100,
	.open = user_import_open,
	.run = api_import_run,
	.refuse = api_import_refuse,
};
