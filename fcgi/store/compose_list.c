#include "store/compose_words.h"
#include "store/composer.h"
#include "store/operands.h"

#include <string.h>

/* One more than LIST_COUNT_MAX; it also keeps the planners from pulling the subquery apart. */
#define COLLECT_MAX "10001"

/* All of those that words find. */
#define FOUND_MAX "1000000000"

bool compose_walks(const struct shape *shape)
{
	return shape->form == SHAPE_WALK || shape->form == SHAPE_REACH;
}

bool compose_is_given(const struct shape *shape, size_t filter)
{
	return (shape->given >> filter & 1) != 0;
}

/* The condition that the row of the filter spells itself; NULL for that of its column. */
static const char *compose_spelled(const struct shape *shape, const struct list_filter *row,
	size_t filter)
{
	bool denied = (shape->denied >> filter & 1) != 0;

	return denied && row->otherwise != NULL ? row->otherwise : row->condition;
}

static bool compose_is_like(const struct list_filter *row)
{
	return row->operand == LIST_PART || row->operand == LIST_START;
}

static bool compose_is_along(const struct noun *noun, const struct shape *shape, size_t filter)
{
	const struct list_filter *row = &noun->list.filters[filter];
	bool denied = (shape->denied >> filter & 1) != 0;

	return row->along != NULL && strcmp(row->along, noun->list.sorts[shape->sort].name) == 0 &&
		!(denied && row->otherwise != NULL);
}

/* The bits of the pair's filters. */
static uint32_t compose_bits(const struct noun *noun, const struct list_pair *pair)
{
	uint32_t bits = 0;

	for (size_t i = 0; noun->list.filters[i].kind != COLUMN_END; i++) {
		const char *name = noun->list.filters[i].name;

		bits |= (uint32_t)(strcmp(name, pair->filters[0]) == 0 ||
			strcmp(name, pair->filters[1]) == 0) << i;
	}
	return bits;
}

unsigned compose_pair(const struct noun *noun, const struct shape *shape)
{
	const struct list_pair *pairs = noun->list.pairs;
	const char *sort = noun->list.sorts[shape->sort].name;
	bool several = (shape->given & (shape->given - 1)) != 0;

	for (unsigned i = 0; several && shape->named && pairs != NULL && pairs[i].index != NULL; i++) {
		bool serves = !compose_walks(shape) ||
			(pairs[i].along != NULL && strcmp(pairs[i].along, sort) == 0);

		if (serves && shape->given == compose_bits(noun, &pairs[i])) {
			return i + 1;
		}
	}
	return 0;
}

unsigned compose_lead(const struct noun *noun, const struct shape *shape)
{
	for (unsigned i = 0; shape->given >> i != 0; i++) {
		if (compose_is_given(shape, i) && compose_is_along(noun, shape, i)) {
			return i + 1;
		}
	}
	return 0;
}

bool compose_leads_null(const struct noun *noun, const struct shape *shape)
{
	const struct list_filter *row = &noun->list.filters[shape->lead - 1];

	return row->condition != NULL && row->lead == NULL;
}

static enum filter_place compose_place(const struct noun *noun, const struct shape *shape,
	size_t filter)
{
	const struct list_filter *row = &noun->list.filters[filter];

	if (!compose_walks(shape) || row->operand == LIST_WORDS ||
	    (shape->form == SHAPE_REACH && compose_is_like(row))) {
		return PLACE_OTHER;
	}
	if (shape->lead == filter + 1) {
		return PLACE_LEAD;
	}
	return list_filter_column(noun->columns, row) == compose_sorted(noun, shape->sort)
		? PLACE_FIRST : PLACE_OTHER;
}

size_t compose_operands(const struct noun *noun, const struct shape *shape, size_t filter,
	enum filter_place *place)
{
	const struct list_filter *row = &noun->list.filters[filter];
	const char *spelled = compose_spelled(shape, row, filter);
	size_t count = 0;

	*place = compose_place(noun, shape, filter);
	if (compose_words(noun, shape) == (int)filter) {
		return (size_t)TERM_OPERANDS * shape->terms;
	}
	if (*place == PLACE_LEAD) {
		return compose_leads_null(noun, shape) ? 0 : 2;
	}
	if (row->operand == LIST_WORDS) {
		return BEGINNINGS;
	}
	if (spelled == NULL) {
		return *place == PLACE_FIRST && !compose_is_like(row) ? 2 : 1;
	}
	for (; *spelled != '\0'; spelled++) {
		count += *spelled == '?';
	}
	return count;
}

/* The column along whose index the walk goes. */
const char *compose_lead_column(const struct composer *out)
{
	const struct list_filter *row = &out->noun->list.filters[out->shape->lead - 1];

	return row->lead != NULL ? row->lead->column
		: list_filter_column(out->noun->columns, row)->sql;
}

bool compose_has_lead(const struct composer *out)
{
	return compose_walks(out->shape) && out->shape->lead != 0;
}

/* The table that leads to the list's own; NULL when it is that itself. */
const struct list_lead *compose_leading(const struct composer *out)
{
	return compose_has_lead(out) ? out->noun->list.filters[out->shape->lead - 1].lead : NULL;
}

/* The index that has to be taken: planners take others that begin with the same column, and read
 * them to their end. To find the row that lies thousands further, MariaDB 10.11 would sort the
 * table: when our connection runs a prepared statement again, it does not count any more that the
 * index has all that is asked for. NULL: they have no choice, or the best one. */
static const char *compose_index(const struct composer *out)
{
	const struct shape *shape = out->shape;
	const struct list *list = &out->noun->list;

	if (shape->pair != 0) {
		return list->pairs[shape->pair - 1].index;
	}
	if (shape->named && shape->lead != 0) { /* also to count what a walk goes along */
		return list->filters[shape->lead - 1].index;
	}
	return shape->named && (shape->form == SHAPE_REACH || shape->by_found)
		? list->sorts[shape->sort].index : NULL;
}

void compose_put_table(struct composer *out)
{
	const char *index = compose_index(out);

	text_putf(&out->sql, "%s %s", out->noun->table, out->noun->alias);
	if (index != NULL) {
		text_putf(&out->sql, " FORCE INDEX (%s)", index);
	}
}

/* Puts the table, or those of its rows that the words find: these in the order of their ids, in
 * which they lie together, to be read in half the time. */
static void compose_put_from(struct composer *out)
{
	if (out->shape->lead != 0) {
		compose_put_from_few(out);
		return;
	}
	text_puts(&out->sql, " FROM ");
	if (out->shape->by_found) {
		compose_put_found(&out->sql, &out->in, out->noun, out->shape,
			" ORDER BY w.id LIMIT " FOUND_MAX);
		text_putf(&out->sql, " STRAIGHT_JOIN %s %s ON %s = w.id", out->noun->table,
			out->noun->alias, out->noun->columns[0].sql);
	} else {
		compose_put_table(out);
	}
}

/* An equality with the very column that is sorted by is a range: of an equality, MariaDB reads the
 * whole index entry from its beginning to the key. */
static void compose_put_condition(struct composer *out, size_t filter, enum filter_place place)
{
	const struct list_filter *row = &out->noun->list.filters[filter];
	const struct column *column = list_filter_column(out->noun->columns, row);
	const char *spelled = compose_spelled(out->shape, row, filter);

	if (place == PLACE_LEAD) {
		const char *lead = compose_lead_column(out), *as = compose_lead_collate(out);

		text_putf(&out->sql, "%s >= ?%s AND %s <= ?%s", lead, as, lead, as);
	} else if (compose_words(out->noun, out->shape) == (int)filter) {
		compose_put_terms(&out->sql, out->noun, out->shape, 0, out->noun->alias);
	} else if (row->operand == LIST_WORDS) {
		compose_put_beginnings(out);
	} else if (spelled != NULL) {
		text_puts(&out->sql, spelled);
	} else if (compose_is_like(row)) {
		compose_put_like(out, column, row->kind);
	} else if (place == PLACE_FIRST) {
		text_putf(&out->sql, "%s >= ?%s AND %s <= ?%s", column->sql,
			compose_collate(out, column, row->kind), column->sql,
			compose_collate(out, column, row->kind));
	} else {
		text_putf(&out->sql, "%s = ?%s", column->sql, compose_collate(out, column, row->kind));
	}
}

/* Puts the conditions of the given filters that stand in this place: between before the first of
 * them, next before each other one. Gives how many there were. */
size_t compose_put_conditions(struct composer *out, enum filter_place wanted,
	const char *between, const char *next)
{
	const struct list_filter *rows = out->noun->list.filters;
	size_t count = 0;

	for (size_t i = 0; rows[i].kind != COLUMN_END; i++) {
		bool words = compose_words(out->noun, out->shape) == (int)i;
		enum filter_place place;
		size_t operands;

		if (!compose_is_given(out->shape, i) || (words && compose_finds_first(out->shape))) {
			continue;
		}
		operands = compose_operands(out->noun, out->shape, i, &place);
		if (place == wanted) {
			text_puts(&out->sql, count++ == 0 ? between : next);
			compose_put_condition(out, i, place);
			while (operands-- > 0) {
				text_putc(&out->in, words ? 'b' : compose_operand_letter(&rows[i]));
			}
		}
	}
	return count;
}

/* The other table that has all rows of the only filter, one for each; NULL: there is none. */
static const struct list_lead *compose_counts_elsewhere(const struct noun *noun,
	const struct shape *shape)
{
	for (size_t i = 0; noun->always == NULL && shape->given >> i != 0; i++) {
		if (shape->given == UINT32_C(1) << i) {
			return noun->list.filters[i].lead;
		}
	}
	return NULL;
}

/* Puts what every list asks, then the filters, and between before the first one. */
size_t compose_put_filters(struct composer *out, const char *between)
{
	if (out->noun->always != NULL) {
		text_puts(&out->sql, between);
		text_puts(&out->sql, out->noun->always);
		text_puts(&out->in, out->noun->always_in);
		return 1 + compose_put_conditions(out, PLACE_OTHER, " AND ", " AND ");
	}
	return compose_put_conditions(out, PLACE_OTHER, between, " AND ");
}

/* Puts how many rows the filters leave, at most as many as is bound: those of another table are
 * counted there. */
static void compose_put_count(struct composer *out)
{
	const struct shape *shape = out->shape;
	const struct list_lead *lead = compose_counts_elsewhere(out->noun, shape);
	struct shape count = *shape;

	count.lead = compose_walks(shape) ? 0 : shape->lead;
	count.form = SHAPE_COUNT;
	out->shape = &count;
	text_puts(&out->sql, "SELECT COUNT(*) FROM (SELECT 1");
	if (lead != NULL) {
		text_putf(&out->sql, " FROM %s WHERE %s = ?", lead->from, lead->column);
		text_putc(&out->in, 'u');
	} else {
		compose_put_from(out);
		compose_put_filters(out, " WHERE ");
	}
	out->shape = shape;
	text_puts(&out->sql, " LIMIT ?) x");
	text_putc(&out->in, 'u');
}

/* The column that the rows are in the order of, among those of one value of the lead. */
const char *compose_by(const struct composer *out)
{
	const struct list_lead *lead = compose_leading(out);

	return lead != NULL ? lead->by : compose_sorted(out->noun, out->shape->sort)->sql;
}

/* Puts the condition of what comes after the row of the key in the order of the sort; NULL is less
 * than anything else. */
static void compose_put_after(struct composer *out)
{
	const struct list_sort *sort = &out->noun->list.sorts[out->shape->sort];
	const char *by = compose_by(out), *id = out->noun->columns[0].sql;
	char than = out->shape->descends ? '<' : '>';
	const char *also = out->shape->at_key ? "=" : "";
	const struct column *sorted = compose_sorted(out->noun, out->shape->sort);
	const char *as = compose_collate(out, sorted, sorted->kind);
	char letter = compose_letter(sorted);

	if (out->shape->null_key) {
		compose_put_after_null(out, by);
	} else if (sort->unique) {
		text_putf(&out->sql, "%s %c%s ?", by, than, also);
		text_putc(&out->in, letter);
	} else {
		text_putf(&out->sql, "(%s %c ?%s OR (%s = ?%s AND %s %c%s ?)", by, than, as, by, as, id,
			than, also);
		text_putf(&out->in, "%c%cu", letter, letter);
		if (sort->nullable && out->shape->descends) {
			text_putf(&out->sql, " OR %s IS NULL", by);
		}
		text_putc(&out->sql, ')');
	}
}

void compose_put_key(struct composer *out, const char *between)
{
	if (out->shape->has_key) {
		text_puts(&out->sql, between);
		compose_put_after(out);
	}
}

static void compose_put_order_by(struct composer *out, const char *lead, const char *by)
{
	const char *way = out->shape->descends ? " DESC" : "";

	text_puts(&out->sql, " ORDER BY ");
	if (lead != NULL) {
		text_putf(&out->sql, "%s%s, ", lead, way);
	}
	text_putf(&out->sql, "%s%s", by, way);
	if (!out->noun->list.sorts[out->shape->sort].unique) {
		text_putf(&out->sql, ", %s%s", out->noun->columns[0].sql, way);
	}
}

void compose_put_order(struct composer *out)
{
	compose_put_order_by(out, compose_has_lead(out) ? compose_lead_column(out) : NULL,
		compose_by(out));
}

void compose_put_limit(struct composer *out)
{
	text_puts(&out->sql, " LIMIT ?");
	text_putc(&out->in, 'u');
}

/* Puts the rows of a table x of ids, in the order of the sort. */
void compose_put_rows_of(struct composer *out)
{
	const char *id = out->noun->columns[0].sql;

	text_putf(&out->sql, ") x STRAIGHT_JOIN %s %s ON %s = x.id", out->noun->table,
		out->noun->alias, id);
	compose_put_joins(out);
	compose_put_order_by(out, NULL, compose_sorted(out->noun, out->shape->sort)->sql);
}

/* What the filters leave is found by id and sort value, sorted, and counted on the way; the page's
 * rows are then read. */
static void compose_put_collected(struct composer *out)
{
	const struct noun *noun = out->noun;
	const char *id = noun->columns[0].sql, *by = compose_sorted(noun, out->shape->sort)->sql;

	text_putf(&out->sql, " FROM (SELECT %s AS id%s FROM (SELECT %s%s%s", id,
		out->shape->counts ? ", COUNT(*) OVER () AS total" : "", id,
		strcmp(id, by) == 0 ? "" : ", ", strcmp(id, by) == 0 ? "" : by);
	compose_put_from(out);
	compose_put_filters(out, " WHERE ");
	text_putf(&out->sql, " LIMIT %s) %s", out->shape->by_found ? FOUND_MAX : COLLECT_MAX,
		noun->alias);
	compose_put_key(out, " WHERE ");
	compose_put_order(out);
	compose_put_limit(out);
	compose_put_rows_of(out);
}

/* The filters are asked first, because few words of the record are not the first one. */
static void compose_put_in_order_of_words(struct composer *out)
{
	size_t filters;

	compose_put_columns(out);
	text_putf(&out->sql, ", w.word FROM %s w STRAIGHT_JOIN %s %s ON %s = w.id", out->noun->words,
		out->noun->table, out->noun->alias, out->noun->columns[0].sql);
	compose_put_joins(out);
	compose_put_by_words(&out->sql, &out->in, out->noun, out->shape);
	filters = compose_put_filters(out, " AND IF(");
	text_puts(&out->sql, filters > 0 ? ", " : " AND ");
	compose_put_first_word(&out->sql, &out->in, out->noun);
	text_puts(&out->sql, filters > 0 ? ", 0)" : "");
	compose_put_word_order(&out->sql, &out->in, out->shape, " LIMIT ?");
	text_putc(&out->out, 'b');
}

/* Puts a page that is in the order of a sort, and how many rows there are in all. */
static void compose_put_page(struct composer *out)
{
	bool walks = out->shape->form == SHAPE_WALK;

	compose_put_columns(out);
	if (out->shape->counts) {
		text_puts(&out->sql, walks ? ", (" : ", x.total");
		text_putc(&out->out, 'u');
	}
	if (out->shape->counts && walks) {
		compose_put_count(out);
		text_putc(&out->sql, ')');
	}
	if (!walks) {
		compose_put_collected(out);
	} else if (out->shape->by_found) {
		compose_put_walk_of_found(out);
	} else {
		compose_put_walk(out);
		compose_put_way(out);
	}
}

void compose_put_list(struct composer *out)
{
	switch (out->shape->form) {
	case SHAPE_COUNT:
		compose_put_count(out);
		text_putc(&out->out, 'u');
		break;
	case SHAPE_COUNT_FEW:
		compose_put_count_few(out);
		text_putc(&out->out, 'u');
		break;
	case SHAPE_COUNT_WORDS:
		compose_put_word_count(&out->sql, &out->in, out->noun);
		text_putc(&out->out, 'u');
		break;
	case SHAPE_COUNT_FOUND:
		text_puts(&out->sql, "SELECT COUNT(*) FROM ");
		compose_put_found(&out->sql, &out->in, out->noun, out->shape, " LIMIT ?");
		text_putc(&out->out, 'u');
		break;
	case SHAPE_FOUND:
		compose_put_in_order_of_words(out);
		break;
	case SHAPE_COLLECT:
	case SHAPE_WALK:
		compose_put_page(out);
		break;
	case SHAPE_REACH:
		compose_put_reach(out);
		break;
	case SHAPE_REACH_FOUND:
		compose_put_word_reach(&out->sql, &out->in, out->noun, out->shape);
		text_puts(&out->out, "bu");
		break;
	case SHAPE_LOAD:
	case SHAPE_INSERT:
	case SHAPE_UPDATE:
	case SHAPE_DELETE:
		break;
	}
}
