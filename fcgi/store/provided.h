/*
 * A view of a provider's that takes the place of a noun's table (noun.may_be_view): whether there
 * is one, and of which collations its columns are. Words that stand in such a view itself have that
 * of the session that made it, and a database does not compare them with words of another session,
 * which ours are: what is compared with a column is told to have the column's collation. Programs
 * are started anew where a view takes the table's place.
 */
#ifndef STORE_PROVIDED_H
#define STORE_PROVIDED_H

#include "store/noun.h"

/* Tells whether a view is in the place of the noun's table; what it is is known from then on. */
enum err provided_is_view(struct db *db, const struct noun *noun, bool *view) MUST_USE;

/* Gives what follows the ? that a column is compared with, " COLLATE ..."; "" where nothing has to:
 * of a table, and of a column that has no words in utf8mb4. */
const char *provided_collate(const struct noun *noun, const struct column *column);

/* Gives the column as any text of this kind may be looked for in it: of another character set than
 * utf8mb4 converted, which has not all of them; and words as bytes, if these are looked for. */
const char *provided_sought(struct arena *arena, const struct noun *noun,
	const struct column *column, enum column_kind kind);

extern const struct statement *const provided_statements[]; /* ended by NULL */

#endif
