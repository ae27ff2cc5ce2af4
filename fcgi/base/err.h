/*
 * The one vocabulary of failure. Every function that can fail returns enum err, marked MUST_USE;
 * http/ turns it into a status, cli/ into an exit code. Adding a value makes every switch over it
 * fail to compile until it is handled: there is no default: over our own enums.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define MUST_USE __attribute__((warn_unused_result))

enum err {
	ERR_OK = 0,
	ERR_INVALID,         /* input breaks a rule; the field errors say which */
	ERR_UNAUTHENTICATED, /* nobody is signed in */
	ERR_FORBIDDEN,       /* somebody is, but may not */
	ERR_NOT_FOUND,       /* no such record, or none that the caller may know of */
	ERR_CONFLICT,        /* the value is taken, or an invariant would break */
	ERR_STALE,           /* the record changed since the caller read it */
	ERR_READ_ONLY,       /* the records are kept elsewhere and take no changes from us */
	ERR_TOO_MANY,        /* a limit on tries was reached */
	ERR_TOO_SLOW,        /* what was asked for takes the database too long, and would again */
	ERR_UNAVAILABLE,     /* the database or a queue cannot serve now; try later */
	ERR_RETRY,           /* the database rolled the transaction back; run it again */
	ERR_BUG              /* a promise of our own was broken */
};

/* A step of a story: runs expression, which gives an enum err, and ends the calling function with
 * its error unless it is ERR_OK. The only macro of the house that returns. Where something must be
 * given back, undone or said otherwise first, the error is looked at by hand instead. */
#define TRY(expression) \
	do { \
		enum err tried = (expression); \
		if (tried != ERR_OK) { \
			return tried; \
		} \
	} while (0)

/* Gives the name of an error for logs, e.g. "not_found". Never NULL. */
const char *err_name(enum err err);

#endif
