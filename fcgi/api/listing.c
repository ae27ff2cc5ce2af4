#include "api/listing.h"

#include <string.h>

/* What a cursor holds; the text of the sort value follows. */
struct cursor {
	uint32_t noun;
	uint32_t sort;
	uint32_t descending;
	uint32_t unused; /* no padding goes out uninitialised */
	uint64_t id;
	uint64_t number;
	int64_t time;
};

static const char *make_cursor(struct call *call, const struct listing *listing,
	const struct listing_key *key)
{
	const char *text = key->text == NULL ? "" : key->text;
	size_t len = strlen(text);
	struct cursor cursor = {
		.noun = listing->noun,
		.sort = (uint32_t)listing->ask.sort,
		.descending = listing->ask.descending,
		.id = key->id,
		.number = key->number,
		.time = key->time,
	};
	char *bytes = arena_alloc(call->arena, sizeof(cursor) + len);

	memcpy(bytes, &cursor, sizeof(cursor));
	memcpy(bytes + sizeof(cursor), text, len);
	return secret_wrap(call->arena, call->server_key, SECRET_CURSOR, call->viewer.user_id,
		bytes, sizeof(cursor) + len);
}

/* false when the cursor is not ours or belongs to another list or order. */
static bool take_cursor(struct call *call, struct listing *listing, const char *text)
{
	struct cursor cursor;
	size_t size;
	const char *bytes = secret_unwrap(call->arena, call->server_key, SECRET_CURSOR,
		call->viewer.user_id, text, &size);

	if (bytes == NULL || size < sizeof(cursor)) {
		return false;
	}
	memcpy(&cursor, bytes, sizeof(cursor));
	if (cursor.noun != listing->noun || cursor.sort != (uint32_t)listing->ask.sort ||
	    cursor.descending != listing->ask.descending) {
		return false;
	}
	listing->ask.has_key = true;
	listing->ask.key_id = cursor.id;
	listing->ask.key_number = cursor.number;
	listing->ask.key_time = cursor.time;
	listing->ask.key_text = arena_copy(call->arena, bytes + sizeof(cursor), size - sizeof(cursor));
	return true;
}

static enum err refuse_masked(struct call *call, const struct listing *listing)
{
	const struct query *query = &listing->query;
	const struct query_filter *filters = listing->spec->filters;

	if (view_is_masked(listing->fields, listing->spec->sorts[query->sort], &call->viewer)) {
		return api_forbid_field(call, "sort", "field.masked");
	}
	for (size_t i = 0; filters[i].kind != QUERY_END; i++) {
		if (query->values[i].given &&
		    view_is_masked(listing->fields, filters[i].name, &call->viewer)) {
			return api_forbid_field(call, filters[i].name, "field.masked");
		}
	}
	return ERR_OK;
}

enum err api_listing_read(struct call *call, struct listing *listing)
{
	struct query *query = &listing->query;

	TRY(query_read(call->request, listing->spec, query, call->reply));
	TRY(refuse_masked(call, listing));
	listing->ask = (struct page_ask){
		.sort = query->sort,
		.descending = query->descending,
		.backward = query->before[0] != '\0',
		.size = query->size,
	};
	if (query->after[0] != '\0' && !take_cursor(call, listing, query->after)) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "after", "cursor.unknown");
	}
	if (query->before[0] != '\0' && !take_cursor(call, listing, query->before)) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "before", "cursor.unknown");
	}
	return ERR_OK;
}

void api_listing_answer(struct call *call, const struct listing *listing, const struct page *page,
	const void *records, size_t record_size, const struct listing_key *first,
	const struct listing_key *last, uint64_t count)
{
	bool some = page->count > 0, exact = count <= LISTING_COUNT_MOST;
	struct view_page around = {
		.size = listing->ask.size,
		.next = some && page->more_after ? make_cursor(call, listing, last) : NULL,
		.prev = some && page->more_before ? make_cursor(call, listing, first) : NULL,
		.total = exact ? count : LISTING_COUNT_MOST,
		.total_exact = exact,
	};

	view_list(&call->reply->body, listing->fields, records, record_size, page->count, &around,
		&call->viewer);
}

void api_listing_put_filters(struct text *out, const struct listing *listing)
{
	const struct query_filter *filters = listing->spec->filters;
	const char *between = "";

	text_puts(out, "\"filters\":[");
	for (size_t i = 0; filters[i].kind != QUERY_END; i++) {
		if (listing->query.values[i].given) {
			text_puts(out, between);
			text_put_json(out, filters[i].name);
			between = ",";
		}
	}
	text_putc(out, ']');
}
