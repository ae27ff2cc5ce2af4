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

struct client_export {
	struct db *db;
	struct arena *arena;
	struct viewer viewer;
	struct listing listing;
};

static enum err client_export_put_stretch(struct text *out, bool *more, void *context)
{
	struct client_export *export = context;
	struct listing *listing = &export->listing;
	bool first = !listing->ask.has_key;
	const struct client *clients;

	TRY(api_listing_next(export->db, export->arena, out->arena, listing));
	clients = listing->records;
	if (first) {
		view_csv_head(out, client_columns);
	}
	for (size_t i = 0; i < listing->page.count; i++) {
		view_csv_row(out, client_columns, &clients[i], &export->viewer);
	}
	*more = listing->page.more_after;
	return ERR_OK;
}

/* What was exported, and nothing personal: the names of the filters, not what they look for. */
static const char *client_export_describe(struct call *call, const struct listing *listing)
{
	struct text text = text_in(call->arena);

	text_putc(&text, '{');
	api_listing_put_filters(&text, listing);
	text_puts(&text, call->viewer.masked ? ",\"masked\":true}" : ",\"masked\":false}");
	return text.bytes;
}

enum err api_clients_export(struct call *call)
{
	struct client_export *export = arena_alloc(call->arena, sizeof(*export));
	struct listing *listing = &export->listing;
	char now[CLOCK_TEXT_MAX];

	*export = (struct client_export){ .db = call->db, .arena = call->arena, .viewer = call->viewer,
		.listing = { .noun = &client_noun } };
	TRY(api_listing_read(call, listing));
	TRY(api_listing_begin(call, listing, STRETCH));
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "clients.export", .target_type = "client",
		.after = client_export_describe(call, listing) }));
	reply_stream(call->reply, VIEW_CSV_TYPE, arena_printf(call->arena, "clients-%.10s.csv",
		clock_text(clock_now(), now)), client_export_put_stretch, export);
	return ERR_OK;
}
