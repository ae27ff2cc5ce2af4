/* The words of the contract stand where the numbers of the database point. */
#include "rule/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_status_has_its_word_and_its_number(void **state)
{
	(void)state;
	assert_int_equal(STATUS_DISABLED, 0);
	assert_int_equal(STATUS_ENABLED, 1);
	assert_string_equal(status_words[STATUS_DISABLED], "disabled");
	assert_string_equal(status_words[STATUS_ENABLED], "enabled");
	assert_null(status_words[2]);
}

static void every_second_factor_has_its_word_and_its_number(void **state)
{
	(void)state;
	assert_int_equal(TWO_FACTOR_DISABLED, 0);
	assert_int_equal(TWO_FACTOR_EMAIL, 1);
	assert_int_equal(TWO_FACTOR_TOTP, 2);
	assert_string_equal(two_factor_words[TWO_FACTOR_DISABLED], "disabled");
	assert_string_equal(two_factor_words[TWO_FACTOR_EMAIL], "email");
	assert_string_equal(two_factor_words[TWO_FACTOR_TOTP], "totp");
	assert_null(two_factor_words[3]);
}

static void assert_sorted(const char *const words[])
{
	for (size_t i = 1; words[i] != NULL; i++) {
		assert_true(strcmp(words[i - 1], words[i]) < 0);
	}
}

static void the_numbers_sort_as_the_words_do(void **state)
{
	(void)state;
	assert_sorted(status_words);
	assert_sorted(two_factor_words);
}

static void nobody_gets_more_groups_than_the_limit_and_who_has_more_keeps_them(void **state)
{
	(void)state;
	assert_null(account_groups(0, 0));
	assert_null(account_groups(0, ACCOUNT_GROUPS_MAX));
	assert_string_equal(account_groups(0, ACCOUNT_GROUPS_MAX + 1), "groups.too_many");
	assert_string_equal(account_groups(ACCOUNT_GROUPS_MAX, ACCOUNT_GROUPS_MAX + 1),
		"groups.too_many");
	assert_string_equal(account_groups(205, 206), "groups.too_many");
	assert_null(account_groups(205, 205));
	assert_null(account_groups(205, 204));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_its_word_and_its_number),
		cmocka_unit_test(every_second_factor_has_its_word_and_its_number),
		cmocka_unit_test(the_numbers_sort_as_the_words_do),
		cmocka_unit_test(nobody_gets_more_groups_than_the_limit_and_who_has_more_keeps_them),
	};

	return cmocka_run_group_tests_name("rule_account", tests, NULL, NULL);
}
