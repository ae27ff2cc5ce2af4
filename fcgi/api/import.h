/*
 * A table as a request brings it (act/import_file.h). Where the request would rather have it later,
 * it becomes a job (api/job.h), which keeps the pieces of the file and writes them in the same way.
 */
#ifndef API_IMPORT_H
#define API_IMPORT_H

#include "act/import.h"
#include "api/call.h"
#include "api/job.h"

/* Reads the file as spec says: the .allow of a route that imports, with ?dry_run=, ?encoding= and
 * ?ignore_unknown=. kind: the job that it may become. The other stages of all such routes are the
 * same (handlers.h). */
enum err api_import_allow(struct call *call, const struct import_spec *spec, enum job_kind kind)
	MUST_USE;

/* open(), run() and refuse() of struct job_ways. */
enum err api_import_open(struct job_step *step, const struct import_spec *spec) MUST_USE;
enum err api_import_run(struct job_step *step) MUST_USE;
enum err api_import_refuse(struct job_step *step, struct import_row *row) MUST_USE;

#endif
