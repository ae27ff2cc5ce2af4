/*
 * Which migrations the database has. A program that does not know the schema refuses to run;
 * only backoffice-admin changes it.
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
};

/* Compares the schema: ERR_CONFLICT when the schema is not the one that this program was built for
 * (SCHEMA_VERSION); *found is what it is, 0 for none. */
enum err store_schema_check(struct db *db, uint64_t *found) MUST_USE;

/* Reads what is known of a migration; ERR_NOT_FOUND when this migration was not applied. */
enum err store_schema_load(struct db *db, struct arena *arena, uint64_t version,
	struct schema_version *applied) MUST_USE;

/* Gives the folder in which the server keeps the data, at its host. */
enum err store_schema_folder(struct db *db, struct arena *arena, const char **folder) MUST_USE;

enum err store_schema_record(struct db *db, const struct schema_version *applied) MUST_USE;

/* Sees to it that only one migration runs at a time; ERR_UNAVAILABLE when another one is running.
 * The lock ends with the connection. */
enum err store_schema_lock(struct db *db, struct arena *arena) MUST_USE;

extern const struct statement *const schema_statements[]; /* ended by NULL */

#endif
