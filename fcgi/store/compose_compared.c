#include "store/composer.h"
#include "store/operands.h"
#include "store/provided.h"

/* Of bytes nobody knows the collation, and they need none. */
const char *compose_collate(const struct composer *out, const struct column *column,
	enum column_kind kind)
{
	return column == NULL || kind != COLUMN_TEXT ? "" : provided_collate(out->noun, column);
}

const char *compose_lead_collate(const struct composer *out)
{
	const struct list_filter *row = &out->noun->list.filters[out->shape->lead - 1];

	return row->lead != NULL ? ""
		: compose_collate(out, list_filter_column(out->noun->columns, row), row->kind);
}

void compose_put_like(struct composer *out, const struct column *column,
	enum column_kind kind)
{
	text_putf(&out->sql, "%s LIKE ?%s ESCAPE '!'",
		provided_sought(out->sql.arena, out->noun, column, kind),
		compose_collate(out, column, kind));
}

/* operands_add_beginnings() has the operands. */
void compose_put_beginnings(struct composer *out)
{
	static const char *const names[BEGINNINGS] = { "name", "email", "phone" };

	for (size_t i = 0; i < BEGINNINGS; i++) {
		text_puts(&out->sql, i == 0 ? "(" : " OR ");
		compose_put_like(out, record_column(out->noun->columns, names[i]), COLUMN_TEXT);
	}
	text_putc(&out->sql, ')');
}

const char *compose_before_all(const struct column *column)
{
	return column->kind == COLUMN_TIME ? "'1000-01-01'" : "0";
}

/* At the end of the list that is a range of what is less than all: of an equality MariaDB would
 * sort all rows that have none. */
void compose_put_after_null(struct composer *out, const char *by)
{
	const struct shape *shape = out->shape;

	text_putf(&out->sql, "(%s %s %s OR (%s IS NULL AND %s %c%s ?))", by,
		shape->descends ? "<" : ">=", compose_before_all(compose_sorted(out->noun, shape->sort)),
		by, out->noun->columns[0].sql, shape->descends ? '<' : '>', shape->at_key ? "=" : "");
	text_putc(&out->in, 'u');
}
