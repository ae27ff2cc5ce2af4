/* What became of each row of an imported file. */
#ifndef VIEW_IMPORT_H
#define VIEW_IMPORT_H

#include "view/table.h"

struct import_row {
	uint64_t line;
	uint64_t id;        /* of the new record; 0: none */
	const char *errors; /* "field":"key" pairs; NULL: nothing is wrong */
};

/* Adds a field and what is wrong with it. */
void view_import_wrong(struct import_row *row, struct arena *arena, const char *field,
	const char *key);

extern const struct view_field view_imported[]; /* what the next one writes */

/* {"dry_run", "good", "refused", "rows": [{"line", "id", "errors"}]} */
void view_import(struct text *out, const struct import_row *rows, size_t count, bool dry_run,
	const struct viewer *viewer);

#endif
