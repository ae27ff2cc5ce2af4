/* What store/noun.h writes: records of any noun are added, changed and removed. */
#include "store/compose.h"
#include "store/noun.h"
#include "store/operands.h"
#include "store/rows.h"
#include "store/words.h"

#include <string.h>

static const struct statement *compose_insert(struct db *db, const void *noun, size_t rows)
{
	return compose(db, noun, &(struct shape){ .form = SHAPE_INSERT, .rows = (uint32_t)rows });
}

static uint64_t *record_id(const struct noun *noun, void *record)
{
	return (void *)((char *)record + noun->columns[0].offset);
}

static void add_record(struct operands *operands, const struct noun *noun,
	const struct new_records *new, const void *record)
{
	for (const struct column *column = noun->columns; column->kind != COLUMN_END; column++) {
		if (column->stored != NULL) {
			operands_add(operands, in_column(column, record));
		}
	}
	for (size_t i = 0; i < new->extra_count; i++) {
		operands_add(operands, new->extra[i]);
	}
}

static enum err insert_words(struct db *db, struct arena *arena, const struct noun *noun,
	const struct new_records *new)
{
	struct words_source *sources = arena_array(arena, new->count, sizeof(*sources));

	for (size_t i = 0; i < new->count; i++) {
		void *record = (char *)new->records + i * noun->size;

		sources[i] = store_words_source(noun, record, *record_id(noun, record));
	}
	return store_words_insert(db, noun, sources, new->count);
}

static enum err insert_all(struct db *db, struct arena *arena, const struct noun *noun,
	const struct new_records *new)
{
	uint64_t *ids = arena_array(arena, new->count, sizeof(*ids));
	struct db_in *all = NULL;
	size_t width = 0;

	for (size_t i = 0; i < new->count; i++) {
		struct operands operands = { .count = 0 };

		add_record(&operands, noun, new, (char *)new->records + i * noun->size);
		width = operands.count;
		all = all == NULL ? arena_array(arena, new->count * width, sizeof(*all)) : all;
		memcpy(all + i * width, operands.in, width * sizeof(*all));
	}
	TRY(rows_put_by(db, compose_insert, noun, width, all, new->count, ids));
	for (size_t i = 0; i < new->count; i++) {
		*record_id(noun, (char *)new->records + i * noun->size) = ids[i];
	}
	return noun->words == NULL ? ERR_OK : insert_words(db, arena, noun, new);
}

enum err store_insert_all(struct db *db, const struct noun *noun, const struct new_records *new)
{
	struct arena arena;
	enum err err;

	arena_init(&arena);
	err = insert_all(db, &arena, noun, new);
	arena_release(&arena);
	return err;
}

static void add_id_and_version(struct operands *operands, const struct noun *noun,
	const void *record)
{
	operands_add(operands, in_column(&noun->columns[0], record));
	operands_add(operands, in_column(record_column(noun->columns, "version"), record));
}

enum err store_update(struct db *db, const struct noun *noun, bool masked, const void *before,
	const void *next)
{
	const struct shape shape = { .form = SHAPE_UPDATE, .masked = masked };
	struct operands operands = { .count = 0 };

	for (const struct column *column = noun->columns; column->kind != COLUMN_END; column++) {
		if (column->stored != NULL && (column->where & IS_FIXED) == 0 &&
		    !(masked && column->mask != MASK_NONE)) {
			operands_add(&operands, in_column(column, next));
		}
	}
	add_id_and_version(&operands, noun, before);
	return db_run_or(db, compose(db, noun, &shape), operands.in, operands.count, ERR_STALE);
}

enum err store_delete(struct db *db, const struct noun *noun, const void *record)
{
	const struct shape shape = { .form = SHAPE_DELETE };
	struct operands operands = { .count = 0 };

	add_id_and_version(&operands, noun, record);
	return db_run_or(db, compose(db, noun, &shape), operands.in, operands.count, ERR_STALE);
}
