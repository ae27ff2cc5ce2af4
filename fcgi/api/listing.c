#include "api/listing.h"

#include "api/many.h"
#include "base/text.h"
#include "rule/field.h"
#include "store/words.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* What a cursor holds; the text of the sort value follows. Of another list or order it is none; of
 * other filters it is a place all the same, but its total is not theirs. */
struct cursor {
	char noun[8]; /* its name, as far as that goes */
	uint32_t sort;
	uint32_t descending;
	uint64_t asked; /* struct listing */
	uint64_t total;
	uint8_t more, few, few_found; /* struct list_ask */
	uint8_t lead;                 /* the same */
	uint8_t at;                   /* struct list_key */
	uint8_t unused[3];
	uint64_t id;
	uint64_t number;
	int64_t time;
};

/* In place of a sort: the order of the words. */
#define CURSOR_FOUND UINT32_MAX

static struct cursor listing_cursor_of(const struct listing *listing)
{
	struct cursor cursor = {
		.sort = listing->ask.found ? CURSOR_FOUND : (uint32_t)listing->ask.sort,
		.descending = listing->ask.descending,
	};

	snprintf(cursor.noun, sizeof(cursor.noun), "%s", listing->noun->name);
	return cursor;
}

/* Makes the cursor that goes on from the beginning or the end of the page. */
static const char *listing_make_cursor(struct call *call, const struct listing *listing, bool last)
{
	const struct list_key key = store_list_key(listing->noun, &listing->ask, &listing->page,
		listing->records, last);
	const char *text = key.text == NULL ? "" : key.text;
	struct cursor cursor = listing_cursor_of(listing);
	size_t len = strlen(text);
	char *bytes = arena_alloc(call->arena, sizeof(cursor) + len);

	cursor.asked = listing->asked;
	cursor.total = listing->page.total;
	cursor.more = listing->page.more;
	cursor.few = listing->ask.few;
	cursor.few_found = listing->ask.few_found;
	cursor.lead = (uint8_t)listing->ask.lead;
	cursor.at = key.at;
	cursor.id = key.id;
	cursor.number = key.number;
	cursor.time = key.time;
	memcpy(bytes, &cursor, sizeof(cursor));
	memcpy(bytes + sizeof(cursor), text, len);
	return secret_wrap(call->arena, call->server_key, SECRET_CURSOR, call->viewer.user_id,
		bytes, sizeof(cursor) + len);
}

/* Gives up the order of the words for that of the list. */
static void listing_leave_words(struct listing *listing)
{
	listing->ask.found = false;
	listing->ask.descending = listing->query->descending;
}

/* Goes on from the cursor in text; false when it is not ours, or of another list or order. */
static bool listing_take_cursor(struct call *call, struct listing *listing, const char *text)
{
	struct cursor own = listing_cursor_of(listing), cursor;
	size_t size;
	const char *bytes = secret_unwrap(call->arena, call->server_key, SECRET_CURSOR,
		call->viewer.user_id, text, &size);

	if (bytes == NULL || size < sizeof(cursor)) {
		return false;
	}
	memcpy(&cursor, bytes, sizeof(cursor));
	if (cursor.sort != CURSOR_FOUND && listing->ask.found) {
		listing_leave_words(listing);
		own = listing_cursor_of(listing);
	}
	if (memcmp(&cursor, &own, offsetof(struct cursor, asked)) != 0) {
		return false;
	}
	listing->asked = cursor.asked;
	listing->ask.total = cursor.total;
	listing->ask.more = cursor.more != 0;
	listing->ask.few = cursor.few != 0;
	listing->ask.few_found = cursor.few_found != 0;
	listing->ask.lead = cursor.lead % WORDS_LEADS_MAX;
	listing->ask.has_key = true;
	listing->ask.key = (struct list_key){
		.at = cursor.at != 0,
		.id = cursor.id,
		.text = arena_copy(call->arena, bytes + sizeof(cursor), size - sizeof(cursor)),
		.number = cursor.number,
		.time = cursor.time,
	};
	return true;
}

static bool listing_is_masked(const struct call *call, const struct column *column)
{
	return call->viewer.masked && column != NULL && column->mask != MASK_NONE;
}

static enum err listing_refuse_masked(struct call *call, const struct listing *listing)
{
	const struct column *columns = listing->noun->columns;
	const struct list *list = &listing->noun->list;

	if (listing_is_masked(call, list_sort_column(columns, &list->sorts[listing->query->sort]))) {
		return api_forbid_field(call, "sort", "field.masked");
	}
	for (size_t i = 0; list->filters[i].kind != COLUMN_END; i++) {
		if (listing->query->values[i].given &&
		    listing_is_masked(call, list_filter_column(columns, &list->filters[i]))) {
			return api_forbid_field(call, list->filters[i].name, "field.masked");
		}
	}
	return ERR_OK;
}

/* Gives the words that the list may be asked for; NULL: it has none. */
static struct list_value *listing_words(const struct list_filter *filters,
	struct list_value *values)
{
	for (size_t i = 0; filters[i].kind != COLUMN_END; i++) {
		if (filters[i].operand == LIST_WORDS) {
			return &values[i];
		}
	}
	return NULL;
}

/* Whether the filter is about addresses and has other letters than they are kept in. */
static bool listing_has_letters(const struct list_filter *filter, const struct list_value *value)
{
	return filter->form == field_email_part && value->given && !text_is_ascii(value->said) &&
		(strstr(value->text, "xn--") != NULL || strcmp(value->text, LIST_NOWHERE) == 0);
}

enum err api_listing_seek_letters(struct call *call, const struct noun *noun,
	struct list_value *values)
{
	const struct list_filter *filters = noun->list.filters;
	struct list_value *words = listing_words(filters, values);
	struct words_query *query = arena_alloc(call->arena, sizeof(*query));
	bool kept;

	for (size_t i = 0; filters[i].kind != COLUMN_END; i++) {
		struct list_value *value = &values[i];

		if (words == NULL || words->given || !listing_has_letters(&filters[i], value)) {
			continue;
		}
		TRY(store_words_kept(call->db, noun, &kept));
		if (kept && words_read_address(call->arena, strstr(value->text, "xn--") == NULL
				? value->said : value->text, query)) {
			*words = (struct list_value){ .given = true, .said = "", .text = value->said,
				.words = query };
			value->given = false;
		}
	}
	return ERR_OK;
}

/* Was it asked for? It may be looked for otherwise. */
static bool listing_is_asked(const struct list_value *value)
{
	return (value->said != NULL && value->said[0] != '\0') || (value->given && value->number != 0);
}

/* Says whether it is in the order of the words: no other one was asked for. */
static enum err listing_find_order(struct call *call, struct listing *listing, bool *found)
{
	const struct list_filter *filters = listing->noun->list.filters;

	*found = false;
	for (size_t i = 0; filters[i].kind != COLUMN_END; i++) {
		if (listing->query->values[i].given && filters[i].operand == LIST_WORDS) {
			TRY(store_words_kept(call->db, listing->noun, &listing->words));
			*found = listing->words && !listing->query->sorted;
			listing->sought = true;
		}
	}
	return ERR_OK;
}

enum err api_listing_read(struct call *call, struct listing *listing)
{
	const struct query *query = call->query;
	bool found;

	listing->query = call->query;
	TRY(listing_refuse_masked(call, listing));
	TRY(api_listing_seek_letters(call, listing->noun, query->values));
	TRY(listing_find_order(call, listing, &found));
	listing->ask = (struct list_ask){
		.masked = call->viewer.masked,
		.values = query->values,
		.always = listing->ask.always,
		.sort = query->sort,
		.descending = query->descending && !found,
		.found = found,
		.backward = query->before[0] != '\0',
		.size = query->size,
	};
	if (query->after[0] != '\0' && !listing_take_cursor(call, listing, query->after)) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "after", "cursor.unknown");
	}
	if (query->before[0] != '\0' && !listing_take_cursor(call, listing, query->before)) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "before", "cursor.unknown");
	}
	return ERR_OK;
}

bool api_listing_narrow(struct listing *listing, const char *filter, uint64_t id)
{
	const struct list_filter *filters = listing->noun->list.filters;
	struct list_value *value = listing->query->values;
	bool asked;

	for (; strcmp(filters->name, filter) != 0; filters++) {
		value++;
	}
	asked = value->given;
	*value = (struct list_value){ .given = true, .number = id };
	return !asked;
}

/* Gives what stands for the list, its filters and what they were asked for: a hash, because what is
 * looked for may be somebody's name. */
static uint64_t listing_asked(struct call *call, const struct listing *listing)
{
	const struct list_filter *filters = listing->noun->list.filters;
	const struct list_value *values = listing->query->values;
	struct text text = text_in(call->arena);
	struct secret_hash hash;
	uint64_t asked;

	text_puts(&text, listing->noun->name);
	for (size_t i = 0; filters[i].kind != COLUMN_END; i++) {
		if (listing_is_asked(&values[i])) {
			text_put_json(&text, filters[i].name);
			text_put_json(&text, values[i].said == NULL ? "" : values[i].said);
			text_putu(&text, values[i].number);
		}
	}
	hash = secret_keyed(call->server_key, "list", text.bytes, text.len);
	memcpy(&asked, hash.bytes, sizeof(asked));
	return asked;
}

/* Says how many rows there are if that was counted before: for the page before this one, or lately
 * for anybody, if they are too many to be counted. */
static enum err listing_recall(struct call *call, struct listing *listing)
{
	uint64_t asked = listing_asked(call, listing);
	struct list_ask *ask = &listing->ask;

	ask->has_total = ask->has_key && listing->asked == asked;
	listing->asked = asked;
	if (!ask->has_total) {
		ask->few = ask->few_found = false;
		TRY(api_listing_plan(call, listing));
		ask->has_total = ask->more = api_many_knows(asked, &ask->total);
	}
	return ERR_OK;
}

enum err api_listing_plan(struct call *call, struct listing *listing)
{
	return store_plan(call->db, call->arena, listing->noun, &listing->ask);
}

/* Loads a page of what words find. It is in their order unless other filters leave few of the first
 * of these. */
static enum err listing_load_page(struct call *call, struct listing *listing)
{
	struct list_ask *ask = &listing->ask;
	struct page *page = &listing->page;

	ask->brief = true;
	TRY(store_list(call->db, call->arena, listing->noun, ask, page, &listing->records));
	if (!page->broke_off) {
		return ERR_OK;
	}
	listing_leave_words(listing);
	TRY(api_listing_plan(call, listing));
	return store_list(call->db, call->arena, listing->noun, ask, page, &listing->records);
}

/* Loads a page of what words find. That is counted where it is more than the page, up to
 * LISTING_FOUND_MAX; where that would take longer than the page, what is there is all that is
 * known. */
static enum err listing_load_found(struct call *call, struct listing *listing)
{
	struct list_ask *ask = &listing->ask;
	struct page *page = &listing->page;

	TRY(listing_load_page(call, listing));
	if (!page->more_before && !page->more_after) {
		ask->more = false;
		ask->total = page->count;
	} else if (!ask->has_total && store_counts_soon(listing->noun, ask)) {
		TRY(store_count(call->db, call->arena, listing->noun, ask, LISTING_FOUND_MAX,
			&ask->total));
		if (ask->more) {
			api_many_learn(listing->asked, ask->total);
		}
	} else if (!ask->has_total) {
		ask->more = true;
	}
	page->more = ask->more;
	page->total = ask->total < page->count ? page->count : ask->total;
	return ERR_OK;
}

enum err api_listing_load(struct call *call, struct listing *listing)
{
	struct list_ask *ask = &listing->ask;
	struct page *page = &listing->page;

	TRY(listing_recall(call, listing));
	if (listing->words) {
		return listing_load_found(call, listing);
	}
	ask->wants_total = true;
	TRY(store_list(call->db, call->arena, listing->noun, ask, page, &listing->records));
	if (ask->has_total) {
		page->total = ask->total < page->count ? page->count : ask->total;
		page->more = ask->more;
		return ERR_OK;
	}
	ask->few = !page->more && page->total <= LIST_FEW_MAX;
	if (page->more) {
		api_many_learn(listing->asked, page->total);
	}
	return ERR_OK;
}

void api_listing_answer(struct call *call, const struct listing *listing)
{
	const struct page *page = &listing->page;
	struct view_page around = {
		.size = listing->ask.size,
		.next = page->more_after ? listing_make_cursor(call, listing, true) : NULL,
		.prev = page->more_before ? listing_make_cursor(call, listing, false) : NULL,
		.total = page->total,
		.total_exact = !page->more,
		.partial = page->stopped && page->count < listing->ask.size,
		.found_by = !listing->sought ? NULL : listing->words ? "words" : "beginnings",
	};

	view_list(&call->reply->body, listing->fields, listing->records, listing->noun->size,
		page->count, &around, &call->viewer);
}

void api_listing_put_filters(struct text *out, const struct listing *listing)
{
	const struct list_filter *filters = listing->noun->list.filters;

	text_puts(out, "\"filters\":[");
	for (size_t i = 0; filters[i].kind != COLUMN_END; i++) {
		if (listing_is_asked(&listing->query->values[i])) {
			text_separate(out);
			text_put_json(out, filters[i].name);
		}
	}
	text_putc(out, ']');
}
