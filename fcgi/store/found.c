#include "store/found.h"

#include "store/ask.h"
#include "store/compose_words.h"
#include "store/words.h"

/* Runs one of the statements that count what a term finds, up to one more than limit. */
static enum err count_term(struct db *db, struct arena *arena, const struct noun *noun,
	const struct words_term *term, enum shape_form form, uint64_t limit, uint64_t *count)
{
	const struct statement *statement = compose(db, noun,
		&(struct shape){ .form = form, .terms = 1 });
	struct operands operands = { .count = 0 };

	*count = 0;
	if (form == SHAPE_COUNT_WORDS) {
		operands_add_ranges(&operands, term);
	} else {
		operands_add_term(&operands, arena, term);
	}
	operands_add(&operands, in_number(limit + 1));
	return db_first(db, statement, operands.in, operands.count, arena,
		DB_INTO(into_number(count)));
}

/* Finds the term that is begun with: of which the fewest words are looked at, up to one more than
 * limit, whatever they have inside. */
static enum err find_lead(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, const struct words_query *words, uint64_t limit, uint64_t *least)
{
	*least = limit + 1;
	for (size_t i = 0; i < WORDS_LEADS_MAX; i++) {
		uint64_t count = *least;

		if (words_lead(words, i) != NULL) {
			TRY(count_term(db, arena, noun, words_lead(words, i), SHAPE_COUNT_WORDS,
				*least - 1, &count));
		}
		if (count < *least) {
			*least = count;
			ask->lead = i;
		}
	}
	return ERR_OK;
}

static enum err plan_found(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, const struct words_query *words)
{
	enum { RARE_MAX = 100 }; /* one that is as rare is found by a glance */
	const struct shape others = ask_shape_of_others(noun, ask);
	bool one = words->count == 1 && words_lead(words, WORDS_TERMS_MAX) == NULL;
	uint64_t count = RARE_MAX + 1;

	ask->few = ask->few_found = false;
	if (one && others.given == 0 && ask->found) {
		return ERR_OK;
	}
	if (!one) {
		TRY(find_lead(db, arena, noun, ask, words, RARE_MAX, &count));
	}
	if (count > RARE_MAX) {
		TRY(find_lead(db, arena, noun, ask, words, LIST_FOUND_MAX, &count));
	}
	ask->few_found = count <= LIST_FOUND_MAX;
	if (!ask->few_found && !ask->found && others.given != 0) {
		TRY(reading_count(db, arena, noun, ask, NULL, &others, LIST_FEW_MAX, &count));
		ask->few = count <= LIST_FEW_MAX;
	}
	return ERR_OK;
}

enum err store_plan(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask)
{
	const struct words_query *words;

	ask->lead = 0;
	TRY(store_words_asked(db, arena, noun, ask, &words));
	ask->indexed = words != NULL; /* of a view none are kept */
	return words == NULL ? ERR_OK
		: reading_error(db, plan_found(db, arena, noun, ask, words));
}

/* One term alone is counted among its words. */
static bool counts_words(const struct noun *noun, const struct list_ask *ask,
	const struct words_query *words)
{
	return words->count == 1 && ask_shape_of_others(noun, ask).given == 0;
}

bool store_counts_soon(const struct noun *noun, const struct list_ask *ask)
{
	const struct list_filter *filters = noun->list.filters;
	bool alone = false;

	for (size_t i = 0; filters[i].kind != COLUMN_END; i++) {
		alone = alone || (filters[i].operand == LIST_WORDS && ask->values[i].words != NULL &&
			counts_words(noun, ask, ask->values[i].words));
	}
	return alone || ask->few || ask->few_found;
}

enum err found_count(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, const struct words_query *words, uint64_t limit, uint64_t *count)
{
	struct shape shape = ask_shape(noun, ask, words, SHAPE_COUNT);

	if (counts_words(noun, ask, words)) {
		TRY(count_term(db, arena, noun, &words->terms[0], SHAPE_COUNT_FOUND, limit, count));
	} else {
		shape.by_found = !ask->few;
		TRY(reading_count(db, arena, noun, ask, words, &shape, limit, count));
	}
	ask->more = *count > limit;
	*count -= ask->more;
	return ERR_OK;
}

/* Sets the end of ask to the row that the statement finds, if there is one. */
static enum err find_end(struct db *db, struct arena *arena, const struct noun *noun,
	const struct shape *shape, const struct operands *operands, struct db_into value,
	struct list_ask *ask)
{
	const struct statement *statement = compose(db, noun, shape);
	enum err err = statement == NULL ? ERR_BUG
		: db_first(db, statement, operands->in, operands->count, arena,
			DB_INTO(value, into_number(&ask->end.id)));

	ask->has_end = err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Sets the end of ask a step further along its walk than key, or than its beginning. */
static enum err step_on(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, const struct list_key *key, bool by_found)
{
	struct list_ask from = *ask;
	struct list_key *end = &ask->end;
	char letter = compose_letter(compose_sorted(noun, ask->sort));
	struct operands operands = { .count = 0 };
	struct shape shape;

	from.has_end = false;
	from.has_key = key != NULL;
	from.key = key != NULL ? *key : from.key;
	shape = ask_shape_of_page(noun, &from, NULL);
	shape.form = SHAPE_REACH;
	shape.by_found = by_found;
	ask_add_filters(&operands, arena, noun, &from, &shape, PLACE_LEAD);
	ask_add_filters(&operands, arena, noun, &from, &shape, PLACE_FIRST);
	if (shape.has_key) {
		ask_add_key(&operands, arena, noun, &from, &shape, &from.key);
	}
	return find_end(db, arena, noun, &shape, &operands, letter == 't' ? into_time(&end->time)
		: letter == 'u' ? into_number(&end->number) : into_text(&end->text), ask);
}

/* Ends the walk of ask so many steps further, if there are as many rows. */
static enum err end_walk(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, int steps, bool by_found)
{
	TRY(step_on(db, arena, noun, ask, ask->has_key ? &ask->key : NULL, by_found));
	while (ask->has_end && --steps > 0) {
		const struct list_key key = ask->end;

		TRY(step_on(db, arena, noun, ask, &key, by_found));
	}
	return ERR_OK;
}

/* Whether the index of a walk says all that is asked beside the words: no row is read for it. */
static bool is_said_by_index(const struct noun *noun, const struct shape *shape)
{
	bool said = true;

	for (size_t i = 0; shape->given >> i != 0; i++) {
		enum filter_place place = PLACE_LEAD;

		if ((shape->given >> i & 1) != 0 && compose_words(noun, shape) != (int)i) {
			(void)compose_operands(noun, shape, i, &place);
		}
		said = said && place != PLACE_OTHER;
	}
	return said;
}

/* Walks so many steps for a page of words; done says whether it is whole. */
static enum err walk_to_end(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, int steps, bool by_found, struct page *page,
	struct reading *reading, bool *done)
{
	struct shape shape;

	TRY(end_walk(db, arena, reading->noun, ask, steps, by_found));
	shape = ask_shape_of_page(reading->noun, ask, words);
	shape.by_found = by_found;
	TRY(reading_list(db, arena, ask, words, &shape, page, reading));
	*done = reading->found > ask->size || !ask->has_end;
	ask->has_end = false;
	return ERR_OK;
}

/* Whether it is worth while to ask further rows whether they have the words: some on the way had,
 * or there are so many that to collect them takes longer. */
static enum err goes_on(struct db *db, struct arena *arena, const struct list_ask *ask,
	const struct words_query *words, const struct reading *reading, bool *on)
{
	enum { COMMON = 20000 };
	uint64_t count = 0;

	*on = reading->found > ask->size / 10;
	if (!*on) {
		TRY(count_term(db, arena, reading->noun, &words->terms[0], SHAPE_COUNT_WORDS, COMMON,
			&count));
	}
	*on = *on || count > COMMON;
	return ERR_OK;
}

/* A page of common words in the order of a sort. What most have is soon there when each row is
 * asked whether it has the words, which takes as long as to read it; what fewer have when the words
 * of all were read before. */
static enum err find_on_walk(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	enum { NEAR = 1, FURTHER = 16, FAR = 40 }; /* steps */
	struct shape shape = ask_shape_of_page(reading->noun, ask, words);
	bool done, on = false;

	TRY(walk_to_end(db, arena, ask, words, NEAR, false, page, reading, &done));
	if (!done) {
		TRY(goes_on(db, arena, ask, words, reading, &on));
	}
	if (on) {
		TRY(walk_to_end(db, arena, ask, words, FURTHER, false, page, reading, &done));
	}
	if (!done && is_said_by_index(reading->noun, &shape)) {
		TRY(walk_to_end(db, arena, ask, words, FAR, true, page, reading, &done));
	}
	if (done) {
		return ERR_OK;
	}
	shape.form = SHAPE_COLLECT;
	shape.by_found = true;
	return reading_list(db, arena, ask, words, &shape, page, reading);
}

/* A page in the order of the words. */
static enum err find_in_order_of_words(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	const struct noun *noun = reading->noun;
	struct shape shape = ask_shape_of_page(noun, ask, words);
	struct operands operands = { .count = 0 };

	if (ask->brief && !ask->has_key && !ask->few_found &&
	    ask_shape_of_others(noun, ask).given != 0) {
		shape.form = SHAPE_REACH_FOUND;
		operands_add_ranges(&operands, &words->terms[0]);
		TRY(find_end(db, arena, noun, &shape, &operands, into_text(&ask->end.text), ask));
	}
	shape = ask_shape_of_page(noun, ask, words);
	shape.form = SHAPE_FOUND;
	TRY(reading_list(db, arena, ask, words, &shape, page, reading));
	page->broke_off = ask->has_end && !page->more_after;
	return ERR_OK;
}

enum err found_list(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	struct shape shape = ask_shape_of_page(reading->noun, ask, words);

	if (ask->found) {
		return find_in_order_of_words(db, arena, ask, words, page, reading);
	}
	if (!ask->few && !ask->few_found) {
		return find_on_walk(db, arena, ask, words, page, reading);
	}
	shape.form = SHAPE_COLLECT;
	shape.by_found = ask->few_found;
	return reading_list(db, arena, ask, words, &shape, page, reading);
}
