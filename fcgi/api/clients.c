/* Clients: the list and the record. */
#include "api/clients.h"
#include "api/handlers.h"
#include "api/may.h"
#include "rule/field.h"
#include "view/client.h"

enum err api_clients_list(struct call *call)
{
	struct listing listing = { .noun = &client_noun, .fields = view_client };

	TRY(api_listing_read(call, &listing));
	TRY(api_listing_load(call, &listing));
	api_may_clients(call, listing.records, listing.page.count);
	api_listing_answer(call, &listing);
	return ERR_OK;
}

enum err api_clients_read(struct call *call)
{
	struct client client;

	TRY(store_client_load(call->db, call->arena, call->viewer.masked, call->id,
		&client));
	api_client_answer(call, &client);
	return ERR_OK;
}

void api_client_answer(struct call *call, struct client *client)
{
	api_may_clients(call, client, 1);
	reply_etag(call->reply, client->version);
	view_record(&call->reply->body, view_client, client, &call->viewer);
}
