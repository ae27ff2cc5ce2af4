/* The audit trail: the list, one row, and all of it as a file of JSON Lines. */
#include "api/handlers.h"
#include "api/listing.h"
#include "auth/audit.h"
#include "store/audit.h"
#include "view/audit.h"

enum { FILTER_ACTOR, FILTER_ACTION, FILTER_RESULT, FILTER_TARGET_TYPE, FILTER_TARGET_ID,
	FILTER_REMOTE_ADDRESS, FILTER_SINCE, FILTER_UNTIL };

const struct query_spec api_audit_query = {
	.sorts = (const char *const[]){ "at", NULL },
	.descending = true,
	.filters = (const struct query_filter[]){
		[FILTER_ACTOR] = { .name = "actor", .kind = QUERY_ID },
		[FILTER_ACTION] = { .name = "action", .kind = QUERY_TEXT, .ascii = true },
		[FILTER_RESULT] = { .name = "result", .kind = QUERY_TEXT, .ascii = true },
		[FILTER_TARGET_TYPE] = { .name = "target_type", .kind = QUERY_TEXT,
			.ascii = true },
		[FILTER_TARGET_ID] = { .name = "target_id", .kind = QUERY_ID },
		[FILTER_REMOTE_ADDRESS] = { .name = "remote_address", .kind = QUERY_TEXT,
			.ascii = true },
		[FILTER_SINCE] = { .name = "since", .kind = QUERY_TIME },
		[FILTER_UNTIL] = { .name = "until", .kind = QUERY_TIME },
		{ .kind = QUERY_END },
	},
};

static struct audit_filter filter_of(const struct query_value *values)
{
	return (struct audit_filter){
		.actor_id = values[FILTER_ACTOR].number,
		.action = values[FILTER_ACTION].text,
		.result = values[FILTER_RESULT].text,
		.target_type = values[FILTER_TARGET_TYPE].text,
		.target_id = values[FILTER_TARGET_ID].number,
		.remote_address = values[FILTER_REMOTE_ADDRESS].text,
		.since = values[FILTER_SINCE].time,
		.until = values[FILTER_UNTIL].time,
	};
}

static struct listing_key key_of(const struct audit_entry *entry)
{
	return (struct listing_key){ .id = entry->id, .time = entry->at };
}

enum err api_audit_list(struct call *call)
{
	struct listing listing = { .noun = LISTING_AUDIT, .spec = &api_audit_query,
		.fields = view_audit };
	struct audit_filter filter;
	struct audit_entry *entries;
	struct page page;
	uint64_t count;

	TRY(api_listing_read(call, &listing));
	filter = filter_of(listing.query.values);
	TRY(store_audit_list(call->db, call->arena, call->viewer.masked, &filter, &listing.ask, &page,
		&entries));
	TRY(store_audit_count(call->db, call->arena, &filter, LISTING_COUNT_MOST, &count));
	struct listing_key first = key_of(&entries[0]);
	struct listing_key last = key_of(&entries[page.count == 0 ? 0 : page.count - 1]);
	api_listing_answer(call, &listing, &page, entries, sizeof(*entries), &first, &last, count);
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
struct export {
	struct db *db;
	struct viewer viewer;
	struct audit_filter filter;
	struct page_ask ask;
};

/* One page of rows, a line each; the next piece goes on after the last one. */
static enum err put_page(struct text *piece, bool *more, void *context)
{
	struct export *export = context;
	struct audit_entry *entries;
	struct page page;

	TRY(store_audit_list(export->db, piece->arena, export->viewer.masked,
		&export->filter, &export->ask, &page, &entries));
	for (size_t i = 0; i < page.count; i++) {
		view_record(piece, view_audit, &entries[i], &export->viewer);
		text_putc(piece, '\n');
		export->ask.key_time = entries[i].at;
		export->ask.key_id = entries[i].id;
	}
	export->ask.has_key = true;
	*more = page.more_after;
	return ERR_OK;
}

/* The filters as they were asked for: whoever reads the trail learns what left the house. */
static const char *filters_json(struct call *call, const struct query_value *values)
{
	struct text text = text_in(call->arena);
	char between = '{';

	for (size_t i = 0; api_audit_query.filters[i].kind != QUERY_END; i++) {
		if (!values[i].given) {
			continue;
		}
		text_putc(&text, between);
		text_put_json(&text, api_audit_query.filters[i].name);
		text_putc(&text, ':');
		text_put_json(&text, values[i].said);
		between = ',';
	}
	text_puts(&text, between == '{' ? "{}" : "}");
	return text.bytes;
}

enum err api_audit_export(struct call *call)
{
	struct listing listing = { .noun = LISTING_AUDIT, .spec = &api_audit_query,
		.fields = view_audit };
	struct export *export = arena_alloc(call->arena, sizeof(*export));

	TRY(api_listing_read(call, &listing));
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "audit.export", .target_type = "audit",
		.after = filters_json(call, listing.query.values) }));
	*export = (struct export){ .db = call->db, .viewer = call->viewer,
		.filter = filter_of(listing.query.values),
		.ask = { .descending = listing.ask.descending, .size = PAGE_MOST } };
	reply_stream(call->reply, "application/jsonl", "audit.jsonl", put_page, export);
	return ERR_OK;
}
