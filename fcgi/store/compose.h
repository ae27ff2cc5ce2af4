/*
 * The texts of a noun's statements, composed of the constant fragments of its tables alone: what
 * anybody asks for is bound. A shape, a few bits, says which text it is; each is composed once a
 * connection (db_compose()) and found by its bits from then on.
 */
#ifndef STORE_COMPOSE_H
#define STORE_COMPOSE_H

#include "store/noun.h"

enum shape_form { SHAPE_LOAD = 1, SHAPE_INSERT, SHAPE_UPDATE, SHAPE_DELETE, SHAPE_COUNT,
	SHAPE_COLLECT, /* a page: what the filters leave is found, then sorted */
	SHAPE_WALK,    /* a page: the rows in the order of the sort, those that the filters leave */
	SHAPE_REACH,   /* the key of the row that lies so many rows of a walk further */
	SHAPE_COUNT_WORDS, /* that one term finds, whatever they have inside */
	SHAPE_COUNT_FOUND, /* by the words alone */
	SHAPE_FOUND,   /* a page: the rows in the order of their words */
	SHAPE_REACH_FOUND, /* the key of the word that lies so many further along that */
	SHAPE_COUNT_FEW /* the rows among which those of the lead are */
};

struct shape {
	enum shape_form form;
	bool masked;
	uint32_t given;  /* a bit a filter */
	uint32_t denied; /* of COLUMN_FLAG: false was asked for */
	unsigned terms;  /* of LIST_WORDS; 0: the noun has no words */
	bool by_found;   /* COUNT, COLLECT, WALK: all rows that the words find are found first */
	int sort;
	bool descends;   /* the way that the statement walks */
	bool has_key;
	bool at_key;     /* with its row */
	bool null_key;   /* the sort value to go on from is NULL */
	bool has_end;    /* WALK, FOUND: up to before a row, whose */
	bool null_end;   /* sort value is NULL */
	uint32_t rows;   /* of an INSERT; 0 is 1 */
	bool counts;     /* a page: each row says besides how many there are, as a count does */
	unsigned lead;   /* a walk: along the index of the filter before this place; 0: of the sort.
	                  * COUNT, COLLECT: among the few rows of that; 0: of all */
	bool named;      /* the table has the noun's own indexes: which is to be taken may be named */
	unsigned pair;   /* the place after the filters' pair, whose index is named; 0: none is */
};

/* Where the condition of a filter stands in a page. */
enum filter_place {
	PLACE_LEAD,  /* the walk goes along its index */
	PLACE_FIRST, /* the walk is in the order of its very column, whose index serves both */
	PLACE_OTHER
};

/* Gives the statement of this shape for the connection; NULL when it would name a masked column to
 * a masked viewer. */
const struct statement *compose(struct db *db, const struct noun *noun, const struct shape *shape);

/* Composes the statement of this shape into arena; false when there is none, as above. */
bool compose_in(struct arena *arena, const struct noun *noun, const struct shape *shape,
	struct statement *statement);

/* Gives the column that the sort with this index orders by. */
const struct column *compose_sorted(const struct noun *noun, int sort);

/* Gives the place after the first of the shape's filters that has an index along its sort; 0: none
 * has. */
unsigned compose_lead(const struct noun *noun, const struct shape *shape);

/* Gives the place after the pair that the shape's filters are, of which a walk needs the order of
 * its sort as well; 0: they are none, or no index may be named. */
unsigned compose_pair(const struct noun *noun, const struct shape *shape);

/* Gives how many operands the condition of the filter with this index has, and where it stands. */
size_t compose_operands(const struct noun *noun, const struct shape *shape, size_t filter,
	enum filter_place *place);

/* Gives those of the given filters that are only looked at: a bit each. */
uint32_t compose_looked(const struct noun *noun, const struct shape *shape);

/* Gives how many operands the table has in which the filter's few rows are found. */
size_t compose_few_operands(const struct list_filter *filter);

/* Tells whether the lead is a column that is NULL: it has no operands. */
bool compose_leads_null(const struct noun *noun, const struct shape *shape);

/* Gives the letter of a column's values (struct statement in store/db.h). */
char compose_letter(const struct column *column);

#endif
