#include "store/noun.h"

#include "store/ask.h"
#include "store/found.h"
#include "store/provided.h"
#include "store/walk.h"
#include "store/words.h"

#include <string.h>

/* A view has no indexes to name. */
static enum err know_indexes(struct db *db, const struct noun *noun, struct list_ask *ask)
{
	bool view;

	TRY(provided_is_view(db, noun, &view));
	ask->indexed = !view;
	return ERR_OK;
}

/* Leaves of the filters what the database has to be asked; false: no row can be that. */
static bool reduce_filters(struct arena *arena, const struct noun *noun, struct list_ask *ask)
{
	struct list_value *values;
	size_t count = 0;

	if (noun->reduce == NULL || ask->values == NULL) {
		return true;
	}
	while (noun->list.filters[count].kind != COLUMN_END) {
		count++;
	}
	values = arena_array(arena, count, sizeof(*values));
	memcpy(values, ask->values, count * sizeof(*values));
	ask->values = values;
	return noun->reduce(values);
}

/* Finds out whether few rows can be what is asked: those that one of the filters finds elsewhere,
 * which then leads, or those that the filters leave of which an index tells. */
static enum err find_few(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, struct shape *shape, bool *few)
{
	struct shape others = ask_shape(noun, ask, NULL, SHAPE_COUNT);
	uint32_t looked = compose_looked(noun, shape);
	uint64_t count = LIST_FEW_MAX + 1;

	for (unsigned i = 0; looked >> i != 0 && count > LIST_FEW_MAX; i++) {
		if ((looked >> i & 1) != 0 && noun->list.filters[i].few != NULL) {
			const struct shape one = { .form = SHAPE_COUNT_FEW, .lead = i + 1 };

			TRY(reading_count(db, arena, noun, ask, NULL, &one, LIST_FEW_MAX, &count));
			shape->lead = count <= LIST_FEW_MAX ? i + 1 : 0;
		}
	}
	others.given &= ~looked;
	others.pair = compose_pair(noun, &others);
	if (count > LIST_FEW_MAX && others.given != 0) {
		TRY(reading_count(db, arena, noun, ask, NULL, &others, LIST_FEW_MAX, &count));
	}
	*few = count <= LIST_FEW_MAX;
	return ERR_OK;
}

static enum err count_rows(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, uint64_t limit, uint64_t *count)
{
	const struct words_query *words;
	struct shape shape;
	bool few;

	TRY(know_indexes(db, noun, ask));
	TRY(store_words_asked(db, arena, noun, ask, &words));
	if (words != NULL) {
		return found_count(db, arena, noun, ask, words, limit, count);
	}
	shape = ask_shape(noun, ask, NULL, SHAPE_COUNT);
	TRY(compose_looked(noun, &shape) == 0 ? ERR_OK
		: find_few(db, arena, noun, ask, &shape, &few));
	TRY(reading_count(db, arena, noun, ask, NULL, &shape, limit, count));
	ask->more = *count > limit;
	*count -= ask->more;
	ask->few = shape.given != 0 && !ask->more && *count <= LIST_FEW_MAX;
	return ERR_OK;
}

enum err store_count(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, uint64_t limit, uint64_t *count)
{
	TRY(reading_error(db, count_rows(db, arena, noun, ask, limit, count)));
	ask->has_total = true;
	ask->total = *count;
	return ERR_OK;
}

/* Whether one index has the rows, and only them, in the order of the walk: as many as the page has
 * are looked at, however many the filters leave. Among those of a lead that is NULL, or
 * in another table, no other filter makes a range. */
static bool walks_straight(const struct noun *noun, const struct shape *shape)
{
	bool several = (shape->given & (shape->given - 1)) != 0;
	bool straight = !several || shape->lead == 0 || (!compose_leads_null(noun, shape) &&
		noun->list.filters[shape->lead - 1].lead == NULL);

	for (size_t i = 0; shape->pair == 0 && shape->given >> i != 0; i++) {
		enum filter_place place = PLACE_LEAD;

		if ((shape->given >> i & 1) != 0) {
			(void)compose_operands(noun, shape, i, &place);
			straight = straight && place != PLACE_OTHER &&
				noun->list.filters[i].operand != LIST_PART;
		}
	}
	return straight;
}

/* Collects what the filters leave, and counts it. Where no index has all of them, that takes as
 * long as it takes to look at what the rarest of them leaves: beyond the limit of a statement it is
 * given up, and nobody knows how many there are. */
static enum err collect_page(struct db *db, struct arena *arena, const struct list_ask *ask,
	struct shape shape, struct page *page, struct reading *reading, bool *known)
{
	enum err err;

	ask_set_form(reading->noun, &shape, SHAPE_COLLECT);
	err = reading_error(db, reading_list(db, arena, ask, NULL, &shape, page, reading));
	*known = err != ERR_TOO_SLOW || !ask->indexed;
	page->more = page->more || !*known;
	return *known ? err : ERR_OK;
}

/* A page of filters of which one is only looked at. Where the rows are few they are collected; else
 * nobody knows how many there are, unless all of them are on this page. */
static enum err find_looked(struct db *db, struct arena *arena, struct list_ask *ask,
	struct page *page, struct reading *reading)
{
	const struct noun *noun = reading->noun;
	bool counts = ask->wants_total && !ask->has_total, few;
	struct shape shape = ask_shape_of_page(noun, ask, NULL);
	struct shape count = ask_shape(noun, ask, NULL, SHAPE_COUNT);

	ask_set_form(noun, &shape, SHAPE_COLLECT);
	TRY(find_few(db, arena, noun, ask, &shape, &few));
	if (few) {
		count.lead = shape.lead;
		TRY(!counts ? ERR_OK : reading_count(db, arena, noun, ask, NULL, &count,
			LIST_COUNT_MAX, &page->total));
		return reading_list(db, arena, ask, NULL, &shape, page, reading);
	}
	TRY(walk_list(db, arena, ask, page, reading));
	page->more = counts ? ask->has_key || page->more_after : page->more;
	page->total = counts ? page->count : page->total;
	return ERR_OK;
}

/* What the filters leave is collected where nobody knows how many rows that is, and where they are
 * few; else it is found on the walk. */
static enum err find_page(struct db *db, struct arena *arena, struct list_ask *ask,
	struct page *page, struct reading *reading)
{
	struct shape shape = ask_shape_of_page(reading->noun, ask, NULL);
	bool straight = walks_straight(reading->noun, &shape), known = true;

	if (compose_looked(reading->noun, &shape) != 0) {
		return find_looked(db, arena, ask, page, reading);
	}
	shape.counts = ask->wants_total && !ask->has_total;
	if (shape.counts && shape.has_key) { /* a row behind the last one would tell nothing */
		TRY(count_rows(db, arena, reading->noun, ask, LIST_COUNT_MAX, &page->total));
		page->more = ask->more;
		shape.counts = false;
	}
	if (shape.counts && !straight) {
		TRY(collect_page(db, arena, ask, shape, page, reading, &known));
		if (!page->more) {
			return ERR_OK;
		}
		shape.counts = false;
	}
	if (!straight && !ask->few && ask->indexed) {
		TRY(walk_list(db, arena, ask, page, reading));
		page->total = known ? page->total : page->count;
		return ERR_OK;
	}
	ask_set_form(reading->noun, &shape, ask->few && !straight ? SHAPE_COLLECT : SHAPE_WALK);
	return reading_list(db, arena, ask, NULL, &shape, page, reading);
}

static enum err read_list(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask ask, struct page *page, void **records)
{
	const struct words_query *words;
	struct reading reading = { .noun = noun, .masked = ask.masked,
		.room = (size_t)ask.size + 1 };

	*records = reading.records = arena_array(arena, reading.room, noun->size);
	*page = (struct page){ .total = ask.total, .more = ask.more };
	if (!reduce_filters(arena, noun, &ask)) {
		page->total = 0;
		page->more = false;
		reading_settle(&reading, &ask, page);
		return ERR_OK;
	}
	TRY(know_indexes(db, noun, &ask));
	TRY(store_words_asked(db, arena, noun, &ask, &words));
	TRY(words != NULL ? found_list(db, arena, &ask, words, page, &reading)
		: find_page(db, arena, &ask, page, &reading));
	return reading_complete(db, arena, &reading, page->count);
}

enum err store_list(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, struct page *page, void **records)
{
	return reading_error(db, read_list(db, arena, noun, *ask, page, records));
}

struct list_key store_list_key(const struct noun *noun, const struct list_ask *ask,
	const struct page *page, const void *records, bool last)
{
	const char *record = (const char *)records + (last ? page->count - 1 : 0) * noun->size;
	struct list_key key = ask->key;
	struct db_in value;
	bool text;

	if (page->stopped && last != ask->backward) {
		return page->stop;
	}
	if (page->count == 0) {
		key.at = !key.at; /* what this page does not begin with */
		return key;
	}
	value = in_column(compose_sorted(noun, ask->sort), record);
	text = value.kind == 's' || value.kind == 'b';
	return (struct list_key){
		.id = in_column(&noun->columns[0], record).number,
		.text = page->words[last] != NULL ? page->words[last] : text ? value.bytes : NULL,
		.number = value.kind == 'u' ? value.number : 0,
		.time = value.kind == 't' ? (int64_t)value.number : 0,
	};
}

enum err store_load(struct db *db, struct arena *arena, const struct noun *noun, bool masked,
	uint64_t id, void *record)
{
	const struct shape shape = { .form = SHAPE_LOAD, .masked = masked };
	struct reading reading = { .noun = noun, .masked = masked, .room = 1, .records = record };
	struct db_rows rows;

	memset(record, 0, noun->size);
	TRY(db_query(db, compose(db, noun, &shape), DB_IN(in_number(id)), arena, &rows));
	TRY(reading_take(&rows, &reading));
	return reading.found == 0 ? ERR_NOT_FOUND : reading_complete(db, arena, &reading, 1);
}
