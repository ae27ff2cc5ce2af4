/* What became of each row of an imported file, or of other jobs. */
#ifndef VIEW_IMPORT_H
#define VIEW_IMPORT_H

#include "view/table.h"

/* What became of a row, or would. */
enum import_deed { DEED_REFUSED = 0, DEED_NEW, DEED_CHANGED, DEED_SAME };

struct import_row {
	uint64_t line;
	uint64_t id;        /* of the new record, or of the one that was to be changed; 0: none */
	const char *errors; /* "field":"key" pairs; NULL: nothing is wrong */
	const char *said;   /* "field":"text" pairs: what in the cell is wrong, where that is not all of
	                     * it; NULL: of none */
	bool changed;       /* something was written */
	const char *name;   /* of the record, where it was there before; NULL: none */
	const char *text;   /* the row of a file as it stands there, if it was refused; NULL: none */
	enum import_deed deed; /* of a row of a file */
	unsigned mark;      /* what it has to do with those before it (act/import.h) */
};

/* What is told of a file. */
struct import_told {
	const struct import_row *rows;
	size_t count;
	bool dry_run;
	const char *encoding;
	char separator;
	const char *const *ignored; /* names of columns that were left out */
	size_t ignored_count;
};

/* Adds a field and what is wrong with it; the first thing that is wrong with a field stays. */
void view_import_wrong(struct import_row *row, struct arena *arena, const char *field,
	const char *key);

/* Adds what in the field's cell is wrong, before the above does what is wrong with it. */
void view_import_said(struct import_row *row, struct arena *arena, const char *field,
	const char *said);

/* Writes such pairs as people read them: "email: email.format, groups: groups.unknown (Sales)". */
void view_import_wrongs(struct text *out, const char *pairs, const char *said);

/* How many rows there are of each deed. */
struct import_counts {
	size_t of[DEED_SAME + 1];
};
struct import_counts view_import_count(const struct import_told *told);

extern const struct view_field view_imported[]; /* what the next one writes */

/* Writes {"dry_run", "encoding", "separator", "ignored", "good", "new", "changed", "same",
 * "refused", "rows": [{"line", "id", "deed", "errors", "said"}]} */
void view_import(struct text *out, const struct import_told *told, const struct viewer *viewer);

/* {"line", "id", "changed", "name", "errors", "said", "text"} */
extern const struct view_field view_job_rows[];
void view_job_row(struct text *out, const struct import_row *row, const struct viewer *viewer);

#endif
