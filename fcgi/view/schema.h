/*
 * The tables as JSON Schema (draft 2020-12): what leaves through a field table, what comes in
 * through one, what a query string may hold. For the OpenAPI document.
 */
#ifndef VIEW_SCHEMA_H
#define VIEW_SCHEMA_H

#include "base/text.h"
#include "http/body.h"
#include "http/query.h"
#include "view/table.h"

#include <stdbool.h>

/* Writes the schema of an object as view_record() writes it: nothing more, and nothing less but
 * optional fields. */
void view_schema(struct text *out, const struct view_field *fields);

/* Writes that of an object as body_read() takes it; fields NULL: an empty one. */
void view_schema_body(struct text *out, const struct field *fields);

/* Writes the parameters of a query string, which spec lists, as OpenAPI Parameter Objects, each
 * with a comma after it. pages: also size, after and before. */
void view_schema_query(struct text *out, const struct list *spec, bool pages);

/* Writes only those of these filters. */
void view_schema_parameters(struct text *out, const struct list_filter *filters);

#endif
