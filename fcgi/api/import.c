#include "api/import.h"

#include "api/once.h"
#include "http/query.h"

#include <string.h>
#include <strings.h>

/* An import that is answered at once. */
struct whole {
	struct import import;
	struct import_row *rows;
	bool dry_run;
	struct once once;
	size_t from; /* the present batch */
	size_t to;
};

const struct query_spec api_import_query = {
	.sorts = (const char *const[]){ NULL },
	.filters = (const struct query_filter[]){
		{ .name = "dry_run", .kind = QUERY_FLAG },
		{ .kind = QUERY_END },
	},
};

/* Names of columns are the same in large and small letters. */
static bool find_column(const struct import *import, const char *name, struct member *column)
{
	*column = (struct member){ 0 };
	while (input_next(import->spec->fields, column)) {
		if (strcasecmp(column->field.name, name) == 0) {
			return true;
		}
	}
	column->row = NULL;
	return false;
}

/* Is it one of the first count columns of the file? */
static bool has_column(const struct import *import, const char *name, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (import->columns[i].row != NULL && strcmp(import->columns[i].field.name, name) == 0) {
			return true;
		}
	}
	return false;
}

bool api_import_has(const struct import *import, const char *name)
{
	return has_column(import, name, CSV_COLUMNS_MOST);
}

/* The file of refused rows that the page offers has such a column more; an export has those that
 * nobody can write. */
static bool is_skipped(const struct import *import, const char *name)
{
	const struct column *column = import->spec->exported;

	while (column != NULL && column->kind != COLUMN_END &&
	    ((column->where & IN_CSV) == 0 || strcmp(column->name, name) != 0)) {
		column++;
	}
	return strcasecmp(name, "reason") == 0 || (column != NULL && column->kind != COLUMN_END);
}

static void take_column(struct import *import, size_t at, const char *name)
{
	struct member *column = &import->columns[at];

	if (find_column(import, name, column)) {
		if (has_column(import, column->field.name, at)) {
			reply_field(import->call->reply, column->field.name, "csv.repeated");
		}
	} else if (!is_skipped(import, name)) {
		reply_field_unknown(import->call->reply, name);
	}
}

static enum err read_header(struct import *import)
{
	struct call *call = import->call;
	const struct csv_row *header = import->table.rows;
	struct member member = { 0 };

	if (import->table.count == 0) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "file", "csv.empty");
	}
	for (size_t i = 0; i < header->count; i++) {
		take_column(import, i, header->cells[i]);
	}
	while (input_next(import->spec->fields, &member)) {
		if (member.field.required && !has_column(import, member.field.name, header->count)) {
			reply_field(call->reply, member.field.name, "csv.missing");
		}
	}
	import->count = import->table.count - 1;
	return reply_has_fields(call->reply) ? reply_refuse(call->reply, PROBLEM_INVALID) : ERR_OK;
}

/* The cells of a line into the input of a new record; false when there are too many or too few. */
static bool read_cells(struct import *import, const struct csv_row *line, void *input,
	struct import_row *row)
{
	struct arena *arena = import->call->arena;

	input_clear(arena, import->spec->fields, input);
	if (line->count != import->table.rows[0].count) {
		view_import_wrong(row, arena, "row", "csv.cells");
		return false;
	}
	for (size_t i = 0; i < line->count; i++) {
		const struct member *column = &import->columns[i];
		const char *key = column->row == NULL ? NULL
			: input_cell(arena, column, line->cells[i], input);

		if (key != NULL) {
			view_import_wrong(row, arena, column->field.name, key);
		}
	}
	return true;
}

/* A row of the file, from 0: read, checked and, where that is asked for, written. */
static enum err take_row(struct import *import, size_t at, struct import_row *row)
{
	const struct csv_row *line = &import->table.rows[at + 1];
	void *input = arena_alloc(import->call->arena, import->spec->input_size);

	*row = (struct import_row){ .line = line->line };
	if (read_cells(import, line, input, row)) {
		TRY(import->spec->check(import, input, row));
	}
	if (row->errors == NULL && import->writes) {
		TRY(import->spec->write(import, input, row));
		row->changed = true;
	}
	return ERR_OK;
}

static enum err check_rows(struct whole *whole)
{
	struct import *import = &whole->import;

	TRY(import->spec->begin(import));
	whole->rows = arena_array(import->call->arena, import->count, sizeof(*whole->rows));
	for (size_t i = 0; i < import->count; i++) {
		TRY(take_row(import, i, &whole->rows[i]));
	}
	return ERR_OK;
}

/* Rows that were found wrong before are not looked at again. */
static enum err write_batch(struct db *db, void *context)
{
	struct whole *whole = context;
	struct import *import = &whole->import;

	(void)db;
	TRY(import->spec->begin(import));
	for (size_t i = whole->from; i < whole->to; i++) {
		if (whole->rows[i].errors == NULL) {
			TRY(take_row(import, i, &whole->rows[i]));
		}
	}
	return whole->from == 0 ? api_once_write(import->call, &whole->once, 1) : ERR_OK;
}

static void mark_unsaved(struct whole *whole)
{
	for (size_t i = whole->from; i < whole->import.count; i++) {
		struct import_row *row = &whole->rows[i];

		row->id = 0;
		if (row->errors == NULL) {
			view_import_wrong(row, whole->import.call->arena, "row", "csv.not_saved");
		}
	}
}

/* A failure after rows were saved is told row by row: they are there. */
static enum err write_rows(struct whole *whole)
{
	struct import *import = &whole->import;
	size_t batch = import->spec->batch;
	enum err err = ERR_OK;

	import->writes = true;
	while (err == ERR_OK && whole->from < import->count) {
		whole->to = whole->from + batch < import->count ? whole->from + batch : import->count;
		err = db_transact(import->call->db, write_batch, whole);
		whole->from = err == ERR_OK ? whole->to : whole->from;
	}
	if (err != ERR_OK && whole->from > 0) {
		reply_init(import->call->reply, import->call->arena);
		mark_unsaved(whole);
		return ERR_OK;
	}
	return err;
}

/* The line of names, without its end: for the file of refused rows. */
static const char *head_of(const struct import *import)
{
	const struct csv_row *header = import->table.rows;
	size_t len = header->text_len;

	while (len > 0 && (header->text[len - 1] == '\n' || header->text[len - 1] == '\r')) {
		len--;
	}
	return arena_copy(import->call->arena, header->text, len);
}

static enum err make_work(struct whole *whole)
{
	struct call *call = whole->import.call;
	struct work work = { .kind = whole->import.spec->kind, .options = head_of(&whole->import),
		.total = whole->import.count };

	if (whole->once.repeated) {
		return api_work_repeat(call, &whole->once);
	}
	if (work.total == 0) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "file", "csv.empty");
	}
	return api_work_create(call, &work, call->request->body, call->request->body_len,
		&whole->once);
}

static enum err read_all(struct whole *whole)
{
	struct import *import = &whole->import;
	struct call *call = import->call;
	struct query query;

	TRY(query_read(call->request, &api_import_query, &query, call->reply));
	whole->dry_run = query.values[0].number != 0;
	TRY(csv_read(call->request, import->spec->rows_most + 1, &import->table, call->reply));
	TRY(read_header(import));
	return !whole->dry_run ? api_once_begin(call, &whole->once) : ERR_OK;
}

/* The rows of a repetition are saved already; which ids they got is not kept. */
static enum err answer_at_once(struct whole *whole)
{
	struct call *call = whole->import.call;

	TRY(check_rows(whole));
	if (whole->once.repeated) {
		return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "file", "csv.imported");
	}
	if (!whole->dry_run) {
		TRY(write_rows(whole));
	}
	view_import(&call->reply->body, whole->rows, whole->import.count, whole->dry_run,
		&call->viewer);
	return ERR_OK;
}

enum err api_import(struct call *call, const struct import_spec *spec)
{
	struct whole *whole = arena_alloc(call->arena, sizeof(*whole));

	whole->import = (struct import){ .spec = spec, .call = call };
	TRY(read_all(whole));
	return !whole->dry_run && api_work_is_wanted(call) ? make_work(whole) : answer_at_once(whole);
}

/* The whole file is read again at each step: that takes less than the rows of the step. */
enum err api_import_open(struct work_step *step, const struct import_spec *spec)
{
	struct import *import = arena_alloc(step->call->arena, sizeof(*import));

	*import = (struct import){ .spec = spec, .call = step->call, .writes = true };
	step->context = import;
	TRY(csv_read_again(step->call->arena, step->input, step->input_len, &import->table));
	return read_header(import);
}

enum err api_import_run(struct work_step *step)
{
	struct import *import = step->context;
	enum err err = import->spec->begin(import);

	for (size_t i = step->work.position; err == ERR_OK && i < step->to; i++) {
		struct import_row *row = api_work_row(step, i);
		const struct csv_row *line = &import->table.rows[i + 1];

		err = take_row(import, i, row);
		step->is_of_a_row = err == ERR_CONFLICT || err == ERR_NOT_FOUND || err == ERR_INVALID;
		if (row->errors != NULL || err != ERR_OK) {
			row->text = arena_copy(step->call->arena, line->text, line->text_len);
		}
	}
	return err;
}

enum err api_import_refuse(struct work_step *step, struct import_row *row)
{
	view_import_wrong(row, step->call->arena, "row", "csv.not_saved");
	return ERR_OK;
}
