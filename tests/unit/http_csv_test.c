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
	struct reply reply;
	struct csv_file file;
	struct csv_table table; /* of all its rows, the line of names too */
};

enum { ROWS_MAX = 1300 };

static int set_up(void **state)
{
	static struct fixture fixture;

	arena_init(&fixture.arena);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_release(&fixture->arena);
	return 0;
}

static enum err read_typed(struct fixture *fixture, const char *type, const char *text)
{
	const struct request request = { .arena = &fixture->arena, .content_type = type,
		.body = text, .body_len = strlen(text) };

	reply_init(&fixture->reply, &fixture->arena);
	TRY(csv_split(&request, ROWS_MAX, &fixture->file, &fixture->reply));
	return csv_read(&fixture->arena, text, strlen(text), 1, &fixture->table);
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
	assert_int_equal(read_text(*state, "'=1,'+49,\"'\t1\",'it,'\n"), ERR_OK);
	assert_row(*state, 0, 1, "=1|+49|\t1|'it|'");
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
	char wide[2 * CSV_COLUMNS_MAX + 2];
	char many[2 * (ROWS_MAX + 2) + 1] = "";
	static char endless[CSV_PIECE_BYTES + 10] = "name\n";

	for (size_t i = 0; i < ROWS_MAX + 2; i++) {
		memcpy(many + 2 * i, "1\n", 3);
	}
	memset(endless + 5, 'x', CSV_PIECE_BYTES + 1);
	memset(wide, ',', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	assert_refused(*state, "a\"b\n", "csv.format");
	assert_refused(*state, "\"open\n", "csv.format");
	assert_refused(*state, wide, "csv.format");
	assert_refused(*state, "Zo\xEB\n", "csv.utf8");
	assert_refused(*state, many, "csv.too_many_rows");
	assert_refused(*state, endless, "csv.format");
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
		assert_int_equal(csv_read(&fixture->arena, piece->text, piece->len, piece->line, &table),
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

static void what_was_not_taken_is_read_by_nobody(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(csv_read(&fixture->arena, "a\"", 2, 1, &fixture->table), ERR_BUG);
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
		CASE(what_was_not_taken_is_read_by_nobody),
	};

	return cmocka_run_group_tests_name("http_csv", tests, NULL, NULL);
}
