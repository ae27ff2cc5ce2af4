/* Clients: the list and the record. */
#include "api/clients.h"
#include "api/handlers.h"
#include "api/may.h"
#include "rule/field.h"
#include "view/client.h"

enum { FILTER_ID, FILTER_NAME, FILTER_EMAIL, FILTER_PHONE, FILTER_COUNTRY, FILTER_STATUS,
	FILTER_MANAGER };

const struct query_spec api_client_query_spec = {
	.sorts = (const char *const[]){
		[CLIENT_SORT_ID] = "id",
		[CLIENT_SORT_NAME] = "name",
		[CLIENT_SORT_EMAIL] = "email",
		[CLIENT_SORT_PHONE] = "phone",
		[CLIENT_SORT_COUNTRY] = "country",
		[CLIENT_SORT_STATUS] = "status",
		[CLIENT_SORT_CREATED_AT] = "created_at",
		NULL,
	},
	.descending = true,
	.filters = (const struct query_filter[]){
		[FILTER_ID] = { .name = "id", .kind = QUERY_ID },
		[FILTER_NAME] = { .name = "name", .kind = QUERY_TEXT },
		[FILTER_EMAIL] = { .name = "email", .kind = QUERY_TEXT },
		[FILTER_PHONE] = { .name = "phone", .kind = QUERY_TEXT },
		[FILTER_COUNTRY] = { .name = "country", .kind = QUERY_TEXT },
		[FILTER_STATUS] = { .name = "status", .kind = QUERY_WORD, .words = status_words },
		[FILTER_MANAGER] = { .name = "manager", .kind = QUERY_ID },
		{ .kind = QUERY_END },
	},
};

static struct client_filter filter_of(struct arena *arena, const struct query_value *values)
{
	return (struct client_filter){
		.id = values[FILTER_ID].number,
		.name = values[FILTER_NAME].text,
		.email = text_lower(arena, values[FILTER_EMAIL].text),
		.phone = field_phone_part(arena, values[FILTER_PHONE].text),
		.country = values[FILTER_COUNTRY].text,
		.status = values[FILTER_STATUS].given ? (int)values[FILTER_STATUS].number : -1,
		.manager_id = values[FILTER_MANAGER].number,
	};
}

struct listing_key api_client_key(const struct client *client, enum client_sort sort)
{
	struct listing_key key = { .id = client->id };

	switch (sort) {
	case CLIENT_SORT_ID:
		key.number = client->id;
		break;
	case CLIENT_SORT_NAME:
		key.text = client->name;
		break;
	case CLIENT_SORT_EMAIL:
		key.text = client->email;
		break;
	case CLIENT_SORT_PHONE:
		key.text = client->phone;
		break;
	case CLIENT_SORT_COUNTRY:
		key.text = client->country;
		break;
	case CLIENT_SORT_STATUS:
		key.number = client->status;
		break;
	case CLIENT_SORT_CREATED_AT:
		key.time = client->created_at;
		break;
	}
	return key;
}

enum err api_client_query(struct call *call, struct client_query *query)
{
	struct listing *listing = &query->listing;

	*listing = (struct listing){ .noun = LISTING_CLIENTS, .spec = &api_client_query_spec,
		.fields = view_client };
	TRY(api_listing_read(call, listing));
	query->filter = filter_of(call->arena, listing->query.values);
	TRY(store_client_count(call->db, call->arena, call->viewer.masked, &query->filter,
		LISTING_COUNT_MOST, &query->count));
	query->filter.hits_are_rare = query->count <= LISTING_COUNT_MOST;
	return ERR_OK;
}

enum err api_clients_list(struct call *call)
{
	struct client_query query;
	struct listing *listing = &query.listing;
	struct client *clients;
	struct page page;

	TRY(api_client_query(call, &query));
	TRY(store_client_list(call->db, call->arena, call->viewer.masked, &query.filter,
		&listing->ask, &page, &clients));
	api_may_clients(call, clients, page.count);
	enum client_sort sort = (enum client_sort)listing->ask.sort;
	struct listing_key first = api_client_key(&clients[0], sort);
	struct listing_key last = api_client_key(&clients[page.count == 0 ? 0 : page.count - 1], sort);
	api_listing_answer(call, listing, &page, clients, sizeof(*clients), &first, &last,
		query.count);
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
