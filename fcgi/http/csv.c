#include "http/csv.h"

#include "base/memory.h"
#include "base/text.h"

#include <csv.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* By how much libcsv's buffer for a cell grows. With its own 128 bytes, a cell of megabytes would
 * be copied tens of thousands of times. */
enum { CELL_STEP = 65536, PIECES = 64 };

/* Where the reading of a text stands. */
struct csv_reading {
	struct arena *arena;
	struct csv_table *table;
	struct csv_file *file;               /* NULL: all rows are wanted; else the first, and pieces */
	size_t room;                         /* rows that fit into the table */
	size_t max_rows;
	uint64_t line;                       /* where the present row began */
	const char *start;
	const char *cells[CSV_COLUMNS_MAX]; /* of the present row */
	size_t count;
	bool ended;                          /* the line brought a row, or none, to its end */
	bool taken;                          /* a row */
	bool too_wide;
	bool too_long;
};

static bool csv_is_type(const char *type)
{
	static const char csv[] = "text/csv";
	size_t len = sizeof(csv) - 1;

	return strncasecmp(type, csv, len) == 0 && (type[len] == '\0' || type[len] == ';' ||
		type[len] == ' ');
}

/* Of a file that is split, only the line of names is looked into. */
static bool csv_splits(const struct csv_reading *reading)
{
	return reading->file != NULL && reading->table->count > 0;
}

/* Takes a cell, without the apostrophe that shields from a formula. */
static void csv_take_cell(void *bytes, size_t len, void *context)
{
	struct csv_reading *reading = context;
	const char *cell = bytes;
	size_t skip = len > 1 && cell[0] == '\'' && memchr("=+-@\t\r", cell[1], 6) != NULL;

	if (reading->count == CSV_COLUMNS_MAX) {
		reading->too_wide = true;
		return;
	}
	reading->cells[reading->count++] = csv_splits(reading) ? ""
		: arena_copy(reading->arena, cell + skip, len - skip);
}

static void csv_make_room(struct csv_reading *reading)
{
	struct csv_table *table = reading->table;
	size_t room = reading->room == 0 ? 64 : 2 * reading->room;
	struct csv_row *rows = arena_array(reading->arena, room, sizeof(*rows));

	if (table->count > 0) {
		memcpy(rows, table->rows, table->count * sizeof(*rows));
	}
	table->rows = rows;
	reading->room = room;
}

static void csv_keep_row(struct csv_reading *reading)
{
	struct csv_table *table = reading->table;
	size_t size = reading->count * sizeof(reading->cells[0]);
	const char **cells = arena_alloc(reading->arena, size);

	if (table->count == reading->room) {
		csv_make_room(reading);
	}
	memcpy(cells, reading->cells, size);
	table->rows[table->count++] = (struct csv_row){ .line = reading->line, .cells = cells,
		.count = reading->count, .text = reading->start };
}

static void csv_make_room_for_piece(struct arena *arena, struct csv_file *file)
{
	size_t size = sizeof(*file->pieces);

	if (file->count == 0) {
		file->pieces = arena_array(arena, PIECES, size);
	} else if (file->count % PIECES == 0) {
		file->pieces = arena_resize(arena, file->pieces, file->count * size,
			(file->count + PIECES) * size);
	}
}

/* Whether the next row begins another piece. */
static bool csv_last_piece_is_full(const struct csv_file *file)
{
	const struct csv_piece *last;

	if (file->count == 0) {
		return true;
	}
	last = &file->pieces[file->count - 1];
	return last->rows == CSV_PIECE_ROWS || last->len >= CSV_PIECE_BYTES;
}

/* Adds the row to the last piece, or begins another one with it. */
static void csv_split_row(struct csv_reading *reading)
{
	struct csv_file *file = reading->file;

	if (csv_last_piece_is_full(file)) {
		csv_make_room_for_piece(reading->arena, file);
		file->pieces[file->count++] = (struct csv_piece){ .position = file->rows,
			.line = reading->line, .text = reading->start };
	}
	file->pieces[file->count - 1].rows++;
	file->rows++;
}

static void csv_take_row(int end, void *context)
{
	struct csv_reading *reading = context;
	size_t taken = reading->file == NULL ? reading->table->count : reading->file->rows;

	(void)end;
	reading->ended = true;
	if (reading->count == 0) {
		return; /* a blank line, or the second half of a line end */
	}
	if (taken == reading->max_rows) {
		reading->too_long = true;
		return;
	}
	if (csv_splits(reading)) {
		csv_split_row(reading);
	} else {
		csv_keep_row(reading);
	}
	reading->taken = true;
	reading->count = 0;
}

/* Gives the length of the line with its end: LF, CR LF or CR. */
static size_t csv_line_length(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && text[at] != '\n' && text[at] != '\r') {
		at++;
	}
	if (at + 1 < len && text[at] == '\r' && text[at + 1] == '\n') {
		return at + 2;
	}
	return at < len ? at + 1 : len;
}

/* Notes that the line which ends at end was the last one of a row, unless it was blank. */
static void csv_end_row(struct csv_reading *reading, const char *end)
{
	struct csv_file *file = reading->file;
	struct csv_table *table = reading->table;

	if (reading->taken && file != NULL && file->rows > 0) {
		struct csv_piece *last = &file->pieces[file->count - 1];

		reading->too_wide |= end - reading->start > CSV_PIECE_BYTES;
		last->len = (size_t)(end - last->text);
	} else if (reading->taken) {
		table->rows[table->count - 1].text_len = (size_t)(end - reading->start);
	}
	reading->start = end;
	reading->ended = false;
	reading->taken = false;
}

/* Parses line by line, because only so it is known on which one a row begins: it may go over
 * several. */
static bool csv_parse_lines(struct csv_reading *reading, struct csv_parser *parser,
	const char *text, size_t len)
{
	uint64_t line = reading->line;
	bool good;

	reading->start = text;
	while (len > 0 && !reading->too_wide && !reading->too_long) {
		size_t part = csv_line_length(text, len);

		if (csv_parse(parser, text, part, csv_take_cell, csv_take_row, reading) != part) {
			return false;
		}
		text += part;
		len -= part;
		line++;
		if (reading->ended) {
			reading->line = line;
			csv_end_row(reading, text);
		}
	}
	good = csv_fini(parser, csv_take_cell, csv_take_row, reading) == 0;
	csv_end_row(reading, text); /* a last line without an end */
	return good;
}

static enum err csv_parse_text(const char *text, size_t len, struct csv_reading *reading,
	bool *good)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t skip = reading->line == 1 && strncmp(text, mark, 3) == 0 ? 3 : 0;
	struct csv_parser parser;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
		return ERR_UNAVAILABLE;
	}
	csv_set_realloc_func(&parser, memory_realloc);
	csv_set_blk_size(&parser, CELL_STEP);
	*good = csv_parse_lines(reading, &parser, text + skip, len - skip);
	csv_free(&parser);
	return ERR_OK;
}

/* Asks what the request must be, whatever is in its body. */
static enum err csv_check(const struct request *request, struct reply *reply)
{
	if (request->body_too_large) {
		return reply_refuse(reply, PROBLEM_TOO_LARGE);
	}
	if (request->body_broken) {
		return reply_refuse(reply, PROBLEM_MALFORMED);
	}
	if (!csv_is_type(request->content_type)) {
		return reply_refuse(reply, PROBLEM_UNSUPPORTED_TYPE);
	}
	return text_is_utf8(request->body, request->body_len) ? ERR_OK
		: reply_refuse_field(reply, PROBLEM_INVALID, "file", "csv.utf8");
}

enum err csv_split(const struct request *request, size_t max_rows, struct csv_file *file,
	struct reply *reply)
{
	struct csv_table head = { 0 };
	struct csv_reading reading = { .arena = request->arena, .table = &head, .file = file,
		.max_rows = max_rows, .line = 1 };
	bool good = false;

	*file = (struct csv_file){ .count = 0 };
	TRY(csv_check(request, reply));
	TRY(csv_parse_text(request->body, request->body_len, &reading, &good));
	if (reading.too_long) {
		return reply_refuse_field(reply, PROBLEM_INVALID, "file", "csv.too_many_rows");
	}
	if (!good || reading.too_wide) {
		return reply_refuse_field(reply, PROBLEM_INVALID, "file", "csv.format");
	}
	if (head.count > 0) {
		file->head = head.rows[0];
	}
	return ERR_OK;
}

enum err csv_read(struct arena *arena, const char *text, size_t len, uint64_t line,
	struct csv_table *table)
{
	struct csv_reading reading = { .arena = arena, .table = table, .max_rows = SIZE_MAX,
		.line = line };
	bool good = false;

	*table = (struct csv_table){ 0 };
	TRY(csv_parse_text(text, len, &reading, &good));
	return good ? ERR_OK : ERR_BUG;
}
