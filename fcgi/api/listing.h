/*
 * What all lists share: the query string, cursors, and the refusal to sort or filter by what the
 * viewer sees masked. A cursor is the sort value and id of a row, encrypted and authenticated: it
 * carries no readable personal data and cannot be made up.
 */
#ifndef API_LISTING_H
#define API_LISTING_H

#include "api/call.h"
#include "http/query.h"
#include "store/noun.h"
#include "view/table.h"

/* What words find is counted so far: more are not looked through, but searched more closely. */
enum { LISTING_FOUND_MAX = 100 };

struct listing {
	const struct noun *noun;
	const struct view_field *fields;
	struct query *query; /* the call's */
	struct list_ask ask;
	uint64_t asked; /* stands for the filters and what they were asked for */
	bool sought;    /* by words */
	bool words;     /* and there are some */
	struct page page;
	void *records;  /* of the page */
};

/* What is looked for in addresses, where it has letters beyond ASCII, the columns do not have: its
 * domain is kept in other letters. It is looked for among the words, as people write it, from the
 * beginning of an address, of one of its parts or of its domain on. Beside other words, and where a
 * list has none, it stays as it is. */
enum err api_listing_seek_letters(struct call *call, const struct noun *noun,
	struct list_value *values) MUST_USE;

/* Takes the call's query string into listing->ask. */
enum err api_listing_read(struct call *call, struct listing *listing) MUST_USE;

/* Asks for what the path says: a filter by an id. It counts for more than that of the query string;
 * false when there is one. */
bool api_listing_narrow(struct listing *listing, const char *filter, uint64_t id);

/* Says how the list is looked for, on its first page. Without words there is nothing to say. */
enum err api_listing_plan(struct call *call, struct listing *listing) MUST_USE;

/* Loads the page. The rows are counted on the first one: its cursors carry the total, and for some
 * seconds the process knows that there are more than anybody counts. */
enum err api_listing_load(struct call *call, struct listing *listing) MUST_USE;

/* Answers with the page. */
void api_listing_answer(struct call *call, const struct listing *listing);

/* Appends "filters":[...], the names of those that are given: what a row of the trail tells of an
 * export, without what they look for. */
void api_listing_put_filters(struct text *out, const struct listing *listing);

#endif
