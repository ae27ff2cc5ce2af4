/* How a job (struct job of store/job.h) looks to the one person whose it is. */
#ifndef VIEW_JOB_H
#define VIEW_JOB_H

#include "store/job.h"
#include "view/import.h"
#include "view/table.h"

/* {"id", "kind", "state", "set", "head", "position", "total", "done", "failed", ...} */
extern const struct view_field view_job[];

/* The same, and "refused": the rows that were. */
extern const struct view_field view_job_whole[];

extern const struct view_field view_job_stepped[]; /* what the next one writes */

/* Writes {"job": {...}, "rows": [...]}: how far it is, and what became of the rows of this
 * step. */
void view_job_step(struct text *out, const struct job *job, const struct import_row *rows,
	size_t count, const struct viewer *viewer);

#endif
