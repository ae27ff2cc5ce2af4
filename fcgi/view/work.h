/* How work on many rows (struct work of store/work.h) looks to the one person whose it is. */
#ifndef VIEW_WORK_H
#define VIEW_WORK_H

#include "store/work.h"
#include "view/import.h"
#include "view/table.h"

/* {"id", "kind", "state", "set", "head", "position", "total", "done", "failed", ...} */
extern const struct view_field view_work[];

/* The same, and "refused": the rows that were. */
extern const struct view_field view_work_whole[];

/* Writes {"items": [...]} */
void view_works(struct text *out, const struct work *works, size_t count,
	const struct viewer *viewer);

extern const struct view_field view_work_stepped[]; /* what the next one writes */

/* Writes {"work": {...}, "rows": [...]}: how far it is, and what became of the rows of this
 * step. */
void view_work_step(struct text *out, const struct work *work, const struct import_row *rows,
	size_t count, const struct viewer *viewer);

#endif
