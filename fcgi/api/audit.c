/* The audit trail: the list, one row, and all of it as a file of JSON Lines. */
#include "api/handlers.h"
#include "api/listing.h"
#include "auth/audit.h"
#include "store/audit.h"
#include "view/audit.h"

enum err api_audit_list(struct call *call)
{
	struct listing listing = { .noun = &audit_noun, .fields = view_audit };

	TRY(api_listing_read(call, &listing));
	TRY(api_listing_load(call, &listing));
	api_listing_answer(call, &listing);
	return ERR_OK;
}

enum err api_audit_read(struct call *call)
{
	struct audit_entry entry;

	TRY(store_audit_load(call->db, call->arena, call->viewer.masked, call->id, &entry));
	view_record(&call->reply->body, view_audit, &entry, &call->viewer);
	return ERR_OK;
}

/* What the export needs after its handler has returned. */
struct audit_export {
	struct db *db;
	struct arena *arena;
	struct viewer viewer;
	struct listing listing;
};

/* One page of rows, a line each; the next piece goes on after the last one. */
static enum err audit_put_page(struct text *piece, bool *more, void *context)
{
	struct audit_export *export = context;
	struct listing *listing = &export->listing;
	const struct audit_entry *entries;

	TRY(api_listing_next(export->db, export->arena, piece->arena, listing));
	entries = listing->records;
	for (size_t i = 0; i < listing->page.count; i++) {
		view_record(piece, view_audit, &entries[i], &export->viewer);
		text_putc(piece, '\n');
	}
	*more = listing->page.more_after;
	return ERR_OK;
}

/* The filters as they were asked for: whoever reads the trail learns what left the house. */
static const char *audit_filters_json(struct call *call, const struct list_value *values)
{
	struct text text = text_in(call->arena);

	text_putc(&text, '{');
	for (size_t i = 0; audit_noun.list.filters[i].kind != COLUMN_END; i++) {
		if (!values[i].given) {
			continue;
		}
		text_separate(&text);
		text_put_json(&text, audit_noun.list.filters[i].name);
		text_putc(&text, ':');
		text_put_json(&text, values[i].said);
	}
	text_putc(&text, '}');
	return text.bytes;
}

enum err api_audit_export(struct call *call)
{
	struct audit_export *export = arena_alloc(call->arena, sizeof(*export));
	struct listing *listing = &export->listing;

	*export = (struct audit_export){ .db = call->db, .arena = call->arena, .viewer = call->viewer,
		.listing = { .noun = &audit_noun } };
	TRY(api_listing_read(call, listing));
	TRY(api_listing_begin(call, listing, PAGE_MOST));
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "audit.export", .target_type = "audit",
		.after = audit_filters_json(call, listing->query.values) }));
	reply_stream(call->reply, "application/jsonl", "audit.jsonl", audit_put_page, export);
	return ERR_OK;
}
