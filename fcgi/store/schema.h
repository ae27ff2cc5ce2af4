/*
 * Which migrations the database has; only backoffice-admin changes that. A program runs on the
 * schemas from SCHEMA_OLDEST to SCHEMA_VERSION, which it was built with, and on newer ones as long
 * as what was migrated since only expands. Others it refuses.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct schema_version {
	uint64_t version;
	const char *name; /* of the file */
	struct secret_hash checksum;
	uint64_t runs_from; /* schema of the oldest programs that run on it; 0: it asks for none */
};

/* The schema that was found. */
struct schema_found {
	uint64_t version;   /* 0: none */
	uint64_t runs_from; /* of all that it has; known where it is newer than this program */
};

/* Looks whether this program runs on the schema: ERR_CONFLICT when it does not. */
enum err store_schema_check(struct db *db, struct schema_found *found) MUST_USE;

/* Says what is wrong where there is a conflict, and the remedy; a sentence. */
const char *store_schema_words(struct arena *arena, const struct schema_found *found);

/* Logs why a program does not start: the error, and words if it is the schema. */
void store_schema_log(enum err err, const struct schema_found *found);

/* Reads name and checksum of a migration; ERR_NOT_FOUND when this migration was not applied. */
enum err store_schema_load(struct db *db, struct arena *arena, uint64_t version,
	struct schema_version *applied) MUST_USE;

/* Gives the folder in which the server keeps the data, at its host. */
enum err store_schema_folder(struct db *db, struct arena *arena, const char **folder) MUST_USE;

/* Gives the name of a table or view that the database has, anybody's; ERR_NOT_FOUND when it is
 * empty. */
enum err store_schema_table(struct db *db, struct arena *arena, const char **name) MUST_USE;

/* Gives the names of our tables and views that are there, at most room, with their prefix. */
enum { SCHEMA_TABLES_MAX = 64 };
enum err store_schema_own(struct db *db, struct arena *arena, const char *names[], size_t room,
	size_t *count) MUST_USE;

/* Takes every table and view out of the database, anybody's: of one that is for trying. */
enum err store_schema_drop(struct db *db) MUST_USE;

/* Gives all that the database has, a line for each column: its table or view, a space, its name.
 * The text begins with a line end. */
enum err store_schema_columns(struct db *db, struct arena *arena, const char **columns) MUST_USE;

enum err store_schema_record(struct db *db, const struct schema_version *applied) MUST_USE;

/* Writes a row and takes it back, to see whether the database takes changes. */
enum err store_schema_try_change(struct db *db) MUST_USE;

/* Sees to it that only one migration runs at a time; ERR_UNAVAILABLE when another one is running.
 * The lock ends with the connection. */
enum err store_schema_lock(struct db *db, struct arena *arena) MUST_USE;

extern const struct statement *const schema_statements[]; /* ended by NULL */

#endif
