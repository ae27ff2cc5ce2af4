/* What the files about clients share. */
#ifndef API_CLIENTS_H
#define API_CLIENTS_H

#include "act/clients.h"
#include "api/call.h"
#include "api/listing.h"
#include "store/client.h"

/* Answers with the record and its ETag. */
void api_client_answer(struct call *call, struct client *client);

#endif
