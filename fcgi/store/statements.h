/* All statements that there are, by the files that they stand in. */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

#include "base/err.h"
#include "store/noun.h"

#include <stdatomic.h>
#include <stdio.h>

/* Arrays of statements, each ended by NULL; ended by NULL. */
extern const struct statement *const *const store_statements[];

/* All nouns, ended by NULL. */
extern const struct noun *const store_nouns[];

/* Prepares what the program runs, so that a broken migration or a missing grant is known at its
 * start: ERR_BUG; ERR_UNAVAILABLE when the database is away, or as soon as *ends is true: a stop
 * does not wait for the rest. NULL: it goes to its end. */
enum err store_statements_check(struct db *db, enum db_program program,
	const atomic_bool *ends) MUST_USE;

/* Prepares what the program runs, and what it prepares on first use, and tells of each that cannot
 * be: all faults, not the first. ERR_UNAVAILABLE when the database is away. */
typedef void store_fault(void *context, bool on_first_use, const struct db_fault *fault);
enum err store_statements_faults(struct db *db, enum db_program program, store_fault *tell,
	void *context) MUST_USE;

/* Prints every statement: a line of comment with its name and its programs, then the text. Of those
 * that are composed of a noun, each sort both ways and each filter, alone and in pairs. Names of
 * tables have the prefix (store/prefix.h). */
void store_statements_print(FILE *out, const char *prefix);

#endif
