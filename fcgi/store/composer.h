/*
 * What the files share that compose statements: compose.c those of one record and the door,
 * compose_list.c counts and pages.
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

/* Tells whether the filter with this index is given. */
bool compose_is_given(const struct shape *shape, size_t filter);

/* Puts the statement of a count or a page. */
void compose_put_list(struct composer *out);

#endif
