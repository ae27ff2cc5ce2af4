/*
 * What the files share that compose statements: compose.c those of one record and the door,
 * compose_list.c counts and pages, compose_walk.c pages along an index, compose_compared.c what is
 * compared with a column.
 */
#ifndef STORE_COMPOSER_H
#define STORE_COMPOSER_H

#include "base/text.h"
#include "store/compose.h"

/* What is composed, and of what. */
struct composer {
	const struct noun *noun;
	const struct shape *shape;
	struct text sql;
	struct text in;
	struct text out;
};

/* Put the noun's columns that the viewer may see, each with its letter, and what they are joined
 * with. */
void compose_put_columns(struct composer *out);
void compose_put_joins(struct composer *out);

/* Tells whether the statement goes along an index. */
bool compose_walks(const struct shape *shape);

/* Tells whether the filter with this index is given. */
bool compose_is_given(const struct shape *shape, size_t filter);

/* Give the column along whose index a walk with a lead goes, whether it has one, and the table that
 * leads to the list's own, NULL when it is that itself. */
const char *compose_lead_column(const struct composer *out);
bool compose_has_lead(const struct composer *out);
const struct list_lead *compose_leading(const struct composer *out);

/* Give what follows the ? that the column, or that of the lead, is compared with, which is of this
 * kind: "" but for text, where a provider's view takes the table's place. */
const char *compose_collate(const struct composer *out, const struct column *column,
	enum column_kind kind);
const char *compose_lead_collate(const struct composer *out);

/* Put that the column is LIKE what is bound, of this kind; and that a name, an address or a number
 * is, where there are no words. */
void compose_put_like(struct composer *out, const struct column *column, enum column_kind kind);
void compose_put_beginnings(struct composer *out);

/* Puts what comes after a row whose sort value, by, is NULL. */
void compose_put_after_null(struct composer *out, const char *by);

/* Gives a value that is less than all of the column: years begin with 1000, ids with 1. */
const char *compose_before_all(const struct column *column);

/* Gives the column that the rows are in the order of, among those of one value of the lead. */
const char *compose_by(const struct composer *out);

/* Puts the conditions of the given filters that stand in this place: between before the first of
 * them, next before each other one. Gives how many there were. */
size_t compose_put_conditions(struct composer *out, enum filter_place wanted, const char *between,
	const char *next);

/* Puts the noun's table, with the index that has to be taken. */
void compose_put_table(struct composer *out);

/* Puts what every list asks, then the filters, and between before the first one. */
size_t compose_put_filters(struct composer *out, const char *between);

/* Put what lies behind the key, if there is one, the order, the limit, and the rows of a table x of
 * ids that is open, in the order of the sort. */
void compose_put_key(struct composer *out, const char *between);
void compose_put_order(struct composer *out);
void compose_put_limit(struct composer *out);
void compose_put_rows_of(struct composer *out);

/* Put the tables of a page along an index, and what follows them; the same of rows that words have
 * found; and the statement that finds how far a walk goes. */
void compose_put_walk(struct composer *out);
void compose_put_way(struct composer *out);
void compose_put_walk_of_found(struct composer *out);
void compose_put_reach(struct composer *out);

/* Gives the letter of what is bound to a filter's condition. */
char compose_operand_letter(const struct list_filter *filter);

/* Put the table with those of its rows that are among the few of the lead; and how many these
 * are. */
void compose_put_from_few(struct composer *out);
void compose_put_count_few(struct composer *out);

/* Puts the statement of a count or a page. */
void compose_put_list(struct composer *out);

#endif
