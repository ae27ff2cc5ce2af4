/* What the files about one change for many users share. */
#ifndef API_BULK_H
#define API_BULK_H

#include "api/call.h"
#include "api/users.h"
#include "api/job.h"
#include "http/body.h"
#include "store/user.h"
#include "view/user.h"

#include <stdbool.h>
#include <stddef.h>

/* Whoever wants more than these sends more requests: a request that ends in time can be cancelled
 * after it, and one that does not takes a thread from everybody else. */
enum { BULK_IDS_MAX = PAGE_MAX, BULK_FILTER_MAX = 1000 };

/* As many can become a job, or be asked about. */
enum { BULK_LATER_IDS_MAX = 5000, BULK_LATER_FILTER_MAX = 50000 };

struct bulk_set {
	struct in_flag given;
	struct in_word status;
	struct in_flag mask_data;
	struct in_id add_group;
	struct in_id remove_group;
};

/* Whom: one of ids, filter and all. */
struct bulk_input {
	struct in_ids ids;
	struct in_pairs filter;
	struct in_flag all;
	struct bulk_set set;
	struct in_flag dry_run;
};

/* Gives what the record is to become; *changed is false when it is so already. */
struct user api_bulk_apply(struct arena *arena, const struct user *before,
	const struct bulk_set *set, bool *changed);

/* Hands all users that are meant to take(), a page at a time, with the ids of their groups;
 * somebody who is not there has id 0. Refuses, before any, when a filter matches more than most;
 * hands out at most a page more than that. */
typedef enum err bulk_take(struct call *call, struct user *users, size_t count, void *context);
enum err api_bulk_each(struct call *call, size_t max, bulk_take *take, void *context) MUST_USE;

/* Answers what the change would come to, and changes nothing. */
enum err api_bulk_dry_run(struct call *call) MUST_USE;

/* A row and what became of it. */
struct bulk_row {
	struct call call; /* the request's, with a reply and an id of its own */
	struct reply reply;
	struct user_change change;
	const struct bulk_set *set;
	uint64_t job_id;  /* the job that keeps, or kept, what the row was */
	bool changed;
};

void api_bulk_begin_row(struct bulk_row *row, const struct call *call, uint64_t id,
	const struct bulk_set *set, uint64_t job_id);

/* Changes a row, which is the state of the row's call, in a transaction. */
typedef enum err bulk_change(struct call *row);

/* Changes each row in a transaction of its own. */
struct user_result *api_bulk_change_all(struct call *call, const struct in_ids *ids,
	const struct bulk_set *set, uint64_t job_id, bulk_change *change);

/* Notes in the trail that a row was refused: that is no refusal of the request, so nobody else
 * notes it. */
enum err api_bulk_note_refusal(struct call *call) MUST_USE;

/* Puts ids as the input of a job, a space after each. */
void api_bulk_put_ids(struct text *list, const struct in_ids *ids);

/* Reads the set from the options of a job, which are the JSON that the request had. */
enum err api_bulk_read_set(struct call *call, const char *options, struct bulk_set *set) MUST_USE;

/* Open, run and refuse a step of bulk work, a row at a time (the ways of api/job.h): the users of
 * ids, as the input has them, are to be changed by change(); the job job_id keeps, or kept, what
 * they were. */
enum err api_bulk_open(struct job_step *step, const char *ids, uint64_t job_id,
	bulk_change *change) MUST_USE;
enum err api_bulk_run(struct job_step *step) MUST_USE;
enum err api_bulk_refuse(struct job_step *step, struct import_row *out) MUST_USE;

#endif
