/*
 * What a list can be asked: a row for each sort and each filter. The query string is read by them
 * (http/query.h), the document and the page's types state them, and store/ composes its statements
 * of them (store/noun.h); lists without records, as of an import, have filters alone.
 */
#ifndef RECORD_LIST_H
#define RECORD_LIST_H

#include "record/record.h"
#include "rule/words.h"

/* Where rows are as many by one sort value as by another, the id orders them. */
struct list_sort {
	const char *name;   /* in the query string; NULL ends the table */
	const char *column; /* whose sort value it is; NULL: the one of this name */
	bool unique;        /* no two rows have the same value: it orders by itself */
	bool nullable;      /* NULL, which is less than everything else */
	const char *index;  /* that is in this order */
};

/* What is bound to each ? of a filter's condition. */
enum list_operand {
	LIST_VALUE = 0, /* what was asked for */
	LIST_PART,      /* a text that holds it: LIKE */
	LIST_START,     /* a text that begins with it: LIKE */
	LIST_DAYS_AGO,  /* the instant so many days ago */
	LIST_NOW,       /* this instant, whatever was asked for */
	LIST_WORD,      /* COLUMN_WORD: the word itself, as a text */
	LIST_WORDS      /* what begins with it, where the noun has no words of its own (rule/words.h) */
};

/* Where the rows of a filter are found that asks about another table: an index there leads through
 * those of one value in the order of by, which is that of the sort. */
struct list_lead {
	const char *from;   /* "user_group_member m" */
	const char *join;   /* of the list's own table: " STRAIGHT_JOIN {user} u ON u.id = m.user_id" */
	const char *column; /* which is what was asked for: "m.group_id" */
	const char *by;     /* "m.user_id" */
};

/* Where the rows of a filter are found that is else only looked at (list_filter.looks): among those
 * here, if they are few. */
struct list_few {
	const char *from; /* "outbox o WHERE o.state = ?" */
	const char *id;   /* of the list's row: "o.user_id" */
};

struct list_filter {
	const char *name;         /* in the query string */
	enum column_kind kind;    /* COLUMN_END ends the table; TEXT, BYTES, ID, WORD, FLAG, TIME */
	const char *const *words; /* COLUMN_WORD */
	bool ascii;               /* COLUMN_TEXT: the column holds nothing but ASCII */
	const char *column;       /* which it asks about; NULL: the one of this name */
	enum list_operand operand;
	const char *condition;    /* "u.created_at >= ?"; NULL: the column is, or is LIKE, that */
	const char *otherwise;    /* COLUMN_FLAG: the condition when false was asked for, if another */
	const char *(*form)(struct arena *arena, const char *text); /* as the column keeps it, of what
	                           * is typed as into the field; NULL: as it is */
	const char *along;        /* a sort: an index of what it asks about goes on in that order, so
	                           * that one value's rows are walked as all are. The condition, if it
	                           * spells one, is that the column IS NULL. NULL: there is none */
	const struct list_lead *lead; /* along: NULL, or where that index is */
	const char *index;        /* along: its name; NULL for that of the lead */
	bool looks;               /* no index of the list has its rows: so many rows are looked at for a
	                           * page, and none are counted, unless they are few */
	const struct list_few *few; /* looks: NULL, or where they are found then */
};

/* What is not ASCII is in no column of ASCII, and a database will not even compare the two. It is
 * looked for as a text that no column holds, because nothing with a control character gets in. */
#define LIST_NOWHERE "\x01"

/* An index whose columns begin with those of two filters: what both leave is found in it, however
 * much either of them leaves alone. */
struct list_pair {
	const char *filters[2]; /* NULL ends the table */
	const char *index;
	const char *along; /* the sort in whose order it has the rows of two values; NULL: in none */
};

/* What a filter was asked for. */
struct list_value {
	bool given;
	const struct words_query *words; /* LIST_WORDS */
	const char *said; /* as it stood there, a text cleaned; "" when not given */
	const char *text; /* the same, to look for: in the filter's form */
	uint64_t number;  /* id, index of a word, 1 for true */
	int64_t time;
};

/* The first sort is the default. */
struct list {
	const struct list_sort *sorts;
	bool descending; /* direction of the default sort */
	const struct list_filter *filters;
	const struct list_pair *pairs; /* NULL: there are none */
};

/* Give the column of the table columns that sort orders by, and the one that filter asks about:
 * NULL when its condition says all. */
const struct column *list_sort_column(const struct column *columns, const struct list_sort *sort);
const struct column *list_filter_column(const struct column *columns,
	const struct list_filter *filter);

/* Tells whether no index serves the filter: every value has to be looked into. */
bool list_filter_scans(const struct list_filter *filter);

/* Gives the index of the sort called name, which the list must have. */
int list_sort_index(const struct list *list, const char *name);

/* Gives the names of the list's sorts, ended by NULL. */
enum { LIST_SORTS_MAX = 16 };
void list_sort_names(const struct list *list, const char *names[static LIST_SORTS_MAX + 1]);

#endif
