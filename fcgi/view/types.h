/*
 * The tables as TypeScript: what leaves through a field table, what comes in through one, what a
 * query string may hold. For the page, whose calls are held to it (api/contract.h).
 */
#ifndef VIEW_TYPES_H
#define VIEW_TYPES_H

#include "http/body.h"
#include "http/query.h"
#include "view/script.h"
#include "view/table.h"

/* Words that the page knows by a name. */
struct view_words {
	const char *type;         /* a union of them; NULL ends the list */
	const char *list;         /* an array of them, while the page runs; NULL: it needs none */
	const char *const *words; /* ended by NULL */
	size_t first;             /* those before stand for a number that no row has */
};

extern const struct view_words view_words[];

/* Writes the words, which NULL ends, as 'a' | 'b' and as ['a', 'b']. */
void view_types_union(struct script *out, const char *const *words);
void view_types_list(struct script *out, const char *const *words);

/* Writes an object as view_record() gives it. */
void view_types_record(struct script *out, const struct view_field *fields);

/* Writes an object as body_read() takes it. */
void view_types_body(struct script *out, const struct field *fields);

/* Writes the parameters of a query string, which spec lists and also (NULL: none), as an object.
 * pages: also size, after and before. */
void view_types_query(struct script *out, const struct list *spec, const struct list_filter *also,
	bool pages);

#endif
