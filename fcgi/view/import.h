/* What became of each row of an imported file, or of other jobs. */
#ifndef VIEW_IMPORT_H
#define VIEW_IMPORT_H

#include "view/table.h"

struct import_row {
	uint64_t line;
	uint64_t id;        /* of the new record, or of the one that was to be changed; 0: none */
	const char *errors; /* "field":"key" pairs; NULL: nothing is wrong */
	bool changed;       /* something was written */
	const char *name;   /* of the record, where it was there before; NULL: none */
	const char *text;   /* the row of a file as it stands there, if it was refused; NULL: none */
};

/* Adds a field and what is wrong with it; the first thing that is wrong with a field stays. */
void view_import_wrong(struct import_row *row, struct arena *arena, const char *field,
	const char *key);

extern const struct view_field view_imported[]; /* what the next one writes */

/* Writes {"dry_run", "good", "refused", "rows": [{"line", "id", "errors"}]} */
void view_import(struct text *out, const struct import_row *rows, size_t count, bool dry_run,
	const struct viewer *viewer);

/* {"line", "id", "changed", "name", "errors", "text"} */
extern const struct view_field view_job_rows[];
void view_job_row(struct text *out, const struct import_row *row, const struct viewer *viewer);

#endif
