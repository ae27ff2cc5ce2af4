#include "api/import.h"

#include "act/import_file.h"
#include "api/handlers.h"
#include "auth/guard.h"
#include "base/text.h"
#include "http/csv.h"
#include "http/query.h"

#include <string.h>

/* A request to import. */
struct import_request {
	struct import_file file;
	enum job_kind kind;
	bool dry_run;
	bool later;
	size_t next; /* the piece that is to be written next */
};

enum { IMPORT_DRY_RUN, IMPORT_ENCODING, IMPORT_IGNORE_UNKNOWN };

const struct list api_import_query = {
	.sorts = (const struct list_sort[]){ { .name = NULL } },
	.filters = (const struct list_filter[]){
		[IMPORT_DRY_RUN] = { .name = "dry_run", .kind = COLUMN_FLAG },
		[IMPORT_ENCODING] = { .name = "encoding", .kind = COLUMN_WORD, .words = charset_words,
			.form = text_lower }, /* names of charsets have no case (RFC 2978 2.3) */
		[IMPORT_IGNORE_UNKNOWN] = { .name = "ignore_unknown", .kind = COLUMN_FLAG },
		{ .kind = COLUMN_END },
	},
};

/* In which characters the file is: as the query says, or else the type. */
static void import_take_said(const struct call *call, struct import_said *said)
{
	const struct list_value *value = &call->query->values[IMPORT_ENCODING];

	*said = (struct import_said){ .encoded = false };
	if (!csv_charset(call->request, &said->encoding, &said->encoded) || value->given) {
		*said = (struct import_said){ .encoded = value->given,
			.encoding = (enum charset)value->number };
	}
}

/* What does not only say what would come of it is made once. */
enum err api_import_allow(struct call *call, const struct import_spec *spec, enum job_kind kind)
{
	const struct list_value *values = call->query->values;
	struct import_request *import = arena_alloc(call->arena, sizeof(*import));
	struct import_said said;

	call->state = import;
	import->file.import = (struct import){ .spec = spec, .call = call, .guard = auth_guard_use,
		.ignores = values[IMPORT_IGNORE_UNKNOWN].number != 0 };
	import->kind = kind;
	import->dry_run = values[IMPORT_DRY_RUN].number != 0;
	import->later = !import->dry_run && api_job_is_wanted(call);
	if (import->dry_run) {
		call->idempotency_key = "";
	}
	TRY(csv_check(call->request, call->reply));
	import_take_said(call, &said);
	return act_import_open(&import->file, call->request->body, call->request->body_len, &said);
}

/* Of a job each step says what is wrong with its rows; but only the whole file says which of them
 * are there twice, or are none. */
enum err api_import_check(struct call *call)
{
	struct import_request *import = call->state;

	if (import->later && import->file.csv.rows == 0) {
		reply_field(call->reply, "file", "csv.empty");
	}
	TRY(act_import_mark_rows(&import->file));
	return import->later ? ERR_OK : act_import_check_rows(&import->file);
}

/* What a job keeps of a file: what separates its cells, whether what nobody knows is left out, and
 * the line of names without its end, with which the file of refused rows begins. */
static const char *import_head(const struct import_file *file)
{
	const struct import *import = &file->import;
	size_t len = import->head.text_len;

	while (len > 0 && (import->head.text[len - 1] == '\n' ||
	    import->head.text[len - 1] == '\r')) {
		len--;
	}
	return arena_printf(import->call->arena, "%c%c%.*s", file->csv.separator,
		import->ignores ? JOB_HEAD_IGNORES : JOB_HEAD_STRICT, (int)len, import->head.text);
}

static enum err import_make_job(struct call *call)
{
	struct import_request *import = call->state;
	const struct csv_file *csv = &import->file.csv;
	struct job job = { .kind = import->kind, .total = csv->rows,
		.options = import_head(&import->file) };
	const char *marks = act_import_marks_text(&import->file.marks, call->arena);

	TRY(api_job_create(call, &job, marks, strlen(marks)));
	for (size_t i = 0; i < csv->count; i++) {
		const struct csv_piece *piece = &csv->pieces[i];

		TRY(store_job_piece_put(call->db, call->record_id, &(struct job_piece){
			.position = piece->position, .line = piece->line, .text = piece->text,
			.len = piece->len }));
	}
	return ERR_OK;
}

/* The first piece, with the key; or a job. */
enum err api_import(struct call *call)
{
	struct import_request *import = call->state;

	if (import->later) {
		return import_make_job(call);
	}
	if (import->dry_run || import->file.csv.rows == 0) {
		return ERR_OK;
	}
	call->record_id = 1; /* they are many: which ids the rows got is not kept */
	return act_import_write_piece(&import->file, 0);
}

static enum err import_write_next(struct call *call)
{
	struct import_request *import = call->state;

	return act_import_write_piece(&import->file, import->next);
}

/* Writes the pieces after the first. A failure is told row by row: those before it are saved. */
static void import_write_rest(struct call *call)
{
	struct import_request *import = call->state;
	size_t count = import->file.csv.count;

	for (import->next = 1; import->next < count; import->next++) {
		if (api_transact(call, import_write_next) != ERR_OK) {
			break;
		}
	}
	if (import->next < count) {
		reply_init(call->reply, call->arena);
		act_import_give_up(&import->file, import->next);
	}
}

/* The rows of a repetition are saved already. */
enum err api_import_answer(struct call *call)
{
	struct import_request *import = call->state;
	struct import_told told;

	if (import->later) {
		return api_job_answer_created(call);
	}
	if (call->repeated) {
		return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "file", "csv.imported");
	}
	if (!import->dry_run) {
		import_write_rest(call);
	}
	told = act_import_told(&import->file, import->dry_run);
	view_import(&call->reply->body, &told, &call->viewer);
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

	act_import_marks_begin(marks, call->arena, step->job.total);
	TRY(store_job_input(call->db, call->arena, &step->job, &text, &len));
	act_import_marks_read(marks, len == 0 ? "" : arena_copy(call->arena, text, len));
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
	state->import = (struct import){ .spec = spec, .call = call, .guard = auth_guard_use,
		.writes = true };
	TRY(import_open_head(state, step->job.options, &separator));
	TRY(import_open_marks(step, &state->marks));
	TRY(csv_read(call->arena, state->piece.text, state->piece.len, separator, state->piece.line,
		&state->table));
	if (import_piece_end(state) < step->end) {
		step->end = import_piece_end(state);
	}
	return act_import_read_head(&state->import);
}

/* What went wrong while the rows were written may be of one of them. */
enum err api_import_run(struct job_step *step)
{
	struct import_step *state = step->context;
	struct import *import = &state->import;
	size_t from = step->job.position, count = step->to - from;
	const struct csv_row *lines = state->table.rows + (from - state->piece.position);
	enum err err;

	err = act_import_begin(import, count);
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		struct import_row *row = api_job_row(step, from + i);

		row->mark = state->marks.of[from + i];
		err = act_import_add(import, &lines[i], row);
	}
	err = err == ERR_OK ? act_import_settle(import) : err;
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
