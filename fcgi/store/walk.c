#include "store/walk.h"

#include "store/ask.h"

uint64_t walk_near(const struct list_ask *ask)
{
	return 7 * ask->size;
}

uint64_t walk_far(const struct list_ask *ask)
{
	enum { LEAST = 5000 };
	uint64_t rows = 5 * walk_near(ask);

	return rows < LEAST ? LEAST : rows;
}

enum err walk_reach(struct db *db, struct arena *arena, const struct noun *noun,
	const struct shape *shape, const struct operands *operands, struct db_into value,
	struct list_ask *ask)
{
	const struct statement *statement = compose(db, noun, shape);
	enum err err;

	ask->end = (struct list_key){ .at = true };
	err = statement == NULL ? ERR_BUG
		: db_first(db, statement, operands->in, operands->count, arena,
			DB_INTO(value, into_number(&ask->end.id)));
	ask->has_end = err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Sets the end of ask so many rows further than its key, or than its beginning. */
static enum err reach_row(struct db *db, struct arena *arena, const struct noun *noun,
	struct list_ask *ask, uint64_t rows)
{
	struct list_key *end = &ask->end;
	char letter = compose_letter(compose_sorted(noun, ask->sort));
	struct operands operands = { .count = 0 };
	struct shape shape;

	ask->has_end = false;
	shape = ask_shape_of_page(noun, ask, NULL);
	shape.form = SHAPE_REACH;
	ask_add_filters(&operands, arena, noun, ask, &shape, PLACE_LEAD);
	ask_add_filters(&operands, arena, noun, ask, &shape, PLACE_FIRST);
	if (shape.has_key) {
		ask_add_key(&operands, arena, noun, ask, &shape, &ask->key);
	}
	operands_add(&operands, in_number(rows));
	return walk_reach(db, arena, noun, &shape, &operands, letter == 't' ? into_time(&end->time)
		: letter == 'u' ? into_number(&end->number) : into_text(&end->text), ask);
}

void walk_settle(struct list_ask *ask, const struct reading *reading, struct page *page)
{
	page->stopped = ask->has_end && reading->found <= ask->size;
	page->stop = ask->end;
	page->more_after = page->more_after || (page->stopped && !ask->backward);
	page->more_before = page->more_before || (page->stopped && ask->backward);
	ask->has_end = false;
}

enum err walk_rows(struct db *db, struct arena *arena, struct list_ask *ask,
	const struct words_query *words, uint64_t rows, bool by_found, struct page *page,
	struct reading *reading)
{
	struct shape shape;

	TRY(reach_row(db, arena, reading->noun, ask, rows));
	shape = ask_shape_of_page(reading->noun, ask, words);
	shape.by_found = by_found;
	TRY(reading_list(db, arena, ask, words, &shape, page, reading));
	walk_settle(ask, reading, page);
	return ERR_OK;
}

enum err walk_list(struct db *db, struct arena *arena, struct list_ask *ask, struct page *page,
	struct reading *reading)
{
	enum err err;

	TRY(walk_rows(db, arena, ask, NULL, walk_near(ask), false, page, reading));
	if (!page->stopped) {
		return ERR_OK;
	}
	err = walk_rows(db, arena, ask, NULL, walk_far(ask), false, page, reading);
	return reading_error(db, err) != ERR_TOO_SLOW ? err
		: walk_rows(db, arena, ask, NULL, walk_near(ask), false, page, reading);
}
