#include "store/compose_words.h"
#include "store/composer.h"

/* Puts the key below the lead, or that the lead is NULL. Of an equality MariaDB would read the
 * whole index entry from its beginning to the key: a range is read from the key on. */
static void compose_put_led(struct composer *out, const char *between)
{
	const struct list_filter *row = &out->noun->list.filters[out->shape->lead - 1];
	const struct column kind = { .kind = row->kind };
	const char *lead = compose_lead_column(out);

	if (compose_leads_null(out->noun, out->shape)) {
		text_putf(&out->sql, "%s(%s < %s OR (%s IS NULL", between, lead,
			compose_before_all(list_filter_column(out->noun->columns, row)), lead);
	} else if (out->shape->has_key) {
		const char *as = compose_lead_collate(out);

		text_putf(&out->sql, "%s(%s %c ?%s OR (%s = ?%s", between, lead,
			out->shape->descends ? '<' : '>', as, lead, as);
		text_putf(&out->in, "%c%c", compose_letter(&kind), compose_letter(&kind));
	} else {
		return;
	}
	compose_put_key(out, " AND ");
	text_puts(&out->sql, "))");
}

/* Puts what lies behind the key in the order of the walk. Tells whether there is a condition. */
static bool compose_put_place(struct composer *out, const char *between)
{
	if (!compose_has_lead(out)) {
		compose_put_key(out, between);
		return out->shape->has_key;
	}
	compose_put_led(out, between);
	return out->shape->has_key || compose_leads_null(out->noun, out->shape);
}

/* Puts what lies before the end: behind it, the other way. */
static void compose_put_end(struct composer *out, const char *between)
{
	const struct shape *shape = out->shape;
	struct shape back = *shape;

	back.descends = !shape->descends;
	back.has_key = true;
	back.at_key = false;
	back.null_key = shape->null_end;
	out->shape = &back;
	(void)compose_put_place(out, between);
	out->shape = shape;
}

/* Puts the ranges of the index that a walk goes along; gives how many there are. */
static size_t compose_put_ranges(struct composer *out)
{
	bool null = compose_has_lead(out) && compose_leads_null(out->noun, out->shape);
	size_t count = null ? 0 : compose_put_conditions(out, PLACE_LEAD, " WHERE ", " AND ");

	return count + compose_put_conditions(out, PLACE_FIRST, count > 0 ? " AND " : " WHERE ",
		" AND ");
}

/* The index alone is read. */
void compose_put_reach(struct composer *out)
{
	const struct list_lead *leading = compose_leading(out);
	const char *by = compose_by(out);

	text_putf(&out->sql, "SELECT %s, %s FROM ", by,
		leading != NULL ? by : out->noun->columns[0].sql);
	if (leading != NULL) {
		text_puts(&out->sql, leading->from);
	} else {
		compose_put_table(out);
	}
	(void)compose_put_place(out, compose_put_ranges(out) > 0 ? " AND " : " WHERE ");
	compose_put_order(out);
	text_puts(&out->sql, " LIMIT ?, 1");
	text_putc(&out->in, 'u');
	text_putc(&out->out, compose_letter(compose_sorted(out->noun, out->shape->sort)));
	text_putc(&out->out, 'u');
}

/* In IF() the planner does not see the filters: it would take an index of theirs, and sort. It sees
 * those whose index is named. */
static size_t compose_put_hidden(struct composer *out, bool first)
{
	size_t hidden;

	if (out->shape->pair != 0) {
		return compose_put_filters(out, " WHERE ");
	}
	hidden = compose_put_filters(out, first ? " WHERE IF(" : " AND IF(");
	text_puts(&out->sql, hidden > 0 ? ", 1, 0)" : "");
	return hidden;
}

/* Puts the conditions, the order and the limit of a walk. */
void compose_put_way(struct composer *out)
{
	size_t bare = compose_put_ranges(out);
	size_t hidden = compose_put_hidden(out, bare == 0);
	bool any = bare + hidden > 0;

	any = compose_put_place(out, any ? " AND " : " WHERE ") || any;
	if (out->shape->has_end) {
		compose_put_end(out, any ? " AND " : " WHERE ");
	}
	compose_put_order(out);
	compose_put_limit(out);
}

void compose_put_walk(struct composer *out)
{
	const struct list_lead *leading = compose_leading(out);

	if (leading != NULL) {
		text_putf(&out->sql, " FROM %s%s", leading->from, leading->join);
	} else {
		text_puts(&out->sql, " FROM ");
		compose_put_table(out);
	}
	if (!out->shape->by_found) {
		compose_put_joins(out);
	}
}

/* The rows are read when it is known which: until then the index alone is, and whether the words
 * have found its id, which a table of them says at once. */
void compose_put_walk_of_found(struct composer *out)
{
	const char *id = out->noun->columns[0].sql;

	text_putf(&out->sql, " FROM (SELECT %s AS id", id);
	compose_put_walk(out);
	text_puts(&out->sql, " STRAIGHT_JOIN ");
	compose_put_found(&out->sql, &out->in, out->noun, out->shape, "");
	text_putf(&out->sql, " ON w.id = %s", id);
	compose_put_way(out);
	compose_put_rows_of(out);
}
