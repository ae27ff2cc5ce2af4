/* Every failure has one name, and the log shows it. */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const names[] = {
	[ERR_OK] = "ok",
	[ERR_INVALID] = "invalid",
	[ERR_UNAUTHENTICATED] = "unauthenticated",
	[ERR_FORBIDDEN] = "forbidden",
	[ERR_NOT_FOUND] = "not_found",
	[ERR_CONFLICT] = "conflict",
	[ERR_STALE] = "stale",
	[ERR_READ_ONLY] = "read_only",
	[ERR_TOO_MANY] = "too_many",
	[ERR_TOO_SLOW] = "too_slow",
	[ERR_UNAVAILABLE] = "unavailable",
	[ERR_RETRY] = "retry",
	[ERR_BUG] = "bug",
};

static void every_error_has_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_non_null(names[i]);
		assert_string_equal(err_name((enum err)i), names[i]);
	}
}

static void nothing_but_ok_is_zero(void **state)
{
	(void)state;
	assert_int_equal(ERR_OK, 0);
}

static void a_number_that_is_no_error_is_called_a_bug(void **state)
{
	(void)state;
	assert_string_equal(err_name((enum err)(ERR_BUG + 1)), "bug");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_its_name),
		cmocka_unit_test(nothing_but_ok_is_zero),
		cmocka_unit_test(a_number_that_is_no_error_is_called_a_bug),
	};

	return cmocka_run_group_tests_name("base_err", tests, NULL, NULL);
}
