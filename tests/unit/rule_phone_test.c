/* A number is one number however it is written, and what may be two is none. */
#include "rule/phone.h"

#include "rule/country.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "with_arena.h"

struct row {
	const char *country; /* of the client; "" for none */
	const char *typed;
	const char *key;     /* NULL: good, and becomes number */
	const char *number;
};

static void assert_rows(struct arena *arena, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *out = "nothing", *key;

		key = phone_read(arena, rows[i].typed, rows[i].country, &out);
		if (key != NULL ? rows[i].key == NULL || strcmp(key, rows[i].key) != 0
			: rows[i].key != NULL || strcmp(out, rows[i].number) != 0) {
			fail_msg("%s \"%s\" gave %s %s", rows[i].country, rows[i].typed,
				key == NULL ? "good" : key, out);
		}
	}
}

#define ASSERT_ROWS(rows) assert_rows(*state, rows, sizeof(rows) / sizeof((rows)[0]))

static void a_number_is_kept_as_e_164_however_it_is_written(void **state)
{
	static const struct row rows[] = {
		{ "", "+493012345678", NULL, "+493012345678" },
		{ "", "+49 30 123 456 78", NULL, "+493012345678" },
		{ "", "+49 (0)30 1234567", NULL, "+49301234567" },
		{ "", "+49 (0) 30/12345-67", NULL, "+49301234567" },
		{ "", "+49(0)301234567", NULL, "+49301234567" },
		{ "", "+49 [0] 30 1234567", NULL, "+49301234567" },
		{ "", "+49 030 1234567", NULL, "+49301234567" },
		{ "", "+49 (030) 1234567", NULL, "+49301234567" },
		{ "", "(+49) 30 1234567", NULL, "+49301234567" },
		{ "", "+(49) (0) 30 1234567", NULL, "+49301234567" },
		{ "", "0049 30 1234567", NULL, "+49301234567" },
		{ "", "0049 (0)30 1234567", NULL, "+49301234567" },
		{ "", "00 49-30-1234567", NULL, "+49301234567" },
		{ "", "(0049) 30 1234567", NULL, "+49301234567" },
		{ "", "tel:+49-30-1234567", NULL, "+49301234567" },
		{ "", "TEL:+49.30.1234567", NULL, "+49301234567" },
		{ "", "Tel.: +49 30 1234567", NULL, "+49301234567" },
		{ "", "\u2121 +49 30 1234567", NULL, "+49301234567" },
		{ "", "+49\u00a030\u20091234\u202f567", NULL, "+49301234567" },
		{ "", "+49\u201030\u20111234\u2013567", NULL, "+49301234567" },
		{ "", "+49\u201430\u22121234\uff0d567", NULL, "+49301234567" },
		{ "", "+49\u00b730\u20221234567", NULL, "+49301234567" },
		{ "", "\u202a+49 30 1234567\u202c", NULL, "+49301234567" },
		{ "", "\u200e+49\u200b30\u00ad1234567\ufeff", NULL, "+49301234567" },
		{ "", "\uff0b\uff14\uff19\uff08\uff10\uff09\uff13\uff10\uff0f\uff11\uff12\uff13\uff14"
			"\uff15\uff16\uff17", NULL, "+49301234567" },
		{ "", "+\u0664\u0669 \u0663\u0660 \u0661\u0662\u0663\u0664\u0665\u0666\u0667", NULL,
			"+49301234567" },
		{ "", "\u06f0\u06f0\u06f4\u06f9\u06f3\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7",
			NULL, "+49301234567" },
		{ "", "+44 (0)20 7946 0018", NULL, "+442079460018" },
		{ "", "+1 (212) 555-0123", NULL, "+12125550123" },
		{ "", "+1-212-555-0123", NULL, "+12125550123" },
		{ "", "+39 06 698 12345", NULL, "+390669812345" },
		{ "", "+39 (0)6 698 12345", NULL, "+390669812345" },
		{ "", "+39 (06) 698 12345", NULL, "+390669812345" },
		{ "", "+378 (0549) 88 1234", NULL, "+3780549881234" },
		{ "", "+36 (06) 20 123 4567", NULL, "+36201234567" },
		{ "", "+36 06 20 123 4567", NULL, "+36201234567" },
		{ "", "+7 (8) 495 123-45-67", NULL, "+74951234567" },
		{ "", "+7 (800) 123-45-67", NULL, "+78001234567" },
		{ "", "+34 (0)912 345 678", NULL, "+34912345678" },
		{ "", "+225 07 07 12 34 56", NULL, "+2250707123456" },
		{ "", "+242 06 612 3456", NULL, "+242066123456" },
		{ "", "+229 01 95 12 34 56", NULL, "+2290195123456" },
		{ "", "+290 51234", NULL, "+29051234" },
		{ "", "+683 4002", NULL, "+6834002" },
		{ "", "+881 6 1234 5678", NULL, "+881612345678" },
	};

	ASSERT_ROWS(rows);
}

static void a_number_without_a_code_is_of_the_clients_country_or_of_the_home(void **state)
{
	static const struct row at_home[] = { /* in Germany */
		{ "", "030 1234567", NULL, "+49301234567" },
		{ "", "(030) 1234567", NULL, "+49301234567" },
		{ "", "0170/1112233", NULL, "+491701112233" },
		{ "", "(0)30 1234567", NULL, "+49301234567" },
		{ "DE", "030 1234567", NULL, "+49301234567" },
		{ "FR", "06 12 34 56 78", NULL, "+33612345678" },
		{ "FR", "612345678", NULL, "+33612345678" },
		{ "FR", "33 6 12 34 56 78", NULL, "+33612345678" },
		{ "IT", "06 698 12345", NULL, "+390669812345" },
		{ "HU", "06 20 123 4567", NULL, "+36201234567" },
		{ "RU", "8 (495) 123-45-67", NULL, "+74951234567" },
		{ "RU", "8 800 123 45 67", NULL, "+78001234567" },
		{ "RU", "800 123 45 67", NULL, "+78001234567" },
		{ "KZ", "8 701 123 45 67", NULL, "+77011234567" },
		{ "US", "(212) 555-0123", NULL, "+12125550123" },
		{ "US", "011 49 30 1234567", NULL, "+49301234567" },
		{ "JP", "010-49-30-1234567", NULL, "+49301234567" },
		{ "RU", "8~10 49 30 1234567", "format", NULL },
		{ "RU", "8 10 49 30 1234567", NULL, "+49301234567" },
		{ "AU", "0011 49 30 1234567", NULL, "+49301234567" },
		{ "AU", "0011 1 212 555 0123", NULL, "+12125550123" },
		{ "AU", "00 49 30 1234567", NULL, "+49301234567" },
		{ "AU", "02 1234 5678", NULL, "+61212345678" },
		{ "KE", "000 49 30 1234567", NULL, "+49301234567" },
		{ "BY", "8 10 49 30 1234567", NULL, "+49301234567" },
		{ "DE", "0011 49 30 1234567", "format", NULL },
		{ "CA", "1-416-555-0123", NULL, "+14165550123" },
		{ "ES", "612 345 678", NULL, "+34612345678" },
		{ "DK", "32 12 34 56", NULL, "+4532123456" },
		{ "BY", "8 (029) 491-19-11", NULL, "+375294911911" },
		{ "CI", "07 07 12 34 56", NULL, "+2250707123456" },
		{ "FR", "+49 30 1234567", NULL, "+49301234567" },
		{ "FR", "0049 30 1234567", NULL, "+49301234567" },
		{ "", "1234567", "national", NULL }, /* of which town? */
		{ "", "30 1234567", "national", NULL },
		{ "FR", "06 12 34 56 7", "too_short", NULL },
		{ "FR", "06 12 34 56 789", "too_long", NULL },
		{ "IT", "6 698 12345", "zero", NULL },
		{ "US", "555-0123", "too_short", NULL },
	};
	static const struct row nowhere[] = {
		{ "", "030 1234567", "national", NULL },
		{ "", "1234567", "national", NULL },
		{ "XK", "044 123 456", "national", NULL },
		{ "DE", "030 1234567", NULL, "+49301234567" },
	};

	assert_true(phone_set_home("de"));
	ASSERT_ROWS(at_home);
	assert_true(phone_set_home(""));
	ASSERT_ROWS(nowhere);
}

static void what_is_no_number_is_refused_with_the_reason(void **state)
{
	static const struct row rows[] = {
		{ "", "", "format", NULL }, { "", "+", "format", NULL },
		{ "", "+ ( ) - .", "format", NULL }, { "", "call me", "format", NULL },
		{ "", "++49301234567", "format", NULL }, { "", "+4930+1234567", "format", NULL },
		{ "", "+1555CALLME", "format", NULL }, { "", "+1 023 555 0123", "zero", NULL },
		{ "", "+49 30 1234567 x12", "extension", NULL },
		{ "", "+49 30 1234567 ext. 12", "extension", NULL },
		{ "", "+49 30 1234567#12", "extension", NULL },
		{ "", "tel:+49-30-1234567;ext=12", "extension", NULL },
		{ "", "+49 30 1234567, +49 30 7654321", "format", NULL },
		{ "", "+999 123456", "country", NULL }, { "", "+0049 30 1234567", "country", NULL },
		{ "", "+210 123456", "country", NULL },
		{ "", "+49 1234", "too_short", NULL }, { "", "+34 61234567", "too_short", NULL },
		{ "", "+34 6123456789", "too_long", NULL },
		{ "", "+1 212 555 012", "too_short", NULL },
		{ "", "+1 212 555 01234", "too_long", NULL },
		{ "", "+1 112 555 0123", "format", NULL },
		{ "", "+44 20 7946 001", NULL, "+44207946001" }, /* some of Britain's have nine */
		{ "", "+44 20 7946 00", "too_short", NULL },
		{ "", "+493012345678901234", "too_long", NULL },
		{ "", "+4930123456789012345678901234567890", "too_long", NULL },
		{ "", "+39 6 698 12345", "zero", NULL }, { "", "+34 012345678", "zero", NULL },
		{ "", "4.41633E+11", "format", NULL }, { "", "+49 30\n1234567", "characters", NULL },
		{ "", "\u260e +49 30 1234567", "format", NULL },
	};

	ASSERT_ROWS(rows);
}

/* The first number of each length that the country has. */
static const char *example(struct arena *arena, const struct country *country, size_t length)
{
	static const char digits[] = "2345678923456789";

	return arena_printf(arena, "%c%.*s",
		country->first[0] == '\0' ? '2' : country->first[country->first[1] != '\0'],
		(int)length - 1, digits);
}

/* All the ways to write a number of its country that leave no doubt. */
static size_t writings(struct arena *arena, const struct country *country, const char *number,
	const char *out[static 24])
{
	static const char *const between[] = { " ", "-", ".", "/", "\u00a0", "\u2009", "\u202f",
		"\u2011", "\u2013", "\u200b", "\u200e" };
	size_t count = 0, head = 2;

	out[count++] = arena_printf(arena, "+%s%s", country->code, number);
	out[count++] = arena_printf(arena, "00%s%s", country->code, number);
	out[count++] = arena_printf(arena, "tel:+%s-%s", country->code, number);
	out[count++] = arena_printf(arena, "(+%s) %s", country->code, number);
	out[count++] = arena_printf(arena, "+%s (%.*s) %s", country->code, (int)head, number,
		number + head);
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		out[count++] = arena_printf(arena, "+%s%s%.*s%s%s", country->code, between[i], (int)head,
			number, between[i], number + head);
	}
	if (strchr(country->first, '0') == NULL || country->first[0] == '\0') {
		out[count++] = arena_printf(arena, "+%s (0)%s", country->code, number);
		out[count++] = arena_printf(arena, "00%s (0) %s", country->code, number);
	}
	if (country->trunk[0] != '\0') {
		out[count++] = arena_printf(arena, "+%s (%s) %s", country->code, country->trunk, number);
	}
	return count;
}

static void assert_becomes(struct arena *arena, const char *typed, const char *country,
	const char *number)
{
	const char *out = "nothing", *wrong = phone_read(arena, typed, country, &out);

	if (wrong != NULL || strcmp(out, number) != 0) {
		fail_msg("%s \"%s\" gave %s %s, not %s", country, typed, wrong == NULL ? "good" : wrong,
			out, number);
	}
}

/* A part finds a number when it stands in it, as LIKE '%part%' has it. */
static void assert_finds(struct arena *arena, const char *typed, const char *number)
{
	const char *part = phone_part(arena, typed);

	if (part[0] == '\0' || strstr(number, part) == NULL) {
		fail_msg("\"%s\" looks for \"%s\", which is not in %s", typed, part, number);
	}
}

static void try_country(struct arena *arena, const struct country *country, size_t length)
{
	const char *number = example(arena, country, length), *all[24];
	const char *kept = arena_printf(arena, "+%s%s", country->code, number);
	const char *within = arena_printf(arena, "%s %s", country->trunk, number);
	size_t count = writings(arena, country, number, all);

	for (size_t i = 0; i < count; i++) {
		assert_becomes(arena, all[i], "", kept);
		assert_becomes(arena, all[i], "DE", kept);
		assert_finds(arena, all[i], kept);
	}
	if (country->iso[0] != '\0') {
		assert_becomes(arena, within, country->iso, kept);
		assert_finds(arena, within, kept);
	}
	for (size_t last = 3; last <= length; last++) {
		assert_finds(arena, number + length - last, kept);
	}
}

static void every_number_of_every_country_is_kept_alike_and_found_as_it_was_written(void **state)
{
	size_t tried = 0;

	for (const struct country *row = countries; row->code != NULL; row++) {
		for (size_t length = 4; length <= 13; length++) {
			if (country_has_length(row, length)) {
				try_country(*state, row, length);
				tried++;
			}
		}
	}
	assert_true(tried > 350);
}

static void one_digit_less_or_more_than_a_country_has_is_told(void **state)
{
	size_t least, most;
	const char *out;

	for (const struct country *row = countries; row->code != NULL; row++) {
		country_range(row, &least, &most);
		if (country_of_digits(row->code, strlen(row->code)) != row || country_next(row) != NULL) {
			continue; /* others of its code may have that many */
		}
		assert_string_equal(phone_read(*state, arena_printf(*state, "+%s%s", row->code,
			example(*state, row, least - 1)), "", &out), "too_short");
		assert_string_equal(phone_read(*state, arena_printf(*state, "+%s%s", row->code,
			example(*state, row, most + 1)), "", &out), "too_long");
	}
}

static void what_is_kept_reads_back_as_itself(void **state)
{
	static const char *const kept[] = { "+493012345678", "+390669812345", "+12125550123" };
	const char *out;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		assert_null(phone_read(*state, kept[i], "", &out));
		assert_string_equal(out, kept[i]);
		assert_null(check_phone.run(*state, kept[i], &out));
		assert_string_equal(out, kept[i]);
	}
}

static void a_field_keeps_a_number_without_a_code_for_who_knows_whose_it_is(void **state)
{
	const char *out = "untouched";

	assert_null(check_phone.run(*state, " (030) 12345-67", &out));
	assert_string_equal(out, "0301234567");
	assert_string_equal(check_phone.run(*state, "030 1234567 ext 5", &out), "extension");
	assert_string_equal(check_phone.run(*state, "+49 1", &out), "too_short");
	assert_string_equal(out, "0301234567");
}

static void a_part_of_a_number_is_looked_for_as_it_is_kept(void **state)
{
	static const struct { const char *typed, *part; } rows[] = {
		{ "+49 170", "+49170" }, { "(0170) 11-12", "1701112" }, { "11 12.233", "1112233" },
		{ "+49 (0)30 12", "+493012" }, { "0049 30 12", "+493012" }, { "0018", "0018" },
		{ "+39 06 12", "+390612" }, { "+", "+" }, { "( ) -", "( ) -" }, { "0", "0" },
		{ "call me", "call me" }, { "1a2", "1a2" }, { "8 495 123-45-67", "4951234567" },
		{ "1 (212) 555-0123", "2125550123" }, { "06 20 123 4567", "201234567" },
		{ "tel:+49-170", "+49170" },
		{ "011 49 30 1234567", "49301234567" },
		{ "0011 49 30 1234567", "49301234567" }, { "\u0661\u0662\u0663", "123" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(phone_part(*state, rows[i].typed), rows[i].part);
	}
}

static void a_home_is_a_country_or_nothing(void **state)
{
	(void)state;
	assert_true(phone_set_home("DE") && phone_set_home("it") && phone_set_home(""));
	assert_false(phone_set_home("ZZ") || phone_set_home("Germany") || phone_set_home(" "));
	assert_true(phone_set_home(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_kept_as_e_164_however_it_is_written),
		cmocka_unit_test(a_number_without_a_code_is_of_the_clients_country_or_of_the_home),
		cmocka_unit_test(what_is_no_number_is_refused_with_the_reason),
		cmocka_unit_test(every_number_of_every_country_is_kept_alike_and_found_as_it_was_written),
		cmocka_unit_test(one_digit_less_or_more_than_a_country_has_is_told),
		cmocka_unit_test(what_is_kept_reads_back_as_itself),
		cmocka_unit_test(a_field_keeps_a_number_without_a_code_for_who_knows_whose_it_is),
		cmocka_unit_test(a_part_of_a_number_is_looked_for_as_it_is_kept),
		cmocka_unit_test(a_home_is_a_country_or_nothing),
	};

	return cmocka_run_group_tests_name("rule_phone", tests, open_arena, close_arena);
}
