/* The letters' texts are in the program, and values go into them without becoming part of them. */
#include "mail/template.h"

#include "rule/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "with_arena.h"

static const enum letter_kind kinds[] = { LETTER_CREDENTIALS, LETTER_CODE, LETTER_TEST,
	LETTER_LINK, LETTER_FORGOTTEN, LETTER_CHANGED };
static const char *const languages[] = { "en", "de", "es", "ru", "ar" };

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]),
	LANGUAGES = sizeof(languages) / sizeof(languages[0]), TEXTS = KINDS * LANGUAGES };

/* The i-th of all texts of this form. */
static const char *text_at(size_t i, enum template_form form)
{
	return template_find(kinds[i / LANGUAGES], template_language(languages[i % LANGUAGES]), form);
}

static const struct letter_value values[] = {
	{ "name", "Anna" }, { "nobody", "" }, { "tricky", "<a href=\"x\">'&amp;'</a>" },
	{ "again", "{{name}}" }, { "name2", "Bob" }, { NULL, NULL },
};

static void assert_filled(struct arena *arena, const char *template, enum template_form form,
	const char *expected)
{
	struct text out = text_in(arena);

	text_puts(&out, "");
	assert_int_equal(template_fill(&out, template, form, values), ERR_OK);
	assert_string_equal(out.bytes, expected);
}

static void values_stand_where_their_keys_stood(void **state)
{
	static const struct {
		const char *template;
		const char *out;
	} rows[] = {
		{ "", "" },
		{ "no keys", "no keys" },
		{ "{{name}}", "Anna" },
		{ "a {{name}} b {{name2}}{{name}} c", "a Anna b BobAnna c" },
		{ "Hello{{ name}},", "Hello Anna," },
		{ "Hello{{ nobody}},", "Hello," },
		{ "Hello{{   name}},", "Hello   Anna," },
		{ "Bye.{{\n\nname}}\n", "Bye.\n\nAnna\n" },
		{ "Bye.{{\n\nnobody}}\n", "Bye.\n" },
		{ "[{{nobody}}]", "[]" },
		{ "{ {name} }", "{ {name} }" },
		{ "{{name", "{{name" },
		{ "name}}", "name}}" },
		/* a value is not read again */
		{ "{{again}}", "{{name}}" },
		{ "100% %s %n {{name}}", "100% %s %n Anna" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_filled(*state, rows[i].template, TEMPLATE_TXT, rows[i].out);
	}
}

static void a_value_in_html_is_text_and_never_a_tag(void **state)
{
	assert_filled(*state, "<p>{{tricky}}</p>", TEMPLATE_HTML,
		"<p>&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;</p>");
	assert_filled(*state, "<a title=\"{{tricky}}\">", TEMPLATE_HTML,
		"<a title=\"&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;\">");
}

static void a_value_in_plain_text_is_as_it_is(void **state)
{
	assert_filled(*state, "{{tricky}}", TEMPLATE_TXT, "<a href=\"x\">'&amp;'</a>");
}

static void a_key_without_a_value_is_a_bug_of_ours(void **state)
{
	static const char *const templates[] = { "{{surname}}", "{{nam}}", "{{name3}}", "{{Name}}",
		"{{}}", "{{ }}", "{{name }}", "{{name}} {{surname}}" };

	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		struct text out = text_in(*state);

		if (template_fill(&out, templates[i], TEMPLATE_TXT, values) != ERR_BUG) {
			fail_msg("%s was filled", templates[i]);
		}
	}
}

static void every_letter_has_a_text_that_begins_with_its_subject(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		const char *text = text_at(i, TEMPLATE_TXT);
		size_t line = strcspn(text, "\n");

		assert_int_equal(strncmp(text, "Subject: ", strlen("Subject: ")), 0);
		assert_true(line > strlen("Subject: "));
		assert_int_equal(strncmp(text + line, "\n\n", 2), 0);
		assert_null(strchr(text, '\r'));
		assert_true(text_is_utf8(text, strlen(text)));
	}
}

static void every_html_text_becomes_a_whole_document(void **state)
{
	static const char first[] = "<!doctype html>\n", last[] = "</html>\n";

	for (size_t i = 0; i < TEXTS; i++) {
		const char *html = text_at(i, TEMPLATE_HTML);
		const char *text = template_document(*state, html);

		assert_int_equal(strncmp(text, first, strlen(first)), 0);
		assert_non_null(strstr(text, strchr(html, '\n') + 1));
		assert_null(strstr(text, "{{ahead}}"));
		assert_null(strstr(text, "{{body}}"));
		assert_true(strlen(text) > strlen(last));
		assert_string_equal(text + strlen(text) - strlen(last), last);
		assert_null(strchr(text, '\r'));
		assert_true(text_is_utf8(text, strlen(text)));
	}
}

/* A list of mails shows what comes first in a letter, and some phones do while they are locked. */
static void what_is_seen_before_a_letter_is_opened_holds_no_secret(void **state)
{
	static const char *const secret[] = { "{{code}}", "{{password}}", "{{link}}", "<" };
	static const char blank[] = "&#847;&zwnj;&nbsp;";
	enum { SHOWN = 140 }; /* characters, as lists of mails have them at most */

	for (size_t i = 0; i < TEXTS; i++) {
		const char *html = text_at(i, TEMPLATE_HTML);
		const char *ahead = arena_printf(*state, "%.*s", (int)strcspn(html, "\n"), html);
		const char *after = strstr(template_document(*state, html), ahead) + strlen(ahead);

		assert_true(strlen(ahead) > 0);
		for (size_t n = 0; n < sizeof(secret) / sizeof(secret[0]); n++) {
			assert_null(strstr(ahead, secret[n]));
		}
		for (size_t n = 0; n < SHOWN; n++) {
			assert_int_equal(strncmp(after, blank, strlen(blank)), 0);
			after += strlen(blank);
		}
	}
}

/* Of three kinds of origin two are words, the third is an address. */
static void every_notice_has_a_subject_and_a_sentence_in_every_language(void **state)
{
	(void)state;
	for (size_t l = 0; l < LANGUAGES; l++) {
		const struct template_language *language = template_language(languages[l]);

		for (int what = 0; what < NOTICE_END; what++) {
			const struct template_notice *notice = template_notice(language, notice_words[what]);

			assert_non_null(notice);
			assert_null(strchr(notice->title, '\n'));
			assert_true(text_points(notice->title) < 60);
			assert_true(strlen(notice->deed) > strlen(notice->title));
		}
		assert_string_not_equal(template_origin(language, "administrator"), "administrator");
		assert_string_not_equal(template_origin(language, "host"), "host");
		assert_string_equal(template_origin(language, "203.0.113.7"), "203.0.113.7");
	}
	assert_null(template_notice(template_language("en"), "nothing of the kind"));
}

/* A reader's mail program must not tell anybody that the letter was opened. */
static void no_html_text_loads_anything(void **state)
{
	static const char *const loads[] = { "<img", "<script", "<link", "<iframe", "src=", "url(",
		"@import", "http://", "https://" };

	for (size_t i = 0; i < TEXTS; i++) {
		const char *text = template_document(*state, text_at(i, TEMPLATE_HTML));

		for (size_t n = 0; n < sizeof(loads) / sizeof(loads[0]); n++) {
			assert_null(strstr(text, loads[n]));
		}
	}
}

/* A letter that was listed twice or fell back to English would be found here. */
static void every_language_has_texts_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		for (size_t n = 0; n < i; n++) {
			assert_string_not_equal(text_at(i, TEMPLATE_TXT), text_at(n, TEMPLATE_TXT));
			assert_string_not_equal(text_at(i, TEMPLATE_HTML), text_at(n, TEMPLATE_HTML));
		}
	}
}

static void every_language_has_a_direction_and_a_last_line_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < LANGUAGES; i++) {
		const struct template_language *language = template_language(languages[i]);

		assert_string_equal(language->tag, languages[i]);
		assert_string_equal(language->direction, strcmp(languages[i], "ar") == 0 ? "rtl" : "ltr");
		for (size_t n = 0; n < i; n++) {
			assert_string_not_equal(language->foot, template_language(languages[n])->foot);
		}
	}
}

static void a_language_without_texts_reads_english(void **state)
{
	static const char *const unknown[] = { "xx", "", "EN", "en-GB", "e", "../../en" };

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_string_equal(template_language(unknown[i])->tag, "en");
	}
}

#define with_arena(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_arena(values_stand_where_their_keys_stood),
		with_arena(a_value_in_html_is_text_and_never_a_tag),
		with_arena(a_value_in_plain_text_is_as_it_is),
		with_arena(a_key_without_a_value_is_a_bug_of_ours),
		cmocka_unit_test(every_letter_has_a_text_that_begins_with_its_subject),
		with_arena(every_html_text_becomes_a_whole_document),
		with_arena(what_is_seen_before_a_letter_is_opened_holds_no_secret),
		with_arena(no_html_text_loads_anything),
		cmocka_unit_test(every_notice_has_a_subject_and_a_sentence_in_every_language),
		cmocka_unit_test(every_language_has_texts_of_its_own),
		cmocka_unit_test(every_language_has_a_direction_and_a_last_line_of_its_own),
		cmocka_unit_test(a_language_without_texts_reads_english),
	};

	return cmocka_run_group_tests_name("mail_template", tests, NULL, NULL);
}
