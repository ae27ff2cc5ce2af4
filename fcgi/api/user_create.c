/*
 * Create user: user, memberships, letter, audit row and the answer to a repetition are one
 * transaction, all or none. The password is hashed before it begins.
 */
#include "api/credentials.h"
#include "api/handlers.h"
#include "api/users.h"
#include "auth/password.h"
#include "rule/field.h"
#include "rule/password.h"

#include <stddef.h>

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

struct user_creation {
	struct credentials credentials;
	struct user user; /* the result */
};

_Static_assert(sizeof(struct user_creation) <= API_STATE_SIZE, "the state of a user's creation");

enum err api_user_create_check(struct call *call)
{
	const struct create_input *input = call->input;
	const char *wrong = input->link.on || !input->password.given ? NULL
		: auth_password_check(call, input->password.text, input->email.text, input->name.text);

	if (wrong != NULL) {
		reply_field(call->reply, "password", wrong);
	}
	if (input->send_to_email.on && !conf_has_mail(call->conf)) {
		reply_field(call->reply, "send_to_email", "send_to_email.no_mail");
	}
	call->password = input->link.on ? NULL : input->password.text;
	return api_user_check_known(call, &input->email, &input->groups, 0);
}

static enum err user_insert(struct call *call, int64_t expires_at)
{
	const struct create_input *input = call->input;
	enum err err = store_user_insert(call->db, &(struct user_new){
		.email = input->email.text,
		.name = input->name.text,
		.password = api_credentials_kept(call),
		.password_must_change = !input->link.on,
		.password_expires_at = input->link.on ? 0 : expires_at,
		.status = input->status.given ? (enum status)input->status.value : STATUS_ENABLED,
		.two_factor = TWO_FACTOR_EMAIL,
		.mask_data = input->mask_data.on,
		.groups = input->groups.ids,
		.group_count = input->groups.count,
		.creator_id = call->viewer.user_id,
	}, &call->record_id);

	return err == ERR_CONFLICT
		? reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "email", "email.taken") : err;
}

enum err api_user_create(struct call *call)
{
	const struct create_input *input = call->input;
	struct user_creation *creation = call->state;
	int64_t expires_at = api_credentials_expiry(call);

	creation->credentials = (struct credentials){ .by_link = input->link.on,
		.send_to_email = input->send_to_email.on };
	TRY(api_user_check_rights(call, 0, input->groups.ids, input->groups.count,
		input->mask_data.on));
	TRY(user_insert(call, expires_at));
	TRY(api_user_load(call, call->record_id, &creation->user));
	TRY(api_credentials_hand_over(call, &creation->user, &creation->credentials, expires_at));
	call->audit = (struct audit_event){ .action = "user.create", .target_type = "user",
		.target_id = call->record_id, .after = api_user_json(call, &creation->user) };
	return ERR_OK;
}

/* The record as it was made, whatever became of it since: for those who may not see that. */
static void user_forget_changes(struct call *call, struct user *user)
{
	const struct create_input *input = call->input;

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
		.groups = arena_array(call->arena, input->groups.count, sizeof(*user->groups)),
		.group_count = input->groups.count,
	};
	for (size_t i = 0; i < user->group_count; i++) {
		user->groups[i] = (struct group_name){ .id = input->groups.ids[i], .name = "" };
	}
}

/* A repetition has no link to show: it is kept nowhere. */
enum err api_user_answer_created(struct call *call)
{
	struct user_creation *creation = call->state;
	struct user *user = &creation->user;

	if (call->repeated) {
		TRY(api_user_load(call, call->record_id, user));
		creation->credentials.link = NULL;
		if (!rights_have(call->viewer.rights, PERM_USERS_VIEW)) {
			user_forget_changes(call, user);
			TRY(api_user_name_groups(call, user, 1));
		}
	}
	return api_credentials_answer(call, user, creation->credentials.link);
}
