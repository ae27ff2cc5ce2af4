#include "http/csv.h"

#include "base/memory.h"
#include "base/text.h"

#include <csv.h>
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
	char separator;
	size_t room;                         /* rows that fit into the table */
	size_t max_rows;
	uint64_t line;                       /* where the present row began */
	const char *start;
	const char *cells[CSV_COLUMNS_MAX]; /* of the present row */
	size_t count;
	bool filled;                         /* one of them is not empty */
	bool too_wide;                       /* they are too many */
	bool ended;                          /* the line brought a row, or none, to its end */
	bool taken;                          /* a row */
	bool names_only;                     /* the first row is all that is wanted */
	bool too_long;                       /* the file */
	uint64_t endless;                    /* a line that is too long; 0: none */
};

static bool csv_is_type(const char *type)
{
	static const char csv[] = "text/csv";
	size_t len = sizeof(csv) - 1;

	return strncasecmp(type, csv, len) == 0 && (type[len] == '\0' || type[len] == ';' ||
		type[len] == ' ');
}

/* Gives the value of charset= among the parameters of a type, and its length without quotes; NULL:
 * there is none. */
static const char *csv_type_charset(const char *type, size_t *len)
{
	static const char name[] = "charset=";
	const char *at = type;

	while ((at = strchr(at, ';')) != NULL) {
		at += 1 + strspn(at + 1, " \t");
		if (strncasecmp(at, name, sizeof(name) - 1) == 0) {
			at += sizeof(name) - 1;
			at += *at == '"';
			*len = strcspn(at, "\"; \t");
			return at;
		}
	}
	return NULL;
}

/* Of a file that is split, only the line of names is looked into. */
static bool csv_splits(const struct csv_reading *reading)
{
	return reading->file != NULL && reading->table->count > 0;
}

static bool csv_is_blank(const char *cell, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (cell[i] != ' ' && cell[i] != '\t') {
			return false;
		}
	}
	return true;
}

/* Gives how much of a cell shields it from being a formula, or what begins like that shield. */
static size_t csv_shield(const char *cell, size_t len)
{
	size_t marks = 0;

	while (marks < len && cell[marks] == '\'') {
		marks++;
	}
	return marks > 0 && marks < len && memchr("=+-@\t\r", cell[marks], 6) != NULL;
}

/* Takes a cell. */
static void csv_take_cell(void *bytes, size_t len, void *context)
{
	struct csv_reading *reading = context;
	const char *cell = bytes;
	size_t shield = csv_shield(cell, len);

	reading->filled |= !csv_is_blank(cell, len);
	if (reading->count == CSV_COLUMNS_MAX) {
		reading->too_wide |= !csv_is_blank(cell, len);
		return;
	}
	reading->cells[reading->count++] = csv_splits(reading) ? ""
		: arena_copy(reading->arena, cell + shield, len - shield);
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

static void csv_keep_row(struct csv_reading *reading, const char *wrong)
{
	struct csv_table *table = reading->table;
	size_t count = wrong == NULL ? reading->count : 0, size = count * sizeof(reading->cells[0]);
	const char **cells = arena_alloc(reading->arena, size);

	if (table->count == reading->room) {
		csv_make_room(reading);
	}
	memcpy(cells, reading->cells, size);
	table->rows[table->count++] = (struct csv_row){ .line = reading->line, .cells = cells,
		.count = count, .text = reading->start, .wrong = wrong };
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

/* Adds the present row, or what is wrong with it. */
static void csv_add_row(struct csv_reading *reading, const char *wrong)
{
	size_t taken = reading->file == NULL ? reading->table->count : reading->file->rows;

	if (taken == reading->max_rows) {
		reading->too_long = true;
		return;
	}
	if (csv_splits(reading)) {
		csv_split_row(reading);
	} else {
		csv_keep_row(reading, wrong);
	}
	reading->taken = true;
}

static void csv_forget_cells(struct csv_reading *reading)
{
	reading->count = 0;
	reading->filled = false;
	reading->too_wide = false;
}

/* What has no cell with anything in it is a blank line, or the second half of a line end. */
static void csv_take_row(int end, void *context)
{
	struct csv_reading *reading = context;

	(void)end;
	reading->ended = true;
	if (reading->filled) {
		csv_add_row(reading, reading->too_wide ? "csv.cells" : NULL);
	}
	csv_forget_cells(reading);
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

		last->len = (size_t)(end - last->text);
	} else if (reading->taken) {
		table->rows[table->count - 1].text_len = (size_t)(end - reading->start);
	}
	reading->start = end;
	reading->ended = false;
	reading->taken = false;
}

/* Whether nothing more is to be read. */
static bool csv_is_over(const struct csv_reading *reading)
{
	return reading->too_long || reading->endless != 0 ||
		(reading->names_only && reading->table->count > 0);
}

/* Parses line by line, because only so it is known on which one a row begins: it may go over
 * several. False: the row at reading->start cannot be read. */
static bool csv_parse_lines(struct csv_reading *reading, struct csv_parser *parser,
	const char *text, size_t len)
{
	uint64_t line = reading->line;

	while (len > 0 && !csv_is_over(reading)) {
		size_t part = csv_line_length(text, len);

		if (part > CSV_PIECE_BYTES) {
			reading->endless = line;
			return true;
		}
		if (csv_parse(parser, text, part, csv_take_cell, csv_take_row, reading) != part) {
			return false;
		}
		text += part;
		len -= part;
		line++;
		if (reading->ended) {
			reading->line = line;
			csv_end_row(reading, text);
		} else if (text - reading->start > CSV_PIECE_BYTES) {
			return false;
		}
	}
	if (csv_is_over(reading)) {
		return true;
	}
	if (csv_fini(parser, csv_take_cell, csv_take_row, reading) != 0) {
		return false;
	}
	csv_end_row(reading, text); /* a last line without an end */
	return true;
}

/* Parses the rows from reading->start on, as far as they can be read. */
static enum err csv_parse_some(struct csv_reading *reading, size_t len, bool *good)
{
	struct csv_parser parser;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
		return ERR_UNAVAILABLE;
	}
	csv_set_delim(&parser, (unsigned char)reading->separator);
	csv_set_realloc_func(&parser, memory_realloc);
	csv_set_blk_size(&parser, CELL_STEP);
	*good = csv_parse_lines(reading, &parser, reading->start, len);
	csv_free(&parser);
	return ERR_OK;
}

/* A row that cannot be read is one line: with the next one reading begins anew. A quotation mark
 * that is not closed has gone on to the end of the file, or to the next one out of place. */
static enum err csv_parse_text(const char *text, size_t len, struct csv_reading *reading)
{
	const char *end = text + len;
	bool good = false;

	reading->start = text;
	while (!good) {
		TRY(csv_parse_some(reading, (size_t)(end - reading->start), &good));
		if (!good) {
			csv_forget_cells(reading);
			csv_add_row(reading, "csv.quote");
			csv_end_row(reading,
				reading->start + csv_line_length(reading->start, (size_t)(end - reading->start)));
			reading->line++;
			good = reading->start == end || csv_is_over(reading);
		}
	}
	return ERR_OK;
}

static const char separators[] = ",;\t|";

/* Gives the length of a first line that says what separates cells, "sep=;", and takes it; 0: it is
 * none. */
static size_t csv_take_sep(const char *text, size_t len, char *separator)
{
	size_t part = csv_line_length(text, len), at = len > 0 && text[0] == '"';

	if (part < at + 5 || strncasecmp(text + at, "sep=", 4) != 0 ||
	    memchr(separators, text[at + 4], sizeof(separators) - 1) == NULL) {
		return 0;
	}
	*separator = text[at + 4];
	for (at += 5; at < part && strchr("\",;\t|\r\n ", text[at]) != NULL; at++) {
	}
	return at == part ? part : 0;
}

/* Finds the separator by which most names are known; where none is, by which there are most. */
static enum err csv_find_separator(struct csv_reading *reading, const char *text, size_t len,
	const struct csv_ask *ask)
{
	size_t best = 0;

	reading->separator = separators[0];
	for (size_t i = 0; separators[i] != '\0'; i++) {
		struct csv_row head;
		size_t known = 0, count;

		TRY(csv_read_names(reading->arena, text, len, separators[i], &head));
		count = head.wrong != NULL && strcmp(head.wrong, "csv.cells") == 0 ? CSV_COLUMNS_MAX
			: head.count;
		for (size_t j = 0; j < head.count; j++) {
			known += ask->knows(ask->context, head.cells[j]);
		}
		if (known * (CSV_COLUMNS_MAX + 1) + count > best) {
			best = known * (CSV_COLUMNS_MAX + 1) + count;
			reading->separator = separators[i];
		}
	}
	return ERR_OK;
}

/* Makes text of the bytes, whatever they are written in. */
static enum err csv_decode(struct arena *arena, const struct csv_ask *ask, struct csv_file *file,
	const char **text, size_t *len)
{
	const char *bytes = *text;

	if (ask->told) {
		file->charset = ask->charset;
	} else if (!charset_find(bytes, *len, &file->charset)) {
		file->charset = charset_of_language(ask->language(ask->context));
	}
	return charset_read(arena, file->charset, bytes, *len, text, len);
}

/* Of a code page the type alone knows. UTF-8 and UTF-16 are found out, and said by many who do not
 * look: they are believed only as far as that goes. */
bool csv_charset(const struct request *request, enum charset *charset, bool *told)
{
	size_t len = 0;
	const char *name = csv_type_charset(request->content_type, &len);
	bool known = name == NULL || charset_named(name, len, charset);

	*told = name != NULL && known && *charset >= CHARSET_WINDOWS_1252;
	return known;
}

enum err csv_check(const struct request *request, struct reply *reply)
{
	enum charset charset = CHARSET_UTF_8;
	bool told;

	if (request->body_too_large) {
		return reply_refuse(reply, PROBLEM_TOO_LARGE);
	}
	if (request->body_broken) {
		return reply_refuse(reply, PROBLEM_MALFORMED);
	}
	return csv_is_type(request->content_type) && csv_charset(request, &charset, &told) &&
		!request_is_coded(request) ? ERR_OK : reply_refuse(reply, PROBLEM_UNSUPPORTED_TYPE);
}

static enum err csv_refuse_line(struct reply *reply, uint64_t line)
{
	reply->line = line;
	return reply_refuse_field(reply, PROBLEM_INVALID, "file", "csv.format");
}

static enum err csv_split_text(struct csv_reading *reading, const char *text, size_t len,
	const struct csv_ask *ask)
{
	size_t first = csv_take_sep(text, len, &reading->separator);

	if (first > 0) {
		reading->line++;
	} else {
		TRY(csv_find_separator(reading, text, len, ask));
	}
	reading->file->separator = reading->separator;
	return csv_parse_text(text + first, len - first, reading);
}

enum err csv_split(struct arena *arena, const char *bytes, size_t len, const struct csv_ask *ask,
	struct csv_file *file, struct reply *reply)
{
	struct csv_table head = { 0 };
	struct csv_reading reading = { .arena = arena, .table = &head, .file = file,
		.max_rows = ask->max_rows, .line = 1 };
	const char *text = bytes;

	*file = (struct csv_file){ .count = 0 };
	if (charset_is_workbook(bytes, len)) {
		return reply_refuse_field(reply, PROBLEM_INVALID, "file", "csv.workbook");
	}
	TRY(csv_decode(arena, ask, file, &text, &len));
	TRY(csv_split_text(&reading, text, len, ask));
	if (reading.too_long) {
		return reply_refuse_field(reply, PROBLEM_INVALID, "file", "csv.too_many_rows");
	}
	if (reading.endless != 0) {
		return csv_refuse_line(reply, reading.endless);
	}
	if (head.count > 0) {
		file->head = head.rows[0];
	}
	return file->head.wrong == NULL && file->head.text_len <= CSV_NAMES_BYTES ? ERR_OK
		: csv_refuse_line(reply, file->head.line);
}

enum err csv_read_names(struct arena *arena, const char *text, size_t len, char separator,
	struct csv_row *names)
{
	struct csv_table table = { 0 };
	struct csv_reading reading = { .arena = arena, .table = &table, .max_rows = SIZE_MAX,
		.separator = separator, .line = 1, .names_only = true };

	*names = (struct csv_row){ 0 };
	TRY(csv_parse_text(text, len, &reading));
	if (table.count > 0) {
		*names = table.rows[0];
	}
	return ERR_OK;
}

/* Marks the rows that hold what is no character. */
static void csv_look_for_lost(const struct csv_table *table)
{
	static const char lost[] = CHARSET_LOST;

	for (size_t i = 0; i < table->count; i++) {
		struct csv_row *row = &table->rows[i];

		if (row->wrong == NULL &&
		    memmem(row->text, row->text_len, lost, sizeof(lost) - 1) != NULL) {
			row->wrong = "csv.lost";
			row->count = 0;
		}
	}
}

enum err csv_read(struct arena *arena, const char *text, size_t len, char separator, uint64_t line,
	struct csv_table *table)
{
	struct csv_reading reading = { .arena = arena, .table = table, .max_rows = SIZE_MAX,
		.separator = separator, .line = line };

	*table = (struct csv_table){ 0 };
	TRY(csv_parse_text(text, len, &reading));
	csv_look_for_lost(table);
	return ERR_OK;
}
