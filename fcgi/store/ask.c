#include "store/ask.h"

#include "store/compose_words.h"

#include <string.h>

struct shape ask_shape(const struct noun *noun, const struct list_ask *ask,
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

struct shape ask_shape_of_others(const struct noun *noun, const struct list_ask *ask)
{
	struct shape shape = ask_shape(noun, ask, NULL, SHAPE_COUNT);

	shape.terms = 1;
	shape.given &= ~(UINT32_C(1) << compose_words(noun, &shape));
	shape.terms = 0;
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

void ask_add_filters(struct operands *operands, struct arena *arena, const struct noun *noun,
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

void ask_add_few(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, size_t filter)
{
	const struct list_filter *row = &noun->list.filters[filter];

	for (size_t count = compose_few_operands(row); count > 0; count--) {
		operands_add(operands, in_filter(arena, row, &ask->values[filter]));
	}
}

void ask_add_always(struct operands *operands, const struct noun *noun,
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

/* Whether the sort value of the key is NULL. */
static bool is_null_key(const struct noun *noun, int sort, const struct list_key *key)
{
	return noun->list.sorts[sort].nullable &&
		in_sort_value(compose_sorted(noun, sort), key).null;
}

void ask_add_key(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct shape *shape, const struct list_key *key)
{
	struct db_in value = in_sort_value(compose_sorted(noun, ask->sort), key);
	bool unique = noun->list.sorts[ask->sort].unique;
	int values = is_null_key(noun, ask->sort, key) ? 0 : unique ? 1 : 2;

	ask_add_filters(operands, arena, noun, ask, shape, PLACE_LEAD);
	while (values-- > 0) {
		operands_add(operands, value);
	}
	if (!unique) {
		operands_add(operands, in_number(key->id));
	}
}

void ask_set_form(const struct noun *noun, struct shape *shape, enum shape_form form)
{
	shape->form = form;
	shape->pair = compose_pair(noun, shape);
	shape->lead = form == SHAPE_WALK && shape->pair == 0 ? compose_lead(noun, shape) : 0;
}

struct shape ask_shape_of_page(const struct noun *noun, const struct list_ask *ask,
	const struct words_query *words)
{
	struct shape shape = ask_shape(noun, ask, words, SHAPE_WALK);

	shape.sort = ask->sort;
	shape.descends = ask->descending != ask->backward;
	shape.has_key = ask->has_key;
	shape.at_key = ask->has_key && ask->key.at;
	shape.null_key = ask->has_key && is_null_key(noun, ask->sort, &ask->key);
	shape.has_end = ask->has_end;
	shape.null_end = ask->has_end && !ask->found && is_null_key(noun, ask->sort, &ask->end);
	ask_set_form(noun, &shape, SHAPE_WALK);
	return shape;
}

/* Adds the operands of a page in the order of a sort, as they stand in its text. */
static void add_walk(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct shape *shape)
{
	if (shape->form == SHAPE_WALK && shape->counts) {
		const struct shape count = ask_shape(noun, ask, NULL, SHAPE_COUNT);

		ask_add_always(operands, noun, ask);
		ask_add_filters(operands, arena, noun, ask, &count, PLACE_OTHER);
		operands_add(operands, in_number(LIST_COUNT_MAX + 1));
	}
	ask_add_filters(operands, arena, noun, ask, shape, PLACE_LEAD);
	ask_add_filters(operands, arena, noun, ask, shape, PLACE_FIRST);
	ask_add_always(operands, noun, ask);
	ask_add_filters(operands, arena, noun, ask, shape, PLACE_OTHER);
	if (shape->has_key) {
		ask_add_key(operands, arena, noun, ask, shape, &ask->key);
	}
	if (shape->has_end) {
		ask_add_key(operands, arena, noun, ask, shape, &ask->end);
	}
}

void ask_add_page(struct operands *operands, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_query *words, const struct shape *shape)
{
	if (compose_finds_first(shape)) {
		operands_add_terms(operands, arena, words, 0);
	}
	if (shape->form == SHAPE_COLLECT && shape->lead != 0) {
		ask_add_few(operands, arena, noun, ask, shape->lead - 1);
	}
	if (shape->form != SHAPE_FOUND) {
		add_walk(operands, arena, noun, ask, shape);
	} else {
		ask_add_filters(operands, arena, noun, ask, shape, PLACE_OTHER);
		operands_add_term(operands, arena, &words->terms[0]);
	}
	if (shape->form == SHAPE_FOUND && shape->has_key) {
		operands_add_word(operands, ask->key.text, ask->key.id);
	}
	if (shape->form == SHAPE_FOUND && shape->has_end) {
		operands_add_word(operands, ask->end.text, ask->end.id);
	}
	operands_add(operands, in_number(ask->size + 1));
}
