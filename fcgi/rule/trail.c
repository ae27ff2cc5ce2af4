#include "rule/trail.h"

#include <stddef.h>
#include <string.h>

/* Whoever signs in may be nobody who is known. */
static const struct trail_action {
	const char *name; /* NULL ends the table */
	const char *type;
	bool or_none;
} actions[] = {
	{ "audit.export", "audit", false },
	{ "audit.prune", "audit", false },
	{ "backup.make", "", false },
	{ "backup.restore", "", false },
	{ "client.create", "client", false },
	{ "client.delete", "client", false },
	{ "client.update", "client", false },
	{ "clients.export", "client", false },
	{ "clients.lookup", "client", false },
	{ "delay.end", "", false },
	{ "group.create", "group", false },
	{ "group.delete", "group", false },
	{ "group.update", "group", false },
	{ "key.begin", "", false },
	{ "key.retire", "", false },
	{ "key.rotate", "", false },
	{ "mail.delete", "mail", false },
	{ "mail.resend", "user", false },
	{ "mail.retry", "mail", false },
	{ "mail.test", "mail", false },
	{ "request.refused", "", false },
	{ "room.create", "room", false },
	{ "room.delete", "room", false },
	{ "room.enter", "room", false },
	{ "room.update", "room", false },
	{ "session.code", "user", false },
	{ "session.end", "user", false },
	{ "session.end_all", "user", false },
	{ "session.forgotten", "user", true },
	{ "session.sign_in", "user", true },
	{ "session.sign_out", "user", false },
	{ "user.create", "user", false },
	{ "user.credentials", "user", false },
	{ "user.delete", "user", false },
	{ "user.language", "user", false },
	{ "user.password_change", "user", false },
	{ "user.password_reset", "user", false },
	{ "user.proof", "user", false },
	{ "user.recovery_code", "user", false },
	{ "user.recovery_codes", "user", false },
	{ "user.totp_off", "user", false },
	{ "user.totp_on", "user", false },
	{ "user.unlock", "user", false },
	{ "user.update", "user", false },
	{ "users.export", "user", false },
	{ NULL, NULL, false },
};

static const struct trail_action *trail_find(const char *name)
{
	const struct trail_action *action = actions;

	while (action->name != NULL && strcmp(action->name, name) != 0) {
		action++;
	}
	return action->name == NULL ? NULL : action;
}

enum trail_meeting trail_meets(const char *action, const char *type)
{
	const struct trail_action *row = trail_find(action);

	if (row == NULL) {
		return TRAIL_SOME;
	}
	if (strcmp(row->type, type) == 0) {
		return row->or_none ? TRAIL_SOME : TRAIL_EACH;
	}
	return row->or_none && type[0] == '\0' ? TRAIL_SOME : TRAIL_NEVER;
}

bool trail_may_say(const char *action, const char *type)
{
	return trail_find(action) != NULL && trail_meets(action, type) != TRAIL_NEVER;
}
