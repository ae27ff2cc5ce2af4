#include "store/reading.h"

#include "store/ask.h"

#include <string.h>

static void take_column_value(const struct column *column, const struct db_out *out, void *record)
{
	void *at = (char *)record + column->offset;

	switch (column->kind) {
	case COLUMN_NUMBER:
	case COLUMN_ID:
		*(uint64_t *)at = out->number;
		break;
	case COLUMN_TEXT:
	case COLUMN_BYTES:
		*(const char **)at = out->text;
		break;
	case COLUMN_FLAG:
		*(bool *)at = out->number != 0;
		break;
	case COLUMN_WORD:
		*(int *)at = (int)out->number;
		break;
	case COLUMN_TIME:
		*(int64_t *)at = out->time;
		break;
	case COLUMN_END:
		break;
	}
}

/* Fills a record, zeroed, from the present row; what was not selected is "". */
static void take_record(const struct column *columns, bool masked, const struct db_out *row,
	void *record)
{
	static const struct db_out nothing = { .null = true, .text = "" };

	for (; columns->kind != COLUMN_END; columns++) {
		bool seen = columns->sql != NULL && !(masked && columns->mask != MASK_NONE);

		take_column_value(columns, seen ? row++ : &nothing, record);
	}
}

enum err reading_take(struct db_rows *rows, struct reading *reading)
{
	const struct noun *noun = reading->noun;
	size_t last = strlen(rows->statement->out) - 1;
	enum db_step step;

	while ((step = db_next(rows)) == DB_ROW && reading->found < reading->room) {
		take_record(noun->columns, reading->masked, rows->col,
			reading->records + reading->found * noun->size);
		if (reading->words != NULL) {
			reading->words[reading->found] = rows->col[last].text;
		}
		if (reading->counts) {
			reading->total = rows->col[last].number;
		}
		reading->found++;
	}
	return db_rows_end(rows, step);
}

static void swap_rows(unsigned char *a, unsigned char *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char kept = a[i];

		a[i] = b[i];
		b[i] = kept;
	}
}

void reading_settle(const struct reading *reading, const struct list_ask *ask, struct page *page)
{
	bool more = reading->found > ask->size;
	size_t size = reading->noun->size;
	unsigned char *row = reading->records;

	page->count = more ? (size_t)ask->size : reading->found;
	page->more_after = ask->backward ? ask->has_key : more;
	page->more_before = ask->backward ? more : ask->has_key;
	for (size_t i = 0; ask->backward && i < page->count / 2; i++) {
		swap_rows(row + i * size, row + (page->count - 1 - i) * size, size);
	}
	page->words[0] = page->words[1] = NULL;
	if (reading->words != NULL && page->count > 0) {
		page->words[ask->backward] = reading->words[0];
		page->words[!ask->backward] = reading->words[page->count - 1];
	}
}

enum err reading_complete(struct db *db, struct arena *arena, const struct reading *reading,
	size_t count)
{
	const struct noun *noun = reading->noun;

	return noun->complete == NULL || count == 0 ? ERR_OK
		: noun->complete(db, arena, reading->masked, reading->records, count);
}

enum err reading_error(const struct db *db, enum err err)
{
	return err == ERR_UNAVAILABLE && db_was_slow(db) ? ERR_TOO_SLOW : err;
}

enum err reading_count(struct db *db, struct arena *arena, const struct noun *noun,
	const struct list_ask *ask, const struct words_query *words, const struct shape *shape,
	uint64_t limit, uint64_t *count)
{
	const struct statement *statement = compose(db, noun, shape);
	struct operands operands = { .count = 0 };

	*count = 0;
	if (statement == NULL) {
		return ERR_BUG;
	}
	if (shape->by_found) {
		operands_add_terms(&operands, arena, words, 0);
	}
	if (shape->lead != 0) {
		ask_add_few(&operands, arena, noun, ask, shape->lead - 1);
	}
	if (shape->form != SHAPE_COUNT_FEW) {
		ask_add_always(&operands, noun, ask);
		ask_add_filters(&operands, arena, noun, ask, shape, PLACE_OTHER);
	}
	operands_add(&operands, in_number(limit + 1));
	return db_first(db, statement, operands.in, operands.count, arena,
		DB_INTO(into_number(count)));
}

enum err reading_list(struct db *db, struct arena *arena, const struct list_ask *ask,
	const struct words_query *words, const struct shape *shape, struct page *page,
	struct reading *reading)
{
	const struct noun *noun = reading->noun;
	const struct statement *statement = compose(db, noun, shape);
	struct operands operands = { .count = 0 };
	struct db_rows rows;

	if (statement == NULL) {
		return ERR_BUG;
	}
	ask_add_page(&operands, arena, noun, ask, words, shape);
	reading->found = 0;
	reading->counts = shape->counts;
	reading->words = shape->form != SHAPE_FOUND ? NULL
		: arena_array(arena, reading->room, sizeof(*reading->words));
	TRY(db_query(db, statement, operands.in, operands.count, arena, &rows));
	TRY(reading_take(&rows, reading));
	reading_settle(reading, ask, page);
	if (shape->counts) {
		page->more = reading->total > LIST_COUNT_MAX;
		page->total = page->more ? LIST_COUNT_MAX : reading->total;
	}
	return ERR_OK;
}
