#include "store/rows.h"

#include "base/text.h"

#include <string.h>

/* Each number of rows is a statement more that a connection may have to keep: of many there are
 * some sizes, the largest a full batch of an import, and what is left over goes at once, so that
 * few take one statement. */
static const size_t sizes[] = { 1000, 100, 16 };

/* The numbers that one statement gives are so far apart: in a cluster, for each node its own. */
static const struct statement rows_step = { "rows_step", DB_WEB, "", "u",
	"SELECT @@auto_increment_increment" };

static enum err rows_read_step(struct db *db, uint64_t *step)
{
	return db_first(db, &rows_step, DB_NONE, NULL, DB_INTO(into_number(step)));
}

static size_t rows_at_once(size_t left)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (left >= sizes[i]) {
			return sizes[i];
		}
	}
	return left;
}

static enum err rows_run(struct db *db, rows_insert *insert, const void *of, size_t width,
	const struct db_in *in, size_t rows, uint64_t *ids, uint64_t step)
{
	for (size_t at = 0, size; at < rows; at += size) {
		size = rows_at_once(rows - at);
		TRY(db_run(db, insert(db, of, size), in + at * width, size * width));
		for (size_t i = 0, first = db_insert_id(db); ids != NULL && i < size; i++) {
			ids[at + i] = first == 0 ? 0 : first + i * step; /* 0: the table numbers nothing */
		}
	}
	return ERR_OK;
}

enum err rows_put_by(struct db *db, rows_insert *insert, const void *of, size_t width,
	const struct db_in *in, size_t rows, uint64_t *ids)
{
	uint64_t step = 0, after = 0;

	if (ids == NULL || rows < 2) {
		return rows_run(db, insert, of, width, in, rows, ids, 0);
	}
	TRY(rows_read_step(db, &step));
	TRY(rows_run(db, insert, of, width, in, rows, ids, step));
	TRY(rows_read_step(db, &after));
	return after == step ? ERR_OK : ERR_RETRY; /* the cluster has grown or shrunk meanwhile */
}

/* Composes the INSERT of so many rows of that of one. */
static const struct statement *insert_of(struct db *db, const void *of, size_t rows)
{
	const struct statement *one = of, *many = rows == 1 ? one : db_composed(db, of, rows);
	struct arena arena;
	struct text sql, in;

	if (many != NULL) {
		return many;
	}
	arena_init(&arena);
	sql = text_in(&arena);
	in = text_in(&arena);
	text_puts(&sql, one->sql);
	text_puts(&in, one->in);
	for (size_t i = 1; i < rows; i++) {
		text_puts(&sql, ", ");
		text_puts(&sql, strrchr(one->sql, '('));
		text_puts(&in, one->in);
	}
	many = db_compose(db, of, rows, &(struct statement){ .name = one->name,
		.programs = one->programs, .in = in.bytes, .out = "", .sql = sql.bytes });
	arena_release(&arena);
	return many;
}

enum err rows_put(struct db *db, const struct statement *insert, const struct db_in *in,
	size_t rows, uint64_t *ids)
{
	return rows_put_by(db, insert_of, insert, strlen(insert->in), in, rows, ids);
}

const struct statement *const rows_statements[] = { &rows_step, NULL };
