/* A mask says nothing about what it hides. */
#include "rule/mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void each_kind_of_data_has_its_constant_mask(void **state)
{
	static const struct {
		enum mask mask;
		const char *text;
	} rows[] = {
		{ MASK_NONE, "" },
		{ MASK_NAME, "*****" },
		{ MASK_EMAIL, "*****@*****" },
		{ MASK_PHONE, "*****" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(mask_text(rows[i].mask), rows[i].text);
	}
}

static void a_field_that_forgot_its_mask_has_none(void **state)
{
	const struct { enum mask mask; } field = { 0 };

	(void)state;
	assert_int_equal(field.mask, MASK_NONE);
}

static void a_mask_that_does_not_exist_hides_all_the_same(void **state)
{
	(void)state;
	assert_string_equal(mask_text((enum mask)99), "*****");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_data_has_its_constant_mask),
		cmocka_unit_test(a_field_that_forgot_its_mask_has_none),
		cmocka_unit_test(a_mask_that_does_not_exist_hides_all_the_same),
	};

	return cmocka_run_group_tests_name("rule_mask", tests, NULL, NULL);
}
