/*
 * Finds a client by the whole email address or phone number that somebody says on the phone, for a
 * viewer who may not read either. Counted for each user, so that nobody can try addresses out, and
 * noted in the trail without what was typed.
 */
#include "api/clients.h"
#include "api/handlers.h"
#include "auth/audit.h"
#include "auth/tries.h"
#include "rule/phone.h"
#include "view/client.h"

#include <stddef.h>

struct lookup_input {
	struct in_text email;
	struct in_text phone;
};

const struct field api_client_lookup_fields[] = {
	{ .name = "email", .kind = FIELD_TEXT, .offset = offsetof(struct lookup_input, email),
		.min = 1, .check = &check_email },
	{ .name = "phone", .kind = FIELD_TEXT, .offset = offsetof(struct lookup_input, phone),
		.check = &check_phone },
	{ .kind = FIELD_END },
};

/* Gives the number in *phone as clients' are kept: of the home, where it has no code. */
static enum err client_lookup_phone(struct call *call, const char *typed, const char **phone)
{
	const char *wrong = typed[0] == '\0' ? NULL : phone_read(call->arena, typed, "", phone);

	return wrong == NULL ? ERR_OK : reply_refuse_field(call->reply, PROBLEM_INVALID, "phone",
		arena_printf(call->arena, "phone.%s", wrong));
}

/* It is written down whether somebody was found or not, and by what; not what was looked for. */
enum err api_client_lookup(struct call *call)
{
	const struct lookup_input *input = call->input;
	struct client client;
	unsigned seconds;
	uint64_t id = 0;
	const char *phone = "";
	enum err found;

	if (input->email.given == (input->phone.text[0] != '\0')) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "email", "lookup.one");
	}
	TRY(client_lookup_phone(call, input->phone.text, &phone));
	TRY(auth_tries_lookup(call, call->viewer.user_id, &seconds));
	if (seconds > 0) {
		reply_retry_after(call->reply, seconds);
		return reply_refuse(call->reply, PROBLEM_TOO_MANY);
	}
	found = store_client_lookup(call->db, call->arena, input->email.text, phone, &id);
	TRY(found == ERR_NOT_FOUND || found == ERR_CONFLICT ? ERR_OK : found);
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "clients.lookup", .result = found == ERR_OK ? NULL : err_name(found),
		.target_type = "client", .target_id = found == ERR_OK ? id : 0,
		.after = input->email.given ? "{\"by\":\"email\"}" : "{\"by\":\"phone\"}" }));
	if (found == ERR_CONFLICT) {
		return reply_refuse(call->reply, PROBLEM_SEVERAL);
	}
	TRY(found);
	TRY(store_client_load(call->db, call->arena, call->viewer.masked, id, &client));
	api_client_answer(call, &client);
	return ERR_OK;
}
