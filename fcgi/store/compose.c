#include "store/compose.h"

#include "base/text.h"
#include "store/compose_words.h"

#include <string.h>

/* Far more than are collected at all; it keeps the planners from pulling the subquery apart. */
#define COLLECT_MAX "10001"

/* LIST_FEW_MAX: they are no more, or only these are looked at. */
#define FOUND_MAX "2000"

/* So many filters has a list at most: bits of a shape. */
enum { FILTERS_MAX = 24 };

/* What is composed, and of what. */
struct composer {
	const struct noun *noun;
	const struct shape *shape;
	struct text sql;
	struct text in;
	struct text out;
};

const struct column *compose_sorted(const struct noun *noun, int sort)
{
	return list_sort_column(noun->columns, &noun->list.sorts[sort]);
}

char compose_letter(const struct column *column)
{
	switch (column->kind) {
	case COLUMN_TEXT:
		return 's';
	case COLUMN_BYTES:
		return 'b';
	case COLUMN_TIME:
		return 't';
	case COLUMN_NUMBER:
	case COLUMN_ID:
	case COLUMN_FLAG:
	case COLUMN_WORD:
	case COLUMN_END:
		break;
	}
	return 'u';
}

static bool compose_is_given(const struct shape *shape, size_t filter)
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

size_t compose_operands(const struct noun *noun, const struct shape *shape, size_t filter,
	bool *first)
{
	const struct list_filter *row = &noun->list.filters[filter];
	const char *spelled = compose_spelled(shape, row, filter);
	size_t count = 0;

	*first = shape->form == SHAPE_WALK && row->operand != LIST_WORDS &&
		list_filter_column(noun->columns, row) == compose_sorted(noun, shape->sort);
	if (compose_words(noun, shape) == (int)filter) {
		return (size_t)TERM_OPERANDS * shape->terms;
	}
	if (spelled == NULL) {
		return *first && !compose_is_like(row) ? 2 : 1;
	}
	for (; *spelled != '\0'; spelled++) {
		count += *spelled == '?';
	}
	return count;
}

/* Puts the table, or those of its rows that the words find. */
static void compose_put_from(struct composer *out)
{
	text_puts(&out->sql, " FROM ");
	if (out->shape->few_found) {
		compose_put_found(&out->sql, &out->in, out->noun, out->shape, FOUND_MAX);
		text_putf(&out->sql, " STRAIGHT_JOIN %s %s ON %s = w.id", out->noun->table,
			out->noun->alias, out->noun->columns[0].sql);
	} else {
		text_putf(&out->sql, "%s %s", out->noun->table, out->noun->alias);
	}
}

/* An equality with the very column that is sorted by is a range: of an equality, MariaDB reads the
 * whole index entry from its beginning to the key. */
static void compose_put_condition(struct composer *out, size_t filter, bool first)
{
	const struct list_filter *row = &out->noun->list.filters[filter];
	const struct column *column = list_filter_column(out->noun->columns, row);
	const char *spelled = compose_spelled(out->shape, row, filter);

	if (compose_words(out->noun, out->shape) == (int)filter) {
		compose_put_terms(&out->sql, out->noun, out->shape, 0, out->noun->alias);
	} else if (spelled != NULL) {
		text_puts(&out->sql, spelled);
	} else if (compose_is_like(row)) {
		text_putf(&out->sql, "%s LIKE ? ESCAPE '!'", column->sql);
	} else if (first) {
		text_putf(&out->sql, "%s >= ? AND %s <= ?", column->sql, column->sql);
	} else {
		text_putf(&out->sql, "%s = ?", column->sql);
	}
}

/* Puts the conditions of the given filters that stand first, or of the others: between before the
 * first of them, next before each other one. Gives how many there were. */
static size_t compose_put_conditions(struct composer *out, bool wanted, const char *between,
	const char *next)
{
	const struct list_filter *rows = out->noun->list.filters;
	size_t count = 0;

	for (size_t i = 0; rows[i].kind != COLUMN_END; i++) {
		bool instant = rows[i].operand == LIST_DAYS_AGO || rows[i].operand == LIST_NOW;
		const struct column kind = { .kind = instant ? COLUMN_TIME : rows[i].kind };
		bool words = compose_words(out->noun, out->shape) == (int)i, first;
		size_t operands;

		if (!compose_is_given(out->shape, i) || (words && out->shape->few_found)) {
			continue;
		}
		operands = compose_operands(out->noun, out->shape, i, &first);
		if (first == wanted) {
			text_puts(&out->sql, count++ == 0 ? between : next);
			compose_put_condition(out, i, first);
			while (operands-- > 0) {
				text_putc(&out->in, words ? 'b' : compose_letter(&kind));
			}
		}
	}
	return count;
}

/* Puts what every list asks, then the filters, and between before the first one. */
static size_t compose_put_filters(struct composer *out, const char *between)
{
	if (out->noun->always != NULL) {
		text_puts(&out->sql, between);
		text_puts(&out->sql, out->noun->always);
		text_puts(&out->in, out->noun->always_in);
		return 1 + compose_put_conditions(out, false, " AND ", " AND ");
	}
	return compose_put_conditions(out, false, between, " AND ");
}

static bool compose_is_seen(const struct composer *out, const struct column *column)
{
	return column->sql != NULL && !(out->shape->masked && column->mask != MASK_NONE);
}

static void compose_put_columns(struct composer *out)
{
	const char *between = "SELECT ";

	for (const struct column *column = out->noun->columns; column->kind != COLUMN_END; column++) {
		if (compose_is_seen(out, column)) {
			text_puts(&out->sql, between);
			text_puts(&out->sql, column->sql);
			text_putc(&out->out, compose_letter(column));
			between = ", ";
		}
	}
}

/* Puts the columns of the table itself, without what other tables say. */
static void compose_put_own_columns(struct composer *out)
{
	const char *alias = out->noun->alias, *between = "SELECT ";
	size_t len = strlen(alias);

	for (const struct column *column = out->noun->columns; column->kind != COLUMN_END; column++) {
		if (compose_is_seen(out, column) && strncmp(column->sql, alias, len) == 0 &&
		    column->sql[len] == '.') {
			text_puts(&out->sql, between);
			text_puts(&out->sql, column->sql);
			between = ", ";
		}
	}
}

static void compose_put_joins(struct composer *out)
{
	text_puts(&out->sql, out->noun->joins);
	if (out->noun->unmasked_joins != NULL && !out->shape->masked) {
		text_puts(&out->sql, out->noun->unmasked_joins);
	}
}

/* Puts the condition of what comes after the row of the key in the order of the sort; NULL is less
 * than anything else. */
static void compose_put_key(struct composer *out, const char *between)
{
	const struct list_sort *sort = &out->noun->list.sorts[out->shape->sort];
	const struct column *column = compose_sorted(out->noun, out->shape->sort);
	const char *by = column->sql, *id = out->noun->columns[0].sql;
	char than = out->shape->descends ? '<' : '>', letter = compose_letter(column);

	if (!out->shape->has_key) {
		return;
	}
	text_puts(&out->sql, between);
	if (out->shape->null_key) {
		text_putf(&out->sql, "(%s IS NULL AND %s %c ?%s%s%s)", by, id, than,
			out->shape->descends ? "" : " OR ", out->shape->descends ? "" : by,
			out->shape->descends ? "" : " IS NOT NULL");
		text_putc(&out->in, 'u');
	} else if (sort->unique) {
		text_putf(&out->sql, "%s %c ?", by, than);
		text_putc(&out->in, letter);
	} else {
		text_putf(&out->sql, "(%s %c ? OR (%s = ? AND %s %c ?)", by, than, by, id, than);
		text_putf(&out->in, "%c%cu", letter, letter);
		if (sort->nullable && out->shape->descends) {
			text_putf(&out->sql, " OR %s IS NULL", by);
		}
		text_putc(&out->sql, ')');
	}
}

static void compose_put_order(struct composer *out)
{
	const char *way = out->shape->descends ? " DESC" : "";

	text_putf(&out->sql, " ORDER BY %s%s", compose_sorted(out->noun, out->shape->sort)->sql, way);
	if (!out->noun->list.sorts[out->shape->sort].unique) {
		text_putf(&out->sql, ", %s%s", out->noun->columns[0].sql, way);
	}
	text_puts(&out->sql, " LIMIT ?");
	text_putc(&out->in, 'u');
}

/* The rows that the filters leave take the table's place, under its name. */
static void compose_put_collected(struct composer *out)
{
	compose_put_columns(out);
	text_puts(&out->sql, " FROM (");
	compose_put_own_columns(out);
	compose_put_from(out);
	compose_put_filters(out, " WHERE ");
	text_putf(&out->sql, " LIMIT " COLLECT_MAX ") %s", out->noun->alias);
	compose_put_joins(out);
	compose_put_key(out, " WHERE ");
	compose_put_order(out);
}

/* In IF() the planner does not see the filters: it would take an index of theirs, and sort. */
static void compose_put_walk(struct composer *out)
{
	size_t first, others;

	compose_put_columns(out);
	text_putf(&out->sql, " FROM %s %s", out->noun->table, out->noun->alias);
	compose_put_joins(out);
	first = compose_put_conditions(out, true, " WHERE ", " AND ");
	others = compose_put_filters(out, first > 0 ? " AND IF(" : " WHERE IF(");
	text_puts(&out->sql, others > 0 ? ", 1, 0)" : "");
	compose_put_key(out, first + others > 0 ? " AND " : " WHERE ");
	compose_put_order(out);
}

static void compose_put_in_order_of_words(struct composer *out)
{
	compose_put_columns(out);
	text_putf(&out->sql, ", w.word FROM %s w STRAIGHT_JOIN %s %s ON %s = w.id", out->noun->words,
		out->noun->table, out->noun->alias, out->noun->columns[0].sql);
	compose_put_joins(out);
	compose_put_by_words(&out->sql, &out->in, out->noun, out->shape);
	text_putc(&out->out, 'b');
}

static const char *compose_written(const struct noun *noun)
{
	return noun->written == NULL ? noun->table : noun->written;
}

/* Puts the places of the values of each row, of which the letters of one are there. */
static void compose_put_rows(struct composer *out)
{
	size_t width = out->in.len;

	for (uint32_t row = 0; row == 0 || row < out->shape->rows; row++) {
		text_puts(&out->sql, row == 0 ? "(?" : ", (?");
		for (size_t i = 1; i < width; i++) {
			text_puts(&out->sql, ", ?");
		}
		text_putc(&out->sql, ')');
		if (row > 0) {
			text_put(&out->in, arena_copy(out->in.arena, out->in.bytes, width), width);
		}
	}
}

static void compose_put_insert(struct composer *out)
{
	const struct noun *noun = out->noun;
	const char *between = "";

	text_putf(&out->sql, "INSERT INTO %s (", compose_written(noun));
	for (const struct column *column = noun->columns; column->kind != COLUMN_END; column++) {
		if (column->stored != NULL) {
			text_puts(&out->sql, between);
			text_puts(&out->sql, column->stored);
			text_putc(&out->in, compose_letter(column));
			between = ", ";
		}
	}
	if (noun->inserted != NULL) {
		text_putf(&out->sql, "%s%s", between, noun->inserted);
		text_puts(&out->in, noun->inserted_in);
	}
	text_puts(&out->sql, ") VALUES ");
	compose_put_rows(out);
}

static void compose_put_update(struct composer *out)
{
	text_putf(&out->sql, "UPDATE %s SET ", compose_written(out->noun));
	for (const struct column *column = out->noun->columns; column->kind != COLUMN_END; column++) {
		if (column->stored != NULL && (column->where & IS_FIXED) == 0 &&
		    compose_is_seen(out, column)) {
			text_putf(&out->sql, "%s = ?, ", column->stored);
			text_putc(&out->in, compose_letter(column));
		}
	}
	text_puts(&out->sql, "version = version + 1 WHERE id = ? AND version = ?");
	text_puts(&out->in, "uu");
}

static void compose_put_statement(struct composer *out)
{
	const struct noun *noun = out->noun;

	switch (out->shape->form) {
	case SHAPE_LOAD:
		compose_put_columns(out);
		text_putf(&out->sql, " FROM %s %s", noun->table, noun->alias);
		compose_put_joins(out);
		text_putf(&out->sql, " WHERE %s = ?", noun->columns[0].sql);
		text_putc(&out->in, 'u');
		break;
	case SHAPE_INSERT:
		compose_put_insert(out);
		break;
	case SHAPE_UPDATE:
		compose_put_update(out);
		break;
	case SHAPE_DELETE:
		text_putf(&out->sql, "DELETE FROM %s WHERE id = ? AND version = ?",
			compose_written(noun));
		text_puts(&out->in, "uu");
		break;
	case SHAPE_COUNT:
		text_puts(&out->sql, "SELECT COUNT(*) FROM (SELECT 1");
		compose_put_from(out);
		compose_put_filters(out, " WHERE ");
		text_puts(&out->sql, " LIMIT ?) x");
		text_putc(&out->in, 'u');
		text_putc(&out->out, 'u');
		break;
	case SHAPE_COUNT_FOUND:
		text_puts(&out->sql, "SELECT COUNT(*) FROM ");
		compose_put_found(&out->sql, &out->in, noun, out->shape, "?");
		text_putc(&out->in, 'u');
		text_putc(&out->out, 'u');
		break;
	case SHAPE_FOUND:
		compose_put_in_order_of_words(out);
		break;
	case SHAPE_COLLECT:
		compose_put_collected(out);
		break;
	case SHAPE_WALK:
		compose_put_walk(out);
		break;
	}
}

/* Gives what the log calls it: the noun, the form, the sort, the filters. */
static const char *compose_name(struct arena *arena, const struct noun *noun,
	const struct shape *shape)
{
	static const char *const forms[] = { [SHAPE_LOAD] = "load", [SHAPE_INSERT] = "insert",
		[SHAPE_UPDATE] = "update", [SHAPE_DELETE] = "delete", [SHAPE_COUNT] = "count",
		[SHAPE_COLLECT] = "collect", [SHAPE_WALK] = "walk",
		[SHAPE_COUNT_FOUND] = "count_found", [SHAPE_FOUND] = "found" };
	const struct list_filter *rows = noun->list.filters;
	struct text name = text_in(arena);

	text_putf(&name, "%s_%s%s", noun->name, forms[shape->form], shape->masked ? "_masked" : "");
	if (shape->form == SHAPE_COLLECT || shape->form == SHAPE_WALK) {
		text_putf(&name, "_by_%s%s%s%s", noun->list.sorts[shape->sort].name,
			shape->descends ? "_desc" : "", shape->has_key ? "_after" : "",
			shape->null_key ? "_null" : "");
	}
	for (size_t i = 0; shape->given >> i != 0; i++) {
		if (compose_is_given(shape, i)) {
			text_putf(&name, "_%s", rows[i].name);
		}
	}
	if (shape->terms > 1 || shape->few_found) {
		text_putf(&name, "_%u%s", shape->terms, shape->few_found ? "_few" : "");
	}
	return name.bytes;
}

/* Whether a masked viewer's statement would name a column that has a mask. */
static bool compose_names_masked(const struct noun *noun, const struct shape *shape)
{
	const struct list_filter *rows = noun->list.filters;
	bool page = shape->form == SHAPE_COLLECT || shape->form == SHAPE_WALK;
	bool named = page && compose_sorted(noun, shape->sort)->mask != MASK_NONE;

	for (size_t i = 0; !named && shape->given >> i != 0; i++) {
		const struct column *column = compose_is_given(shape, i)
			? list_filter_column(noun->columns, &rows[i]) : NULL;

		named = column != NULL && column->mask != MASK_NONE;
	}
	return named;
}

bool compose_in(struct arena *arena, const struct noun *noun, const struct shape *shape,
	struct statement *statement)
{
	struct composer out = { .noun = noun, .shape = shape, .sql = text_in(arena),
		.in = text_in(arena), .out = text_in(arena) };
	bool changes = shape->form == SHAPE_INSERT || shape->form == SHAPE_UPDATE ||
		shape->form == SHAPE_DELETE;

	if (shape->masked && compose_names_masked(noun, shape)) {
		return false;
	}
	text_puts(&out.in, "");
	text_puts(&out.out, "");
	compose_put_statement(&out);
	*statement = (struct statement){ .name = compose_name(arena, noun, shape),
		.programs = changes ? noun->writers : noun->programs,
		.in = out.in.bytes, .out = out.out.bytes, .sql = out.sql.bytes };
	return true;
}

const struct statement *compose(struct db *db, const struct noun *noun, const struct shape *shape)
{
	uint64_t bits = (uint64_t)(shape->given | shape->rows) |
		(uint64_t)shape->denied << FILTERS_MAX |
		(uint64_t)shape->sort << 48 | (uint64_t)shape->form << 52 |
		(uint64_t)shape->terms << 56 | (uint64_t)shape->few_found << 59 |
		(uint64_t)shape->masked << 60 | (uint64_t)shape->descends << 61 |
		(uint64_t)shape->has_key << 62 | (uint64_t)shape->null_key << 63;
	const struct statement *statement = db_composed(db, noun, bits);
	struct statement composed;
	struct arena arena;

	if (statement != NULL) {
		return statement;
	}
	arena_init(&arena);
	if (compose_in(&arena, noun, shape, &composed)) {
		statement = db_compose(db, noun, bits, &composed);
	}
	arena_release(&arena);
	return statement;
}
