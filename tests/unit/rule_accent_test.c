/* No accent reaches the page that cannot be read there, in light and in dark. */
#include "rule/accent.h"

#include "with_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_colour_is_six_hexadecimal_digits(void **state)
{
	static const char *const others[] = { "", "#", "#fff", "1d58c9", "#1d58c", "#1d58c90",
		"#1d58cg", " #1d58c9", "#1d58c9 ", "#-1d58c", "blue", "#1d58c9;}" };

	assert_true(accent_is_colour("#1d58c9"));
	assert_true(accent_is_colour("#FFccAA"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_false(accent_is_colour(others[i]));
		assert_true(others[i][0] == '\0' || accent_check(*state, others[i]) != NULL);
	}
}

/* Of a light scheme the darkest ground counts, not white; black and white are as far from one
 * another as colours are. */
static void the_contrast_is_that_with_the_nearest_ground(void **state)
{
	(void)state;
	assert_int_equal(accent_contrast("#ffffff", false), 100);
	assert_in_range(accent_contrast("#000000", false), 1700, 1930);
	assert_in_range(accent_contrast("#767676", false), 400, 449); /* 4.54:1 with white */
	assert_in_range(accent_contrast("#ffffff", true), 1300, 1700);
}

static void a_colour_that_cannot_be_read_is_refused_with_its_contrast(void **state)
{
	assert_null(accent_check(*state, "#1d58c9"));
	assert_null(accent_check(*state, ""));
	assert_string_equal(accent_check(*state, "#ffcc00"),
		"#ffcc00 has a contrast of 1.38:1 with the light page, and the least is 4.5:1 "
		"(WCAG 2.2, 1.4.3): choose a darker colour");
	assert_string_equal(accent_check(*state, "yellow"), "must be a colour like #1d58c9");
}

/* What is taken is readable in both schemes, of all colours; and dark ones are taken. */
static void every_colour_that_is_taken_is_readable_in_both_schemes(void **state)
{
	unsigned taken = 0;

	for (unsigned grid = 0; grid < 16 * 16 * 16; grid++) {
		char colour[ACCENT_SIZE], tone[ACCENT_SIZE];

		snprintf(colour, sizeof(colour), "#%02x%02x%02x", (grid >> 8 & 15) * 17,
			(grid >> 4 & 15) * 17, (grid & 15) * 17);
		accent_for_dark(tone, colour);
		assert_true(accent_is_colour(tone));
		assert_true(accent_contrast(tone, true) >= ACCENT_IN_DARK);
		assert_int_equal(accent_check(*state, colour) == NULL,
			accent_contrast(colour, false) >= ACCENT_LEAST);
		taken += accent_check(*state, colour) == NULL;
	}
	assert_in_range(taken, 1000, 3000);
}

static void a_tone_that_is_readable_in_the_dark_stays_as_it_is(void **state)
{
	char tone[ACCENT_SIZE];

	(void)state;
	accent_for_dark(tone, "#86b4ff");
	assert_string_equal(tone, "#86b4ff");
	accent_for_dark(tone, "");
	assert_string_equal(tone, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_colour_is_six_hexadecimal_digits),
		cmocka_unit_test(the_contrast_is_that_with_the_nearest_ground),
		cmocka_unit_test(a_colour_that_cannot_be_read_is_refused_with_its_contrast),
		cmocka_unit_test(every_colour_that_is_taken_is_readable_in_both_schemes),
		cmocka_unit_test(a_tone_that_is_readable_in_the_dark_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
