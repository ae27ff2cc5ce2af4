/* What a person types becomes one normal form, or a key that says what is wrong. */
#include "rule/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "with_arena.h"

/* key NULL: the field is good and becomes out. */
struct row {
	const char *in;
	const char *key;
	const char *out;
};

static const char untouched[] = "untouched";
static const char good[] = "no key";

static const char *read_person(struct arena *arena, const char *in, const char **out)
{
	return field_text(arena, in, FIELD_PERSON_MAX, out);
}

static const struct check person = { .run = read_person };

static void assert_row(struct arena *arena, const struct check *check, const struct row *row)
{
	const char *out = untouched;
	const char *wrong = check->run(arena, row->in, &out);
	const char *key = wrong == NULL ? good : wrong;
	const char *expected_key = row->key == NULL ? good : row->key;
	const char *expected = row->key == NULL ? row->out : untouched;

	if (strcmp(key, expected_key) != 0 || strcmp(out, expected) != 0) {
		fail_msg("\"%s\" gave %s and \"%s\", not %s and \"%s\"", row->in, key, out, expected_key,
			expected);
	}
}

static void assert_rows(struct arena *arena, const struct check *check, const struct row *rows,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_row(arena, check, &rows[i]);
	}
}

/* A string of count times the same piece. */
static char *repeat(struct arena *arena, const char *piece, size_t count)
{
	size_t len = strlen(piece);
	char *out = arena_alloc(arena, count * len + 1);

	for (size_t i = 0; i < count; i++) {
		memcpy(out + i * len, piece, len);
	}
	return out;
}

static void an_address_gets_its_one_spelling(void **state)
{
	static const struct row rows[] = {
		{ "anna@example.com", NULL, "anna@example.com" },
		{ "Anna.Smith@Example.COM", NULL, "anna.smith@example.com" },
		{ "anna+bank@example.com", NULL, "anna+bank@example.com" },
		{ "!#$%&'*+-/=?^_`{|}~@example.com", NULL, "!#$%&'*+-/=?^_`{|}~@example.com" },
		{ "a@b.c", NULL, "a@b.c" },
		{ "a@mail.sub.example.co.uk", NULL, "a@mail.sub.example.co.uk" },
	};

	assert_rows(*state, &check_email, rows, sizeof(rows) / sizeof(rows[0]));
}

static void an_address_is_known_as_a_link_to_it_is_written(void **state)
{
	static const struct row rows[] = {
		{ "mailto:anna@example.com", NULL, "anna@example.com" },
		{ "MAILTO:Anna@Example.com", NULL, "anna@example.com" },
		{ "<anna@example.com>", "format", NULL },
		{ "Anna <anna@example.com>", "format", NULL }, /* whose name is lost */
		{ "<anna@example.com", "format", NULL },
		{ "mailto:", "format", NULL },
		{ "<>", "format", NULL },
	};

	assert_rows(*state, &check_email, rows, sizeof(rows) / sizeof(rows[0]));
	assert_string_equal(field_email_part(*state, "mailto:Anna@"), "anna@");
}

static void a_foreign_domain_becomes_a_labels(void **state)
{
	static const struct row rows[] = {
		{ "anna@b\u00fccher.example", NULL, "anna@xn--bcher-kva.example" },
		{ "anna@B\u00dcCHER.example", NULL, "anna@xn--bcher-kva.example" },
		{ "anna@bu\u0308cher.example", NULL, "anna@xn--bcher-kva.example" },
		{ "anna@xn--bcher-kva.example", NULL, "anna@xn--bcher-kva.example" },
		{ "anna@XN--BCHER-KVA.example", NULL, "anna@xn--bcher-kva.example" },
		{ "anna@fa\u00df.example", NULL, "anna@xn--fa-hia.example" }, /* not fass.example */
		{ "anna@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", NULL,
			"anna@xn--e1afmkfd.xn--p1ai" },
		{ "anna@\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\u3002com", NULL, "anna@example.com" },
	};

	assert_rows(*state, &check_email, rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_is_no_address_is_refused(void **state)
{
	static const struct row rows[] = {
		{ "", "format", NULL },
		{ "anna", "format", NULL },
		{ "@", "format", NULL },
		{ "@example.com", "format", NULL },
		{ "anna@", "format", NULL },
		{ "anna@localhost", "format", NULL },
		{ "anna@.com", "format", NULL },
		{ "anna@example.", "format", NULL },
		{ "anna@example..com", "format", NULL },
		{ "anna@-example.com", "format", NULL },
		{ "anna@example-.com", "format", NULL },
		{ "anna@exa_mple.com", "format", NULL },
		{ "anna@[127.0.0.1]", "format", NULL },
		{ "anna@smith@example.com", "format", NULL },
		{ "anna@@example.com", "format", NULL },
		{ ".anna@example.com", "format", NULL },
		{ "anna.@example.com", "format", NULL },
		{ "anna..smith@example.com", "format", NULL },
		{ "\"anna smith\"@example.com", "format", NULL },
		{ "anna smith@example.com", "format", NULL },
		{ " anna@example.com", "format", NULL },
		{ "anna@example.com ", "format", NULL },
		{ "anna@exa mple.com", "format", NULL },
		{ "Anna <anna@example.com>", "format", NULL },
		{ "anna@example.com,bob@example.com", "format", NULL },
		{ "anna@example.com;bob", "format", NULL },
		{ "anna(comment)@example.com", "format", NULL },
		{ "\u00e4nna@example.com", "letters", NULL },
		{ "\u0430\u043d\u043d\u0430@example.com", "letters", NULL },
		{ "\u00c4nna Smith <anna@example.com>", "format", NULL },
	};

	assert_rows(*state, &check_email, rows, sizeof(rows) / sizeof(rows[0]));
}

static void nothing_can_be_smuggled_into_the_header_of_a_letter(void **state)
{
	static const struct row rows[] = {
		{ "anna@example.com\r\nBcc: eve@example.com", "format", NULL },
		{ "anna@example.com\n", "format", NULL },
		{ "anna@example.com\r", "format", NULL },
		{ "anna\r\n@example.com", "format", NULL },
		{ "an\tna@example.com", "format", NULL },
		{ "anna\x7f@example.com", "format", NULL },
		{ "anna@exam\x01ple.com", "format", NULL },
		{ "anna@exam\xc2\x85ple.com", "format", NULL },
		{ "anna@exam\u2028ple.com", "format", NULL },
	};

	assert_rows(*state, &check_email, rows, sizeof(rows) / sizeof(rows[0]));
}

/* Refused, or gone: what stays is what is seen. */
static void no_address_hides_a_character(void **state)
{
	static const struct row rows[] = {
		{ "anna\u202e@example.com", "format", NULL },
		{ "anna\u200b@example.com", "format", NULL },
		{ "anna@exam\u202eple.com", "format", NULL },
		{ "anna@exam\u2066ple.com", "format", NULL },
		{ "anna@exam\u200bple.com", NULL, "anna@example.com" },
		{ "anna@exam\u00adple.com", NULL, "anna@example.com" },
	};

	assert_rows(*state, &check_email, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_local_part_has_at_most_64_bytes(void **state)
{
	struct arena *arena = *state;
	const char *longest = arena_printf(arena, "%s@example.com", repeat(arena, "a", 64));
	const char *longer = arena_printf(arena, "%s@example.com", repeat(arena, "a", 65));

	assert_row(arena, &check_email, &(struct row){ longest, NULL, longest });
	assert_row(arena, &check_email, &(struct row){ longer, "too_long", NULL });
}

/* "a@" and labels that make len bytes in all. */
static char *address_of(struct arena *arena, size_t len)
{
	char *address = repeat(arena, "a", len);

	address[1] = '@';
	for (size_t i = 42; i + 1 < len; i += 40) {
		address[i] = '.';
	}
	return address;
}

static void an_address_has_at_most_254_bytes(void **state)
{
	struct arena *arena = *state;
	const char *longest = address_of(arena, 254);

	assert_row(arena, &check_email, &(struct row){ longest, NULL, longest });
	for (size_t len = 255; len < 5000; len = len * 5 / 4) {
		const struct row row = { address_of(arena, len), "too_long", NULL };

		assert_row(arena, &check_email, &row);
	}
}

/* 60 letters of three bytes look short and are long as an A-label. */
static void the_length_of_an_address_is_that_of_its_a_labels(void **state)
{
	struct arena *arena = *state;
	const char *label = repeat(arena, "\u043f\u0440\u0438\u043c\u0435\u0440", 8);
	const char *out = untouched;

	assert_non_null(check_email.run(arena, arena_printf(arena, "a@%s.%s.%s.%s.%s.com", label, label,
		label, label, label), &out));
	assert_ptr_equal(out, untouched);
}

static void a_name_is_trimmed_and_composed(void **state)
{
	static const struct row rows[] = {
		{ "", NULL, "" },
		{ " ", NULL, "" },
		{ "Anna", NULL, "Anna" },
		{ "  Anna   Smith ", NULL, "Anna Smith" },
		{ "Anna\u00a0\u3000Smith\u2003", NULL, "Anna Smith" },
		{ "Zoe\u0308", NULL, "Zo\u00eb" },
		{ "O'Neill-Jones, Jr.", NULL, "O'Neill-Jones, Jr." },
		{ "\u674e\u5c0f\u9f99", NULL, "\u674e\u5c0f\u9f99" },
		{ "<b>Anna</b>", NULL, "<b>Anna</b>" }, /* text is text: the page escapes it */
		{ "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", NULL,
			"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645" },
	};

	assert_rows(*state, &person, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_name_has_no_character_that_hides_or_turns_text(void **state)
{
	static const struct row rows[] = {
		{ "An\nna", "characters", NULL },
		{ "An\r\nna", "characters", NULL },
		{ "An\tna", "characters", NULL },
		{ "An\x01na", "characters", NULL },
		{ "An\x1bna", "characters", NULL },
		{ "An\x7fna", "characters", NULL },
		{ "An\xc2\x80na", "characters", NULL },
		{ "An\u202ena", "characters", NULL },
		{ "An\u2067na", "characters", NULL },
		{ "An\u200ena", "characters", NULL },
		{ "An\u200bna", "characters", NULL },
		{ "An\u00adna", "characters", NULL },
		{ "Anna\u200d Smith", "characters", NULL },
		{ "An\u3164na", "characters", NULL },
	};

	assert_rows(*state, &person, rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_came_along_around_a_name_is_dropped(void **state)
{
	static const struct row rows[] = {
		{ "\ufeffAnna", NULL, "Anna" },
		{ "\u200dAnna\u200d", NULL, "Anna" },
		{ "\u0639\u0644\u064a\u200f", NULL, "\u0639\u0644\u064a" },
		{ "\u202aAnna \u00ad\u200b\r\n", NULL, "Anna" },
		{ "\u3164", NULL, "" },
		{ "\u2800", NULL, "" },
		{ "\u280a\u2800\u280a", NULL, "\u280a \u280a" },
	};

	assert_rows(*state, &person, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_name_has_at_most_200_code_points(void **state)
{
	struct arena *arena = *state;
	const char *pieces[] = { "x", "\u00e9", "\u674e", "\U00020000" };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		const char *longest = repeat(arena, pieces[i], 200);
		const char *longer = repeat(arena, pieces[i], 201);

		assert_row(arena, &person, &(struct row){ longest, NULL, longest });
		assert_row(arena, &person, &(struct row){ longer, "too_long", NULL });
	}
}

static void a_name_is_measured_after_it_was_cleaned(void **state)
{
	struct arena *arena = *state;
	const char *spaced = arena_printf(arena, "  %s  ", repeat(arena, "x", 200));
	const char *apart = repeat(arena, "e\u0301", 200);

	assert_row(arena, &person, &(struct row){ spaced, NULL, repeat(arena, "x", 200) });
	assert_row(arena, &person, &(struct row){ apart, NULL, repeat(arena, "\u00e9", 200) });
}

static void a_query_is_as_browsers_write_it(void **state)
{
	static const struct row rows[] = {
		{ "", NULL, "" },
		{ "name=%C3%a4+b&sort=-id*._", NULL, "name=%C3%a4+b&sort=-id*._" },
		{ "a=%", "format", NULL },
		{ "a=%0", "format", NULL },
		{ "a=%0g", "format", NULL },
		{ "a=b#c", "format", NULL },
		{ "a=/b", "format", NULL },
		{ "a=\u00e4", "format", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_row(*state, &check_query, &rows[i]);
	}
}

static void a_country_is_one_of_iso_3166_in_any_case(void **state)
{
	static const struct row rows[] = {
		{ "GB", NULL, "GB" },
		{ "AZ", NULL, "AZ" },
		{ "gb", NULL, "GB" },
		{ "Gb", NULL, "GB" },
		{ "ZZ", "unknown", NULL },
		{ "qq", "unknown", NULL },
		{ "UK", "unknown", NULL },
		{ "XK", "unknown", NULL },
		{ "G", "format", NULL },
		{ "GBR", "format", NULL },
		{ " GB", "format", NULL },
		{ "G1", "unknown", NULL },
		{ "\u00c4", "format", NULL },
		{ "826", "format", NULL },
	};

	assert_rows(*state, &check_country, rows, sizeof(rows) / sizeof(rows[0]));
	assert_string_equal(field_country_part(*state, "gB"), "GB");
	assert_string_equal(field_country_part(*state, "\u03a9"), "-");
}

static void a_part_of_an_address_is_looked_for_as_it_is_kept(void **state)
{
	static const char *const rows[][2] = {
		{ "Anna@Example.COM", "anna@example.com" }, { "EXAMPLE", "example" },
		{ "b\u00fccher.example", "xn--bcher-kva.example" },
		{ "B\u00dcCHER.Example", "xn--bcher-kva.example" },
		{ "bu\u0308cher.example", "xn--bcher-kva.example" },
		{ "b\u00fccher", "xn--bcher-kva" }, { "b\u00fccher.", "xn--bcher-kva." },
		{ ".b\u00fccher.ex", ".xn--bcher-kva.ex" }, { "@b\u00fccher.ex", "@xn--bcher-kva.ex" },
		{ "Jo@b\u00fccher.example", "jo@xn--bcher-kva.example" },
		{ "jo@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444",
			"jo@xn--e1afmkfd.xn--p1ai" },
		{ "fa\u00df.example", "xn--fa-hia.example" }, { "", "" }, { "@", "@" },
		{ "j\u00f6rg@example.com", "j\u00f6rg@example.com" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(field_email_part(*state, rows[i][0]), rows[i][1]);
	}
}

static void a_language_is_a_well_formed_tag_or_nothing(void **state)
{
	static const struct row rows[] = {
		{ "de", NULL, "de" },
		{ "gsw", NULL, "gsw" },
		{ "pt-BR", NULL, "pt-BR" },
		{ "es-419", NULL, "es-419" },
		{ "zh-Hant-HK", NULL, "zh-Hant-HK" },
		{ "d", "format", NULL },
		{ "germ", "format", NULL },
		{ "DE", NULL, "de" },
		{ "PT-br", NULL, "pt-br" },
		{ "de_AT", NULL, "de-AT" },
		{ "de-", "format", NULL },
		{ "-de", "format", NULL },
		{ "de--AT", "format", NULL },
		{ "de__AT", "format", NULL },
		{ "_de", "format", NULL },
		{ "de AT", "format", NULL },
		{ "../de", "format", NULL },
		{ "de-abcdefghi", "format", NULL },
		{ "de-Latn-AT-1996x", NULL, "de-Latn-AT-1996x" },
		{ "de-Latn-AT-1996xy", "format", NULL },
	};

	assert_rows(*state, &check_language, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_code_is_what_was_meant_however_it_is_pasted(void **state)
{
	static const struct row rows[] = {
		{ "12345678", NULL, "12345678" },
		{ " 1234 5678 ", NULL, "12345678" },
		{ "1234-5678", NULL, "12345678" },
		{ "1234\u20105678", NULL, "12345678" }, /* hyphen */
		{ "1234\u20115678", NULL, "12345678" }, /* non-breaking hyphen */
		{ "1234\u20135678", NULL, "12345678" }, /* en dash */
		{ "1234\u20145678", NULL, "12345678" }, /* em dash */
		{ "1234\u22125678", NULL, "12345678" }, /* minus sign */
		{ "1234\uff0d5678", NULL, "12345678" }, /* full-width hyphen */
		{ "1234\u00a05678", NULL, "12345678" }, /* no-break space */
		{ "1234\u202f5678", NULL, "12345678" }, /* narrow no-break space */
		{ "1234\u30005678", NULL, "12345678" }, /* ideographic space */
		{ "12345678\t", NULL, "12345678" },
		{ "12345678\r\n", NULL, "12345678" },
		{ "1234\n5678", NULL, "12345678" },
		{ "\ufeff12345678", NULL, "12345678" }, /* byte order mark */
		{ "\u200e12345678\u200f", NULL, "12345678" }, /* marks of direction */
		{ "\u206612345678\u2069", NULL, "12345678" }, /* isolates */
		{ "\u061c12345678", NULL, "12345678" }, /* Arabic letter mark */
		{ "1234\u00ad5678", NULL, "12345678" }, /* soft hyphen */
		{ "1234\u200b5678\u2060", NULL, "12345678" }, /* zero width space, word joiner */
		{ "1\ufe0f2345678", NULL, "12345678" }, /* variation selector */
		{ "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", NULL, "12345678" }, /* Arabic */
		{ "\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8", NULL, "12345678" }, /* Persian */
		{ "\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e", NULL, "12345678" }, /* Hindi */
		{ "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", NULL, "12345678" }, /* wide */
		{ "\U0001d7cf\U0001d7d0\u2083\u2074", NULL, "1234" }, /* bold, low, high */
		{ "ABCD-efgh-JKMN-pqrs", NULL, "abcdefghjkmnpqrs" },
		{ "abcd\u2013efgh\u2013jkmn\u2013pqrs\n", NULL, "abcdefghjkmnpqrs" },
		{ "\uff41\uff22cd efgh jkmn pqrs", NULL, "abcdefghjkmnpqrs" },
		{ "1234.5678", NULL, "1234.5678" },
		{ "123456789", NULL, "123456789" },
		{ "\u216b", NULL, "xii" }, /* a Roman numeral is no digit */
		{ " \u200b- ", NULL, "" },
		{ "", NULL, "" },
	};

	assert_rows(*state, &check_code, rows, sizeof(rows) / sizeof(rows[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_gets_its_one_spelling),
		cmocka_unit_test(an_address_is_known_as_a_link_to_it_is_written),
		cmocka_unit_test(a_foreign_domain_becomes_a_labels),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(nothing_can_be_smuggled_into_the_header_of_a_letter),
		cmocka_unit_test(no_address_hides_a_character),
		cmocka_unit_test(a_local_part_has_at_most_64_bytes),
		cmocka_unit_test(an_address_has_at_most_254_bytes),
		cmocka_unit_test(the_length_of_an_address_is_that_of_its_a_labels),
		cmocka_unit_test(a_name_is_trimmed_and_composed),
		cmocka_unit_test(a_name_has_no_character_that_hides_or_turns_text),
		cmocka_unit_test(what_came_along_around_a_name_is_dropped),
		cmocka_unit_test(a_name_has_at_most_200_code_points),
		cmocka_unit_test(a_name_is_measured_after_it_was_cleaned),
		cmocka_unit_test(a_query_is_as_browsers_write_it),
		cmocka_unit_test(a_country_is_one_of_iso_3166_in_any_case),
		cmocka_unit_test(a_part_of_an_address_is_looked_for_as_it_is_kept),
		cmocka_unit_test(a_language_is_a_well_formed_tag_or_nothing),
		cmocka_unit_test(a_code_is_what_was_meant_however_it_is_pasted),
	};

	return cmocka_run_group_tests_name("rule_field", tests, open_arena, close_arena);
}
