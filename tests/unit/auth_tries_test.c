/* Which tries are counted together: the device cookie, its owner and its age. */
#include "auth/tries.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "with_arena.h"

enum { ADA = 3, BOB = 4 };

static const char hash[] = "$argon2id$v=19$m=65536,t=2,p=1$one";
static const int64_t begin = 1800000000 * CLOCK_SECOND;

struct browser {
	struct secret_ring keys;
	const char *tokens[2];
	struct call call;
};

/* A browser with the value as its device cookie; NULL for none. */
static struct browser *open_browser(struct arena *arena, const char *device)
{
	struct browser *browser = arena_alloc(arena, sizeof(*browser));

	*browser = (struct browser){
		.keys = { .key = { { "the same for all of them" } }, .opening = 1, .count = 1 },
		.tokens = { device, NULL },
	};
	browser->call = (struct call){ .arena = arena, .server_key = &browser->keys.key[0],
		.server_keys = &browser->keys,
		.remote_address = "192.0.2.1", .device_tokens = browser->tokens };
	return browser;
}

static enum throttle_kind kind_of(struct browser *browser, uint64_t user_id)
{
	const struct user_secret user = { .id = user_id, .password = hash };

	return auth_tries_of(&browser->call, "ada@example.com", &user).kind;
}

static void a_device_counts_apart_for_its_user_alone(void **state)
{
	struct browser *strange = open_browser(*state, NULL);
	const char *device;

	clock_set(begin);
	device = auth_tries_device(&strange->call, ADA, hash);
	assert_int_equal(kind_of(strange, ADA), THROTTLE_ACCOUNT);
	assert_int_equal(kind_of(open_browser(*state, device), ADA), THROTTLE_DEVICE);
	assert_int_equal(kind_of(open_browser(*state, device), BOB), THROTTLE_ACCOUNT);
	assert_int_equal(kind_of(open_browser(*state, device), 0), THROTTLE_ACCOUNT);
	assert_int_equal(kind_of(open_browser(*state, "AAAA"), ADA), THROTTLE_ACCOUNT);
	clock_set(0);
}

static void a_device_is_forgotten_after_180_days_whatever_the_browser_does(void **state)
{
	const char *device;

	clock_set(begin);
	device = auth_tries_device(&open_browser(*state, NULL)->call, ADA, hash);
	clock_set(begin + 180 * CLOCK_DAY - CLOCK_SECOND);
	assert_int_equal(kind_of(open_browser(*state, device), ADA), THROTTLE_DEVICE);
	clock_set(begin + 180 * CLOCK_DAY);
	assert_int_equal(kind_of(open_browser(*state, device), ADA), THROTTLE_ACCOUNT);
	clock_set(0);
}

static void a_device_dies_with_the_password_that_it_was_issued_for(void **state)
{
	struct browser *strange = open_browser(*state, NULL);
	const char *device = auth_tries_device(&strange->call, ADA, hash);
	const char *other = auth_tries_device(&strange->call, ADA, "$argon2id$v=19$another");

	assert_int_equal(kind_of(open_browser(*state, device), ADA), THROTTLE_DEVICE);
	assert_int_equal(kind_of(open_browser(*state, other), ADA), THROTTLE_ACCOUNT);
	assert_int_equal(auth_tries_of(&open_browser(*state, device)->call, "", NULL).kind,
		THROTTLE_ACCOUNT);
}

/* The same bytes, wrapped for another purpose. */
static void a_cursor_is_no_device(void **state)
{
	struct browser *browser = open_browser(*state, NULL);
	const char *device = auth_tries_device(&browser->call, ADA, hash);
	size_t size;
	const struct secret_key *key = &browser->keys.key[0];
	const void *bytes = secret_unwrap(*state, key, SECRET_DEVICE, ADA, device, &size);

	assert_non_null(bytes);
	assert_int_equal(kind_of(open_browser(*state, secret_wrap(*state, key,
		SECRET_CURSOR, ADA, bytes, size)), ADA), THROTTLE_ACCOUNT);
	assert_int_equal(kind_of(open_browser(*state, secret_wrap(*state, key,
		SECRET_DEVICE, ADA, bytes, size)), ADA), THROTTLE_DEVICE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_device_counts_apart_for_its_user_alone, open_arena,
			close_arena),
		cmocka_unit_test_setup_teardown(
			a_device_is_forgotten_after_180_days_whatever_the_browser_does, open_arena,
			close_arena),
		cmocka_unit_test_setup_teardown(a_device_dies_with_the_password_that_it_was_issued_for,
			open_arena, close_arena),
		cmocka_unit_test_setup_teardown(a_cursor_is_no_device, open_arena, close_arena),
	};

	if (secret_init() != ERR_OK) {
		return 1;
	}
	return cmocka_run_group_tests_name("auth_tries", tests, NULL, NULL);
}
