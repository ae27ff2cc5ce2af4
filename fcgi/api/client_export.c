/*
 * All clients that the list would show page by page, as CSV. One stretch of rows is in memory at a
 * time, read when the one before is on its way, so that a hundred thousand clients need no more
 * than a thousand do.
 */
#include "api/clients.h"
#include "api/handlers.h"
#include "auth/audit.h"
#include "base/clock.h"
#include "view/client.h"
#include "view/csv.h"

enum { STRETCH = 1000 };

struct export {
	struct db *db;
	struct arena *arena;
	struct viewer viewer;
	struct client_filter filter;
	struct page_ask ask;
};

/* The next stretch begins after this client, whose memory is about to go. */
static void go_on_after(struct export *export, const struct client *client)
{
	struct listing_key key = api_client_key(client, (enum client_sort)export->ask.sort);

	export->ask.has_key = true;
	export->ask.key_id = key.id;
	export->ask.key_number = key.number;
	export->ask.key_time = key.time;
	export->ask.key_text = arena_string(export->arena, key.text);
}

static enum err put_stretch(struct text *out, bool *more, void *context)
{
	struct export *export = context;
	struct client *clients;
	struct page page;

	TRY(store_client_list(export->db, out->arena, export->viewer.masked,
		&export->filter, &export->ask, &page, &clients));
	if (!export->ask.has_key) {
		view_csv_head(out, client_columns);
	}
	for (size_t i = 0; i < page.count; i++) {
		view_csv_row(out, client_columns, &clients[i], &export->viewer);
	}
	*more = page.more_after;
	if (*more) {
		go_on_after(export, &clients[page.count - 1]);
	}
	return ERR_OK;
}

/* What was exported, and nothing personal: the names of the filters, not what they look for. */
static const char *describe(struct call *call, const struct listing *listing)
{
	struct text text = text_in(call->arena);

	text_putc(&text, '{');
	api_listing_put_filters(&text, listing);
	text_puts(&text, call->viewer.masked ? ",\"masked\":true}" : ",\"masked\":false}");
	return text.bytes;
}

enum err api_clients_export(struct call *call)
{
	struct export *export = arena_alloc(call->arena, sizeof(*export));
	struct client_query query;
	char now[CLOCK_TEXT_MAX];

	TRY(api_client_query(call, &query));
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "clients.export", .target_type = "client",
		.after = describe(call, &query.listing) }));
	*export = (struct export){ .db = call->db, .arena = call->arena, .viewer = call->viewer,
		.filter = query.filter, .ask = query.listing.ask };
	export->ask.size = STRETCH;
	export->ask.backward = false;
	export->ask.has_key = false;
	reply_stream(call->reply, VIEW_CSV_TYPE, arena_printf(call->arena, "clients-%.10s.csv",
		clock_text(clock_now(), now)), put_stretch, export);
	return ERR_OK;
}
