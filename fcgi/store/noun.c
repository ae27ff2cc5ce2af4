#include "store/noun.h"

#include "store/compose_words.h"
#include "store/operands.h"
#include "store/reading.h"
#include "store/words.h"

#include <string.h>

static struct shape shape_of(const struct noun *noun, const struct list_ask *ask,
	const struct words_query *words, enum shape_form form)
{
	const struct list_filter *filters = noun->list.filters;
	struct shape shape = { .form = form, .masked = ask->masked,
		.terms = words == NULL ? 0 : (unsigned)words->count };

	for (size_t i = 0; ask->values != NULL && filters[i].kind != COLUMN_END; i++) {
		if (ask->values[i].given) {
			shape.given |= UINT32_C(1) << i;
			shape.denied |= (uint32_t)(filters[i].otherwise != NULL &&
				ask->values[i].number == 0) << i;
		}
	}
	shape.named = ask->indexed;
	shape.pair = compose_pair(noun, &shape);
	return shape;
}

/* Adds what somebody typed. */
static void add_sought(struct operands *operands, struct arena *arena, const struct shape *shape,
	const struct list_value *value)
{
	if (shape->terms > 0) {
		operands_add_terms(operands, arena, value->words, 0);
	} else {
		operands_add_beginnings(operands, arena, value->text);
	}
}

/* Adds the filters that stand in this place. */
static void add_filters(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct shape *shape, enum filter_place wanted)
{
	for (size_t i = 0; shape->given >> i != 0; i++) {
		enum filter_place place;
		size_t count;

		if ((shape->given >> i & 1) == 0 ||
		    (compose_words(noun, shape) == (int)i && compose_finds_first(shape))) {
			continue;
		}
		count = compose_operands(noun, shape, i, &place);
		if (place == wanted && noun->list.filters[i].operand == LIST_WORDS) {
			add_sought(operands, arena, shape, &ask->values[i]);
			continue;
		}
		for (struct db_in in; place == wanted && count > 0; count--) {
			in = in_filter(arena, &noun->list.filters[i], &ask->values[i]);
			operands_add(operands, in);
		}
	}
}

static void add_always(struct operands *operands, const struct noun *noun,
	const struct list_ask *ask)
{
	for (size_t i = 0; noun->always != NULL && noun->always_in[i] != '\0'; i++) {
		operands_add(operands, ask->always[i]);
	}
}

static struct db_in in_sort_value(const struct column *column, const struct list_key *key)
{
	const char *text = key->text == NULL ? "" : key->text;

	switch (compose_letter(column)) {
	case 's':
	case 'b':
		return in_text_kind(column->kind, text);
	case 't':
		return in_time(key->time);
	default:
		return in_number(key->number);
	}
}

static void add_key(struct operands *operands, const struct noun *noun,
	const struct list_ask *ask, const struct shape *shape)
{
	struct db_in key = in_sort_value(compose_sorted(noun, ask->sort), &ask->key);
	bool unique = noun->list.sorts[ask->sort].unique;

	if (!shape->null_key) {
		operands_add(operands, key);
	}
	if (!shape->null_key && !unique) {
		operands_add(operands, key);
	}
	if (!unique) {
		operands_add(operands, in_number(ask->key.id));
	}
}

/* What a reader asks for decides how long a list takes: the same would take as long again. */
static enum err list_error(const struct db *db, enum err err)
{
	return err == ERR_UNAVAILABLE && db_was_slow(db) ? ERR_TOO_SLOW : err;
}

/* Runs the statement of a count. The words, where they find few rows, stand first in it. */
static enum err count_shape(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_query *words, const struct shape *shape,
	uint64_t limit, uint64_t *count)
{
	const struct statement *statement = compose(db, noun, shape);
	struct operands operands = { .count = 0 };

	*count = 0;
	if (statement == NULL) {
		return ERR_BUG;
	}
	if (shape->form == SHAPE_COUNT_FOUND) {
		operands_add_term(&operands, arena, &words->terms[0]);
		operands_add(&operands, in_number(limit + 1));
		operands_add_terms(&operands, arena, words, 1);
	} else {
		if (shape->few_found) {
			operands_add_terms(&operands, arena, words, 0);
		}
		add_always(&operands, noun, ask);
		add_filters(&operands, arena, noun, ask, shape, PLACE_OTHER);
		operands_add(&operands, in_number(limit + 1));
	}
	return db_first(db, statement, operands.in, operands.count, arena,
		DB_INTO(into_number(count)));
}

/* So far two filters that both leave many are counted, to see which leaves fewer. */
enum { COMPARED_MAX = 50000 };

/* How many rows one term finds. */
static enum err count_first(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_term *term, uint64_t limit, uint64_t *count)
{
	const struct words_query one = { .terms = { *term }, .count = 1 };
	const struct shape shape = shape_of(noun, ask, &one, SHAPE_COUNT_FOUND);

	return count_shape(db, arena, noun, ask, &one, &shape, limit, count);
}

/* Where words find many: whether the other filters leave few, or fewer at least. */
static enum err count_others(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, const struct words_query *words)
{
	struct shape shape = shape_of(noun, ask, NULL, SHAPE_COUNT);
	uint64_t found, count;

	if (ask->few_found) {
		return ERR_OK;
	}
	shape.terms = 1;
	shape.given &= ~(UINT32_C(1) << compose_words(noun, &shape));
	TRY(count_shape(db, arena, noun, ask, NULL, &shape, COMPARED_MAX, &count));
	ask->few = ask->others_fewer = count <= LIST_FEW_MAX;
	if (!ask->few && count <= COMPARED_MAX) {
		TRY(count_first(db, arena, noun, ask, &words->terms[0], COMPARED_MAX, &found));
		ask->others_fewer = count < found;
	}
	return ERR_OK;
}

/* Of words: how many the first term finds; then how many of those the others and the other filters
 * leave. */
static enum err count_found(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, const struct words_query *words, uint64_t limit, uint64_t *count)
{
	struct shape shape = shape_of(noun, ask, words, SHAPE_COUNT_FOUND);
	bool alone = (shape.given & (shape.given - 1)) == 0;

	TRY(count_first(db, arena, noun, ask, &words->terms[0], limit, count));
	ask->few = ask->few_found = *count <= LIST_FEW_MAX && *count <= limit;
	ask->more = *count > limit;
	*count -= ask->more;
	if (alone && words->count == 1) {
		return ERR_OK;
	}
	if (!alone) {
		TRY(count_others(db, arena, noun, ask, words));
		shape.form = SHAPE_COUNT;
		shape.few_found = ask->few_found || (limit <= LIST_FEW_MAX && !ask->few);
	}
	TRY(count_shape(db, arena, noun, ask, words, &shape, limit, count));
	ask->more = *count > limit || (ask->more && (alone || shape.few_found));
	*count -= *count > limit;
	return ERR_OK;
}

/* A view has no indexes to name. */
static enum err know_indexes(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask)
{
	bool kept;

	TRY(store_words_kept(db, arena, noun, &kept));
	ask->indexed = kept || !noun->may_be_view;
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

static enum err count_rows(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, uint64_t limit, uint64_t *count)
{
	const struct words_query *words;
	struct shape shape;

	TRY(know_indexes(db, arena, noun, ask));
	TRY(store_words_asked(db, arena, noun, ask, &words));
	if (words != NULL) {
		return count_found(db, arena, noun, ask, words, limit, count);
	}
	shape = shape_of(noun, ask, NULL, SHAPE_COUNT);
	TRY(count_shape(db, arena, noun, ask, NULL, &shape, limit, count));
	ask->more = *count > limit;
	*count -= ask->more;
	ask->few = shape.given != 0 && !ask->more && *count <= LIST_FEW_MAX;
	return ERR_OK;
}

enum err store_rarest_word(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, size_t *rarest)
{
	const struct words_query *words;
	uint64_t least = UINT64_MAX, count;

	*rarest = 0;
	TRY(store_words_asked(db, arena, noun, ask, &words));
	for (size_t i = 0; words != NULL && words->count > 1 && i < words->count; i++) {
		TRY(list_error(db, count_first(db, arena, noun, ask, &words->terms[i], LIST_FEW_MAX,
			&count)));
		if (count < least) {
			least = count;
			*rarest = i;
		}
	}
	return ERR_OK;
}

enum err store_count(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, uint64_t limit, uint64_t *count)
{
	TRY(list_error(db, count_rows(db, arena, noun, ask, limit, count)));
	ask->has_total = true;
	ask->total = *count;
	return ERR_OK;
}

/* Adds the operands of a page in the order of a sort, as they stand in its text. */
static void add_walk(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct shape *shape)
{
	if (shape->form == SHAPE_WALK && shape->counts) {
		const struct shape count = shape_of(noun, ask, NULL, SHAPE_COUNT);

		add_always(operands, noun, ask);
		add_filters(operands, arena, noun, ask, &count, PLACE_OTHER);
		operands_add(operands, in_number(LIST_COUNT_MAX + 1));
	}
	add_filters(operands, arena, noun, ask, shape, PLACE_LEAD);
	add_filters(operands, arena, noun, ask, shape, PLACE_FIRST);
	add_always(operands, noun, ask);
	add_filters(operands, arena, noun, ask, shape, PLACE_OTHER);
	if (ask->has_key) {
		add_filters(operands, arena, noun, ask, shape, PLACE_LEAD);
		add_key(operands, noun, ask, shape);
	}
}

static void add_page(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_query *words, const struct shape *shape)
{
	if (compose_finds_first(shape)) {
		operands_add_terms(operands, arena, words, 0);
	}
	if (shape->form != SHAPE_FOUND) {
		add_walk(operands, arena, noun, ask, shape);
	} else {
		add_filters(operands, arena, noun, ask, shape, PLACE_OTHER);
		operands_add_term(operands, arena, &words->terms[0]);
	}
	if (shape->form == SHAPE_FOUND && ask->has_key) {
		operands_add_word(operands, ask->key.text, ask->key.id);
	}
	operands_add(operands, in_number(ask->size + 1));
}

/* Says how a page is found, and by which indexes. */
static void set_form(const struct noun *noun, struct shape *shape, enum shape_form form)
{
	shape->form = form;
	shape->pair = compose_pair(noun, shape);
	shape->lead = form == SHAPE_WALK && shape->pair == 0 ? compose_lead(noun, shape) : 0;
}

/* The shape of a page of which it is not decided yet how it is found. */
static struct shape shape_of_page(const struct noun *noun, const struct list_ask *ask,
	const struct words_query *words)
{
	struct shape shape = shape_of(noun, ask, words, SHAPE_WALK);

	shape.sort = ask->sort;
	shape.descends = ask->descending != ask->backward;
	shape.has_key = ask->has_key;
	shape.null_key = ask->has_key && noun->list.sorts[ask->sort].nullable &&
		in_sort_value(compose_sorted(noun, ask->sort), &ask->key).null;
	set_form(noun, &shape, SHAPE_WALK);
	return shape;
}

/* Reads the page by the statement of this shape, and what that counts. */
static enum err list_by(struct db *db, struct arena *arena, const struct list_ask *ask,
	const struct words_query *words, const struct shape *shape, struct page *page,
	struct reading *reading)
{
	const struct noun *noun = reading->noun;
	const struct statement *statement = compose(db, noun, shape);
	struct operands operands = { .count = 0 };
	struct db_rows rows;

	if (statement == NULL) {
		return ERR_BUG;
	}
	add_page(&operands, arena, noun, ask, words, shape);
	reading->found = 0;
	reading->counts = shape->counts;
	reading->words = shape->form != SHAPE_FOUND ? NULL
		: arena_array(arena, reading->room, sizeof(*reading->words));
	TRY(db_query(db, statement, operands.in, operands.count, arena, &rows));
	TRY(reading_take(&rows, reading));
	reading_settle(reading, ask, page);
	if (shape->counts) {
		page->more = reading->total > LIST_COUNT_MAX;
		page->total = page->more ? LIST_COUNT_MAX : reading->total;
	}
	return ERR_OK;
}

/* Whether one index has the rows, and only them, in the order of the walk: as many as the page has
 * are looked at, however many the filter leaves. */
static bool walks_straight(const struct noun *noun, const struct shape *shape)
{
	enum filter_place place = PLACE_OTHER;
	size_t filter = 0;

	if (shape->given == 0 || shape->pair != 0) {
		return true;
	}
	while ((shape->given >> filter & 1) == 0) {
		filter++;
	}
	(void)compose_operands(noun, shape, filter, &place);
	return shape->given == UINT32_C(1) << filter && place != PLACE_OTHER &&
		noun->list.filters[filter].operand != LIST_PART;
}

/* A page that words find: it was counted before, or is in their order. */
static enum err find_by_words(struct db *db, struct arena *arena, const struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	struct shape shape = shape_of_page(reading->noun, ask, words);

	shape.few_found = ask->few_found && !ask->found;
	if (ask->found || ask->few) {
		set_form(reading->noun, &shape, ask->found ? SHAPE_FOUND : SHAPE_COLLECT);
	}
	return list_by(db, arena, ask, words, &shape, page, reading);
}

/* What the filters leave is collected where nobody knows how many rows that is, and where they are
 * few; else it is found on the walk. */
static enum err find_page(struct db *db, struct arena *arena, struct list_ask *ask,
	struct page *page, struct reading *reading)
{
	struct shape shape = shape_of_page(reading->noun, ask, NULL);
	bool straight = walks_straight(reading->noun, &shape);

	shape.counts = ask->wants_total && !ask->has_total;
	if (shape.counts && shape.has_key) { /* a row behind the last one would tell nothing */
		TRY(count_rows(db, arena, reading->noun, ask, LIST_COUNT_MAX, &page->total));
		page->more = ask->more;
		shape.counts = false;
	}
	if (shape.counts && !straight) {
		set_form(reading->noun, &shape, SHAPE_COLLECT);
		TRY(list_by(db, arena, ask, NULL, &shape, page, reading));
		if (!page->more) {
			return ERR_OK;
		}
		shape.counts = false;
	}
	set_form(reading->noun, &shape, ask->few && !straight ? SHAPE_COLLECT : SHAPE_WALK);
	return list_by(db, arena, ask, NULL, &shape, page, reading);
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
	TRY(know_indexes(db, arena, noun, &ask));
	TRY(store_words_asked(db, arena, noun, &ask, &words));
	TRY(words != NULL ? find_by_words(db, arena, &ask, words, page, &reading)
		: find_page(db, arena, &ask, page, &reading));
	return reading_complete(db, arena, &reading, page->count);
}

enum err store_list(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, struct page *page, void **records)
{
	return list_error(db, read_list(db, arena, noun, *ask, page, records));
}

struct list_key store_list_key(const struct noun *noun, const struct list_ask *ask,
	const struct page *page, const void *records, bool last)
{
	const char *record = (const char *)records + (last ? page->count - 1 : 0) * noun->size;
	const struct column *column = compose_sorted(noun, ask->sort);
	struct db_in value = in_column(column, record);
	bool text = value.kind == 's' || value.kind == 'b';

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
