/*
 * Clients from a CSV file. All rows are checked first, with the fields of Create client, and what
 * is wrong is reported for each row. The good ones are written in transactions of some hundreds; a
 * dry run stops before.
 */
#include "api/clients.h"
#include "api/handlers.h"
#include "api/once.h"
#include "http/csv.h"
#include "view/import.h"

#include <string.h>
#include <strings.h>

enum { ROWS_MOST = 50000, BATCH = 500 };

struct import {
	struct call *call;
	bool dry_run;
	struct csv_table table;
	const struct field *columns[CSV_COLUMNS_MOST]; /* NULL: skipped */
	struct client_input *inputs;
	struct import_row *rows; /* one for each line of the file but the first */
	size_t count;
	struct once once;
	size_t from; /* the present batch */
	size_t to;
	uint64_t manager; /* the last one that was found */
};

const struct query_spec api_client_import_query = {
	.sorts = (const char *const[]){ NULL },
	.filters = (const struct query_filter[]){
		{ .name = "dry_run", .kind = QUERY_FLAG },
		{ .kind = QUERY_END },
	},
};

static const struct field *find_column(const char *name)
{
	const struct field *field = api_client_create_fields;

	while (field->kind != FIELD_END && strcasecmp(field->name, name) != 0) {
		field++;
	}
	return field->kind == FIELD_END ? NULL : field;
}

static bool has_column(const struct import *import, const struct field *field, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (import->columns[i] == field) {
			return true;
		}
	}
	return false;
}

/* The file of refused rows that the page offers has such a column more. */
static bool is_skipped(const char *name)
{
	return strcasecmp(name, "reason") == 0;
}

static void take_column(struct import *import, size_t at, const char *name)
{
	const struct field *field = find_column(name);

	if (field == NULL && !is_skipped(name)) {
		reply_field_unknown(import->call->reply, name);
	} else if (field != NULL && has_column(import, field, at)) {
		reply_field(import->call->reply, field->name, "csv.repeated");
	}
	import->columns[at] = field;
}

static enum err read_header(struct import *import)
{
	struct call *call = import->call;
	const struct csv_row *header = import->table.rows;

	if (import->table.count == 0) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "file", "csv.empty");
	}
	for (size_t i = 0; i < header->count; i++) {
		take_column(import, i, header->cells[i]);
	}
	for (const struct field *field = api_client_create_fields; field->kind != FIELD_END; field++) {
		if (field->required && !has_column(import, field, header->count)) {
			reply_field(call->reply, field->name, "csv.missing");
		}
	}
	return reply_has_fields(call->reply) ? reply_refuse(call->reply, PROBLEM_INVALID) : ERR_OK;
}

/* Managers of many rows are few: the one of the row before is mostly the same. */
static enum err check_manager(struct import *import, struct client_input *input,
	struct import_row *row)
{
	struct call *call = import->call;
	enum err err;

	if (!input->manager.given || input->manager.id == import->manager) {
		return ERR_OK;
	}
	err = store_client_manager(call->db, call->arena, input->manager.id);
	if (err == ERR_NOT_FOUND) {
		view_import_wrong(row, call->arena, "manager", "manager.unknown");
		return ERR_OK;
	}
	import->manager = input->manager.id;
	return err;
}

static enum err check_row(struct import *import, const struct csv_row *line,
	struct client_input *input, struct import_row *row)
{
	struct arena *arena = import->call->arena;

	*row = (struct import_row){ .line = line->line };
	*input = (struct client_input){ .name.text = "", .email.text = "", .phone.text = "",
		.country.text = "" };
	if (line->count != import->table.rows[0].count) {
		view_import_wrong(row, arena, "row", "csv.cells");
		return ERR_OK;
	}
	for (size_t i = 0; i < line->count; i++) {
		const struct field *field = import->columns[i];
		const char *key = field == NULL ? NULL
			: body_take_cell(arena, field, line->cells[i], input);

		if (key != NULL) {
			view_import_wrong(row, arena, field->name, key);
		}
	}
	return check_manager(import, input, row);
}

static enum err check_rows(struct import *import)
{
	struct call *call = import->call;
	struct in_id some = { .given = has_column(import, find_column("manager"), CSV_COLUMNS_MOST) };
	enum err err = api_client_check_manager(call, &some);

	import->count = import->table.count - 1;
	import->rows = arena_array(call->arena, import->count, sizeof(*import->rows));
	import->inputs = arena_array(call->arena, import->count, sizeof(*import->inputs));
	for (size_t i = 0; err == ERR_OK && i < import->count; i++) {
		err = check_row(import, &import->table.rows[i + 1], &import->inputs[i], &import->rows[i]);
	}
	return err;
}

static enum err write_batch(struct db *db, void *context)
{
	struct import *import = context;
	bool first = import->from == 0;
	enum err err = ERR_OK;

	(void)db;
	for (size_t i = import->from; err == ERR_OK && i < import->to; i++) {
		struct import_row *row = &import->rows[i];

		if (row->errors == NULL) {
			err = api_client_insert(import->call, &import->inputs[i], &row->id);
		}
	}
	return err == ERR_OK && first ? api_once_write(import->call, &import->once, 1) : err;
}

static void mark_unsaved(struct import *import)
{
	for (size_t i = import->from; i < import->count; i++) {
		struct import_row *row = &import->rows[i];

		row->id = 0;
		if (row->errors == NULL) {
			view_import_wrong(row, import->call->arena, "row", "csv.not_saved");
		}
	}
}

/* A failure after rows were saved is told row by row: they are there. */
static enum err write_rows(struct import *import)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && import->from < import->count) {
		import->to = import->from + BATCH < import->count ? import->from + BATCH : import->count;
		err = db_transact(import->call->db, write_batch, import);
		import->from = err == ERR_OK ? import->to : import->from;
	}
	if (err != ERR_OK && import->from > 0) {
		mark_unsaved(import);
		return ERR_OK;
	}
	return err;
}

/* The rows of a repetition are saved already; which ids they got is not kept. */
static enum err refuse_repetition(struct import *import)
{
	enum err err = api_once_begin(import->call, &import->once);

	if (err == ERR_OK && import->once.repeated) {
		return reply_refuse_field(import->call->reply, PROBLEM_DUPLICATE, "file", "csv.imported");
	}
	return err;
}

static enum err read_all(struct import *import)
{
	struct call *call = import->call;
	struct query query;
	enum err err = query_read(call->request, &api_client_import_query, &query, call->reply);

	if (err == ERR_OK) {
		import->dry_run = query.values[0].number != 0;
		err = csv_read(call->request, ROWS_MOST + 1, &import->table, call->reply);
	}
	if (err == ERR_OK) {
		err = read_header(import);
	}
	return err == ERR_OK ? check_rows(import) : err;
}

enum err api_clients_import(struct call *call)
{
	struct import *import = arena_alloc(call->arena, sizeof(*import));
	enum err err;

	import->call = call;
	err = read_all(import);
	if (err == ERR_OK && !import->dry_run) {
		err = refuse_repetition(import);
	}
	if (err == ERR_OK && !import->dry_run) {
		err = write_rows(import);
	}
	if (err == ERR_OK) {
		view_import(&call->reply->body, import->rows, import->count, import->dry_run,
			&call->viewer);
	}
	return err;
}
