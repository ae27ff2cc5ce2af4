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

struct user_create_input {
	struct record_input user;
	struct in_text password;
	struct in_flag link;
	struct in_ids groups;
	struct in_flag send_to_email;
};

#define AT(member) offsetof(struct user_create_input, member)

const struct field api_user_create_fields[] = {
	{ .kind = FIELD_RECORD, .columns = user_columns, .where = IN_CREATE,
		.row_size = sizeof(struct user), .offset = AT(user) },
	{ .name = "password", .kind = FIELD_SECRET, .offset = AT(password), .required = true,
		.unless = "link", .min = PASSWORD_MIN, .max = PASSWORD_MAX },
	{ .name = "link", .kind = FIELD_FLAG, .offset = AT(link) },
	{ .name = "groups", .kind = FIELD_IDS, .offset = AT(groups), .max = ACCOUNT_GROUPS_MAX },
	{ .name = "send_to_email", .kind = FIELD_FLAG, .offset = AT(send_to_email) },
	{ .kind = FIELD_END },
};

struct user_creation {
	struct credentials credentials;
	struct user user; /* the result */
};

_Static_assert(sizeof(struct user_creation) <= API_STATE_SIZE, "the state of a user's creation");

enum err api_user_create_check(struct call *call)
{
	const struct user_create_input *input = call->input;
	const struct user *user = input->user.values;
	const char *wrong = input->link.on || !input->password.given ? NULL
		: auth_password_check(call, input->password.text, user->email, user->name);

	if (wrong != NULL) {
		reply_field(call->reply, "password", wrong);
	}
	if (input->send_to_email.on && !conf_has_mail(call->conf)) {
		reply_field(call->reply, "send_to_email", "send_to_email.no_mail");
	}
	call->password = input->link.on ? NULL : input->password.text;
	return api_user_check_known(call, &input->user, &input->groups, 0);
}

enum err api_user_create(struct call *call)
{
	const struct user_create_input *input = call->input;
	struct user_creation *creation = call->state;
	struct user *user = &creation->user;
	int64_t expires_at = act_credentials_expiry(call);
	enum err err;

	creation->credentials = (struct credentials){ .by_link = input->link.on,
		.is_new = true, .send_to_email = input->send_to_email.on };
	act_user_make(call, &input->user, input->groups.ids, input->groups.count, user);
	TRY(act_user_check_rights(call, 0, input->groups.ids, input->groups.count, user->mask_data));
	err = act_users_insert(call, user, 1, &(struct user_entry){
		.password = act_credentials_kept(call),
		.must_change = !input->link.on,
		.expires_at = input->link.on ? 0 : expires_at,
	});
	if (err == ERR_CONFLICT) {
		return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "email", "email.taken");
	}
	TRY(err);
	call->record_id = user->id;
	TRY(act_credentials_hand_over(call, user, &creation->credentials, expires_at));
	call->audit = (struct audit_event){ .action = "user.create", .target_type = "user",
		.target_id = call->record_id, .after = act_user_json(call, user) };
	return ERR_OK;
}

/* Makes *user what it was when it was made: for those who may not see what became of it since. */
static void user_forget_changes(struct call *call, struct user *user)
{
	const struct user_create_input *input = call->input;
	const struct user now = *user;

	act_user_make(call, &input->user, input->groups.ids, input->groups.count, user);
	user->id = now.id;
	user->creator_id = now.creator_id;
	user->creator_name = now.creator_name;
	user->creator_email = now.creator_email;
	user->created_at = now.created_at;
	user->version = 1;
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
			TRY(act_user_name_groups(call, user, 1));
		}
	}
	return api_credentials_answer(call, user, creation->credentials.link);
}
