#include "act/import_file.h"

#include "http/request.h"
#include "store/user.h"

static bool import_ask_knows(void *context, const char *name)
{
	const struct import *import = context;

	return act_import_knows(import->spec, import->call->arena, name);
}

/* The viewer's language, else that of their browser, else the installation's. */
static const char *import_ask_language(void *context)
{
	const struct import *import = context;
	struct call *call = import->call;
	struct user viewer;

	if (call->viewer.user_id != 0 &&
	    store_user_load(call->db, call->arena, call->viewer.user_id, &viewer) == ERR_OK &&
	    viewer.language[0] != '\0') {
		return viewer.language;
	}
	return call->request != NULL && call->request->accept_language[0] != '\0'
		? call->request->accept_language : call->conf->language;
}

enum err act_import_open(struct import_file *file, const char *bytes, size_t len,
	const struct import_said *said)
{
	struct import *import = &file->import;
	struct call *call = import->call;
	const struct csv_ask ask = { .max_rows = IMPORT_ROWS_MAX, .context = import,
		.knows = import_ask_knows, .language = import_ask_language,
		.told = said->encoded, .charset = said->encoding };

	TRY(csv_split(call->arena, bytes, len, &ask, &file->csv, call->reply));
	import->head = file->csv.head;
	return act_import_read_head(import);
}

/* What is said of the rows outlives what they were read into. */
static void import_keep(struct import_row *rows, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		rows[i].errors = rows[i].errors == NULL ? NULL : arena_string(arena, rows[i].errors);
		rows[i].said = rows[i].said == NULL ? NULL : arena_string(arena, rows[i].said);
	}
}

/* Takes the rows of a piece, but for those that were found wrong. */
static enum err import_take(struct import_file *file, const struct csv_table *table,
	const struct csv_piece *piece)
{
	TRY(act_import_begin(&file->import, piece->rows));
	for (size_t i = 0; i < piece->rows; i++) {
		struct import_row *row = &file->rows[piece->position + i];

		row->mark = file->marks.of[piece->position + i];
		if (row->errors == NULL) {
			TRY(act_import_add(&file->import, &table->rows[i], row));
		}
	}
	return act_import_settle(&file->import);
}

/* Takes a piece by work, with what it needs in an arena that is empty after it. */
static enum err import_take_piece(struct import_file *file, const struct csv_piece *piece,
	enum err (*work)(struct import_file *file, const struct csv_table *table,
		const struct csv_piece *piece))
{
	struct call *call = file->import.call;
	struct arena *lasting = call->arena;
	struct csv_table table;
	enum err err;

	call->arena = &file->scratch;
	err = csv_read(call->arena, piece->text, piece->len, file->csv.separator, piece->line, &table);
	err = err == ERR_OK ? work(file, &table, piece) : err;
	call->arena = lasting;
	if (file->rows != NULL) {
		import_keep(file->rows + piece->position, piece->rows, lasting);
	}
	arena_release(&file->scratch);
	return err;
}

/* Marks the rows of a piece by those before them. */
static enum err import_mark(struct import_file *file, const struct csv_table *table,
	const struct csv_piece *piece)
{
	struct import *import = &file->import;

	for (size_t i = 0; i < piece->rows; i++) {
		const struct csv_row *line = &table->rows[i];
		void *input = arena_alloc(import->call->arena, import->spec->input_size);
		size_t at = piece->position + i;

		if (!act_import_mark_broken(&file->marks, at, import, line) &&
		    act_import_read_keys(import, line, input)) {
			struct import_keys keys = import->spec->keys(input);

			act_import_mark(&file->marks, at, &keys);
		}
	}
	return ERR_OK;
}

static enum err import_take_pieces(struct import_file *file,
	enum err (*work)(struct import_file *file, const struct csv_table *table,
		const struct csv_piece *piece))
{
	for (size_t i = 0; i < file->csv.count; i++) {
		TRY(import_take_piece(file, &file->csv.pieces[i], work));
	}
	return ERR_OK;
}

enum err act_import_mark_rows(struct import_file *file)
{
	act_import_marks_begin(&file->marks, file->import.call->arena, file->csv.rows);
	return import_take_pieces(file, import_mark);
}

enum err act_import_check_rows(struct import_file *file)
{
	file->import.writes = false;
	file->rows = arena_array(file->import.call->arena, file->csv.rows, sizeof(*file->rows));
	return import_take_pieces(file, import_take);
}

enum err act_import_write_piece(struct import_file *file, size_t piece)
{
	file->import.writes = true;
	return import_take_piece(file, &file->csv.pieces[piece], import_take);
}

void act_import_give_up(struct import_file *file, size_t piece)
{
	for (size_t i = file->csv.pieces[piece].position; i < file->csv.rows; i++) {
		file->rows[i].id = 0;
		file->rows[i].deed = DEED_REFUSED;
		if (file->rows[i].errors == NULL) {
			view_import_wrong(&file->rows[i], file->import.call->arena, "row", "csv.not_saved");
		}
	}
}

struct import_told act_import_told(const struct import_file *file, bool dry_run)
{
	return (struct import_told){ .rows = file->rows, .count = file->csv.rows,
		.dry_run = dry_run, .encoding = charset_words[file->csv.charset],
		.separator = file->csv.separator, .ignored = file->import.ignored,
		.ignored_count = file->import.ignored_count };
}
