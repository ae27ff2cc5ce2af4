/* A cell becomes a value however a spreadsheet, or somebody, has written it. */
#include "http/cell.h"

#include "http/label.h"
#include "rule/account.h"
#include "rule/phone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "with_arena.h"

struct thing {
	struct in_flag flag;
	struct in_word status;
	struct in_word factor;
	struct in_text country;
	struct in_text phone;
	struct in_text language;
	struct in_text email;
	struct in_id id;
};

#define AT(member) offsetof(struct thing, member)

static const struct field fields[] = {
	{ .name = "flag", .kind = FIELD_FLAG, .offset = AT(flag) },
	{ .name = "status", .kind = FIELD_WORD, .offset = AT(status), .words = status_words },
	{ .name = "factor", .kind = FIELD_WORD, .offset = AT(factor), .words = two_factor_words },
	{ .name = "country", .kind = FIELD_TEXT, .offset = AT(country), .check = &check_country },
	{ .name = "phone", .kind = FIELD_TEXT, .offset = AT(phone), .check = &check_phone },
	{ .name = "language", .kind = FIELD_TEXT, .offset = AT(language), .check = &check_language },
	{ .name = "email", .kind = FIELD_TEXT, .offset = AT(email), .check = &check_email },
	{ .name = "id", .kind = FIELD_ID, .offset = AT(id) },
	{ .kind = FIELD_END },
};

static const char *read(struct arena *arena, const char *name, const char *cell,
	struct thing *thing)
{
	struct member member;

	*thing = (struct thing){ .id = { .given = false } };
	assert_true(input_find(fields, name, &member));
	return cell_read(arena, &member, cell, thing);
}

static void true_and_false_are_known_in_each_language_and_case(void **state)
{
	static const char *const yes[] = { "true", "TRUE", "True", "WAHR", "VERDADERO", "ИСТИНА",
		"yes", "Ja", "SÍ", "si", "да", "نعم", "1", " TRUE ", "\u00a0WAHR\u00a0", "Enabled",
		"aktiviert", "صواب", "VRAI", "vero", "WAAR", "DOĞRU", "true." };
	static const char *const no[] = { "false", "FALSE", "FALSCH", "FALSO", "ЛОЖЬ", "No", "nein",
		"Нет", "لا", "0", "Deaktiviert", "خطأ", "FAUX", "FAŁSZ", "Yanlış" };
	struct thing thing;

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		assert_null(read(*state, "flag", yes[i], &thing));
		assert_true(thing.flag.given && thing.flag.on);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		assert_null(read(*state, "flag", no[i], &thing));
		assert_true(thing.flag.given && !thing.flag.on);
	}
	assert_string_equal(read(*state, "flag", "perhaps", &thing), "flag.format");
	assert_string_equal(read(*state, "flag", "\u2713", &thing), "flag.format");
	assert_string_equal(read(*state, "flag", "-1", &thing), "flag.format");
}

static void words_are_known_by_the_labels_of_the_page(void **state)
{
	static const char *const enabled[] = { "enabled", "Enabled", "ENABLED", "Aktiviert",
		"activado", "Включён", "включен", "مفعّل" };
	struct thing thing;

	for (size_t i = 0; i < sizeof(enabled) / sizeof(enabled[0]); i++) {
		assert_null(read(*state, "status", enabled[i], &thing));
		assert_int_equal(thing.status.value, STATUS_ENABLED);
	}
	assert_null(read(*state, "status", "Отключён", &thing));
	assert_int_equal(thing.status.value, STATUS_DISABLED);
	assert_null(read(*state, "factor", "E-Mail", &thing));
	assert_int_equal(thing.factor.value, TWO_FACTOR_EMAIL);
	assert_null(read(*state, "factor", "Отключена", &thing));
	assert_int_equal(thing.factor.value, TWO_FACTOR_DISABLED);
	assert_string_equal(read(*state, "status", "maybe", &thing), "status.unknown");
	assert_string_equal(read(*state, "status", "Deutsch", &thing), "status.unknown");
}

static void a_name_is_known_whatever_stands_between_its_letters(void **state)
{
	static const char *const rows[][2] = { { "Cote d'Ivoire", "CI" },
		{ "C\u00f4te d\u2019Ivoire", "CI" },
		{ "Guinea Bissau", "GW" }, { "U.S.A.", "US" }, { "U. S.", "US" }, { "EEUU", "US" },
		{ "EE.UU.", "US" }, { "St Helena", "SH" }, { "Trinidad and Tobago.", "TT" } };
	struct thing thing;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (read(*state, "country", rows[i][0], &thing) != NULL) {
			fail_msg("%s is not known", rows[i][0]);
		}
		assert_string_equal(thing.country.text, rows[i][1]);
	}
}

static void a_country_is_known_by_its_letters_in_any_case_and_by_its_names(void **state)
{
	static const char *const germany[] = { "DE", "de", " de ", "Germany", "GERMANY", "Deutschland",
		"Alemania", "Германия", "ألمانيا" };
	struct thing thing;

	for (size_t i = 0; i < sizeof(germany) / sizeof(germany[0]); i++) {
		assert_null(read(*state, "country", germany[i], &thing));
		assert_string_equal(thing.country.text, "DE");
	}
	assert_null(read(*state, "country", "United States of America", &thing));
	assert_string_equal(thing.country.text, "US");
	assert_null(read(*state, "country", "Bosnia and Herzegovina", &thing));
	assert_string_equal(thing.country.text, "BA");
	assert_string_equal(read(*state, "country", "Atlantis", &thing), "country.format");
	assert_string_equal(read(*state, "country", "-", &thing), "country.format");
	assert_null(read(*state, "language", "Español", &thing));
	assert_string_equal(thing.language.text, "es");
}

static void a_number_that_was_shortened_says_so(void **state)
{
	static const char *const cells[] = { "4.91701E+11", "4,91701E+11", "4E11", "4.9e+11" };
	struct thing thing;

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		assert_string_equal(read(*state, "phone", cells[i], &thing), "phone.shortened");
		assert_string_equal(read(*state, "id", cells[i], &thing), "id.shortened");
	}
	assert_string_equal(read(*state, "phone", "E+11", &thing), "phone.format");
	assert_string_equal(read(*state, "phone", "4.9E+x", &thing), "phone.format");
}

static void spaces_around_a_value_do_not_count_also_those_that_do_not_break(void **state)
{
	struct thing thing;

	assert_null(read(*state, "email", "\u00a0a@x.example \u202f", &thing));
	assert_string_equal(thing.email.text, "a@x.example");
	assert_null(read(*state, "id", "\u00a07 ", &thing));
	assert_int_equal(thing.id.id, 7);
	assert_null(read(*state, "phone", "\u00a0 ", &thing));
	assert_false(thing.phone.given);
}

static const char *column_of(struct arena *arena, const char *text, enum label_part *part)
{
	struct label_column column;
	size_t at = 0;

	if (!label_next_column(label_plain(arena, text), &at, &column)) {
		return "";
	}
	*part = column.part;
	return column.name;
}

static void columns_of_other_programs_and_languages_are_known(void **state)
{
	static const struct {
		const char *text;
		const char *name;
		enum label_part part;
	} columns[] = {
		{ "E-mail 1 - Value", "email", LABEL_WHOLE },
		{ "E-mail Address", "email", LABEL_WHOLE },
		{ "First Name", "name", LABEL_FIRST },
		{ "Nachname", "name", LABEL_LAST },
		{ "Фамилия", "name", LABEL_LAST },
		{ "Mobile Phone", "phone", LABEL_WHOLE },
		{ "Phone 1 - Value", "phone", LABEL_WHOLE },
		{ "Telefon (geschäftlich)", "phone", LABEL_WHOLE },
		{ "Telefon geschäftlich", "phone", LABEL_WHOLE },
		{ "E-Mail", "email", LABEL_WHOLE },
		{ "CORREO ELECTRÓNICO", "email", LABEL_WHOLE },
		{ "Эл. почта", "email", LABEL_WHOLE },
		{ "البريد الإلكتروني", "email", LABEL_WHOLE },
		{ "Gruppen", "groups", LABEL_WHOLE },
		{ "Business Country/Region", "country", LABEL_WHOLE },
		{ "Notes", "", LABEL_WHOLE },
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		enum label_part part = LABEL_WHOLE;

		assert_string_equal(column_of(*state, columns[i].text, &part), columns[i].name);
		assert_int_equal(part, columns[i].part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(true_and_false_are_known_in_each_language_and_case),
		cmocka_unit_test(words_are_known_by_the_labels_of_the_page),
		cmocka_unit_test(a_name_is_known_whatever_stands_between_its_letters),
		cmocka_unit_test(a_country_is_known_by_its_letters_in_any_case_and_by_its_names),
		cmocka_unit_test(a_number_that_was_shortened_says_so),
		cmocka_unit_test(spaces_around_a_value_do_not_count_also_those_that_do_not_break),
		cmocka_unit_test(columns_of_other_programs_and_languages_are_known),
	};

	return cmocka_run_group_tests_name("http_cell", tests, open_arena, close_arena);
}
