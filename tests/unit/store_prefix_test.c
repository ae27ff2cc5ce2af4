#include "store/prefix.h"
#include "store/statements.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_put(const char *prefix, const char *sql, const char *expected)
{
	struct arena arena;

	arena_init(&arena);
	assert_string_equal(prefix_put(&arena, prefix, sql), expected);
	arena_release(&arena);
}

static void names_in_braces_get_the_prefix(void **state)
{
	(void)state;
	assert_put("bo_", "SELECT {user}.id FROM {user} JOIN {user_group} g", "SELECT bo_user.id FROM "
		"bo_user JOIN bo_user_group g");
	assert_put("bo_", "{user}", "bo_user");
	assert_put("", "ALTER TABLE {user} ADD CONSTRAINT {a_b}",
		"ALTER TABLE user ADD CONSTRAINT a_b");
	assert_put("bo_", "SELECT 1", "SELECT 1");
	assert_put("bo_", "", "");
}

static void what_is_no_name_stays_as_it_is(void **state)
{
	static const char *const others[] = { "{}", "{", "}", "{user", "user}", "{User}", "{user }",
		"{\"user\":1}", "{user:1}", "{1}", "{user{", "'{'", NULL };

	(void)state;
	for (size_t i = 0; others[i] != NULL; i++) {
		assert_put("bo_", others[i], others[i]);
	}
	assert_put("bo_", "{{user}}", "{bo_user}");
}

/* All statements, as installations of the prefix have them, to be read line by line. */
static FILE *printed(const char *prefix)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	store_statements_print(file, prefix);
	rewind(file);
	return file;
}

/* Takes out of the line what stands in it. */
static void take_out(char *line, const char *what)
{
	for (char *at = line; (at = strstr(at, what)) != NULL;) {
		memmove(at, at + strlen(what), strlen(at + strlen(what)) + 1);
	}
}

static void no_statement_is_left_with_braces_and_a_prefix_changes_nothing_else(void **state)
{
	FILE *plain = printed(""), *prefixed = printed("zz9_");
	char *line = NULL, *other = NULL;
	size_t room = 0, other_room = 0, lines = 0;

	(void)state;
	for (; getline(&line, &room, plain) >= 0; lines++) {
		assert_true(getline(&other, &other_room, prefixed) >= 0);
		assert_null(strchr(other, '{'));
		take_out(other, "zz9_");
		assert_string_equal(other, line);
	}
	assert_true(lines > 1000);
	free(line);
	free(other);
	fclose(plain);
	fclose(prefixed);
}

/* Whether the word that begins here is the name of a table of ours. */
static bool is_table(const char *word)
{
	return *word != '(' && strncmp(word, "information_schema.", 19) != 0 &&
	       strncmp(word, "performance_schema.", 19) != 0;
}

/* How many names of tables stand in the line behind the word; each must have the prefix. */
static size_t tables_behind(const char *word, const char *line)
{
	size_t count = 0;

	for (const char *at = line; (at = strstr(at, word)) != NULL;) {
		at += strlen(word);
		if (is_table(at)) {
			assert_memory_equal(at, "zz9_", 4);
			count++;
		}
	}
	return count;
}

static void every_table_that_a_statement_reads_has_the_prefix(void **state)
{
	static const char *const before[] = { " FROM ", "JOIN ", " INTO ", NULL };
	FILE *file = printed("zz9_");
	char *line = NULL;
	size_t room = 0, seen = 0;

	(void)state;
	while (getline(&line, &room, file) >= 0) {
		for (size_t i = 0; line[0] != '-' && before[i] != NULL; i++) {
			seen += tables_behind(before[i], line);
		}
		if (strncmp(line, "UPDATE ", 7) == 0) {
			assert_memory_equal(line + 7, "zz9_", 4);
		}
	}
	assert_true(seen > 1000);
	free(line);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_in_braces_get_the_prefix),
		cmocka_unit_test(what_is_no_name_stays_as_it_is),
		cmocka_unit_test(no_statement_is_left_with_braces_and_a_prefix_changes_nothing_else),
		cmocka_unit_test(every_table_that_a_statement_reads_has_the_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
