/* What the files about clients share. */
#ifndef API_CLIENTS_H
#define API_CLIENTS_H

#include "api/call.h"
#include "api/listing.h"
#include "http/body.h"
#include "store/client.h"

/* What Create client and Edit client fill, and a row of an import among other things. */
struct client_input {
	struct record_input client;
};

/* Answers with the record and its ETag. */
void api_client_answer(struct call *call, struct client *client);

/* May the viewer give clients managers, and is there such a user (0: nobody)? Refuses with
 * "manager". */
enum err api_client_check_manager(struct call *call, uint64_t id) MUST_USE;

/* Fills *client as a new record, from input. */
void api_client_make(const struct client_input *input, struct client *client);

/* Makes E.164 of a number that was typed: one without the code of a country is of the client's, or
 * of the home where that has none. NULL, or the key of what is wrong. */
const char *api_client_settle_phone(struct arena *arena, struct client *client);

/* Give what the trail says of a client who was made, and of one who was changed. */
struct audit_event api_client_created(struct call *call, const struct client *client);
struct audit_event api_client_changed(struct call *call, const struct client *before,
	const struct client *after);

#endif
