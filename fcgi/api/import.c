#include "api/import.h"

#include "api/handlers.h"
#include "http/query.h"

#include <string.h>
#include <strings.h>

/* A request to import. */
struct import_request {
	struct import import;
	struct csv_file file;
	struct import_row *rows; /* of the whole file */
	bool dry_run;
	bool later;
	size_t next;             /* the piece that is to be written next */
	struct arena scratch;    /* of one piece */
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
	struct member member = { 0 };

	if (import->head.count == 0) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "file", "csv.empty");
	}
	for (size_t i = 0; i < import->head.count; i++) {
		import_take_column(import, i, import->head.cells[i]);
	}
	while (input_next(import->spec->fields, &member)) {
		if (member.field.required &&
		    !import_has_column(import, member.field.name, import->head.count)) {
			reply_field(call->reply, member.field.name, "csv.missing");
		}
	}
	return reply_has_fields(call->reply) ? reply_refuse(call->reply, PROBLEM_INVALID) : ERR_OK;
}

/* Reads the cells of line into input, of a new record; false when they are too many or too few. */
static bool import_read_cells(struct import *import, const struct csv_row *line, void *input,
	struct import_row *row)
{
	struct arena *arena = import->call->arena;

	input_clear(arena, import->spec->fields, input);
	if (line->count != import->head.count) {
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

/* Makes an empty batch with room for so many rows. */
static void import_clear(struct import *import, size_t count)
{
	struct arena *arena = import->call->arena;

	import->rows = arena_array(arena, count, sizeof(struct import_row *));
	import->inputs = arena_array(arena, count, sizeof(*import->inputs));
	import->batch = 0;
}

/* Adds a line to the batch, where its cells are as many as the file has columns. */
static enum err import_add(struct import *import, const struct csv_row *line,
	struct import_row *row)
{
	void *input = arena_alloc(import->call->arena, import->spec->input_size);

	row->line = line->line;
	if (!import_read_cells(import, line, input, row)) {
		return ERR_OK;
	}
	import->rows[import->batch] = row;
	import->inputs[import->batch++] = input;
	return import->spec->check(import, input, row);
}

/* Looks at the rows of the batch together and, where import writes, writes those in which nothing
 * is wrong. */
static enum err import_settle(struct import *import)
{
	size_t good = 0;

	TRY(import->batch == 0 || import->spec->look == NULL ? ERR_OK : import->spec->look(import));
	for (size_t i = 0; import->writes && i < import->batch; i++) {
		if (import->rows[i]->errors == NULL) {
			import->rows[good] = import->rows[i];
			import->inputs[good++] = import->inputs[i];
		}
	}
	if (good == 0) {
		return ERR_OK;
	}
	import->batch = good;
	TRY(import->spec->write(import));
	for (size_t i = 0; i < good; i++) {
		import->rows[i]->changed = true;
	}
	return ERR_OK;
}

/* Copies the line of names, without its end: the file of refused rows begins with it. */
static const char *import_head(const struct import *import)
{
	size_t len = import->head.text_len;

	while (len > 0 && (import->head.text[len - 1] == '\n' ||
	    import->head.text[len - 1] == '\r')) {
		len--;
	}
	return arena_copy(import->call->arena, import->head.text, len);
}

/* What does not only say what would come of it is made once. */
enum err api_import_allow(struct call *call, const struct import_spec *spec)
{
	struct import_request *request = arena_alloc(call->arena, sizeof(*request));
	struct import *import = &request->import;

	call->state = request;
	*import = (struct import){ .spec = spec, .call = call };
	request->dry_run = call->query->values[0].number != 0;
	request->later = !request->dry_run && api_job_is_wanted(call);
	if (request->dry_run) {
		call->idempotency_key = "";
	}
	TRY(csv_split(call->request, IMPORT_ROWS_MAX, &request->file, call->reply));
	import->head = request->file.head;
	import->count = request->file.rows;
	return import_read_header(import);
}

/* What is said of the rows outlives what they were read into. */
static void import_keep(struct import_row *rows, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		rows[i].errors = rows[i].errors == NULL ? NULL : arena_string(arena, rows[i].errors);
	}
}

/* Takes the rows of a piece, but for those that were found wrong. */
static enum err import_take(struct import_request *request, const struct csv_table *table,
	const struct csv_piece *piece)
{
	import_clear(&request->import, piece->rows);
	for (size_t i = 0; i < piece->rows; i++) {
		struct import_row *row = &request->rows[piece->position + i];

		if (row->errors == NULL) {
			TRY(import_add(&request->import, &table->rows[i], row));
		}
	}
	return import_settle(&request->import);
}

/* Takes a piece by work, with what it needs in an arena that is empty after it. */
static enum err import_take_piece(struct import_request *request, const struct csv_piece *piece,
	enum err (*work)(struct import_request *request, const struct csv_table *table,
		const struct csv_piece *piece))
{
	struct call *call = request->import.call;
	struct arena *lasting = call->arena;
	struct csv_table table;
	enum err err;

	call->arena = &request->scratch;
	err = csv_read(call->arena, piece->text, piece->len, piece->line, &table);
	err = err == ERR_OK ? work(request, &table, piece) : err;
	call->arena = lasting;
	import_keep(request->rows + piece->position, piece->rows, lasting);
	arena_release(&request->scratch);
	return err;
}

/* Of a job each step says what is wrong with its rows. */
enum err api_import_check(struct call *call)
{
	struct import_request *request = call->state;
	struct import *import = &request->import;

	if (request->later) {
		if (request->file.rows == 0) {
			reply_field(call->reply, "file", "csv.empty");
		}
		return ERR_OK;
	}
	TRY(import->spec->begin(import));
	request->rows = arena_array(call->arena, request->file.rows, sizeof(*request->rows));
	for (size_t i = 0; i < request->file.count; i++) {
		TRY(import_take_piece(request, &request->file.pieces[i], import_take));
	}
	return ERR_OK;
}

static enum err import_make_job(struct call *call)
{
	struct import_request *request = call->state;
	struct job job = { .kind = request->import.spec->kind, .total = request->file.rows,
		.options = import_head(&request->import) };

	TRY(api_job_create(call, &job, NULL, 0));
	for (size_t i = 0; i < request->file.count; i++) {
		const struct csv_piece *piece = &request->file.pieces[i];

		TRY(store_job_piece_put(call->db, call->record_id, &(struct job_piece){
			.position = piece->position, .line = piece->line, .text = piece->text,
			.len = piece->len }));
	}
	return ERR_OK;
}

static enum err import_write_piece(struct import_request *request, const struct csv_table *table,
	const struct csv_piece *piece)
{
	request->import.count = piece->rows;
	TRY(request->import.spec->begin(&request->import));
	return import_take(request, table, piece);
}

/* The first piece, with the key; or a job. */
enum err api_import(struct call *call)
{
	struct import_request *request = call->state;

	if (request->later) {
		return import_make_job(call);
	}
	if (request->dry_run || request->file.rows == 0) {
		return ERR_OK;
	}
	request->import.writes = true;
	call->record_id = 1; /* they are many: which ids the rows got is not kept */
	return import_take_piece(request, &request->file.pieces[0], import_write_piece);
}

static enum err import_write_next(struct call *call)
{
	struct import_request *request = call->state;

	return import_take_piece(request, &request->file.pieces[request->next], import_write_piece);
}

/* Writes the pieces after the first. A failure is told row by row: those before it are saved. */
static void import_write_rest(struct call *call)
{
	struct import_request *request = call->state;
	const struct csv_file *file = &request->file;
	size_t saved;

	for (request->next = 1; request->next < file->count; request->next++) {
		if (api_transact(call, import_write_next) != ERR_OK) {
			break;
		}
	}
	if (request->next >= file->count) {
		return;
	}
	saved = file->pieces[request->next].position;
	reply_init(call->reply, call->arena);
	for (size_t i = saved; i < file->rows; i++) {
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
	view_import(&call->reply->body, request->rows, request->file.rows, request->dry_run,
		&call->viewer);
	return ERR_OK;
}

/* What a step of a job knows of the piece that it deals with. */
struct import_step {
	struct import import;
	struct job_piece piece;
	struct csv_table table;
};

static size_t import_piece_end(const struct import_step *state)
{
	return state->piece.position + state->table.count;
}

/* Wipes the piece whose last row the present batch deals with. */
static enum err import_wipe(const struct job_step *step)
{
	const struct import_step *state = step->context;

	return step->to < import_piece_end(state) ? ERR_OK
		: store_job_pieces_wipe(step->call->db, &step->job, step->to);
}

enum err api_import_open(struct job_step *step, const struct import_spec *spec)
{
	struct call *call = step->call;
	struct import_step *state = arena_alloc(call->arena, sizeof(*state));
	struct csv_table head;
	enum err err = store_job_piece(call->db, call->arena, &step->job, &state->piece);

	step->context = state;
	if (err != ERR_OK) {
		step->end = step->job.position; /* it was finished or cancelled just now */
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	state->import = (struct import){ .spec = spec, .call = call, .writes = true };
	TRY(csv_read(call->arena, step->job.options, strlen(step->job.options), 1, &head));
	state->import.head = head.rows[0];
	TRY(csv_read(call->arena, state->piece.text, state->piece.len, state->piece.line,
		&state->table));
	if (import_piece_end(state) < step->end) {
		step->end = import_piece_end(state);
	}
	return import_read_header(&state->import);
}

/* What went wrong while the rows were written may be of one of them. */
enum err api_import_run(struct job_step *step)
{
	struct import_step *state = step->context;
	struct import *import = &state->import;
	size_t from = step->job.position, count = step->to - from;
	const struct csv_row *lines = state->table.rows + (from - state->piece.position);
	enum err err;

	import->count = count;
	err = import->spec->begin(import);
	import_clear(import, count);
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		err = import_add(import, &lines[i], api_job_row(step, from + i));
	}
	err = err == ERR_OK ? import_settle(import) : err;
	step->is_of_a_row = err == ERR_CONFLICT || err == ERR_NOT_FOUND || err == ERR_INVALID;
	for (size_t i = 0; i < count; i++) {
		struct import_row *row = api_job_row(step, from + i);

		if (row->errors != NULL || err != ERR_OK) {
			row->text = arena_copy(step->call->arena, lines[i].text, lines[i].text_len);
		}
	}
	return err == ERR_OK ? import_wipe(step) : err;
}

enum err api_import_refuse(struct job_step *step, struct import_row *row)
{
	view_import_wrong(row, step->call->arena, "row", "csv.not_saved");
	return import_wipe(step);
}
