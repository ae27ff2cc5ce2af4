/*
 * Create user: user, memberships, letter, audit row and the answer to a repetition are one
 * transaction, all or none. The password is hashed before it begins.
 */
#include "api/credentials.h"
#include "api/handlers.h"
#include "api/once.h"
#include "api/users.h"
#include "auth/guard.h"
#include "auth/password.h"
#include "auth/audit.h"
#include "base/clock.h"
#include "base/wake.h"
#include "rule/field.h"
#include "rule/password.h"

#include <stddef.h>
#include <string.h>


struct create_input {
	struct in_text email;
	struct in_text password;
	struct in_flag link;
	struct in_word status;
	struct in_ids groups;
	struct in_text name;
	struct in_flag send_to_email;
	struct in_flag mask_data;
};

const struct field api_user_create_fields[] = {
	{ .name = "email", .kind = FIELD_TEXT, .offset = offsetof(struct create_input, email),
		.required = true, .check = &check_email },
	{ .name = "password", .kind = FIELD_SECRET, .offset = offsetof(struct create_input, password),
		.required = true, .unless = "link", .min = PASSWORD_LEAST, .max = PASSWORD_MOST },
	{ .name = "link", .kind = FIELD_FLAG, .offset = offsetof(struct create_input, link) },
	{ .name = "status", .kind = FIELD_WORD, .offset = offsetof(struct create_input, status),
		.words = status_words },
	{ .name = "groups", .kind = FIELD_IDS, .offset = offsetof(struct create_input, groups),
		.max = ACCOUNT_GROUPS_MOST },
	{ .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct create_input, name),
		.max = FIELD_PERSON_MAX },
	{ .name = "send_to_email", .kind = FIELD_FLAG,
		.offset = offsetof(struct create_input, send_to_email) },
	{ .name = "mask_data", .kind = FIELD_FLAG, .offset = offsetof(struct create_input, mask_data) },
	{ .kind = FIELD_END },
};

struct creation {
	struct call *call;
	const struct create_input *input;
	struct credentials credentials;
	struct once once;
	struct user user; /* the result */
};

static enum err answer(struct call *call, struct user *user, const char *link)
{
	reply_created(call->reply, call->request, "users", user->id);
	return api_credentials_answer(call, user, link);
}

/* The record as it was made, whatever became of it since: for those who may not see that. */
static void forget_changes(struct creation *creation)
{
	const struct create_input *input = creation->input;
	struct user *user = &creation->user;

	*user = (struct user){
		.id = user->id,
		.email = input->email.text,
		.name = input->name.text,
		.status = input->status.given ? (enum status)input->status.value : STATUS_ENABLED,
		.two_factor = TWO_FACTOR_EMAIL,
		.mask_data = input->mask_data.on,
		.language = "",
		.creator_id = user->creator_id,
		.creator_name = user->creator_name,
		.creator_email = user->creator_email,
		.created_at = user->created_at,
		.version = 1,
		.ip_allow_list = "",
		.groups = arena_array(creation->call->arena, input->groups.count, sizeof(*user->groups)),
		.group_count = input->groups.count,
	};
	for (size_t i = 0; i < user->group_count; i++) {
		user->groups[i] = (struct group_name){ .id = input->groups.ids[i], .name = "" };
	}
}

static enum err answer_repetition(struct creation *creation)
{
	struct call *call = creation->call;
	struct user *user = &creation->user;

	TRY(api_user_load(call, creation->once.key.record_id, user));
	if (!rights_have(call->viewer.rights, PERM_USERS_VIEW)) {
		forget_changes(creation);
		TRY(api_user_name_groups(call, user, 1));
	}
	return answer(call, user, NULL);
}

enum err api_user_create_check(struct call *call)
{
	const struct create_input *input = call->input;
	const char *wrong = input->link.on || !input->password.given ? NULL
		: auth_password_check(call, input->password.text, input->email.text,
			input->name.text);

	if (wrong != NULL) {
		reply_field(call->reply, "password", wrong);
	}
	if (input->send_to_email.on && !conf_has_mail(call->conf)) {
		reply_field(call->reply, "send_to_email", "send_to_email.no_mail");
	}
	return api_user_check_known(call, &input->email, &input->groups, 0);
}

static enum err insert_user(struct creation *creation, int64_t expires_at, uint64_t *id)
{
	const struct create_input *input = creation->input;
	struct call *call = creation->call;
	enum err err = store_user_insert(call->db, &(struct user_new){
		.email = input->email.text,
		.name = input->name.text,
		.password = creation->credentials.phc,
		.password_must_change = !input->link.on,
		.password_expires_at = input->link.on ? 0 : expires_at,
		.status = input->status.given ? (enum status)input->status.value : STATUS_ENABLED,
		.two_factor = TWO_FACTOR_EMAIL,
		.mask_data = input->mask_data.on,
		.groups = input->groups.ids,
		.group_count = input->groups.count,
		.creator_id = call->viewer.user_id,
	}, id);

	if (err == ERR_CONFLICT) {
		return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "email", "email.taken");
	}
	return err;
}

static enum err hand_over(struct creation *creation, uint64_t id, int64_t expires_at)
{
	const struct create_input *input = creation->input;
	const struct user user = { .id = id, .email = input->email.text, .name = input->name.text,
		.language = "" };

	return api_credentials_hand_over(creation->call, &user, &creation->credentials, expires_at);
}

static enum err record(struct creation *creation, uint64_t id)
{
	struct call *call = creation->call;

	TRY(api_user_load(call, id, &creation->user));
	TRY(api_once_write(call, &creation->once, id));
	return auth_audit_record(call, &(struct audit_event){
		.action = "user.create", .target_type = "user", .target_id = id,
		.after = api_user_json(call, &creation->user) });
}

static enum err create(struct db *db, void *context)
{
	struct creation *creation = context;
	struct call *call = creation->call;
	const struct create_input *input = creation->input;
	int64_t expires_at = api_credentials_expiry(call);
	uint64_t id = 0;

	(void)db;
	TRY(auth_guard_change(call));
	TRY(api_user_check_rights(call, 0, input->groups.ids, input->groups.count,
		input->mask_data.on));
	TRY(insert_user(creation, expires_at, &id));
	TRY(hand_over(creation, id, expires_at));
	return record(creation, id);
}

enum err api_user_create(struct call *call)
{
	const struct create_input *input = call->input;
	struct creation creation = { .call = call, .input = input, .credentials = {
		.by_link = input->link.on, .password = input->password.text,
		.send_to_email = input->send_to_email.on } };
	enum err err = api_once_begin(call, &creation.once);

	if (err != ERR_OK) {
		return err;
	}
	if (creation.once.repeated) {
		return answer_repetition(&creation);
	}
	err = api_check_fields(call);
	if (err == ERR_OK) {
		err = api_credentials_hash(call, &creation.credentials);
	}
	if (err == ERR_OK) {
		err = db_transact(call->db, create, &creation);
	}
	if (err == ERR_CONFLICT) {
		err = api_once_lost(call, &creation.once);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (creation.once.repeated) {
		return answer_repetition(&creation);
	}
	if (input->send_to_email.on) {
		wake_ring(call->conf->mail_wake);
	}
	return answer(call, &creation.user, creation.credentials.link);
}
