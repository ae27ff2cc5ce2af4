/* Rooms: what an address of one is, where one may go back to, and what headers say. */
#include "rule/room.h"

#include "with_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_address(struct arena *arena, const char *in, const char *expected)
{
	const char *out = NULL;

	assert_null(check_room_address.run(arena, in, &out));
	assert_string_equal(out, expected);
	assert_null(check_room_address.run(arena, expected, &out)); /* what has its form keeps it */
	assert_string_equal(out, expected);
}

static void an_address_has_a_slash_at_both_ends(void **state)
{
	assert_address(*state, "/", "/");
	assert_address(*state, "/stock", "/stock/");
	assert_address(*state, "/stock/", "/stock/");
	assert_address(*state, "/a/b.c/-_~", "/a/b.c/-_~/");
	assert_address(*state, "/...", "/.../");
}

static void what_means_something_else_somewhere_is_no_address(void **state)
{
	static const char *const wrong[] = { "stock", "//", "//stock/", "/a//b/", "/.", "/..", "/a/../",
		"/a/./b", "/a b/", "/a%20b/", "/a?b", "/a#b", "/a;b/", "\\a", "/a\\b/", "/\xc3\xa4/",
		"/a\"b/", "/a$b/", "/{a}/", "/*/", "http://a/" };
	const char *out;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *key = check_room_address.run(*state, wrong[i], &out);

		if (key == NULL) {
			fail_msg("%s is an address", wrong[i]);
		}
		assert_string_equal(key, "format");
	}
}

static void one_goes_back_to_a_path_of_this_host_alone(void **state)
{
	static const char *const right[] = { "/", "/stock/", "/stock/?a=//b/../c&d=%2e%2e#e",
		"/a/b.php/c", "/a%20b", "/...", "/a/%2e%2e%2e/", "/a.b/" };
	static const char *const wrong[] = { "", "a", "//evil.example", "/\\evil.example", "\\/a",
		"https://evil.example/", "javascript:x", "/a/../b", "/a/..", "/%2e%2E/a", "/.%2e/", "/%2e",
		"/a//b", "/a\tb", "/a\nb", "/a b", "/a\x7f", "/\xc3\xa4", "/a\"b", "/a<b" };
	const char *out;

	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		if (check_room_return.run(*state, right[i], &out) != NULL) {
			fail_msg("nobody goes back to %s", right[i]);
		}
		assert_string_equal(out, right[i]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (check_room_return.run(*state, wrong[i], &out) == NULL) {
			fail_msg("somebody goes back to %s", wrong[i]);
		}
	}
}

static void a_room_is_what_lies_below_its_address(void **state)
{
	(void)state;
	assert_true(room_has("/stock/", "/stock/"));
	assert_true(room_has("/stock/", "/stock/a/b?c"));
	assert_true(room_has("/", "/stock/"));
	assert_false(room_has("/stock/", "/stock"));
	assert_false(room_has("/stock/", "/stocks/"));
	assert_false(room_has("/stock/", "/a/stock/"));
	assert_false(room_has("/stock/", ""));
}

static void no_text_ends_a_header_or_looks_like_two_groups(void **state)
{
	struct text out = text_in(*state);

	room_put_header(&out, "A b\r\nRemote-User: 1, 100 % \xc3\xa4\x7f");
	assert_string_equal(out.bytes, "A b%0D%0ARemote-User: 1%2C 100 %25 %C3%A4%7F");
}

static void no_text_ends_a_value_of_a_query(void **state)
{
	struct text out = text_in(*state);

	room_put_query(&out, "/a b?c=d&e=%2f+\r\n#\xc3\xa4");
	assert_string_equal(out.bytes, "%2Fa%20b%3Fc%3Dd%26e%3D%252f%2B%0D%0A%23%C3%A4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_address_has_a_slash_at_both_ends, open_arena,
			close_arena),
		cmocka_unit_test_setup_teardown(what_means_something_else_somewhere_is_no_address,
			open_arena, close_arena),
		cmocka_unit_test_setup_teardown(one_goes_back_to_a_path_of_this_host_alone, open_arena,
			close_arena),
		cmocka_unit_test(a_room_is_what_lies_below_its_address),
		cmocka_unit_test_setup_teardown(no_text_ends_a_header_or_looks_like_two_groups,
			open_arena, close_arena),
		cmocka_unit_test_setup_teardown(no_text_ends_a_value_of_a_query, open_arena, close_arena),
	};

	return cmocka_run_group_tests_name("rule_room", tests, NULL, NULL);
}
