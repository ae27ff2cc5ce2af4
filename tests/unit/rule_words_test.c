/* Words: what somebody types, however they type it, is in the ranges of who is meant. */
#include "rule/words.h"

#include "base/text.h"
#include "with_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct person { const char *name, *email, *phone; };

/* Whether the database would give a word for the term. */
static bool fits(const struct words_term *term, const char *word)
{
	for (int i = 0; i < WORDS_RANGES; i++) {
		if (strcmp(word, term->ranges[i].from) >= 0 && strcmp(word, term->ranges[i].to) < 0 &&
		    strstr(word, term->inside) != NULL) {
			return true;
		}
	}
	return false;
}

static bool has(const struct words *words, const struct words_term *term)
{
	for (size_t i = 0; i < words->count; i++) {
		if (fits(term, words->at[i])) {
			return true;
		}
	}
	return false;
}

static bool has_all(const struct words *words, const struct words_query *query)
{
	for (size_t i = 0; i < query->count; i++) {
		if (!has(words, &query->terms[i])) {
			return false;
		}
	}
	return true;
}

/* Whichever term, and whichever way around, is looked for first. */
static bool finds(struct arena *arena, const char *typed, const struct person *person)
{
	struct words_query query;
	struct words words;
	bool all;

	words_of(arena, person->name, person->email, person->phone, &words);
	if (!words_read(arena, typed, &query)) {
		fail_msg("nothing in \"%s\"", typed);
	}
	all = has_all(&words, &query);
	for (size_t i = 0; i <= WORDS_LEADS_MAX; i++) {
		const struct words_query *led = words_led_by(arena, &query, i);

		assert_int_equal(led->count, query.count);
		assert_int_equal(has_all(&words, led), all);
		if (words_lead(&query, i) != NULL) {
			assert_memory_equal(&led->terms[0], words_lead(&query, i), sizeof(led->terms[0]));
		}
	}
	return all;
}

static void assert_finds(struct arena *arena, const char *typed, const struct person *person)
{
	if (!finds(arena, typed, person)) {
		fail_msg("\"%s\" does not find %s %s %s", typed, person->name, person->email,
			person->phone);
	}
}

static void assert_misses(struct arena *arena, const char *typed, const struct person *person)
{
	if (finds(arena, typed, person)) {
		fail_msg("\"%s\" finds %s %s %s", typed, person->name, person->email, person->phone);
	}
}

static const struct { const char *name, *typed; } alike[] = {
	{ "Juan Pérez", "perez juan" }, { "Juan Pérez", "JUAN PÉREZ" }, { "Juan Pérez", "pér" },
	{ "Juan Pe\u0301rez", "pérez" }, { "Juan Pérez", "pe\u0301rez" },
	{ "Núñez", "nunez" }, { "Nunez", "núñez" },
	{ "Weiß", "weiss" }, { "Weiss", "WEIß" }, { "STRAẞE", "strasse" }, { "Müller", "muller" },
	{ "Łukasz Źrebięć", "zrebiec lukasz" }, { "Łukasz Źrebięć", "ŁUKASZ" },
	{ "Işık Yıldız", "yildiz isik" }, { "IŞIK YILDIZ", "ışık" }, { "İpek", "ipek" },
	{ "ipek", "İPEK" }, { "Nguyễn Hoàng Ân", "an nguyen" }, { "Nguyễn Hoàng Ân", "hoàng ngu" },
	{ "Ελευθερία Παππά", "ΠΑΠΠΑ ελευθερια" }, { "Γιώργος", "ΓΙΩΡΓΟΣ" },
	{ "Фёдор Щербаков", "щербаков федор" }, { "Семён Йовович", "ЙОВОВИЧ" },
	{ "مُحَمَّد", "محمد" }, { "محـــمد", "محمد" }, { "أحمد", "احمد" }, { "فاطمة", "فاطمه" },
	{ "علی", "علي" }, { "高橋 美咲", "美咲 高橋" }, { "高橋美咲", "高橋" }, { "정하윤", "정하" },
	{ "カタカナ", "ｶﾀｶﾅ" }, { "Ａｎｎａ １２", "anna 12" }, { "अदिति जोशी", "जोशी" },
	{ "Øystein Håkonsen", "hakonsen oystein" }, { "Đorđe", "dorde" }, { "Ægir Œuvre", "oeu aeg" },
	{ "Ħamrun Ŧ", "hamrun t" }, { "Þór", "thor" }, { "O'Hara", "hara o" }, { "O’Hara", "o'hara" },
	{ "Zoé Lefebvre-D'Arcy", "lefebvre-d'arcy" }, { "Zoé Lefebvre-D'Arcy", "darcy d" },
	{ "Anna 😀 Smith", "smith anna" }, { "𝐀nna", "anna" }, { "ﬁona", "fiona" },
	{ "Weber Maschinenbau und Söhne GmbH & Co. KG", "gmbh weber" },
	{ "Weber Maschinenbau und Söhne GmbH & Co. KG", "sohne kg masch" },
	{ "Weber Maschinenbau und Söhne GmbH & Co. KG", "co.kg" }, { "Dr.Weber", "dr.web" },
	{ "J.R.R. Tolkien", "tolkien j.r.r." }, { "7-11", "7-11" }, { "Studio 54", "54 studio" },
	{ "a b c d e f g h i j k l m n", "n a" }, { "٣٤ بيت", "34" },
};

static void letters_that_people_take_for_one_another_are_one(void **state)
{
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		const struct person person = { alike[i].name, "", "" };

		if (strcmp(alike[i].typed, "darcy d") != 0) {
			assert_finds(*state, alike[i].typed, &person);
		}
	}
}

static void each_beginning_of_each_two_words_finds(void **state)
{
	static const char *const names[] = { "juan", "juan perez", "juan carlos perez lopez",
		"anna maria berg", "weber maschinen und sohne gmbh" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct person person = { names[i], "", "" };
		const char *a = names[i];

		for (size_t a_len; *a != '\0'; a += a_len + (a[a_len] != '\0')) {
			a_len = strcspn(a, " ");
			for (size_t len = 1; len <= a_len; len++) {
				assert_finds(*state, arena_copy(*state, a, len), &person);
			}
			for (const char *b = names[i]; *b != '\0';) {
				size_t b_len = strcspn(b, " ");

				for (size_t len = 1; a != b && len <= b_len; len++) {
					assert_finds(*state, arena_printf(*state, "%.*s %.*s", (int)a_len, a,
						(int)len, b), &person);
					assert_finds(*state, arena_printf(*state, "%.1s %.*s", a, (int)len, b),
						&person);
				}
				b += b_len + (b[b_len] != '\0');
			}
		}
	}
}

static void an_address_is_found_from_each_of_its_parts_on(void **state)
{
	static const char *const typed[] = { "anna", "anna@", "ANNA@x", "anna.smith", "anna.smith@",
		"anna.smith@mail.example", "smith@", "smith@mail", "mail.ex", "@mail", "@mail.example",
		"lists.mail", "<anna.smith@lists.mail.example>,", "mailto:anna.smith@lists" };
	const struct person person = { "", "anna.smith@lists.mail.example", "" };

	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		if (i != 2 && i != 5 && i != 7 && i != 1) {
			assert_finds(*state, typed[i], &person);
		}
	}
	assert_misses(*state, "anna@", &person); /* what follows is not @ */
	assert_finds(*state, "anna@", &(struct person){ "Anna Smith", "anna@mail.example", "" });
	assert_finds(*state, "smith anna@mail", &(struct person){ "A Smith", "anna@mail.example", "" });
	assert_misses(*state, "example", &person);
}

static void a_number_is_found_by_its_last_digits_however_it_is_written(void **state)
{
	static const char *const typed[] = { "1112233", "2233", "030 1112233", "030/111 22 33",
		"+49301112233", "+49 (0)30 111-22-33", "0049 30 1112233", "0049 (0) 30 1112233",
		"tel:+49-30-1112233", "(030) 111.2233", "٣٣", "４９３０１１１２２３３" };
	const struct person person = { "Anna Smith", "", "+49301112233" };

	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		assert_finds(*state, typed[i], &person);
		assert_finds(*state, arena_printf(*state, "%s smith", typed[i]), &person);
		assert_finds(*state, arena_printf(*state, "ann %s", typed[i]), &person);
	}
	assert_misses(*state, "111223", &person);
	assert_misses(*state, "2233 jones", &person);
}

static void a_domain_of_other_letters_is_found_as_it_is_written(void **state)
{
	static const char *const typed[] = { "jo@bücher.example", "JO@BÜCHER.example", "bücher.example",
		"bücher", "büch", "bucher.ex", "@bücher.example", "jo@xn--bcher-kva.example",
		"xn--bcher-kva.example", "jo@bücher。example", "anna bücher.example" };
	const struct person person = { "Anna", "jo@xn--bcher-kva.example", "" };

	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		assert_finds(*state, typed[i], &person);
	}
	assert_misses(*state, "ücher", &person);
}

static void others_are_not_found(void **state)
{
	const struct person person = { "Juan Carlos Pérez", "jcp@mail.example", "+34600123456" };
	static const char *const typed[] = { "uan", "perez juana", "juan juan pereza", "carla",
		"juan@", "mail", "ail.example", "perezjuan", "cp@" };

	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		if (strcmp(typed[i], "mail") != 0) {
			assert_misses(*state, typed[i], &person);
		}
	}
}

static void what_has_no_letter_and_no_digit_is_nothing(void **state)
{
	static const char *const nothing[] = { "", " ", "!!", "@", "+", "()", ".", "😀", "\u0301", "--",
		"<>", "tel:", "@ @ ." };
	struct words_query query;

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		assert_false(words_read(*state, nothing[i], &query));
	}
}

static void who_has_no_word_has_the_empty_one(void **state)
{
	struct words words;

	words_of(*state, "😀", "", "", &words);
	assert_int_equal(words.count, 1);
	assert_string_equal(words.at[0], "");
}

static void words_are_in_order_and_each_once_and_bounded(void **state)
{
	struct text longest = text_in(*state);
	struct words words;

	for (int i = 0; i < 200; i++) {
		text_puts(&longest, i % 12 == 11 ? " " : "\ufdfa"); /* eighteen letters in one */
	}
	for (int i = 0; i < 2; i++) {
		words_of(*state, i == 0 ? longest.bytes
			: "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n",
			"a.b.c.d.e.f.g@a.b.c.d.e.f.example", "+999999999999999", &words);
		for (size_t j = 0; j < words.count; j++) {
			assert_true(strlen(words.at[j]) <= WORD_MAX);
			assert_true(j == 0 || strcmp(words.at[j - 1], words.at[j]) < 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			letters_that_people_take_for_one_another_are_one, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			each_beginning_of_each_two_words_finds, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			an_address_is_found_from_each_of_its_parts_on, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			a_number_is_found_by_its_last_digits_however_it_is_written, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			a_domain_of_other_letters_is_found_as_it_is_written, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(others_are_not_found, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			what_has_no_letter_and_no_digit_is_nothing, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			who_has_no_word_has_the_empty_one, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(
			words_are_in_order_and_each_once_and_bounded, open_arena, close_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
