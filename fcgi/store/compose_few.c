/* What is only looked at (list_filter.looks), and the few rows among which it may be found. */
#include "store/composer.h"

uint32_t compose_looked(const struct noun *noun, const struct shape *shape)
{
	uint32_t bits = 0;

	for (size_t i = 0; shape->given >> i != 0; i++) {
		bits |= (uint32_t)(compose_is_given(shape, i) && noun->list.filters[i].looks) << i;
	}
	return bits;
}

char compose_operand_letter(const struct list_filter *filter)
{
	bool instant = filter->operand == LIST_DAYS_AGO || filter->operand == LIST_NOW;
	const struct column kind = { .kind = instant ? COLUMN_TIME
		: filter->operand == LIST_WORD ? COLUMN_TEXT : filter->kind };

	return compose_letter(&kind);
}

size_t compose_few_operands(const struct list_filter *filter)
{
	size_t count = 0;

	for (const char *at = filter->few->from; *at != '\0'; at++) {
		count += *at == '?';
	}
	return count;
}

/* Puts the table in which the few rows of a filter are found. */
static void compose_put_few(struct composer *out, const struct list_filter *filter)
{
	text_putf(&out->sql, " FROM %s", filter->few->from);
	for (size_t count = compose_few_operands(filter); count > 0; count--) {
		text_putc(&out->in, compose_operand_letter(filter));
	}
}

void compose_put_from_few(struct composer *out)
{
	const struct list_filter *filter = &out->noun->list.filters[out->shape->lead - 1];

	text_putf(&out->sql, " FROM (SELECT DISTINCT %s AS id", filter->few->id);
	compose_put_few(out, filter);
	text_putf(&out->sql, ") d STRAIGHT_JOIN %s %s ON %s = d.id", out->noun->table,
		out->noun->alias, out->noun->columns[0].sql);
}

void compose_put_count_few(struct composer *out)
{
	text_puts(&out->sql, "SELECT COUNT(*) FROM (SELECT 1");
	compose_put_few(out, &out->noun->list.filters[out->shape->lead - 1]);
	text_puts(&out->sql, " LIMIT ?) x");
	text_putc(&out->in, 'u');
}
