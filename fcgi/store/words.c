#include "store/words.h"

#include "base/text.h"
#include "store/provided.h"
#include "store/rows.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum err store_words_kept(struct db *db, const struct noun *noun, bool *kept)
{
	bool view = false;

	TRY(noun->words == NULL ? ERR_OK : provided_is_view(db, noun, &view));
	*kept = noun->words != NULL && !view;
	return ERR_OK;
}

static const char *words_text(const struct noun *noun, const void *record, const char *name)
{
	const struct column *column = record_column(noun->columns, name);

	return column == NULL ? ""
		: *(const char *const *)(const void *)((const char *)record + column->offset);
}

struct words_source store_words_source(const struct noun *noun, const void *record, uint64_t id)
{
	return (struct words_source){ .id = id, .name = words_text(noun, record, "name"),
		.email = words_text(noun, record, "email"), .phone = words_text(noun, record, "phone") };
}

enum err store_words_asked(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_query **words)
{
	const struct list_filter *filters = noun->list.filters;
	bool kept;

	*words = NULL;
	for (size_t i = 0; ask->values != NULL && filters[i].kind != COLUMN_END; i++) {
		if (ask->values[i].given && filters[i].operand == LIST_WORDS) {
			TRY(store_words_kept(db, noun, &kept));
			*words = kept && ask->values[i].words != NULL
				? words_led_by(arena, ask->values[i].words, ask->lead) : NULL;
		}
	}
	return ERR_OK;
}

/* What is composed of a noun's tables, and as which shape it is kept; smaller numbers are those of
 * an INSERT of so many rows. */
enum { WORDS_DELETE = 1 << 16, WORDS_OF_RECORDS, WORDS_RECORDS, WORDS_MISSING };

/* Gives the statement of this shape; format, in and out are its text and letters. */
static const struct statement *words_statement(struct db *db, const struct noun *noun,
	uint64_t shape, const char *in, const char *out, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

static const struct statement *words_statement(struct db *db, const struct noun *noun,
	uint64_t shape, const char *in, const char *out, const char *format, ...)
{
	const struct statement *statement = db_composed(db, noun->words, shape);
	struct arena arena;
	va_list args;

	if (statement != NULL) {
		return statement;
	}
	arena_init(&arena);
	va_start(args, format);
	statement = db_compose(db, noun->words, shape, &(struct statement){
		.name = arena_printf(&arena, "%s_words", noun->name), .in = in, .out = out,
		.sql = arena_vprintf(&arena, format, args) });
	va_end(args);
	arena_release(&arena);
	return statement;
}

static const struct statement *words_insert_of(struct db *db, const void *of, size_t rows)
{
	const struct noun *noun = of;
	const struct statement *statement = db_composed(db, noun->words, rows);
	struct arena arena;
	struct text values, in;

	if (statement != NULL) {
		return statement;
	}
	arena_init(&arena);
	values = text_in(&arena);
	in = text_in(&arena);
	for (size_t i = 0; i < rows; i++) {
		text_puts(&values, i == 0 ? "(?, ?)" : ", (?, ?)");
		text_puts(&in, "bu");
	}
	statement = words_statement(db, noun, rows, in.bytes, "",
		"INSERT INTO %s (word, id) VALUES %s", noun->words, values.bytes);
	arena_release(&arena);
	return statement;
}

enum { WORDS_WIDTH = 2 };

/* A word on its way into the table. */
struct words_row {
	const char *word;
	uint64_t id;
};

struct words_rows {
	struct db *db;
	struct arena *arena;
	const struct noun *noun;
	struct words_row *rows;
	size_t count;
	size_t room;
};

static int words_compare_rows(const void *a, const void *b)
{
	const struct words_row *one = a, *other = b;
	int order = strcmp(one->word, other->word);

	return order != 0 ? order : (one->id > other->id) - (one->id < other->id);
}

/* In the order of the table: what lies together is written together. */
static enum err words_rows_flush(struct words_rows *rows)
{
	struct db_in *in = arena_array(rows->arena, rows->count, WORDS_WIDTH * sizeof(*in));
	size_t count = rows->count;

	qsort(rows->rows, count, sizeof(*rows->rows), words_compare_rows);
	for (size_t i = 0; i < count; i++) {
		const struct words_row *row = &rows->rows[i];

		in[WORDS_WIDTH * i] = in_bytes(row->word, strlen(row->word));
		in[WORDS_WIDTH * i + 1] = in_number(row->id);
	}
	rows->count = 0;
	return rows_put_by(rows->db, words_insert_of, rows->noun, WORDS_WIDTH, in, count, NULL);
}

static struct words_rows words_rows_of(struct db *db, struct arena *arena,
	const struct noun *noun)
{
	return (struct words_rows){ .db = db, .arena = arena, .noun = noun, .room = WORDS_MAX,
		.rows = arena_array(arena, WORDS_MAX, sizeof(struct words_row)) };
}

static void words_rows_add(struct words_rows *rows, uint64_t id, const struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (rows->count == rows->room) {
			rows->rows = arena_grow(rows->arena, rows->rows, rows->room * sizeof(*rows->rows));
			rows->room *= 2;
		}
		rows->rows[rows->count++] = (struct words_row){ words->at[i], id };
	}
}

static void words_of_source(struct arena *arena, const struct words_source *record,
	struct words *words)
{
	words_of(arena, record->name, record->email, record->phone, words);
}

static enum err words_insert(struct db *db, struct arena *arena, const struct noun *noun,
	const struct words_source *records, size_t count)
{
	struct words_rows rows = words_rows_of(db, arena, noun);
	struct words words;
	bool kept;

	TRY(store_words_kept(db, noun, &kept));
	for (size_t i = 0; kept && i < count; i++) {
		words_of_source(arena, &records[i], &words);
		words_rows_add(&rows, records[i].id, &words);
	}
	return words_rows_flush(&rows);
}

enum err store_words_insert(struct db *db, const struct noun *noun,
	const struct words_source *records, size_t count)
{
	struct arena arena;
	enum err err;

	arena_init(&arena);
	err = words_insert(db, &arena, noun, records, count);
	arena_release(&arena);
	return err;
}

static const struct statement *words_delete_of(struct db *db, const struct noun *noun)
{
	return words_statement(db, noun, WORDS_DELETE, "u", "", "DELETE FROM %s WHERE id = ?",
		noun->words);
}

const struct statement *store_words_change(struct db *db, const struct noun *noun, bool deletes)
{
	return deletes ? words_delete_of(db, noun) : words_insert_of(db, noun, 1);
}

enum err store_words_delete(struct db *db, const struct noun *noun, uint64_t id)
{
	bool kept;

	TRY(store_words_kept(db, noun, &kept));
	return !kept ? ERR_OK : db_run(db, words_delete_of(db, noun), DB_IN(in_number(id)));
}

enum err store_words_update(struct db *db, const struct noun *noun,
	const struct words_source *before, const struct words_source *next)
{
	struct words old, new;
	struct arena arena;
	bool same;

	arena_init(&arena);
	words_of_source(&arena, before, &old);
	words_of_source(&arena, next, &new);
	same = words_equal(&old, &new);
	arena_release(&arena);
	if (same) {
		return ERR_OK;
	}
	TRY(store_words_delete(db, noun, next->id));
	return store_words_insert(db, noun, next, 1);
}

enum { MEND_RECORDS = 1000, MISSING_RECORDS = 50000 };

static const struct statement *words_missing_of(struct db *db, const struct noun *noun)
{
	return words_statement(db, noun, WORDS_MISSING, "u", "uu",
		"SELECT COALESCE(MAX(x.id), 0), COALESCE(MIN(IF(x.missing, x.id, NULL)), 0) "
		"FROM (SELECT r.id, NOT EXISTS (SELECT 1 FROM %s w WHERE w.id = r.id) AS missing "
		"FROM %s r WHERE r.id > ? ORDER BY r.id LIMIT %d) x", noun->words, noun->table,
		MISSING_RECORDS);
}

/* Some ten thousand records a statement: it has a time limit. */
enum err store_words_missing(struct db *db, struct arena *arena, const struct noun *noun,
	uint64_t *id)
{
	uint64_t last = 0, seen;
	bool kept;

	*id = 0;
	TRY(store_words_kept(db, noun, &kept));
	do {
		seen = last;
		if (kept) {
			TRY(db_first(db, words_missing_of(db, noun), DB_IN(in_number(seen)), arena,
				DB_INTO(into_number(&last), into_number(id))));
		}
	} while (*id == 0 && last > seen);
	return ERR_OK;
}

static const struct statement *words_records_of(struct db *db, const struct noun *noun)
{
	return words_statement(db, noun, WORDS_RECORDS, "u", "usbs",
		"SELECT id, name, email, %s FROM %s WHERE id >= ? ORDER BY id LIMIT %d FOR UPDATE",
		record_column(noun->columns, "phone") == NULL ? "''" : "phone", noun->table,
		MEND_RECORDS);
}

static const struct statement *words_of_records_of(struct db *db, const struct noun *noun)
{
	return words_statement(db, noun, WORDS_OF_RECORDS, "uu", "ub",
		"SELECT id, word FROM %s WHERE id BETWEEN ? AND ? ORDER BY id, word FOR UPDATE",
		noun->words);
}

/* The words of a stretch of ids: those that its records have by now, and those that they should
 * have. Both are in the order of the ids, and of the words of each. */
struct words_stretch {
	struct db *db;
	struct arena *arena;
	const struct noun *noun;
	struct words_source records[MEND_RECORDS];
	size_t count;
	uint64_t last; /* id of the stretch */
};

static enum err words_read_records(struct words_stretch *stretch, uint64_t first)
{
	struct db_rows rows;
	enum db_step step;

	stretch->count = 0;
	TRY(db_query(stretch->db, words_records_of(stretch->db, stretch->noun),
		DB_IN(in_number(first)), stretch->arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		struct words_source *record = &stretch->records[stretch->count++];

		db_take(&rows, DB_INTO(into_number(&record->id), into_text(&record->name),
			into_text(&record->email), into_text(&record->phone)));
	}
	stretch->last = stretch->count < MEND_RECORDS ? INT64_MAX
		: stretch->records[stretch->count - 1].id;
	return db_rows_end(&rows, step);
}

/* An id and the words that are stored for it. */
struct words_stored {
	uint64_t id;
	struct words words;
	bool more; /* than anybody has */
};

static enum err words_read_stored(struct words_stretch *stretch, uint64_t first,
	struct words_stored **stored, size_t *count)
{
	size_t room = MEND_RECORDS;
	struct db_rows rows;
	enum db_step step;

	*count = 0;
	*stored = arena_array(stretch->arena, room, sizeof(**stored));
	TRY(db_query(stretch->db, words_of_records_of(stretch->db, stretch->noun),
		DB_IN(in_number(first), in_number(stretch->last)), stretch->arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		uint64_t id;
		const char *word;
		struct words_stored *at;

		db_take(&rows, DB_INTO(into_number(&id), into_text(&word)));
		if (*count == 0 || (*stored)[*count - 1].id != id) {
			if (*count == room) {
				*stored = arena_grow(stretch->arena, *stored, room * sizeof(**stored));
				room *= 2;
			}
			(*stored)[(*count)++] = (struct words_stored){ .id = id };
		}
		at = &(*stored)[*count - 1];
		if (at->words.count == WORDS_MAX) {
			at->more = true;
		} else {
			at->words.at[at->words.count++] = word;
		}
	}
	return db_rows_end(&rows, step);
}

/* Puts the words of one record right; stored are those of its id, or NULL for none. */
static enum err words_mend_record(struct words_rows *rows, const struct words_source *record,
	const struct words_stored *stored, uint64_t *mended)
{
	struct words words;

	words_of_source(rows->arena, record, &words);
	if (stored != NULL && !stored->more && words_equal(&words, &stored->words)) {
		return ERR_OK;
	}
	(*mended)++;
	if (stored != NULL) {
		TRY(store_words_delete(rows->db, rows->noun, stored->id));
	}
	words_rows_add(rows, record->id, &words);
	return ERR_OK;
}

static enum err words_mend_stretch(struct words_stretch *stretch,
	const struct words_stored *stored, size_t count, uint64_t *mended)
{
	struct words_rows rows = words_rows_of(stretch->db, stretch->arena, stretch->noun);
	const struct words_source *record = stretch->records;
	size_t at = 0;

	for (; record < stretch->records + stretch->count; record++) {
		for (; at < count && stored[at].id < record->id; at++) {
			(*mended)++; /* of a record that is gone */
			TRY(store_words_delete(rows.db, rows.noun, stored[at].id));
		}
		TRY(words_mend_record(&rows, record,
			at < count && stored[at].id == record->id ? &stored[at] : NULL, mended));
		at += at < count && stored[at].id == record->id;
	}
	for (; at < count; at++) {
		(*mended)++;
		TRY(store_words_delete(rows.db, rows.noun, stored[at].id));
	}
	return words_rows_flush(&rows);
}

enum err store_words_mend(struct db *db, struct arena *arena, const struct noun *noun,
	struct words_mending *mending)
{
	struct words_stretch *stretch = arena_alloc(arena, sizeof(*stretch));
	struct words_stored *stored;
	size_t count;
	bool kept;

	TRY(store_words_kept(db, noun, &kept));
	if (!kept) {
		mending->done = true;
		return ERR_OK;
	}
	*stretch = (struct words_stretch){ .db = db, .arena = arena, .noun = noun };
	TRY(words_read_records(stretch, mending->next));
	TRY(words_read_stored(stretch, mending->next, &stored, &count));
	TRY(words_mend_stretch(stretch, stored, count, &mending->mended));
	mending->checked += stretch->count;
	mending->next = stretch->last + 1;
	mending->done = stretch->count < MEND_RECORDS;
	return ERR_OK;
}
