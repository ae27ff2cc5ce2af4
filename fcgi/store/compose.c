#include "store/composer.h"

#include <string.h>

/* So many filters has a list at most, and so many of them two conditions: bits of a shape. */
enum { FILTERS_MAX = 24, DENIED_MAX = 8 };

_Static_assert(FILTERS_MAX + DENIED_MAX == 32, "they fit below the sort");

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

static bool compose_is_seen(const struct composer *out, const struct column *column)
{
	return column->sql != NULL && !(out->shape->masked && column->mask != MASK_NONE);
}

void compose_put_columns(struct composer *out)
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

void compose_put_joins(struct composer *out)
{
	text_puts(&out->sql, out->noun->joins);
	if (out->noun->unmasked_joins != NULL && !out->shape->masked) {
		text_puts(&out->sql, out->noun->unmasked_joins);
	}
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
	case SHAPE_COUNT_WORDS:
	case SHAPE_COUNT_FOUND:
	case SHAPE_FOUND:
	case SHAPE_REACH_FOUND:
	case SHAPE_COUNT_FEW:
	case SHAPE_COLLECT:
	case SHAPE_WALK:
	case SHAPE_REACH:
		compose_put_list(out);
		break;
	}
}

/* Gives what the log calls it: the noun, the form, the sort, the filters. */
static const char *compose_name(struct arena *arena, const struct noun *noun,
	const struct shape *shape)
{
	static const char *const forms[] = { [SHAPE_LOAD] = "load", [SHAPE_INSERT] = "insert",
		[SHAPE_UPDATE] = "update", [SHAPE_DELETE] = "delete", [SHAPE_COUNT] = "count",
		[SHAPE_COLLECT] = "collect", [SHAPE_WALK] = "walk", [SHAPE_REACH] = "reach",
		[SHAPE_COUNT_WORDS] = "count_words", [SHAPE_COUNT_FOUND] = "count_found",
		[SHAPE_FOUND] = "found", [SHAPE_REACH_FOUND] = "reach_found",
		[SHAPE_COUNT_FEW] = "count_few" };
	const struct list_filter *rows = noun->list.filters;
	struct text name = text_in(arena);

	text_putf(&name, "%s_%s%s", noun->name, forms[shape->form], shape->masked ? "_masked" : "");
	if (shape->form == SHAPE_COLLECT || compose_walks(shape)) {
		text_putf(&name, "_by_%s%s%s%s", noun->list.sorts[shape->sort].name,
			shape->descends ? "_desc" : "", shape->at_key ? "_at" : shape->has_key ? "_after" : "",
			shape->null_key ? "_null" : "");
		text_puts(&name, shape->counts ? "_counted" : "");
		text_puts(&name, !shape->has_end ? "" : shape->null_end ? "_to_null" : "_to");
	}
	if (shape->lead != 0 && (compose_walks(shape) || rows[shape->lead - 1].few != NULL)) {
		text_putf(&name, "_%s_%s", compose_walks(shape) ? "along" : "among",
			rows[shape->lead - 1].name);
	}
	for (size_t i = 0; shape->given >> i != 0; i++) {
		if (compose_is_given(shape, i)) {
			text_putf(&name, "_%s", rows[i].name);
		}
	}
	text_puts(&name, shape->pair != 0 ? "_paired" : "");
	if (shape->terms > 1 || shape->by_found) {
		text_putf(&name, "_%u%s", shape->terms, shape->by_found ? "_found" : "");
	}
	return name.bytes;
}

/* Whether a masked viewer's statement would name a column that has a mask. */
static bool compose_names_masked(const struct noun *noun, const struct shape *shape)
{
	const struct list_filter *rows = noun->list.filters;
	bool page = shape->form == SHAPE_COLLECT || compose_walks(shape);
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

/* The bits of the filters that are denied, one for each that has two conditions. */
static uint64_t compose_denied(const struct noun *noun, const struct shape *shape)
{
	const struct list_filter *rows = noun->list.filters;
	uint64_t bits = 0;
	unsigned count = 0;

	for (size_t i = 0; shape->denied >> i != 0; i++) {
		bits |= (uint64_t)(shape->denied >> i & 1) << count;
		count += rows[i].otherwise != NULL;
	}
	return bits;
}

const struct statement *compose(struct db *db, const struct noun *noun, const struct shape *shape)
{
	uint64_t bits = (uint64_t)(shape->given | shape->rows) |
		compose_denied(noun, shape) << FILTERS_MAX |
		(uint64_t)shape->sort << 32 | (uint64_t)shape->form << 36 |
		(uint64_t)shape->terms << 40 | (uint64_t)shape->lead << 43 |
		(uint64_t)shape->by_found << 48 | (uint64_t)shape->masked << 49 |
		(uint64_t)shape->descends << 50 | (uint64_t)shape->has_key << 51 |
		(uint64_t)shape->null_key << 52 | (uint64_t)shape->counts << 53 |
		(uint64_t)shape->pair << 54 | (uint64_t)shape->named << 58 |
		(uint64_t)shape->has_end << 59 | (uint64_t)shape->null_end << 60 |
		(uint64_t)shape->at_key << 61;
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
