/*
 * What all lists share: the query string, cursors, and the refusal to sort or filter by what the
 * viewer sees masked. A cursor is the sort value and id of a row, encrypted and authenticated: it
 * carries no readable personal data and cannot be made up.
 */
#ifndef API_LISTING_H
#define API_LISTING_H

#include "api/call.h"
#include "http/query.h"
#include "store/page.h"
#include "view/table.h"

enum { LISTING_COUNT_MOST = 10000 };

enum listing_noun { LISTING_USERS = 1, LISTING_GROUPS, LISTING_CLIENTS,
	LISTING_SESSIONS, LISTING_AUDIT, LISTING_MAIL };

struct listing {
	enum listing_noun noun;
	const struct query_spec *spec;
	const struct view_field *fields;
	struct query query;
	struct page_ask ask;
};

/* The sort value of a row; the members that the sort does not use stay zero. */
struct listing_key {
	uint64_t id;
	const char *text;
	uint64_t number;
	int64_t time;
};

/* Reads the query string into listing->query and listing->ask. */
enum err api_listing_read(struct call *call, struct listing *listing) MUST_USE;

/* Answers with the page. first and last are the keys of the page's outer rows (unused when it is
 * empty), count what a capped count found. */
void api_listing_answer(struct call *call, const struct listing *listing, const struct page *page,
	const void *records, size_t record_size, const struct listing_key *first,
	const struct listing_key *last, uint64_t count);

/* Appends "filters":[...], the names of those that are given: what a row of the trail tells of an
 * export, without what they look for. */
void api_listing_put_filters(struct text *out, const struct listing *listing);

#endif
