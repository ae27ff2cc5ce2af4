/*
 * The database's only door (MariaDB Connector/C or libmysqlclient). A connection belongs to one
 * thread. A statement is plain data beside the functions that run it: named, typed, its counts
 * checked when it is prepared.
 *
 * SQL is composed only in this room (store/compose.h), only from constant fragments of tables and
 * names of collations that the server told (store/provided.h), never from input: what anybody asks
 * for is bound. Each distinct text is prepared once a
 * connection, and their number is bounded (DB_COMPOSED_MAX); `backoffice-fcgi --statements` prints
 * them.
 *
 * A lost connection is opened again at the next statement outside a transaction; inside one the
 * statement fails and the transaction with it. After any error inside a transaction but
 * ERR_CONFLICT no further statement of it is run, and db_transact() never commits, whatever the
 * body says (a COMMIT after 1213 answers OK on Galera with nothing written).
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "store/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which program a statement belongs to: its account has the grants, and only it prepares it. */
enum db_program { DB_WEB = 1, DB_MAILER = 2, DB_ADMIN = 4 };

/*
 * Portable between MariaDB >= 10.11 and MySQL >= 8.4: no RETURNING, no row constructors, collations
 * by name only in the schema, and those of a provider's view.
 *
 * In the text the names of tables stand in braces (store/prefix.h).
 *
 * in and out have one letter for each parameter and column: u unsigned number, s text, b bytes, t
 * instant; I is a list of at most DB_IDS_MAX ids, "IN (?...)" in the text, and L one of bytes.
 */
struct statement {
	const char *name;  /* in the log */
	unsigned programs; /* enum db_program, together: who prepares it at start; 0: on first use */
	const char *in;
	const char *out;
	const char *sql;
};

struct db;

struct db_rows {
	struct db *db;
	struct arena *arena;
	const struct statement *statement;
	void *prepared;           /* the library's */
	const struct db_out *col; /* of the present row */
};

enum db_step { DB_ROW, DB_DONE, DB_FAILED };

/* Names the client library and its release. */
const char *db_library(void);

/* Opens lazily: nothing is connected until the first statement. NULL only when out of memory.
 * conf must outlive it. */
struct db *db_open(const struct conf *conf, enum db_program program);
void db_close(struct db *db);

/* Connects and prepares a statement without running it, if it is one of the program's or of those
 * that are prepared on first use alone. ERR_BUG when the server's parameter or column count differs
 * (a broken migration), ERR_UNAVAILABLE when it is away. */
enum err db_prepare(struct db *db, const struct statement *statement) MUST_USE;

/* Runs a statement that gives no rows. Errors: ERR_CONFLICT on a duplicate key or a violated
 * constraint, ERR_READ_ONLY, ERR_RETRY when the server gave the transaction up, ERR_UNAVAILABLE,
 * ERR_BUG. */
enum err db_run(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count) MUST_USE;

/* Give how many rows the last db_run() changed, and the id that it gave to a new one. */
uint64_t db_affected(const struct db *db);
uint64_t db_insert_id(const struct db *db);

/* Asks whether the database takes changes now: ERR_UNAVAILABLE when it is away, read only or not in
 * the primary component; and for five seconds after it has refused any change of this process for
 * want of room, because a full disk refuses only what must grow. */
enum err db_takes_writes(struct db *db) MUST_USE;

/* Starts reading rows: db_next() until it is not DB_ROW or there are enough, then db_rows_end(). */
enum err db_query(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, struct arena *arena, struct db_rows *rows) MUST_USE;
enum db_step db_next(struct db_rows *rows) MUST_USE;

/* Puts the columns of the present row where they go, one for each, in their order. */
void db_take(const struct db_rows *rows, const struct db_into *into, size_t count);

/* Ends every loop over rows, with the step that ended it: reads what is left, so that another
 * statement may run. ERR_OK when the rows ended well, what went wrong otherwise. */
enum err db_rows_end(struct db_rows *rows, enum db_step step) MUST_USE;

/* Takes the first row; ERR_NOT_FOUND without one. */
enum err db_first(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, struct arena *arena, const struct db_into *into, size_t into_count) MUST_USE;

/* Stops what the connection db of another thread is at, by a connection of the calling thread: the
 * statement fails, and so does whatever its owner runs after it, until db_renew(). */
void db_stop(struct db *by, struct db *db);

/* The owner goes on, with a new connection if it was stopped; nobody may stop it meanwhile. */
void db_renew(struct db *db);

/* Gives back what was kept of composed statements, here and at the server: nobody has asked for
 * long. They are composed and prepared anew where they are wanted. */
void db_rest(struct db *db);

/* The last error of a connection: its number, 0 for none yet, and what client or server said of it
 * when a connection was opened or a statement prepared, which quotes no values; "" of others. */
struct db_fault {
	unsigned number;
	char words[512];
};
const struct db_fault *db_fault(const struct db *db);

/* Tells whether the last error was a limit of the time that a statement may take. */
bool db_was_slow(const struct db *db);

/* Runs a change of what may be there; gives otherwise when nothing was. */
enum err db_run_or(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, enum err otherwise) MUST_USE;

/* Runs a statement that removes or ends at most DB_SWEEP rows that are over ("LIMIT 1000"); *more
 * becomes true when there may be others. */
enum err db_sweep(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, bool *more) MUST_USE;
enum { DB_SWEEP = 1000 };

/* Finds the statement that was composed as this shape of something (a table, by its address); NULL
 * when this connection has none yet. */
const struct statement *db_composed(const struct db *db, const void *of, uint64_t shape);

/* Keeps a copy of a composed statement, which is what is returned. There is room for
 * DB_COMPOSED_MAX: when they are as many, all are dropped, also those that the caller knows. */
const struct statement *db_compose(struct db *db, const void *of, uint64_t shape,
	const struct statement *statement);
enum { DB_COMPOSED_MAX = 256 };

/* Runs body in a transaction: commits when it returns ERR_OK, rolls back otherwise, and runs it
 * again from the start on ERR_RETRY (bounded, with jitter) or when the server has given it up, so
 * body must have no effect outside the database. Not nestable. */
typedef enum err db_body(struct db *db, void *context);
enum err db_transact(struct db *db, db_body *body, void *context) MUST_USE;

/* Sets, inside a body, the point to which db_settle() goes back. */
enum err db_save(struct db *db) MUST_USE;

/* Keeps what was written since db_save() when it stands, else undoes it; the transaction goes on
 * either way. */
enum err db_settle(struct db *db, bool stands) MUST_USE;

/* Tells whether it is inside a body: what must be one transaction may then join it. */
bool db_in_transaction(const struct db *db);

/* Runs the statements of a text, one after another, as they stand: whatever is in braces was put in
 * place (store/prefix.h), or may be a password's. For backoffice-admin alone. */
enum err db_script(struct db *db, const char *sql, size_t len) MUST_USE;

/* The connections of this process to the database: those that are open, of them those at work on a
 * statement or a transaction, and how many were opened again after one was lost. */
struct db_counts {
	uint64_t open;
	uint64_t busy;
	uint64_t reconnects;
};

struct db_counts db_counts(void);

#define DB_IN(...) (struct db_in[]){ __VA_ARGS__ }, \
	sizeof((struct db_in[]){ __VA_ARGS__ }) / sizeof(struct db_in)
#define DB_NONE NULL, 0
#define DB_INTO(...) (struct db_into[]){ __VA_ARGS__ }, \
	sizeof((struct db_into[]){ __VA_ARGS__ }) / sizeof(struct db_into)

extern const struct statement *const db_statements[]; /* ended by NULL */

#endif
