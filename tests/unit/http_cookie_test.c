/* A cookie is found by its whole name, once, and is set with all its flags. */
#include "http/cookie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct desk {
	struct arena arena;
	struct request request;
	struct reply reply;
};

static int open_desk(void **state)
{
	static struct desk desk;

	arena_init(&desk.arena);
	desk.request = (struct request){ .arena = &desk.arena, .prefix = "", .cookie = "" };
	reply_init(&desk.reply, &desk.arena);
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	arena_release(&desk->arena);
	return 0;
}

/* The values in their order, a space between two. */
struct row {
	bool https;
	const char *cookie;
	const char *values;
};

static void assert_row(struct desk *desk, const struct row *row)
{
	struct text all = text_in(&desk->arena);
	const char *const *values;

	desk->request.https = row->https;
	desk->request.cookie = row->cookie;
	values = cookie_read(&desk->request, COOKIE_SESSION);
	text_puts(&all, "");
	for (size_t i = 0; values[i] != NULL; i++) {
		text_putf(&all, "%s%s", i == 0 ? "" : " ", values[i]);
	}
	if (strcmp(all.bytes, row->values) != 0) {
		fail_msg("\"%s\" gave \"%s\"", row->cookie, all.bytes);
	}
}

static void a_cookie_is_found_by_its_whole_name(void **state)
{
	static const struct row rows[] = {
		{ false, "", "" },
		{ false, "backoffice=abc", "abc" },
		{ false, "backoffice=", "" },
		{ false, "a=1; backoffice=abc; b=2", "abc" },
		{ false, "a=1;backoffice=abc;b=2", "abc" },
		{ false, " ;; backoffice=abc ; ", "abc" },
		{ false, "backoffice", "" },
		{ false, "Backoffice=abc", "" },
		{ false, "xbackoffice=abc", "" },
		{ false, "backoffice-sign-in=abc", "" },
		{ false, "backoffice-device=abc", "" },
		{ false, "a=backoffice=abc", "" },
		{ false, "backoffice-device=x; backoffice=abc; backoffice-sign-in=y", "abc" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_row(*state, &rows[i]);
	}
}

/* Only https can set a cookie whose name begins with __Secure-: the plain name is anybody's. */
static void on_https_only_the_name_with_the_prefix_counts(void **state)
{
	static const struct row rows[] = {
		{ true, "__Secure-backoffice=abc", "abc" },
		{ true, "backoffice=abc", "" },
		{ true, "backoffice=x; __Secure-backoffice=abc", "abc" },
		{ true, "__secure-backoffice=abc", "" },
		{ false, "__Secure-backoffice=abc", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_row(*state, &rows[i]);
	}
}

/* As a browser sends them: the longest path first. */
static void a_cookie_of_several_paths_has_all_its_values_in_their_order(void **state)
{
	static const struct row rows[] = {
		{ false, "backoffice=abc; backoffice=def", "abc def" },
		{ false, "backoffice=def; a=1; backoffice=abc", "def abc" },
		{ false, "backoffice=abc;\tbackoffice=def", "abc def" },
		{ true, "__Secure-backoffice=abc; backoffice=x; __Secure-backoffice=def", "abc def" },
		{ false, "backoffice=a; backoffice=b; backoffice=c; backoffice=d; backoffice=e; "
			"backoffice=f; backoffice=g; backoffice=h; backoffice=i",
			"a b c d e f g h" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_row(*state, &rows[i]);
	}
}

static void what_no_cookie_of_ours_can_be_takes_no_place(void **state)
{
	static const struct row rows[] = {
		{ false, "backoffice=; backoffice=abc", "abc" },
		{ false, "backoffice=a=b", "" },
		{ false, "backoffice=\"abc\"; backoffice=abc", "abc" },
		{ false, "backoffice=a b; backoffice=%41; backoffice=\xc3\xa9; backoffice=a,b; "
			"backoffice=ok",
			"ok" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_row(*state, &rows[i]);
	}
}

static void every_cookie_has_all_its_flags(void **state)
{
	static const struct {
		enum cookie cookie;
		const char *prefix;
		bool https;
		const char *header;
	} rows[] = {
		{ COOKIE_SESSION, "", false,
			"Set-Cookie: backoffice=v; Path=/; HttpOnly; SameSite=Strict\r\n" },
		{ COOKIE_SESSION, "/office", true,
			"Set-Cookie: __Secure-backoffice=v; Path=/office/; HttpOnly; SameSite=Strict; "
			"Secure\r\n" },
		{ COOKIE_SIGN_IN, "", true,
			"Set-Cookie: __Secure-backoffice-sign-in=v; Path=/; HttpOnly; SameSite=Strict; "
			"Secure\r\n" },
		{ COOKIE_DEVICE, "", false,
			"Set-Cookie: backoffice-device=v; Path=/; HttpOnly; SameSite=Strict; "
			"Max-Age=15552000\r\n" },
		{ COOKIE_DEVICE, "", true,
			"Set-Cookie: __Secure-backoffice-device=v; Path=/; HttpOnly; SameSite=Strict; "
			"Secure; Max-Age=15552000\r\n" },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		desk->request.prefix = rows[i].prefix;
		desk->request.https = rows[i].https;
		reply_init(&desk->reply, &desk->arena);
		cookie_set(&desk->reply, &desk->request, rows[i].cookie, "v");
		assert_string_equal(desk->reply.headers.bytes, rows[i].header);
	}
}

/* A browser forgets a cookie only when name, path and Secure are those it was set with. */
static void a_cleared_cookie_ends_at_once_and_has_the_same_flags(void **state)
{
	struct desk *desk = *state;

	desk->request.prefix = "/office";
	desk->request.https = true;
	cookie_clear(&desk->reply, &desk->request, COOKIE_DEVICE);
	assert_string_equal(desk->reply.headers.bytes, "Set-Cookie: __Secure-backoffice-device=; "
		"Path=/office/; HttpOnly; SameSite=Strict; Secure; Max-Age=0\r\n");
}

static void each_cookie_is_a_header_of_its_own(void **state)
{
	struct desk *desk = *state;

	cookie_set(&desk->reply, &desk->request, COOKIE_SESSION, "a");
	cookie_clear(&desk->reply, &desk->request, COOKIE_SIGN_IN);
	assert_string_equal(desk->reply.headers.bytes,
		"Set-Cookie: backoffice=a; Path=/; HttpOnly; SameSite=Strict\r\n"
		"Set-Cookie: backoffice-sign-in=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0\r\n");
}

static void a_value_with_a_line_end_sets_nothing(void **state)
{
	struct desk *desk = *state;

	cookie_set(&desk->reply, &desk->request, COOKIE_SESSION, "a\r\nX-Other: b");
	assert_string_equal(desk->reply.headers.bytes, "");
}

#define at_a_desk(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		at_a_desk(a_cookie_is_found_by_its_whole_name),
		at_a_desk(on_https_only_the_name_with_the_prefix_counts),
		at_a_desk(a_cookie_of_several_paths_has_all_its_values_in_their_order),
		at_a_desk(what_no_cookie_of_ours_can_be_takes_no_place),
		at_a_desk(every_cookie_has_all_its_flags),
		at_a_desk(a_cleared_cookie_ends_at_once_and_has_the_same_flags),
		at_a_desk(each_cookie_is_a_header_of_its_own),
		at_a_desk(a_value_with_a_line_end_sets_nothing),
	};

	return cmocka_run_group_tests_name("http_cookie", tests, NULL, NULL);
}
