/* Long and hard to guess is good; nothing else is asked. */
#include "rule/password.h"

#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *password;
	const char *key; /* NULL: good */
};

static const char *const nothing_known[] = { NULL };

/* Names that no dictionary has, so that only the words can be what is recognised. */
static const char *const known[] = { "xyrtha.quolven@vroomtak.example", "Xyrtha Quolven",
	"Zorbadesk", NULL };

static int init_secret(void **state)
{
	(void)state;
	return secret_init() == ERR_OK ? 0 : -1;
}

static void assert_key(const char *password, const char *const words[], const char *expected)
{
	const char *key = password_check(password, words);

	if ((key == NULL) != (expected == NULL) || (key != NULL && strcmp(key, expected) != 0)) {
		fail_msg("\"%s\" gave %s, not %s", password, key == NULL ? "no key" : key,
			expected == NULL ? "no key" : expected);
	}
}

static void assert_rows(const struct row *rows, size_t count, const char *const words[])
{
	for (size_t i = 0; i < count; i++) {
		assert_key(rows[i].password, words, rows[i].key);
	}
}

static void fifteen_characters_are_enough_and_no_kind_of_them_is_asked_for(void **state)
{
	static const struct row rows[] = {
		{ "", "password.required" },
		{ "x", "password.too_short" },
		{ "xkqzvbwmtjyphg", "password.too_short" },
		{ "xkqzvbwmtjyphgd", NULL },
		{ "xkqzvbwmtjyphg ", NULL }, /* white space counts */
		{ "correct horse battery staple", NULL },
	};

	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]), nothing_known);
}

static void characters_are_counted_as_people_write_them_not_as_bytes(void **state)
{
	static const struct row rows[] = {
		{ "\u0437\u0435\u043b\u0451\u043d\u044b\u0439\u0441\u043b\u043e\u043d\u043f\u043e\u0451",
			"password.too_short" },
		{ "\u0437\u0435\u043b\u0451\u043d\u044b\u0439\u0441\u043b\u043e\u043d\u043f\u043e\u0451"
			"\u0442", NULL },
		{ "\U0001f40e\U0001f50b\U0001f4ce", "password.too_short" },
	};

	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]), nothing_known);
}

/* count code points of size bytes, never the same few over and over. */
static char *long_password(size_t count, size_t size)
{
	static const char *const starts[] = { "", "", "\xd0", "\xe6\x9d", "\xf0\xa0\x80" };
	char *password = calloc(count * size + 1, 1);
	uint32_t mixed = 7;

	assert_non_null(password);
	for (size_t i = 0; i < count; i++) {
		mixed = mixed * 1664525 + 1013904223;
		memcpy(password + i * size, starts[size], size - 1);
		password[(i + 1) * size - 1] = (char)((size == 1 ? 'a' : 0x80) + mixed / 65536 % 26);
	}
	return password;
}

static void the_longest_has_256_characters_of_any_size(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 4; size++) {
		char *longest = long_password(PASSWORD_MAX, size);
		char *longer = long_password(PASSWORD_MAX + 1, size);

		assert_key(longest, nothing_known, NULL);
		assert_key(longer, nothing_known, "password.too_long");
		free(longest);
		free(longer);
	}
}

static void a_megabyte_is_refused(void **state)
{
	char *huge = long_password(1024 * 1024, 1);

	(void)state;
	assert_key(huge, nothing_known, "password.too_long");
	free(huge);
}

static void what_everybody_tries_first_is_refused_with_its_reason(void **state)
{
	static const struct row rows[] = {
		{ "passwordpassword", "password.common" },
		{ "password1password1", "password.common" },
		{ "P4ssw0rdP4ssw0rd", "password.common" },
		{ "passwordletmein", "password.common" },
		{ "administrator1234", "password.common" },
		{ "qwertyuiopasdfghjkl", "password.common" },
		{ "iloveyouiloveyou", "password.common" },
		{ "aaaaaaaaaaaaaaa", "password.repeated" },
		{ "               ", "password.repeated" },
		{ "abcabcabcabcabcabc", "password.repeated" },
		{ "passwordpasswordpassword", "password.repeated" },
		{ "xkqzvxkqzvxkqzvxk", "password.repeated" },
		{ "\u0437\u0451\u0437\u0451\u0437\u0451\u0437\u0451\u0437\u0451\u0437\u0451\u0437\u0451"
			"\u0437", "password.repeated" },
		{ "abcdefghijklmnop", "password.sequence" },
		{ "zyxwvutsrqponmlkj", "password.sequence" },
		{ "123456789012345", "password.sequence" },
	};

	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]), nothing_known);
}

static void a_password_made_of_the_own_name_or_address_is_refused(void **state)
{
	static const char *const passwords[] = {
		"xyrtha.quolven@vroomtak.example",
		"XYRTHA.QUOLVEN@VROOMTAK.EXAMPLE",
		"Xyrtha Quolven 1",
		"xyrtha-quolven-",
		"xyrthaquolvenxyr",
		"quolvenxyrtha12",
		"xyrtha@vroomtak",
		"vroomtakquolven",
		"Zorbadesk Xyrtha",
		"zorbadeskquolven",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++) {
		assert_key(passwords[i], known, "password.personal");
		assert_key(passwords[i], nothing_known, NULL);
	}
}

static void a_good_password_stays_good_whoever_chooses_it(void **state)
{
	static const char *const many[] = { "one", "two", "three", "four", "five", "six", "seven",
		"eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen",
		"ab cd ef gh ij kl mn op qr st uv wx yz", "a.b.c.d.e.f@g.h.i.j.k.l", "",
		"twenty-one twenty-two twenty-three twenty-four twenty-five twenty-six twenty-seven",
		"thirty-one thirty-two thirty-three thirty-four thirty-five thirty-six", NULL };

	(void)state;
	assert_key("xkqzvbwmtjyphgd", known, NULL);
	assert_key("xkqzvbwmtjyphgd", many, NULL);
}

static void ten_thousand_generated_passwords_all_pass_the_policy(void **state)
{
	char password[PASSWORD_GENERATED_MAX];

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		password_generate(password, secret_below);
		assert_key(password, known, NULL);
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void ten_thousand_generated_passwords_all_differ(void **state)
{
	enum { COUNT = 10000 };
	char (*made)[PASSWORD_GENERATED_MAX] = calloc(COUNT, sizeof(*made));

	(void)state;
	assert_non_null(made);
	for (size_t i = 0; i < COUNT; i++) {
		password_generate(made[i], secret_below);
	}
	qsort(made, COUNT, sizeof(*made), compare);
	for (size_t i = 1; i < COUNT; i++) {
		assert_string_not_equal(made[i - 1], made[i]);
	}
	free(made);
}

static unsigned picks;

static unsigned pick_in_turn(unsigned bound)
{
	assert_int_equal(bound, 32);
	return picks++ % bound;
}

static unsigned pick_last(unsigned bound)
{
	return bound - 1;
}

static unsigned pick_first(unsigned bound)
{
	(void)bound;
	return 0;
}

static void a_generated_password_has_twenty_picks_of_32_in_four_groups(void **state)
{
	char password[PASSWORD_GENERATED_MAX];

	(void)state;
	picks = 0;
	password_generate(password, pick_in_turn);
	assert_int_equal(picks, 20);
	assert_string_equal(password, "abcde-fghij-kmnpq-rstuv");
	password_generate(password, pick_first);
	assert_string_equal(password, "aaaaa-aaaaa-aaaaa-aaaaa");
	password_generate(password, pick_last);
	assert_string_equal(password, "99999-99999-99999-99999");
}

static unsigned fixed_pick;

static unsigned pick_fixed(unsigned bound)
{
	return fixed_pick % bound;
}

static void no_two_characters_of_a_generated_password_look_alike(void **state)
{
	char password[PASSWORD_GENERATED_MAX];
	bool seen[256] = { false };

	(void)state;
	for (fixed_pick = 0; fixed_pick < 32; fixed_pick++) {
		password_generate(password, pick_fixed);
		assert_null(strpbrk(password, "lIoO01"));
		assert_false(seen[(unsigned char)password[0]]);
		seen[(unsigned char)password[0]] = true;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifteen_characters_are_enough_and_no_kind_of_them_is_asked_for),
		cmocka_unit_test(characters_are_counted_as_people_write_them_not_as_bytes),
		cmocka_unit_test(the_longest_has_256_characters_of_any_size),
		cmocka_unit_test(a_megabyte_is_refused),
		cmocka_unit_test(what_everybody_tries_first_is_refused_with_its_reason),
		cmocka_unit_test(a_password_made_of_the_own_name_or_address_is_refused),
		cmocka_unit_test(a_good_password_stays_good_whoever_chooses_it),
		cmocka_unit_test(ten_thousand_generated_passwords_all_pass_the_policy),
		cmocka_unit_test(ten_thousand_generated_passwords_all_differ),
		cmocka_unit_test(a_generated_password_has_twenty_picks_of_32_in_four_groups),
		cmocka_unit_test(no_two_characters_of_a_generated_password_look_alike),
	};

	return cmocka_run_group_tests_name("rule_password", tests, init_secret, NULL);
}
