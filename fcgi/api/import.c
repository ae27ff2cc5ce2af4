#include "api/import.h"

#include "api/handlers.h"
#include "http/query.h"
#include "store/user.h"

#include <string.h>

/* A request to import. */
struct import_request {
	struct import import;
	struct csv_file file;
	struct import_row *rows; /* of the whole file */
	struct import_marks marks;
	bool dry_run;
	bool later;
	size_t next;             /* the piece that is to be written next */
	struct arena scratch;    /* of one piece */
};

enum { IMPORT_DRY_RUN, IMPORT_IGNORE_UNKNOWN };

const struct list api_import_query = {
	.sorts = (const struct list_sort[]){ { .name = NULL } },
	.filters = (const struct list_filter[]){
		[IMPORT_DRY_RUN] = { .name = "dry_run", .kind = COLUMN_FLAG },
		[IMPORT_IGNORE_UNKNOWN] = { .name = "ignore_unknown", .kind = COLUMN_FLAG },
		{ .kind = COLUMN_END },
	},
};

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
	row->deed = DEED_REFUSED;
	row->id = 0;
	if (!api_import_read_cells(import, line, input, row)) {
		return ERR_OK;
	}
	import->rows[import->batch] = row;
	import->inputs[import->batch++] = input;
	return import->spec->check(import, input, row);
}

/* A row of which nothing else is known is of a new record. */
static void import_name_deeds(struct import *import)
{
	for (size_t i = 0; i < import->batch; i++) {
		struct import_row *row = import->rows[i];

		if (row->errors != NULL) {
			row->deed = DEED_REFUSED;
		} else if (row->deed == DEED_REFUSED) {
			row->deed = DEED_NEW;
		}
	}
}

/* Looks at the rows of the batch together and, where import writes, writes those in which nothing
 * is wrong and that say something new. */
static enum err import_settle(struct import *import)
{
	size_t good = 0;

	TRY(import->batch == 0 ? ERR_OK : import->spec->look(import));
	import_name_deeds(import);
	for (size_t i = 0; import->writes && i < import->batch; i++) {
		if (import->rows[i]->deed == DEED_NEW || import->rows[i]->deed == DEED_CHANGED) {
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

/* What a job keeps of a file: what separates its cells, whether what nobody knows is left out, and
 * the line of names without its end, with which the file of refused rows begins. */
static const char *import_head(const struct import_request *request)
{
	const struct import *import = &request->import;
	size_t len = import->head.text_len;

	while (len > 0 && (import->head.text[len - 1] == '\n' ||
	    import->head.text[len - 1] == '\r')) {
		len--;
	}
	return arena_printf(import->call->arena, "%c%c%.*s", request->file.separator,
		import->ignores ? JOB_HEAD_IGNORES : JOB_HEAD_STRICT, (int)len, import->head.text);
}

static bool import_ask_knows(void *context, const char *name)
{
	const struct import *import = context;

	return api_import_knows(import->spec, import->call->arena, name);
}

/* The viewer's language, else that of their browser, else the installation's. */
static const char *import_ask_language(void *context)
{
	const struct import *import = context;
	struct call *call = import->call;
	struct user viewer;

	if (store_user_load(call->db, call->arena, call->viewer.user_id, &viewer) == ERR_OK &&
	    viewer.language[0] != '\0') {
		return viewer.language;
	}
	return call->request->accept_language[0] != '\0' ? call->request->accept_language
		: call->conf->language;
}

/* What does not only say what would come of it is made once. */
enum err api_import_allow(struct call *call, const struct import_spec *spec)
{
	struct import_request *request = arena_alloc(call->arena, sizeof(*request));
	struct import *import = &request->import;
	const struct csv_ask ask = { .max_rows = IMPORT_ROWS_MAX, .context = import,
		.knows = import_ask_knows, .language = import_ask_language };

	call->state = request;
	*import = (struct import){ .spec = spec, .call = call,
		.ignores = call->query->values[IMPORT_IGNORE_UNKNOWN].number != 0 };
	request->dry_run = call->query->values[IMPORT_DRY_RUN].number != 0;
	request->later = !request->dry_run && api_job_is_wanted(call);
	if (request->dry_run) {
		call->idempotency_key = "";
	}
	TRY(csv_split(call->request, &ask, &request->file, call->reply));
	import->head = request->file.head;
	return api_import_read_head(import);
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

		row->mark = request->marks.of[piece->position + i];
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
	err = csv_read(call->arena, piece->text, piece->len, request->file.separator, piece->line,
		&table);
	err = err == ERR_OK ? work(request, &table, piece) : err;
	call->arena = lasting;
	if (request->rows != NULL) {
		import_keep(request->rows + piece->position, piece->rows, lasting);
	}
	arena_release(&request->scratch);
	return err;
}

/* Marks the rows of a piece by those before them. */
static enum err import_mark(struct import_request *request, const struct csv_table *table,
	const struct csv_piece *piece)
{
	struct import *import = &request->import;

	for (size_t i = 0; i < piece->rows; i++) {
		const struct csv_row *line = &table->rows[i];
		void *input = arena_alloc(import->call->arena, import->spec->input_size);
		struct import_row row = { 0 };
		size_t at = piece->position + i;

		if (!api_import_mark_broken(&request->marks, at, import, line) &&
		    api_import_read_cells(import, line, input, &row)) {
			struct import_keys keys = import->spec->keys(input);

			api_import_mark(&request->marks, at, &keys);
		}
	}
	return ERR_OK;
}

static enum err import_take_pieces(struct import_request *request,
	enum err (*work)(struct import_request *request, const struct csv_table *table,
		const struct csv_piece *piece))
{
	for (size_t i = 0; i < request->file.count; i++) {
		TRY(import_take_piece(request, &request->file.pieces[i], work));
	}
	return ERR_OK;
}

/* Of a job each step says what is wrong with its rows; but only the whole file says which of them
 * are there twice, or are none. */
enum err api_import_check(struct call *call)
{
	struct import_request *request = call->state;
	struct import *import = &request->import;

	if (request->later && request->file.rows == 0) {
		reply_field(call->reply, "file", "csv.empty");
	}
	api_import_marks_begin(&request->marks, call->arena, request->file.rows);
	TRY(import_take_pieces(request, import_mark));
	if (request->later) {
		return ERR_OK;
	}
	TRY(import->spec->begin(import));
	request->rows = arena_array(call->arena, request->file.rows, sizeof(*request->rows));
	return import_take_pieces(request, import_take);
}

static enum err import_make_job(struct call *call)
{
	struct import_request *request = call->state;
	struct job job = { .kind = request->import.spec->kind, .total = request->file.rows,
		.options = import_head(request) };
	const char *marks = api_import_marks_text(&request->marks, call->arena);

	TRY(api_job_create(call, &job, marks, strlen(marks)));
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
		request->rows[i].deed = DEED_REFUSED;
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
	view_import(&call->reply->body, &(struct import_told){
		.rows = request->rows, .count = request->file.rows, .dry_run = request->dry_run,
		.encoding = charset_words[request->file.charset], .separator = request->file.separator,
		.ignored = request->import.ignored, .ignored_count = request->import.ignored_count },
		&call->viewer);
	return ERR_OK;
}

/* What a step of a job knows of the piece that it deals with. */
struct import_step {
	struct import import;
	struct job_piece piece;
	struct csv_table table;
	struct import_marks marks;
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

/* Reads what import_head() has kept; a job of an earlier version has the line alone. */
static enum err import_open_head(struct import_step *state, const char *head, char *separator)
{
	struct import *import = &state->import;
	bool told = head[0] != '\0' &&
		(head[1] == JOB_HEAD_IGNORES || head[1] == JOB_HEAD_STRICT);

	*separator = told ? head[0] : ',';
	import->ignores = told && head[1] == JOB_HEAD_IGNORES;
	head += told ? 2 : 0;
	return csv_read_names(import->call->arena, head, strlen(head), *separator, &import->head);
}

static enum err import_open_marks(struct job_step *step, struct import_marks *marks)
{
	struct call *call = step->call;
	const char *text;
	size_t len;

	api_import_marks_begin(marks, call->arena, step->job.total);
	TRY(store_job_input(call->db, call->arena, &step->job, &text, &len));
	api_import_marks_read(marks, len == 0 ? "" : arena_copy(call->arena, text, len));
	return ERR_OK;
}

enum err api_import_open(struct job_step *step, const struct import_spec *spec)
{
	struct call *call = step->call;
	struct import_step *state = arena_alloc(call->arena, sizeof(*state));
	char separator;
	enum err err = store_job_piece(call->db, call->arena, &step->job, &state->piece);

	step->context = state;
	if (err != ERR_OK) {
		step->end = step->job.position; /* it was finished or cancelled just now */
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	state->import = (struct import){ .spec = spec, .call = call, .writes = true };
	TRY(import_open_head(state, step->job.options, &separator));
	TRY(import_open_marks(step, &state->marks));
	TRY(csv_read(call->arena, state->piece.text, state->piece.len, separator, state->piece.line,
		&state->table));
	if (import_piece_end(state) < step->end) {
		step->end = import_piece_end(state);
	}
	return api_import_read_head(&state->import);
}

/* What went wrong while the rows were written may be of one of them. */
enum err api_import_run(struct job_step *step)
{
	struct import_step *state = step->context;
	struct import *import = &state->import;
	size_t from = step->job.position, count = step->to - from;
	const struct csv_row *lines = state->table.rows + (from - state->piece.position);
	enum err err;

	err = import->spec->begin(import);
	import_clear(import, count);
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		struct import_row *row = api_job_row(step, from + i);

		row->mark = state->marks.of[from + i];
		err = import_add(import, &lines[i], row);
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
