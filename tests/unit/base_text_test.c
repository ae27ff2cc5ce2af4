/* Text grows, is checked, and leaves as JSON that reads back as what went in. */
#include "base/text.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

#include <cmocka.h>

#include "with_arena.h"

/* No string has a name of its own, so that two can be compared and shown. */
static const char *shown(const char *string)
{
	return string == NULL ? "NULL" : string;
}

struct change {
	const char *in;
	const char *out; /* NULL: refused */
};

static void assert_changes(struct arena *arena, const char *(*change)(struct arena *, const char *),
	const struct change *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *out = shown(change(arena, rows[i].in));
		const char *expected = shown(rows[i].out);

		if (strcmp(out, expected) != 0) {
			fail_msg("\"%s\" became \"%s\", not \"%s\"", rows[i].in, out, expected);
		}
	}
}

struct question {
	const char *string;
	bool answer;
};

static void assert_answers(bool (*ask)(const char *), const struct question *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ask(rows[i].string) != rows[i].answer) {
			fail_msg("row %zu: \"%s\" gave %d", i, rows[i].string, !rows[i].answer);
		}
	}
}

static void pieces_are_put_one_after_another(void **state)
{
	struct text text = text_in(*state);

	text_puts(&text, "one ");
	text_put(&text, "two, not this", 3);
	text_putc(&text, ' ');
	text_putu(&text, 3);
	text_putf(&text, " %s-%d", "four", 5);
	assert_string_equal(text.bytes, "one two 3 four-5");
	assert_int_equal(text.len, strlen(text.bytes));
}

static void nothing_put_is_an_empty_string(void **state)
{
	struct text text = text_in(*state);

	text_put(&text, "", 0);
	assert_string_equal(text.bytes, "");
	text_puts(&text, "");
	text_putf(&text, "%s", "");
	assert_string_equal(text.bytes, "");
	assert_int_equal(text.len, 0);
}

static void a_number_is_written_whole(void **state)
{
	static const struct {
		uint64_t number;
		const char *digits;
	} rows[] = {
		{ 0, "0" }, { 9, "9" }, { 10, "10" }, { 65536, "65536" },
		{ UINT64_MAX, "18446744073709551615" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text text = text_in(*state);

		text_putu(&text, rows[i].number);
		assert_string_equal(text.bytes, rows[i].digits);
	}
}

static void text_grows_byte_by_byte_and_is_terminated_at_every_length(void **state)
{
	struct text text = text_in(*state);

	for (size_t len = 1; len <= 5000; len++) {
		text_putc(&text, (char)('a' + len % 26));
		assert_int_equal(text.len, len);
		assert_true(text.len < text.room);
		assert_int_equal(text.bytes[len], '\0');
	}
	for (size_t len = 1; len <= 5000; len++) {
		assert_int_equal(text.bytes[len - 1], 'a' + len % 26);
	}
}

/* Lengths around the powers of two, where room is made. */
static void one_big_piece_fits_whatever_was_there_before(void **state)
{
	static const size_t lengths[] = { 254, 255, 256, 257, 511, 512, 513, 1023, 1024, 65535, 65536 };
	char piece[65537];

	memset(piece, 'x', sizeof(piece));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct text put = text_in(*state), printed = text_in(*state);

		text_putc(&put, '<');
		text_put(&put, piece, lengths[i]);
		text_putc(&put, '>');
		text_putf(&printed, "<%.*s>", (int)lengths[i], piece);
		assert_int_equal(put.len, lengths[i] + 2);
		assert_int_equal(strlen(put.bytes), lengths[i] + 2);
		assert_string_equal(put.bytes, printed.bytes);
		assert_int_equal(put.bytes[put.len - 1], '>');
	}
}

static void members_and_elements_of_json_are_kept_apart(void **state)
{
	struct text text = text_in(*state);

	text_separate(&text);
	text_puts(&text, "[");
	text_separate(&text);
	text_put_json(&text, "[");
	text_separate(&text);
	text_puts(&text, "{");
	text_put_member(&text, "a");
	text_put_word(&text, "{");
	text_put_member(&text, "b");
	text_puts(&text, "[]}]");
	assert_string_equal(text.bytes, "[\"[\",{\"a\":\"{\",\"b\":[]}]");
}

static void json_escapes_what_json_must_not_hold(void **state)
{
	static const struct change rows[] = {
		{ "", "\"\"" },
		{ "Anna", "\"Anna\"" },
		{ "\"", "\"\\\"\"" },
		{ "\\", "\"\\\\\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\r\n\t", "\"\\r\\n\\t\"" },
		{ "\x01\x1f", "\"\\u0001\\u001f\"" },
		{ "/", "\"/\"" },
		{ "\x7f", "\"\x7f\"" },
		{ "\u00e9\u674e\U0001f40e", "\"\u00e9\u674e\U0001f40e\"" },
		{ "\u2028", "\"\\u2028\"" },
		{ "a\u2029b", "\"a\\u2029b\"" },
		{ "\u2027\u202a\u20ac", "\"\u2027\u202a\u20ac\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text text = text_in(*state);

		text_put_json(&text, rows[i].in);
		assert_string_equal(text.bytes, rows[i].out);
	}
}

static void assert_reads_back(struct arena *arena, const char *string)
{
	struct text text = text_in(arena);
	json_error_t error;
	json_t *json;

	text_put_json(&text, string);
	json = json_loadb(text.bytes, text.len, JSON_DECODE_ANY, &error);
	if (json == NULL) {
		fail_msg("%s: %s", error.text, text.bytes);
	}
	assert_string_equal(json_string_value(json), string);
	json_decref(json);
}

static size_t put_code_point(char *out, unsigned c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static bool is_surrogate(unsigned c)
{
	return c >= 0xd800 && c <= 0xdfff;
}

static void every_character_reads_back_from_json(void **state)
{
	char string[8] = "";

	for (unsigned c = 1; c < 0x10000; c++) {
		if (!is_surrogate(c)) {
			string[put_code_point(string, c)] = '\0';
			assert_reads_back(*state, string);
		}
	}
	assert_reads_back(*state, "\U00010000\U0010ffff");
}

/* Neighbours matter: an escape must not eat the byte before or after. */
static void every_pair_of_bytes_below_128_reads_back_from_json(void **state)
{
	for (char a = 1; a > 0 && a < 127; a++) {
		for (char b = 1; b > 0 && b < 127; b++) {
			assert_reads_back(*state, (const char[]){ a, b, a, '\0' });
		}
	}
}

static void only_well_formed_utf8_is_utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool answer;
	} rows[] = {
		{ "", 0, true },
		{ "Anna", 4, true },
		{ "\xc2\x80", 2, true },
		{ "\xdf\xbf", 2, true },
		{ "\xe0\xa0\x80", 3, true },
		{ "\xed\x9f\xbf", 3, true },
		{ "\xef\xbf\xbd", 3, true },
		{ "\xf0\x90\x80\x80", 4, true },
		{ "\xf4\x8f\xbf\xbf", 4, true },
		{ "\0", 1, false },
		{ "An\0na", 5, false },
		{ "\x80", 1, false },
		{ "\xbf", 1, false },
		{ "\xc2", 1, false },
		{ "\xc2 ", 2, false },
		{ "\xe2\x82", 2, false },
		{ "\xf0\x90\x80", 3, false },
		{ "\xc0\xaf", 2, false },
		{ "\xc1\xbf", 2, false },
		{ "\xe0\x9f\xbf", 3, false },
		{ "\xed\xa0\x80", 3, false },
		{ "\xed\xbf\xbf", 3, false },
		{ "\xf0\x8f\xbf\xbf", 4, false },
		{ "\xf4\x90\x80\x80", 4, false },
		{ "\xf5\x80\x80\x80", 4, false },
		{ "\xf8\x88\x80\x80\x80", 5, false },
		{ "\xfe", 1, false },
		{ "\xff", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (text_is_utf8(rows[i].bytes, rows[i].len) != rows[i].answer) {
			fail_msg("row %zu", i);
		}
	}
}

static void every_code_point_but_nul_and_surrogates_is_utf8(void **state)
{
	char bytes[4];

	(void)state;
	for (unsigned c = 0; c <= 0x10ffff; c++) {
		size_t len = put_code_point(bytes, c);

		if (text_is_utf8(bytes, len) == (c == 0 || is_surrogate(c))) {
			fail_msg("U+%04X", c);
		}
	}
}

static void code_points_are_counted_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(text_points(""), 0);
	assert_int_equal(text_points("Anna"), 4);
	assert_int_equal(text_points("Zo\u00eb"), 3);
	assert_int_equal(text_points("Zoe\u0308"), 4);
	assert_int_equal(text_points("\u674e\u5c0f\u9f99"), 3);
	assert_int_equal(text_points("\U0001f40e\U0001f50b"), 2);
}

static void what_hides_or_turns_text_is_found(void **state)
{
	static const struct question rows[] = {
		{ "", false },
		{ "Anna Smith", false },
		{ "\u674e\u5c0f\u9f99", false },
		{ "Zoe\u0308", false },
		{ "a\u00a0b\u3000c", false },
		{ "An\x01na", true },
		{ "An\tna", true },
		{ "An\nna", true },
		{ "An\x7fna", true },
		{ "An\xc2\x80na", true },
		{ "An\xc2\x9fna", true },
		{ "An\u2028na", true },
		{ "An\u2029na", true },
		{ "An\u061cna", true },
		{ "An\u200ena", true },
		{ "An\u200fna", true },
		{ "An\u202ana", true },
		{ "An\u202bna", true },
		{ "An\u202cna", true },
		{ "An\u202dna", true },
		{ "An\u202ena", true },
		{ "An\u2066na", true },
		{ "An\u2067na", true },
		{ "An\u2068na", true },
		{ "An\u2069na", true },
		{ "An\u200bna", true },
		{ "An\ufeffna", true },
		{ "An\u00adna", true },
		{ "An\u2060na", true },
		{ "An\u180ena", true },
		{ "An\ufff9na", true },
		{ "An\u034fna", true },
		{ "An\u3164na", true },
		{ "An\ufe0fna", true },
		{ "An\U000e0041na", true },
		{ "An\ue000na", true },
	};

	(void)state;
	assert_answers(text_has_invisible, rows, sizeof(rows) / sizeof(rows[0]));
}

static void joiners_are_allowed_between_visible_characters_alone(void **state)
{
	static const struct question rows[] = {
		{ "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", false },
		{ "\u0915\u094d\u200d\u0937", false },
		{ "a\u200db\u200cc", false },
		{ "\u200d", true },
		{ "\u200cAnna", true },
		{ "Anna\u200c", true },
		{ "An\u200c\u200dna", true },
		{ "Anna \u200dSmith", true },
		{ "Anna\u200d Smith", true },
		{ "Anna \u200d Smith", true },
		{ "Anna\u200d ", true },
		{ "An\u200d\u202ena", true },
	};

	(void)state;
	assert_answers(text_has_invisible, rows, sizeof(rows) / sizeof(rows[0]));
}

static const char heart[] = "\u2764\ufe0f", phone[] = "\u260e\ufe0f";

/* Emoji of each kind of sequence (UTS #51, ED-8a to ED-17), with selectors where they have one. */
static const char *const emoji[] = { heart, phone, "\u2764", "\u2764\ufe0e", "\u263a\ufe0f",
	"1\ufe0f\u20e3", "#\ufe0f\u20e3", "*\ufe0f\u20e3", "9\u20e3", "\u00a9\ufe0f",
	"\u2122\ufe0f", "\u203c\ufe0f", "\u3030\ufe0f", "\U0001f44d\U0001f3fd", "\u261d\U0001f3fb",
	"\U0001f1e9\U0001f1ea",
	"\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
	"\U0001f3f4\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f", "\U0001f3f4",
	"\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f469\U0001f3fd\u200d\U0001f4bb",
	"\u2764\ufe0f\u200d\U0001f525", "\U0001f3f3\ufe0f\u200d\U0001f308",
	"\U0001f3f4\u200d\u2620\ufe0f", "\u26f9\U0001f3ff\u200d\u2640\ufe0f",
	"\U0001f441\ufe0f\u200d\U0001f5e8\ufe0f", "\U0001faf1\U0001f3fb\u200d\U0001faf2\U0001f3ff",
	"\U0001fa77", "\U0001fae8", "\U0001fae9", "\U0001f6d8", "\U0001faea" /* the newest */ };

enum { EMOJI = sizeof(emoji) / sizeof(emoji[0]) };

static void emoji_of_every_kind_pass_wherever_they_stand(void **state)
{
	static const char *const around[] = { "%s", "%s Heart", "Heart %s", "a%sb", " %s ", "%s%s" };

	for (size_t i = 0; i < EMOJI; i++) {
		for (size_t j = 0; j < sizeof(around) / sizeof(around[0]); j++) {
			struct text text = text_in(*state);
			size_t space = around[j][0] == ' ', len;
			const char *trimmed;

			for (const char *at = around[j]; *at != '\0'; at += *at == '%' ? 2 : 1) {
				text_put(&text, *at == '%' ? emoji[i] : at, *at == '%' ? strlen(emoji[i]) : 1);
			}
			trimmed = text_trim(text.bytes, &len);
			if (text_has_invisible(text.bytes) ||
			    len != strlen(text.bytes) - 2 * space || trimmed != text.bytes + space) {
				fail_msg("\"%s\" is not seen whole", text.bytes);
			}
		}
	}
}

static void what_makes_emoji_hides_nowhere_else(void **state)
{
	static const struct question rows[] = {
		{ "An\ufe0fna", true }, { "1\ufe0fa", true }, { "1\ufe0f", true },
		{ "a\ufe0f\u20e3", true }, { "\u2764\ufe0f\ufe0f", true },
		{ "\U0001f3f4\U000e0067", true }, { "\U0001f3f4\U000e007f", true },
		{ "\U0001f3f4\U000e0067\U000e0062x", true },
		{ "\U0001f44d\U000e0067\U000e0062\U000e007f", true },
		{ "\U0001f3f4\U000e0061\U000e0061\U000e0061\U000e0061\U000e0061\U000e0061"
			"\U000e0061\U000e007f", true },
		{ "\u845b\U000e0100\u98fe", false }, { "\u845b\U000e0100", false },
		{ "a\U000e0100", true }, { "\u1820\u180b", false }, { "a\u180b", true },
		{ "\U00030000", false }, { "\U0001fffe", true }, { "\u0378", true },
	};

	(void)state;
	assert_answers(text_has_invisible, rows, sizeof(rows) / sizeof(rows[0]));
}

/* All format characters of Unicode, by the library that knows them. */
static void no_format_character_stands_in_the_middle_and_none_stays_at_an_end(void **state)
{
	size_t tried = 0;

	for (ucs4_t c = 0x80; c < 0xe0fff; c++) {
		char one[8] = "";
		const char *inside, *around;
		uint32_t found;

		if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cf)) {
			continue;
		}
		u8_uctomb((uint8_t *)one, c, sizeof(one) - 1);
		inside = arena_printf(*state, "Jo An%sna", one);
		around = arena_printf(*state, "%s An %s%s", one, one, one);
		assert_int_equal(text_has_invisible(inside), c != 0x200c && c != 0x200d);
		assert_string_equal(text_clean(*state, around), "An");
		if (c != 0x200c && c != 0x200d) {
			assert_string_equal(text_place_of_unseen(*state, inside, &found), "An");
			assert_int_equal(found, c);
		}
		tried++;
	}
	assert_true(tried > 150);
}

static void the_place_of_what_cannot_be_seen_is_what_is_read_before_it(void **state)
{
	uint32_t found = 0;

	assert_null(text_place_of_unseen(*state, "Anna", &found));
	assert_null(text_place_of_unseen(*state, "\u200bAnna\u200b", &found));
	assert_string_equal(text_place_of_unseen(*state, "Anna \u200bSmith", &found), "");
	assert_string_equal(text_place_of_unseen(*state, "abcdefghijklmnopqrstuvwx\ty", &found),
		"efghijklmnopqrstuvwx");
	assert_int_equal(found, '\t');
}

static void a_name_that_is_cut_keeps_its_characters_whole(void **state)
{
	static const struct { const char *in; size_t max; const char *out; } rows[] = {
		{ "Anna", 4, "Anna" }, { "Anna", 3, "Ann" }, { "Anna", 0, "" }, { "Anna Smith", 5, "Anna" },
		{ "q\u0323\u0307x", 2, "" }, { "q\u0323\u0307x", 3, "q\u0323\u0307" },
		{ "a\u2764\ufe0f\u200d\U0001f525", 4, "a" },
		{ "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 3, "\U0001f1e9\U0001f1ea" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(text_cut(*state, rows[i].in, rows[i].max), rows[i].out);
	}
}

static void a_domain_is_shown_as_people_write_it(void **state)
{
	static const struct change rows[] = {
		{ "xn--bcher-kva.example", "b\u00fccher.example" },
		{ "xn--e1afmkfd.xn--p1ai", "\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444" },
		{ "example.com", "example.com" }, { "xn--a.example", "xn--a.example" },
		{ "", "" },
	};

	assert_changes(*state, text_domain_shown, rows, sizeof(rows) / sizeof(rows[0]));
}

static void an_ascii_control_character_is_found(void **state)
{
	(void)state;
	for (int c = 1; c < 128; c++) {
		const char string[] = { 'a', (char)c, 'b', '\0' };

		assert_int_equal(text_has_control(string), c < 0x20 || c == 0x7f);
	}
	assert_false(text_has_control(""));
	assert_false(text_has_control("Zo\u00eb \u674e"));
}

static void cleaned_text_is_composed_and_has_single_spaces(void **state)
{
	static const struct change rows[] = {
		{ "", "" },
		{ "   ", "" },
		{ "Anna", "Anna" },
		{ " Anna  Smith ", "Anna Smith" },
		{ "\u00a0Anna\u2003\u3000Smith\u2002", "Anna Smith" },
		{ "Zoe\u0308", "Zo\u00eb" },
		{ "\u1112\u1161\u11ab", "\ud55c" },
		{ "\u212b", "\u00c5" },
		{ "\ufb01", "\ufb01" }, /* NFC, not NFKC: what was typed is kept */
		{ "An\tna", "An\tna" }, /* a control character stays, so that it can be refused */
	};

	assert_changes(*state, text_clean, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_password_is_composed_and_keeps_its_spaces(void **state)
{
	static const struct change rows[] = {
		{ "", "" },
		{ "  a  b  ", "  a  b  " },
		{ "Zoe\u0308", "Zo\u00eb" },
		{ "\u00a0", "\u00a0" },
		{ "q\u0323\u0307", "q\u0323\u0307" },
		{ "q\u0307\u0323", "q\u0323\u0307" },
	};

	assert_changes(*state, text_nfc, rows, sizeof(rows) / sizeof(rows[0]));
}

static void ascii_letters_alone_become_lower_case(void **state)
{
	static const struct change rows[] = {
		{ "", "" },
		{ "AZaz09@[`{", "azaz09@[`{" },
		{ "\u00c4I\u0130", "\u00c4i\u0130" },
	};

	assert_changes(*state, text_lower, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_domain_becomes_lower_case_a_labels(void **state)
{
	static const struct change rows[] = {
		{ "Example.COM", "example.com" },
		{ "localhost", "localhost" },
		{ "b\u00fccher.example", "xn--bcher-kva.example" },
		{ "B\u00dcCHER.example", "xn--bcher-kva.example" },
		{ "bu\u0308cher.example", "xn--bcher-kva.example" },
		{ "XN--BCHER-KVA.example", "xn--bcher-kva.example" },
		{ "fa\u00df.example", "xn--fa-hia.example" },
		{ "", NULL },
		{ ".", NULL },
		{ "example.", NULL },
		{ ".example", NULL },
		{ "a..b", NULL },
		{ "-a.example", NULL },
		{ "a-.example", NULL },
		{ "a_b.example", NULL },
		{ "a b.example", NULL },
		{ "a/b.example", NULL },
		{ "a@b.example", NULL },
		{ "a\r\n.example", NULL },
		{ "[::1]", NULL },
		{ "a\u2044b.example", NULL },
		{ "\xff.example", NULL },
	};

	assert_changes(*state, text_domain, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_label_has_at_most_63_bytes(void **state)
{
	char label[65] = "";

	memset(label, 'a', 63);
	assert_string_equal(text_domain(*state, label), label);
	label[63] = 'a';
	assert_null(text_domain(*state, label));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_put_one_after_another),
		cmocka_unit_test(nothing_put_is_an_empty_string),
		cmocka_unit_test(a_number_is_written_whole),
		cmocka_unit_test(text_grows_byte_by_byte_and_is_terminated_at_every_length),
		cmocka_unit_test(one_big_piece_fits_whatever_was_there_before),
		cmocka_unit_test(members_and_elements_of_json_are_kept_apart),
		cmocka_unit_test(json_escapes_what_json_must_not_hold),
		cmocka_unit_test(every_character_reads_back_from_json),
		cmocka_unit_test(every_pair_of_bytes_below_128_reads_back_from_json),
		cmocka_unit_test(only_well_formed_utf8_is_utf8),
		cmocka_unit_test(every_code_point_but_nul_and_surrogates_is_utf8),
		cmocka_unit_test(code_points_are_counted_not_bytes),
		cmocka_unit_test(what_hides_or_turns_text_is_found),
		cmocka_unit_test(joiners_are_allowed_between_visible_characters_alone),
		cmocka_unit_test(emoji_of_every_kind_pass_wherever_they_stand),
		cmocka_unit_test(what_makes_emoji_hides_nowhere_else),
		cmocka_unit_test(no_format_character_stands_in_the_middle_and_none_stays_at_an_end),
		cmocka_unit_test(the_place_of_what_cannot_be_seen_is_what_is_read_before_it),
		cmocka_unit_test(a_name_that_is_cut_keeps_its_characters_whole),
		cmocka_unit_test(a_domain_is_shown_as_people_write_it),
		cmocka_unit_test(an_ascii_control_character_is_found),
		cmocka_unit_test(cleaned_text_is_composed_and_has_single_spaces),
		cmocka_unit_test(a_password_is_composed_and_keeps_its_spaces),
		cmocka_unit_test(ascii_letters_alone_become_lower_case),
		cmocka_unit_test(a_domain_becomes_lower_case_a_labels),
		cmocka_unit_test(a_label_has_at_most_63_bytes),
	};

	return cmocka_run_group_tests_name("base_text", tests, open_arena, close_arena);
}
