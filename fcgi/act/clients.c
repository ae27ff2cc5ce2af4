#include "act/clients.h"

#include "http/reply.h"
#include "rule/phone.h"
#include "view/client.h"

enum err act_client_check_manager(struct call *call, uint64_t id)
{
	enum err err;

	if (!rights_have(call->viewer.rights, PERM_USERS_VIEW)) {
		return reply_forbid(call->reply, perm_name(PERM_USERS_VIEW));
	}
	err = id == 0 ? ERR_OK : store_client_manager(call->db, call->arena, id);
	if (err == ERR_NOT_FOUND) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "manager", "manager.unknown");
	}
	return err;
}

void act_client_make(const struct client_input *input, struct client *client)
{
	record_init(client_columns, client, sizeof(*client));
	client->status = STATUS_ENABLED;
	record_apply(client_columns, &input->client, client);
}

const char *act_client_settle_phone(struct arena *arena, struct client *client)
{
	const char *wrong = client->phone[0] == '\0' ? NULL
		: phone_read(arena, client->phone, client->country, &client->phone);

	return wrong == NULL ? NULL : arena_printf(arena, "phone.%s", wrong);
}

static struct audit_event client_event(struct call *call, const char *action, uint64_t id,
	const struct client *before, const struct client *after)
{
	return (struct audit_event){
		.action = action,
		.target_type = "client",
		.target_id = id,
		.before = before == NULL ? NULL
			: view_client_trail(call->arena, before, before, &call->viewer),
		.after = after == NULL ? NULL
			: view_client_trail(call->arena, before, after, &call->viewer),
	};
}

struct audit_event act_client_created(struct call *call, const struct client *client)
{
	return client_event(call, "client.create", client->id, NULL, client);
}

struct audit_event act_client_changed(struct call *call, const struct client *before,
	const struct client *after)
{
	return client_event(call, "client.update", after->id, before, after);
}

struct audit_event act_client_deleted(struct call *call, const struct client *client)
{
	return client_event(call, "client.delete", client->id, client, NULL);
}
