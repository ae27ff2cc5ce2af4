/* The table of countries is whole, and no code of it stands in another one's way. */
#include "rule/country.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { OFFICIAL = 249 }; /* codes of ISO 3166-1 */

static void iso_3166_has_249_countries(void **state)
{
	size_t found = 0;
	char iso[3] = "";

	(void)state;
	for (iso[0] = 'A'; iso[0] <= 'Z'; iso[0]++) {
		for (iso[1] = 'A'; iso[1] <= 'Z'; iso[1]++) {
			const struct country *country = country_find(iso);

			found += country != NULL;
			assert_true(country == NULL || strcmp(country->iso, iso) == 0);
		}
	}
	assert_int_equal(found, OFFICIAL);
}

static void what_is_kept_for_users_or_was_a_country_once_is_none(void **state)
{
	static const char *const none[] = { "ZZ", "QQ", "AA", "XK", "XA", "EU", "UK", "SU", "YU", "DD",
		"AN", "CS", "AC", "TA", "de", "D", "", "DEU" };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_null(country_find(none[i]));
	}
}

static void no_code_begins_another_one(void **state)
{
	(void)state;
	for (const struct country *a = countries; a->code != NULL; a++) {
		for (const struct country *b = countries; b->code != NULL; b++) {
			assert_true(strcmp(a->code, b->code) == 0 ||
				strncmp(a->code, b->code, strlen(a->code)) != 0);
		}
	}
}

static void every_country_has_numbers_that_fit_into_e_164(void **state)
{
	size_t least, most;

	(void)state;
	for (const struct country *row = countries; row->code != NULL; row++) {
		country_range(row, &least, &most);
		assert_true(least >= 4 && least <= most && strlen(row->code) + most <= 15);
		assert_true(country_has_length(row, least) && country_has_length(row, most));
		assert_false(country_has_length(row, least - 1) || country_has_length(row, most + 1));
		assert_string_equal(country_of_digits(row->code, strlen(row->code))->code,
			row->code);
	}
}

static void countries_of_one_code_are_found_one_after_the_other(void **state)
{
	const struct country *row = country_of_digits("1", 1);
	size_t count = 0;

	(void)state;
	for (; row != NULL; row = country_next(row)) {
		assert_string_equal(row->code, "1");
		assert_string_equal(row->trunk, "1");
		count++;
	}
	assert_int_equal(count, 26); /* of the North American plan, with the minor outlying islands */
	assert_null(country_of_digits("21", 2));
	assert_null(country_of_digits("0", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso_3166_has_249_countries),
		cmocka_unit_test(what_is_kept_for_users_or_was_a_country_once_is_none),
		cmocka_unit_test(no_code_begins_another_one),
		cmocka_unit_test(every_country_has_numbers_that_fit_into_e_164),
		cmocka_unit_test(countries_of_one_code_are_found_one_after_the_other),
	};

	return cmocka_run_group_tests_name("rule_country", tests, NULL, NULL);
}
