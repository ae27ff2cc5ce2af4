#include "api/import.h"

#include "api/handlers.h"
#include "http/query.h"

#include <string.h>
#include <strings.h>

/* A request to import. */
struct import_request {
	struct import import;
	struct import_row *rows;
	bool dry_run;
	bool later;
	size_t from; /* the present batch */
	size_t to;
};

const struct list api_import_query = {
	.sorts = (const struct list_sort[]){ { .name = NULL } },
	.filters = (const struct list_filter[]){
		{ .name = "dry_run", .kind = COLUMN_FLAG },
		{ .kind = COLUMN_END },
	},
};

/* Tells whether name is one of the first count columns of the file. */
static bool import_has_column(const struct import *import, const char *name, size_t count)
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
	return import_has_column(import, name, CSV_COLUMNS_MAX);
}

/* The file of refused rows that the page offers has such a column more; an export has those that
 * nobody can write. */
static bool import_skips(const struct import *import, const char *name)
{
	const struct column *column = import->spec->exported;

	while (column != NULL && column->kind != COLUMN_END &&
	    ((column->where & IN_CSV) == 0 || strcmp(column->name, name) != 0)) {
		column++;
	}
	return strcasecmp(name, "reason") == 0 || (column != NULL && column->kind != COLUMN_END);
}

/* Finds the field of a column of the file: name, the same in large and small letters. */
static void import_take_column(struct import *import, size_t at, const char *name)
{
	struct member *column = &import->columns[at];
	bool found = false;

	*column = (struct member){ 0 };
	while (!found && input_next(import->spec->fields, column)) {
		found = strcasecmp(column->field.name, name) == 0;
	}
	if (found && import_has_column(import, column->field.name, at)) {
		reply_field(import->call->reply, column->field.name, "csv.repeated");
	} else if (!found) {
		column->row = NULL;
		if (!import_skips(import, name)) {
			reply_field_unknown(import->call->reply, name);
		}
	}
}

static enum err import_read_header(struct import *import)
{
	struct call *call = import->call;
	const struct csv_row *header = import->table.rows;
	struct member member = { 0 };

	if (import->table.count == 0) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "file", "csv.empty");
	}
	for (size_t i = 0; i < header->count; i++) {
		import_take_column(import, i, header->cells[i]);
	}
	while (input_next(import->spec->fields, &member)) {
		if (member.field.required && !import_has_column(import, member.field.name, header->count)) {
			reply_field(call->reply, member.field.name, "csv.missing");
		}
	}
	import->count = import->table.count - 1;
	return reply_has_fields(call->reply) ? reply_refuse(call->reply, PROBLEM_INVALID) : ERR_OK;
}

/* Reads the cells of line into input, of a new record; false when they are too many or too few. */
static bool import_read_cells(struct import *import, const struct csv_row *line, void *input,
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

/* Reads row at of the file, from 0, checks it and, where import writes, writes it. */
static enum err import_take_row(struct import *import, size_t at, struct import_row *row)
{
	const struct csv_row *line = &import->table.rows[at + 1];
	void *input = arena_alloc(import->call->arena, import->spec->input_size);

	*row = (struct import_row){ .line = line->line };
	if (import_read_cells(import, line, input, row)) {
		TRY(import->spec->check(import, input, row));
	}
	if (row->errors == NULL && import->writes) {
		TRY(import->spec->write(import, input, row));
		row->changed = true;
	}
	return ERR_OK;
}

/* Copies the line of names, without its end: the file of refused rows begins with it. */
static const char *import_head(const struct import *import)
{
	const struct csv_row *header = import->table.rows;
	size_t len = header->text_len;

	while (len > 0 && (header->text[len - 1] == '\n' || header->text[len - 1] == '\r')) {
		len--;
	}
	return arena_copy(import->call->arena, header->text, len);
}

/* What does not only say what would come of it is made once. */
enum err api_import_allow(struct call *call, const struct import_spec *spec)
{
	struct import_request *request = arena_alloc(call->arena, sizeof(*request));
	struct import *import = &request->import;
	struct query query;

	call->state = request;
	*import = (struct import){ .spec = spec, .call = call };
	TRY(query_read(call->request, &api_import_query, &query, call->reply));
	request->dry_run = query.values[0].number != 0;
	request->later = !request->dry_run && api_job_is_wanted(call);
	if (request->dry_run) {
		call->idempotency_key = "";
	}
	TRY(csv_read(call->request, spec->max_rows + 1, &import->table, call->reply));
	return import_read_header(import);
}

/* Of work each step says what is wrong with its rows. */
enum err api_import_check(struct call *call)
{
	struct import_request *request = call->state;
	struct import *import = &request->import;

	if (request->later) {
		if (import->count == 0) {
			reply_field(call->reply, "file", "csv.empty");
		}
		return ERR_OK;
	}
	TRY(import->spec->begin(import));
	request->rows = arena_array(call->arena, import->count, sizeof(*request->rows));
	for (size_t i = 0; i < import->count; i++) {
		TRY(import_take_row(import, i, &request->rows[i]));
	}
	return ERR_OK;
}

/* Writes the rows from request->from on; those that were found wrong are not looked at again. */
static enum err import_write_batch(struct call *call)
{
	struct import_request *request = call->state;
	struct import *import = &request->import;
	size_t batch = import->spec->batch, left = import->count - request->from;

	request->to = request->from + (batch < left ? batch : left);
	TRY(import->spec->begin(import));
	for (size_t i = request->from; i < request->to; i++) {
		if (request->rows[i].errors == NULL) {
			TRY(import_take_row(import, i, &request->rows[i]));
		}
	}
	return ERR_OK;
}

/* The first batch, with the key; or work. */
enum err api_import(struct call *call)
{
	struct import_request *request = call->state;
	struct import *import = &request->import;
	struct job job = { .kind = import->spec->kind, .total = import->count };

	if (request->later) {
		job.options = import_head(import);
		return api_job_create(call, &job, call->request->body, call->request->body_len);
	}
	if (request->dry_run || import->count == 0) {
		return ERR_OK;
	}
	import->writes = true;
	call->record_id = 1; /* they are many: which ids the rows got is not kept */
	return import_write_batch(call);
}

/* Writes the batches after the first. A failure is told row by row: those before it are saved. */
static void import_write_rest(struct call *call)
{
	struct import_request *request = call->state;
	size_t count = request->import.count;

	for (request->from = request->to; request->from < count; request->from = request->to) {
		if (api_transact(call, import_write_batch) != ERR_OK) {
			break;
		}
	}
	if (request->from < count) {
		reply_init(call->reply, call->arena);
	}
	for (size_t i = request->from; i < count; i++) {
		request->rows[i].id = 0;
		if (request->rows[i].errors == NULL) {
			view_import_wrong(&request->rows[i], call->arena, "row", "csv.not_saved");
		}
	}
}

/* The rows of a repetition are saved already. */
enum err api_import_answer(struct call *call)
{
	struct import_request *request = call->state;

	if (request->later) {
		return api_job_answer_created(call);
	}
	if (call->repeated) {
		return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "file", "csv.imported");
	}
	if (!request->dry_run) {
		import_write_rest(call);
	}
	view_import(&call->reply->body, request->rows, request->import.count, request->dry_run,
		&call->viewer);
	return ERR_OK;
}

/* The whole file is read again at each step: that takes less than the rows of the step. */
enum err api_import_open(struct job_step *step, const struct import_spec *spec)
{
	struct import *import = arena_alloc(step->call->arena, sizeof(*import));

	*import = (struct import){ .spec = spec, .call = step->call, .writes = true };
	step->context = import;
	TRY(csv_read_again(step->call->arena, step->input, step->input_len, &import->table));
	return import_read_header(import);
}

enum err api_import_run(struct job_step *step)
{
	struct import *import = step->context;
	enum err err = import->spec->begin(import);

	for (size_t i = step->job.position; err == ERR_OK && i < step->to; i++) {
		struct import_row *row = api_job_row(step, i);
		const struct csv_row *line = &import->table.rows[i + 1];

		err = import_take_row(import, i, row);
		step->is_of_a_row = err == ERR_CONFLICT || err == ERR_NOT_FOUND || err == ERR_INVALID;
		if (row->errors != NULL || err != ERR_OK) {
			row->text = arena_copy(step->call->arena, line->text, line->text_len);
		}
	}
	return err;
}

enum err api_import_refuse(struct job_step *step, struct import_row *row)
{
	view_import_wrong(row, step->call->arena, "row", "csv.not_saved");
	return ERR_OK;
}
