/*
 * A job that goes on over many short requests, so that it shows how far it is, can be
 * cancelled, and survives whoever asked for it going away. A route that can makes
 * one when the request says "Prefer: respond-async" (RFC 7240): 202, and Location names the job.
 * POST /jobs/{id}/step then deals with the next rows, by the rights of that moment.
 *
 * Each batch of rows is one transaction that first claims them. A batch in which a row fails is
 * dealt with once more, each row by itself, so that it holds nobody else up.
 */
#ifndef API_JOB_H
#define API_JOB_H

#include "api/call.h"
#include "store/job.h"
#include "view/import.h"

#include <stdbool.h>
#include <stddef.h>

struct job_step {
	struct call *call;
	struct job job;          /* position is where the present batch begins */
	struct import_row *rows; /* of this step; the first one is row number start of the job */
	size_t start;
	size_t end;              /* where the step ends: open() may move it nearer */
	size_t to;               /* where the present batch ends */
	bool claimed;            /* the present batch is ours */
	bool is_of_a_row;        /* that run() failed; else it is of the whole step */
	void *context;           /* of the kind of job */
};

/* What a kind of job does. */
struct job_ways {
	enum perm perm; /* asked for at every step */
	size_t rows;    /* of a step, at most */
	size_t batch;   /* of a transaction, at most */
	/* Reads what is to be done from job.position on, and options; fills in context. Called again
	 * when it has moved the end nearer, and the step has come there. */
	enum err (*open)(struct job_step *step);
	/* In a transaction: deals with the rows job.position to to. What is wrong with a row is noted
	 * in it where nothing was written yet; otherwise it fails with is_of_a_row, and nothing of the
	 * batch is kept. */
	enum err (*run)(struct job_step *step);
	/* In a transaction, after run() has failed for one row by itself: notes in it what is wrong. */
	enum err (*refuse)(struct job_step *step, struct import_row *row);
};

extern const struct job_ways api_job_users_bulk;     /* user_bulk.c */
extern const struct job_ways api_job_users_import;   /* user_import.c */
extern const struct job_ways api_job_clients_import; /* client_import.c */
extern const struct job_ways api_job_users_undo;     /* user_undo.c */

/* Tells whether the request would rather have its rows dealt with later. */
bool api_job_is_wanted(const struct call *call);

/* In the transaction of a change: makes the job, whose kind, options and total are given, and says
 * in call->record_id which it is. Refuses somebody who has too much under way with the field
 * "job": job.too_many. */
enum err api_job_create(struct call *call, struct job *job, const char *input, size_t len)
	MUST_USE;

/* Answers with the job that call->record_id names: 202. */
enum err api_job_answer_created(struct call *call) MUST_USE;

/* Reads the input of a job that has it in one; where it was wiped, for the job was finished or
 * cancelled just now, *input is NULL and the step over. */
enum err api_job_input(struct job_step *step, const char **input) MUST_USE;

/* Gives the row of this number of the job, which lies in the present step. */
struct import_row *api_job_row(struct job_step *step, size_t at);

#endif
