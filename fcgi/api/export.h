/*
 * All records that a list would show page by page, as a file. One stretch of rows is in memory at a
 * time, read when the one before is on its way, so that a hundred thousand records need no more
 * than a thousand do.
 */
#ifndef API_EXPORT_H
#define API_EXPORT_H

#include "api/listing.h"
#include "view/csv.h"

struct export;

/* Puts the records of the present stretch, export->listing.page; first: no other was before. */
typedef enum err export_put(struct export *export, struct text *piece, bool first);

struct export {
	struct call call;       /* a copy: the request's own is over when the body is sent */
	struct listing listing; /* at its present stretch */
	export_put *put;
	struct csv_form form;
};

/* How a file of CSV is to be written; with rights, what each user may do. */
extern const struct list_filter api_csv_also[];
extern const struct list_filter api_users_csv_also[];

/* Begins *export, in call's arena: reads the query string of a list of noun, of which rows are to
 * be in memory at a time. */
enum err api_export_begin(struct call *call, const struct noun *noun, size_t rows,
	struct export **export) MUST_USE;

/* Answers with the file, whose records put() puts. */
void api_export_answer(struct export *export, const char *content_type, const char *file_name,
	export_put *put);

/* Gives the name of a file of records of today: "users-2026-11-28.csv". */
const char *api_export_csv_name(struct arena *arena, const char *records);

#endif
