#include "store/found.h"

#include "store/ask.h"
#include "store/compose_words.h"
#include "store/walk.h"
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

/* Counts what the other filters leave, up to one more than limit: of several that no index has
 * together, the one that leaves the fewest, because those of all may be looked for in vain. What
 * none has at all may be any number. */
static enum err count_others(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, uint64_t limit, uint64_t *least)
{
	struct shape others = ask_shape_of_others(noun, ask), one;

	others.given &= ~compose_looked(noun, &others);
	others.pair = compose_pair(noun, &others);
	one = others;
	if (others.given != 0 && ((others.given & (others.given - 1)) == 0 || others.pair != 0)) {
		return reading_count(db, arena, noun, ask, NULL, &others, limit, least);
	}
	*least = limit + 1;
	for (size_t i = 0; others.given >> i != 0; i++) {
		uint64_t count = *least;

		one.given = others.given & UINT32_C(1) << i;
		if (one.given != 0) {
			TRY(reading_count(db, arena, noun, ask, NULL, &one, *least - 1, &count));
		}
		*least = count < *least ? count : *least;
	}
	return ERR_OK;
}

static enum err plan_found(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, const struct words_query *words)
{
	enum { RARE_MAX = 100 }; /* one that is as rare is found by a glance */
	bool others = ask_shape_of_others(noun, ask).given != 0;
	bool one = words->count == 1 && words_lead(words, WORDS_TERMS_MAX) == NULL;
	uint64_t count = RARE_MAX + 1;

	ask->few = ask->few_found = false;
	if (!one) {
		TRY(find_lead(db, arena, noun, ask, words, RARE_MAX, &count));
	}
	if (words->count == 1 && !others && ask->found) {
		return ERR_OK; /* a page reads its own rows alone, whichever way around */
	}
	if (count > RARE_MAX) {
		TRY(find_lead(db, arena, noun, ask, words, LIST_FOUND_MAX, &count));
	}
	ask->few_found = count <= LIST_FOUND_MAX;
	if (!ask->few_found && !ask->found && others) {
		TRY(count_others(db, arena, noun, ask, LIST_FEW_MAX, &count));
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
		shape.by_found = ask->few_found || ask_shape_of_others(noun, ask).given == 0;
		TRY(reading_count(db, arena, noun, ask, words, &shape, limit, count));
	}
	ask->more = *count > limit;
	*count -= ask->more;
	return ERR_OK;
}

static enum err collect(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, bool by_found, struct page *page, struct reading *reading)
{
	struct shape shape = ask_shape_of_page(reading->noun, ask, words);

	ask_set_form(reading->noun, &shape, SHAPE_COLLECT);
	shape.by_found = by_found;
	page->stopped = false;
	return reading_list(db, arena, ask, words, &shape, page, reading);
}

/* Whether the index of a walk says all that is asked beside the words: no row is read for it. */
static bool is_said_by_index(const struct noun *noun, const struct list_ask *ask,
	const struct words_query *words)
{
	const struct shape shape = ask_shape_of_page(noun, ask, words);
	bool said = true;

	for (size_t i = 0; shape.given >> i != 0; i++) {
		enum filter_place place = PLACE_LEAD;

		if ((shape.given >> i & 1) != 0 && compose_words(noun, &shape) != (int)i) {
			(void)compose_operands(noun, &shape, i, &place);
		}
		said = said && place != PLACE_OTHER;
	}
	return said;
}

/* A page that is not full after a short walk: the quickest way to its other rows that takes no
 * longer than the database has for a page. Measured with a million users, in ms of its CPU: 3 for a
 * thousand rows that are collected, 1 for a thousand that words find, 0.3 for as many entries of an
 * index that are looked up among those, 4 for as many rows whose words are looked up. */
static enum err find_further(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	enum { COLLECTED_MAX = 20000, FOUND_MAX = 120000, FURTHER = 200000 };
	const struct noun *noun = reading->noun;
	bool said = is_said_by_index(noun, ask, words);
	uint64_t found, others = LIST_COUNT_MAX + 1;

	TRY(count_term(db, arena, noun, &words->terms[0], SHAPE_COUNT_WORDS,
		said ? FOUND_MAX : COLLECTED_MAX, &found));
	if (found <= COLLECTED_MAX) {
		return collect(db, arena, ask, words, true, page, reading);
	}
	if (said && found <= FOUND_MAX) {
		return walk_rows(db, arena, ask, words, FURTHER, true, page, reading);
	}
	if (ask_shape_of_others(noun, ask).given != 0) {
		TRY(count_others(db, arena, noun, ask, LIST_COUNT_MAX, &others));
	}
	return others <= LIST_COUNT_MAX ? collect(db, arena, ask, words, false, page, reading)
		: walk_rows(db, arena, ask, words, walk_far(ask), false, page, reading);
}

/* If a tenth of the page was there, the same way further has the others. */
static enum err look_further(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	if (reading->found > ask->size / 10) {
		TRY(walk_rows(db, arena, ask, words, walk_far(ask), false, page, reading));
	}
	return page->stopped ? find_further(db, arena, ask, words, page, reading) : ERR_OK;
}

/* A page of common words in the order of a sort. What most have is soon there when each row is
 * asked whether it has the words. If to look further takes too long, the short page stays that this
 * makes. */
static enum err find_on_walk(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	enum err err;

	TRY(walk_rows(db, arena, ask, words, walk_near(ask), false, page, reading));
	if (!page->stopped) {
		return ERR_OK;
	}
	err = look_further(db, arena, ask, words, page, reading);
	return reading_error(db, err) != ERR_TOO_SLOW ? err
		: walk_rows(db, arena, ask, words, walk_near(ask), false, page, reading);
}

/* Reads a page in the order of the words, looking at so many of them. */
static enum err walk_words(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, uint64_t count, struct page *page, struct reading *reading)
{
	const struct noun *noun = reading->noun;
	struct shape shape = { .form = SHAPE_REACH_FOUND, .has_key = ask->has_key,
		.at_key = ask->has_key && ask->key.at, .descends = ask->descending != ask->backward };
	struct operands operands = { .count = 0 };

	ask->has_end = false;
	operands_add_ranges(&operands, &words->terms[0]);
	if (shape.has_key) {
		operands_add_word(&operands, ask->key.text, ask->key.id);
	}
	operands_add(&operands, in_number(count));
	TRY(walk_reach(db, arena, noun, &shape, &operands, into_text(&ask->end.text), ask));
	shape = ask_shape_of_page(noun, ask, words);
	shape.form = SHAPE_FOUND;
	TRY(reading_list(db, arena, ask, words, &shape, page, reading));
	walk_settle(ask, reading, page);
	return ERR_OK;
}

/* A page in the order of the words. Each of one word fits; of those that must have another one, or
 * be what other filters ask for, few may. */
static enum err find_in_order_of_words(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	enum { FURTHER = 20000 };
	bool others = ask_shape_of_others(reading->noun, ask).given != 0;
	struct shape shape = ask_shape_of_page(reading->noun, ask, words);

	if (ask->few_found || (words->count == 1 && !others)) {
		shape.form = SHAPE_FOUND;
		return reading_list(db, arena, ask, words, &shape, page, reading);
	}
	TRY(walk_words(db, arena, ask, words, walk_near(ask), page, reading));
	page->broke_off = page->stopped && others && ask->brief && !ask->has_key;
	return !page->stopped || page->broke_off ? ERR_OK
		: walk_words(db, arena, ask, words, FURTHER, page, reading);
}

enum err found_list(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, struct page *page, struct reading *reading)
{
	if (ask->found) {
		return find_in_order_of_words(db, arena, ask, words, page, reading);
	}
	return ask->few || ask->few_found
		? collect(db, arena, ask, words, ask->few_found, page, reading)
		: find_on_walk(db, arena, ask, words, page, reading);
}
