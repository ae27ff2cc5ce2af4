/* What is the same of clients whoever makes or changes them: a form or a file. */
#ifndef ACT_CLIENTS_H
#define ACT_CLIENTS_H

#include "auth/call.h"
#include "http/input.h"
#include "store/client.h"

/* What Create client and Edit client fill, and a row of an import among other things. */
struct client_input {
	struct record_input client;
};

/* May the viewer give clients managers, and is there such a user (0: nobody)? Refuses with
 * "manager". */
enum err act_client_check_manager(struct call *call, uint64_t id) MUST_USE;

/* Fills *client as a new record, from input. */
void act_client_make(const struct client_input *input, struct client *client);

/* Makes E.164 of a number that was typed: one without the code of a country is of the client's, or
 * of the home where that has none. NULL, or the key of what is wrong. */
const char *act_client_settle_phone(struct arena *arena, struct client *client);

/* Give what the trail says of a client who was made, of one who was changed, of one who is gone. */
struct audit_event act_client_created(struct call *call, const struct client *client);
struct audit_event act_client_changed(struct call *call, const struct client *before,
	const struct client *after);
struct audit_event act_client_deleted(struct call *call, const struct client *client);

#endif
