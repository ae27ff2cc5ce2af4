/* CSV comes in row by row, each with the line it begins on. */
#include "http/csv.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	const char *language;
	struct reply reply;
	struct csv_file file;
	struct csv_table table; /* of all its rows, the line of names too */
};

enum { ROWS_MAX = 2 * CSV_PIECE_ROWS + 300 };

static int set_up(void **state)
{
	static struct fixture fixture;

	arena_init(&fixture.arena);
	fixture.language = "";
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_release(&fixture->arena);
	return 0;
}

static bool knows(void *context, const char *name)
{
	(void)context;
	return strcmp(name, "name") == 0 || strcmp(name, "email") == 0;
}

static const char *language(void *context)
{
	return ((const struct fixture *)context)->language;
}

static enum err split_bytes(struct fixture *fixture, const char *type, const char *bytes,
	size_t len)
{
	const struct request request = { .arena = &fixture->arena, .content_type = type };
	const struct csv_ask ask = { .max_rows = ROWS_MAX, .context = fixture, .knows = knows,
		.language = language };

	reply_init(&fixture->reply, &fixture->arena);
	TRY(csv_check(&request, &fixture->reply));
	return csv_split(&fixture->arena, arena_copy(&fixture->arena, bytes, len), len, &ask,
		&fixture->file, &fixture->reply);
}

/* Puts the rows of all pieces together, behind the line of names. */
static enum err read_bytes(struct fixture *fixture, const char *type, const char *bytes,
	size_t len)
{
	struct csv_file *file = &fixture->file;
	struct csv_row *rows;

	TRY(split_bytes(fixture, type, bytes, len));
	rows = arena_array(&fixture->arena, file->rows + 1, sizeof(*rows));
	fixture->table = (struct csv_table){ .rows = rows, .count = file->head.count > 0 };
	rows[0] = file->head;
	for (size_t i = 0; i < file->count; i++) {
		const struct csv_piece *piece = &file->pieces[i];
		struct csv_table table;

		TRY(csv_read(&fixture->arena, piece->text, piece->len, file->separator, piece->line,
			&table));
		assert_int_equal(table.count, piece->rows);
		memcpy(rows + fixture->table.count, table.rows, table.count * sizeof(*rows));
		fixture->table.count += table.count;
	}
	return ERR_OK;
}

static enum err read_typed(struct fixture *fixture, const char *type, const char *text)
{
	return read_bytes(fixture, type, text, strlen(text));
}

static enum err read_text(struct fixture *fixture, const char *text)
{
	return read_typed(fixture, "text/csv", text);
}

static void assert_row(const struct fixture *fixture, size_t at, uint64_t line, const char *cells)
{
	const struct csv_row *row = &fixture->table.rows[at];
	char all[200] = "";

	assert_true(at < fixture->table.count);
	assert_int_equal(row->line, line);
	for (size_t i = 0; i < row->count; i++) {
		strcat(strcat(all, i == 0 ? "" : "|"), row->cells[i]);
	}
	assert_string_equal(all, cells);
}

static void rows_have_their_cells_and_lines(void **state)
{
	assert_int_equal(read_text(*state, "a,b\r\n1,\r\n,2\r\n"), ERR_OK);
	assert_row(*state, 0, 1, "a|b");
	assert_row(*state, 1, 2, "1|");
	assert_row(*state, 2, 3, "|2");
}

static void every_line_end_and_none_at_the_end_will_do(void **state)
{
	static const char *const texts[] = { "a\nb\nc", "a\r\nb\r\nc", "a\rb\rc", "a\nb\nc\n" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(read_text(*state, texts[i]), ERR_OK);
		assert_row(*state, 0, 1, "a");
		assert_row(*state, 1, 2, "b");
		assert_row(*state, 2, 3, "c");
	}
}

static void blank_lines_are_counted_and_are_no_rows(void **state)
{
	const struct fixture *fixture = *state;

	assert_int_equal(read_text(*state, "\n\na\n\r\n\nb\n\n"), ERR_OK);
	assert_int_equal(fixture->table.count, 2);
	assert_row(*state, 0, 3, "a");
	assert_row(*state, 1, 6, "b");
}

static void a_quoted_cell_may_hold_anything_also_line_ends(void **state)
{
	assert_int_equal(read_text(*state, "\"a,b\",\"say \"\"no\"\"\"\n\"two\r\n\nlines\",x\nnext\n"),
		ERR_OK);
	assert_row(*state, 0, 1, "a,b|say \"no\"");
	assert_row(*state, 1, 2, "two\r\n\nlines|x");
	assert_row(*state, 2, 5, "next");
}

static void the_mark_of_utf_8_is_no_part_of_the_first_cell(void **state)
{
	assert_int_equal(read_text(*state, "\xEF\xBB\xBFname\n"), ERR_OK);
	assert_row(*state, 0, 1, "name");
}

static void the_apostrophe_before_a_formula_is_taken_off(void **state)
{
	assert_int_equal(read_text(*state, "'=1,'+49,\"'\t1\",'it,',''=2\n"), ERR_OK);
	assert_row(*state, 0, 1, "=1|+49|\t1|'it|'|'=2");
}

static void nothing_is_no_row(void **state)
{
	const struct fixture *fixture = *state;

	assert_int_equal(read_text(*state, ""), ERR_OK);
	assert_int_equal(fixture->table.count, 0);
}

static void assert_refused(struct fixture *fixture, const char *text, const char *key)
{
	assert_int_equal(read_text(fixture, text), ERR_INVALID);
	assert_non_null(strstr(fixture->reply.fields.bytes, key));
}

static void what_is_no_csv_is_refused_with_the_reason(void **state)
{
	struct fixture *fixture = *state;
	char wide[2 * CSV_COLUMNS_MAX + 3];
	char many[2 * (ROWS_MAX + 2) + 1] = "";
	static char endless[CSV_PIECE_BYTES + 10] = "name\n";

	for (size_t i = 0; i < ROWS_MAX + 2; i++) {
		memcpy(many + 2 * i, "1\n", 3);
	}
	memset(endless + 5, 'x', CSV_PIECE_BYTES + 1);
	for (size_t i = 0; i < sizeof(wide) - 1; i++) {
		wide[i] = i % 2 == 0 ? 'a' : ',';
	}
	wide[sizeof(wide) - 1] = '\0';
	assert_refused(*state, "\na\"b\n", "csv.format");
	assert_int_equal(fixture->reply.line, 2);
	assert_refused(*state, "\"open\n", "csv.format");
	assert_refused(*state, wide, "csv.format");
	assert_refused(*state, "PK\x03\x04 and so on", "csv.workbook");
	assert_refused(*state, "\xD0\xCF\x11\xE0\xA1\xB1", "csv.workbook");
	assert_refused(*state, many, "csv.too_many_rows");
	assert_refused(*state, endless, "csv.format");
	assert_int_equal(fixture->reply.line, 2);
}

static void only_text_csv_is_read(void **state)
{
	assert_int_equal(read_typed(*state, "TEXT/CSV; charset=utf-8", "a\n"), ERR_OK);
	assert_int_equal(read_typed(*state, "text/csvx", "a\n"), ERR_INVALID);
	assert_int_equal(read_typed(*state, "application/json", "a\n"), ERR_INVALID);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void assert_stretch(const struct fixture *fixture, size_t at, const char *text)
{
	const struct csv_row *row = &fixture->table.rows[at];

	assert_int_equal(row->text_len, strlen(text));
	assert_memory_equal(row->text, text, row->text_len);
}

static void a_row_knows_its_stretch_of_the_text(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(read_text(fixture, "\xEF\xBB\xBFname,x\r\n\r\n\"Two\nlines\",1\rlast,2"),
		ERR_OK);
	assert_int_equal(fixture->table.count, 3);
	assert_stretch(fixture, 0, "name,x\r\n");
	assert_stretch(fixture, 1, "\"Two\nlines\",1\r");
	assert_stretch(fixture, 2, "last,2");
}

/* The file in which each row goes over two lines, and a blank one follows it. */
static char *file_of(struct fixture *fixture, size_t rows)
{
	struct text text = text_in(&fixture->arena);

	text_puts(&text, "\xEF\xBB\xBFname\r\n");
	for (size_t i = 0; i < rows; i++) {
		text_putf(&text, "\"%zu,\n\"\n\n", i);
	}
	return text.bytes;
}

static void a_file_is_split_between_rows_and_each_piece_is_read_by_itself(void **state)
{
	static const size_t sizes[] = { CSV_PIECE_ROWS, CSV_PIECE_ROWS, 203 };
	struct fixture *fixture = *state;
	struct csv_file *file = &fixture->file;
	size_t row = 0;

	assert_int_equal(read_text(fixture, file_of(fixture, 2 * CSV_PIECE_ROWS + 203)), ERR_OK);
	assert_int_equal(file->count, 3);
	assert_int_equal(file->rows, 2 * CSV_PIECE_ROWS + 203);
	assert_string_equal(file->head.cells[0], "name");
	for (size_t i = 0; i < file->count; i++) {
		const struct csv_piece *piece = &file->pieces[i];
		struct csv_table table;

		assert_int_equal(piece->position, row);
		assert_int_equal(piece->rows, sizes[i]);
		assert_int_equal(csv_read(&fixture->arena, piece->text, piece->len, ',', piece->line,
			&table),
			ERR_OK);
		assert_int_equal(table.count, sizes[i]);
		for (size_t j = 0; j < table.count; j++, row++) {
			assert_int_equal(table.rows[j].line, 2 + 3 * row);
			assert_int_equal(strtoul(table.rows[j].cells[0], NULL, 10), row);
		}
	}
}

static void a_piece_ends_with_the_row_that_makes_it_long(void **state)
{
	struct fixture *fixture = *state;
	struct text text = text_in(&fixture->arena);
	char *row = arena_alloc(&fixture->arena, CSV_PIECE_BYTES / 2 + 2);

	memset(row, 'x', CSV_PIECE_BYTES / 2);
	row[CSV_PIECE_BYTES / 2] = '\n';
	text_puts(&text, "name\n");
	for (int i = 0; i < 5; i++) {
		text_puts(&text, row);
	}
	assert_int_equal(read_text(fixture, text.bytes), ERR_OK);
	assert_int_equal(fixture->file.count, 3);
	assert_int_equal(fixture->file.pieces[0].rows, 2);
	assert_int_equal(fixture->file.pieces[2].rows, 1);
}

static void the_separator_is_the_one_that_puts_known_names_apart(void **state)
{
	static const char separators[] = ",;\t|";
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(separators) - 1; i++) {
		char text[] = "email_name_a,b;c\tx_\nj@x_Jo_1\n";

		for (char *c = text; (c = strchr(c, '_')) != NULL; c++) {
			*c = separators[i];
		}
		assert_int_equal(read_text(*state, text), ERR_OK);
		assert_int_equal(fixture->file.separator, separators[i]);
		assert_string_equal(fixture->table.rows[1].cells[1], "Jo");
	}
	assert_int_equal(read_text(*state, "a;b;c\n1;2;3\n"), ERR_OK); /* none is known */
	assert_row(*state, 1, 2, "1|2|3");
}

static void a_line_that_names_the_separator_is_no_row(void **state)
{
	static const char *const lines[] = { "sep=;\n", "SEP=;\r\n", "\"sep=;\"\n", "sep=;;;\n" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(read_text(fixture, arena_printf(&fixture->arena, "%sname;x\nJo;1\n",
			lines[i])), ERR_OK);
		assert_int_equal(fixture->table.count, 2);
		assert_row(fixture, 0, 2, "name|x");
		assert_row(fixture, 1, 3, "Jo|1");
	}
	assert_int_equal(read_text(fixture, "sep=name,email\nx,y\n"), ERR_OK);
	assert_row(fixture, 0, 1, "sep=name|email");
}

static void rows_of_nothing_but_separators_are_none(void **state)
{
	const struct fixture *fixture = *state;

	assert_int_equal(read_text(*state, ",,\nname,x,\n,,\n ,\"\",\nJo,1,\n,,\n"), ERR_OK);
	assert_int_equal(fixture->table.count, 2);
	assert_row(*state, 0, 2, "name|x|");
	assert_row(*state, 1, 5, "Jo|1|");
}

static void assert_wrong(const struct fixture *fixture, size_t at, uint64_t line, const char *key)
{
	const struct csv_row *row = &fixture->table.rows[at];

	assert_int_equal(row->line, line);
	assert_int_equal(row->count, 0);
	assert_string_equal(row->wrong, key);
}

static void a_quotation_mark_out_of_place_is_wrong_in_its_row_alone(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(read_text(fixture, "name,x\nJo \"J\" Doe,1\nAda,2\n\"open,3\nBob,4\n"
		"\"a\"b,5\n\"Eve\",\"6\n\"\n"), ERR_OK);
	assert_int_equal(fixture->table.count, 7);
	assert_wrong(fixture, 1, 2, "csv.quote");
	assert_row(fixture, 2, 3, "Ada|2");
	assert_wrong(fixture, 3, 4, "csv.quote");
	assert_row(fixture, 4, 5, "Bob|4");
	assert_wrong(fixture, 5, 6, "csv.quote");
	assert_row(fixture, 6, 7, "Eve|6\n");
	assert_memory_equal(fixture->table.rows[3].text, "\"open,3\n", 8);
	assert_int_equal(fixture->table.rows[3].text_len, 8);
}

static void what_was_opened_at_the_end_is_wrong_there_and_no_row_before_it_is(void **state)
{
	struct fixture *fixture = *state;
	struct text text = text_in(&fixture->arena);

	text_puts(&text, "name\n");
	for (size_t i = 0; i < 1200; i++) {
		text_putf(&text, i == 700 ? "\"N%zu\n" : "N%zu\n", i);
	}
	assert_int_equal(read_text(fixture, text.bytes), ERR_OK);
	assert_int_equal(fixture->table.count, 1201);
	assert_wrong(fixture, 701, 702, "csv.quote");
	assert_row(fixture, 700, 701, "N699");
	assert_row(fixture, 702, 703, "N701");
	assert_row(fixture, 1200, 1201, "N1199");
}

static void too_many_cells_are_wrong_in_their_row_alone(void **state)
{
	struct fixture *fixture = *state;
	struct text text = text_in(&fixture->arena);

	text_puts(&text, "name\n");
	for (size_t i = 0; i < CSV_COLUMNS_MAX + 1; i++) {
		text_puts(&text, i == 0 ? "x" : ",x");
	}
	text_puts(&text, "\nJo\n");
	assert_int_equal(read_text(fixture, text.bytes), ERR_OK);
	assert_wrong(fixture, 1, 2, "csv.cells");
	assert_row(fixture, 2, 3, "Jo");
}

#define READ_BYTES(fixture, bytes) read_bytes(fixture, "text/csv", bytes, sizeof(bytes) - 1)

static void a_file_says_in_which_characters_it_is_written(void **state)
{
	static const char le[] = "\xFF\xFE" "n\0a\0m\0e\0\t\0x\0\r\0\n\0"
		"Z\0o\0\xEB\0\t\0\x16\x04\r\0\n\0";
	static const char be[] = "\xFE\xFF" "\0n\0a\0m\0e\0\n\0Z\0\xEB";
	struct fixture *fixture = *state;

	assert_int_equal(READ_BYTES(fixture, le), ERR_OK);
	assert_int_equal(fixture->file.charset, CHARSET_UTF_16LE);
	assert_row(fixture, 1, 2, "Zo\u00eb|\u0416");
	assert_int_equal(read_bytes(fixture, "text/csv", le + 2, sizeof(le) - 3), ERR_OK);
	assert_row(fixture, 1, 2, "Zo\u00eb|\u0416");
	assert_int_equal(READ_BYTES(fixture, be), ERR_OK);
	assert_int_equal(fixture->file.charset, CHARSET_UTF_16BE);
	assert_row(fixture, 1, 2, "Z\u00eb");
	assert_int_equal(read_text(fixture, "\xEF\xBB\xBFname\nZo\u00eb\n"), ERR_OK);
	assert_int_equal(fixture->file.charset, CHARSET_UTF_8);
}

static void what_is_no_unicode_is_in_the_code_page_of_the_language(void **state)
{
	static const struct {
		const char *language;
		enum charset charset;
		const char *bytes;
		const char *text;
	} pages[] = {
		{ "de", CHARSET_WINDOWS_1252, "J\xFCrgen \x80", "J\u00fcrgen \u20ac" },
		{ "es-MX", CHARSET_WINDOWS_1252, "Nu\xF1""ez", "Nu\u00f1ez" },
		{ "", CHARSET_WINDOWS_1252, "Zo\xEB", "Zo\u00eb" },
		{ "ru", CHARSET_WINDOWS_1251, "\xC8\xE2\xE0\xED", "\u0418\u0432\u0430\u043d" },
		{ "ar", CHARSET_WINDOWS_1256, "\xC3\xCD\xE3\xCF", "\u0623\u062d\u0645\u062f" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		fixture->language = pages[i].language;
		assert_int_equal(read_text(fixture, arena_printf(&fixture->arena, "name\n%s\n",
			pages[i].bytes)), ERR_OK);
		assert_int_equal(fixture->file.charset, pages[i].charset);
		assert_row(fixture, 1, 2, pages[i].text);
	}
}

static void a_damaged_character_is_wrong_in_its_row_alone(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(read_text(fixture, "name\nZo\u00eb\nJ\xFCrgen\nJos\u00e9\n"), ERR_OK);
	assert_int_equal(fixture->file.charset, CHARSET_UTF_8);
	assert_row(fixture, 1, 2, "Zo\u00eb");
	assert_wrong(fixture, 2, 3, "csv.lost");
	assert_row(fixture, 3, 4, "Jos\u00e9");
	assert_int_equal(READ_BYTES(fixture, "name\nA\0B\nC\n"), ERR_OK);
	assert_wrong(fixture, 1, 2, "csv.lost");
	assert_row(fixture, 2, 3, "C");
}

/* The same numbers each time. */
static unsigned random_below(unsigned below)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(state >> 33) % below;
}

/* Whatever the bytes are: they are refused, or read, and then pieces hold the rows that they say,
 * in the order of their lines (read_bytes() asks for it). */
static void any_bytes_at_all_are_refused_or_read(void **state)
{
	static const char *const parts[] = { "name", "email", "\"", "\"\"", ",", ";", "\t", "\n",
		"\r", "\r\n", " ", "'=", "\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF", "\xEB", "\u00eb", "x",
		"sep=;" };
	struct fixture *fixture = *state;

	for (int round = 0; round < 20000; round++) {
		struct text text = text_in(&fixture->arena);
		uint64_t line = 0;

		for (unsigned left = 1 + random_below(40); left > 0; left--) {
			if (random_below(40) == 0) {
				text_putc(&text, (char)random_below(256));
			} else {
				text_puts(&text, parts[random_below(sizeof(parts) / sizeof(parts[0]))]);
			}
		}
		if (read_bytes(fixture, "text/csv", text.bytes, text.len) == ERR_OK) {
			for (size_t i = 0; i < fixture->table.count; i++) {
				assert_true(fixture->table.rows[i].line > line);
				line = fixture->table.rows[i].line;
			}
		}
		arena_reset(&fixture->arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(rows_have_their_cells_and_lines),
		CASE(every_line_end_and_none_at_the_end_will_do),
		CASE(blank_lines_are_counted_and_are_no_rows),
		CASE(a_quoted_cell_may_hold_anything_also_line_ends),
		CASE(the_mark_of_utf_8_is_no_part_of_the_first_cell),
		CASE(the_apostrophe_before_a_formula_is_taken_off),
		CASE(nothing_is_no_row),
		CASE(what_is_no_csv_is_refused_with_the_reason),
		CASE(only_text_csv_is_read),
		CASE(a_row_knows_its_stretch_of_the_text),
		CASE(a_file_is_split_between_rows_and_each_piece_is_read_by_itself),
		CASE(a_piece_ends_with_the_row_that_makes_it_long),
		CASE(the_separator_is_the_one_that_puts_known_names_apart),
		CASE(a_line_that_names_the_separator_is_no_row),
		CASE(rows_of_nothing_but_separators_are_none),
		CASE(a_quotation_mark_out_of_place_is_wrong_in_its_row_alone),
		CASE(what_was_opened_at_the_end_is_wrong_there_and_no_row_before_it_is),
		CASE(too_many_cells_are_wrong_in_their_row_alone),
		CASE(a_file_says_in_which_characters_it_is_written),
		CASE(what_is_no_unicode_is_in_the_code_page_of_the_language),
		CASE(a_damaged_character_is_wrong_in_its_row_alone),
		CASE(any_bytes_at_all_are_refused_or_read),
	};

	return cmocka_run_group_tests_name("http_csv", tests, NULL, NULL);
}
