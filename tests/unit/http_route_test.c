/* A request finds its row, or hears whether it was the path or the method that does not exist. */
#include "http/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { USERS_LIST, USER_CREATE, USER_READ, USER_DELETE, SESSION_END, USER_GROUPS };

/* Rows with more than a route in them, as the real table has. */
static const struct {
	struct route at;
	const char *name;
} table[] = {
	[USERS_LIST] = { { METHOD_GET, "/api/v1/users" }, "list" },
	[USER_CREATE] = { { METHOD_POST, "/api/v1/users" }, "create" },
	[USER_READ] = { { METHOD_GET, "/api/v1/users/{id}" }, "read" },
	[USER_DELETE] = { { METHOD_DELETE, "/api/v1/users/{id}" }, "delete" },
	[SESSION_END] = { { METHOD_DELETE, "/api/v1/session" }, "end" },
	[USER_GROUPS] = { { METHOD_GET, "/api/v1/users/{id}/groups" }, "groups" },
};

struct desk {
	struct arena arena;
	const struct route_match *match;
};

static int open_desk(void **state)
{
	static struct desk desk;

	arena_init(&desk.arena);
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	arena_release(&desk->arena);
	return 0;
}

static int match(struct desk *desk, enum method method, const char *path)
{
	const struct request request = { .arena = &desk->arena, .method = method, .path = path };

	desk->match = route_find(table, sizeof(table[0]), sizeof(table) / sizeof(table[0]), &request);
	return desk->match->row == NULL ? -1
		: (int)(((const char *)desk->match->row - (const char *)table) / (long)sizeof(table[0]));
}

static void a_request_finds_its_row(void **state)
{
	static const struct {
		enum method method;
		const char *path;
		int row;
		uint64_t id;
	} rows[] = {
		{ METHOD_GET, "/api/v1/users", USERS_LIST, 0 },
		{ METHOD_HEAD, "/api/v1/users", USERS_LIST, 0 },
		{ METHOD_POST, "/api/v1/users", USER_CREATE, 0 },
		{ METHOD_GET, "/api/v1/users/7", USER_READ, 7 },
		{ METHOD_HEAD, "/api/v1/users/7", USER_READ, 7 },
		{ METHOD_DELETE, "/api/v1/users/10", USER_DELETE, 10 },
		{ METHOD_DELETE, "/api/v1/session", SESSION_END, 0 },
		{ METHOD_GET, "/api/v1/users/12/groups", USER_GROUPS, 12 },
		{ METHOD_GET, "/api/v1/users/9223372036854775807", USER_READ, INT64_MAX },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(match(desk, rows[i].method, rows[i].path), rows[i].row);
		assert_int_equal(desk->match->ids[0], rows[i].id);
	}
}

static void another_path_is_not_found(void **state)
{
	static const char *const paths[] = {
		"", "/", "/api/v1", "/api/v1/", "/api/v1/user", "/api/v1/userss", "/api/v1/users/",
		"/api/v1/users//", "//api/v1/users", "/API/v1/users", "/api/v1/Users", "api/v1/users",
		"/api/v1/users/7/", "/api/v1/users/7/group", "/api/v1/users/7/groups/1",
		"/api/v1/users?size=1", "/api/v1/session/1", "/api/v1/users/{id}", "/api/v1/users/../users",
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (match(desk, METHOD_GET, paths[i]) != -1 || desk->match->methods[0] != '\0') {
			fail_msg("%s was found", paths[i]);
		}
	}
}

/* One record has one address: caches and logs do not see it under two names. */
static void an_id_is_a_positive_number_written_plainly(void **state)
{
	static const char *const ids[] = {
		"0", "00", "07", "+7", "-7", "7x", "x7", "7.0", "0x7", " 7", "7 ", "%37", "1e3",
		"\xd9\xa7", /* an Arabic seven */
		"18446744073709551616", "18446744073709551617", "18446744073709551623",
		"99999999999999999999", "184467440737095516170", "340282366920938463463374607431768211463",
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const char *path = arena_printf(&desk->arena, "/api/v1/users/%s", ids[i]);

		if (match(desk, METHOD_GET, path) != -1 || desk->match->methods[0] != '\0') {
			fail_msg("%s was found with id %ju", path, (uintmax_t)desk->match->ids[0]);
		}
	}
}

static void another_method_hears_which_ones_there_are(void **state)
{
	static const struct {
		enum method method;
		const char *path;
		const char *allow;
	} rows[] = {
		{ METHOD_PATCH, "/api/v1/users", "GET, HEAD, POST" },
		{ METHOD_OTHER, "/api/v1/users", "GET, HEAD, POST" },
		{ METHOD_PUT, "/api/v1/users/7", "GET, HEAD, DELETE" },
		{ METHOD_GET, "/api/v1/session", "DELETE" },
		{ METHOD_HEAD, "/api/v1/session", "DELETE" },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(match(desk, rows[i].method, rows[i].path), -1);
		assert_string_equal(desk->match->methods, rows[i].allow);
	}
}

#define at_a_desk(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		at_a_desk(a_request_finds_its_row),
		at_a_desk(another_path_is_not_found),
		at_a_desk(an_id_is_a_positive_number_written_plainly),
		at_a_desk(another_method_hears_which_ones_there_are),
	};

	return cmocka_run_group_tests_name("http_route", tests, NULL, NULL);
}
