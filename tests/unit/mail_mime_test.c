/* Other people's text becomes ASCII lines that every mail server takes, and can be read back. */
#include "mail/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "with_arena.h"

enum { LINE_MAX = 76, WORD_MAX = 75 };

static const char word_open[] = "=?UTF-8?Q?";
static const char word_close[] = "?=";

static const char *header(struct arena *arena, const char *name, const char *value)
{
	struct text out = text_in(arena);

	mime_header(&out, name, value);
	return out.bytes;
}

static const char *mailbox(struct arena *arena, const char *display, const char *address)
{
	struct text out = text_in(arena);

	mime_mailbox(&out, "From", display, address);
	return out.bytes;
}

static const char *body(struct arena *arena, const char *in)
{
	struct text out = text_in(arena);

	text_puts(&out, "");
	mime_body(&out, in);
	return out.bytes;
}

static const char *repeat(struct arena *arena, const char *piece, size_t count)
{
	struct text out = text_in(arena);

	text_puts(&out, "");
	for (size_t i = 0; i < count; i++) {
		text_puts(&out, piece);
	}
	return out.bytes;
}

/* Printable ASCII in lines of at most 76 characters, CR and LF in pairs only. */
static void assert_wire(const char *out)
{
	size_t column = 0;

	for (const char *at = out; *at != '\0'; at++) {
		if (at[0] == '\r' && at[1] == '\n') {
			column = 0;
			at++;
			continue;
		}
		column++;
		if (*at < ' ' || *at > '~' || column > LINE_MAX) {
			fail_msg("byte %d in column %zu of\n%s", *at, column, out);
		}
	}
}

static int hex(char c)
{
	const char *digits = "0123456789ABCDEF", *at = strchr(digits, c);

	assert_true(c != '\0' && at != NULL);
	return (int)(at - digits);
}

/* A reader of quoted-printable, written from RFC 2045 6.7; line ends become LF again. */
static const char *unquote(struct arena *arena, const char *at)
{
	struct text out = text_in(arena);

	text_puts(&out, "");
	for (; *at != '\0'; at++) {
		if (strncmp(at, "=\r\n", 3) == 0) {
			at += 2;
		} else if (*at == '=') {
			text_putc(&out, (char)(hex(at[1]) << 4 | hex(at[2])));
			at += 2;
		} else if (*at != '\r') {
			text_putc(&out, *at);
		}
	}
	return out.bytes;
}

/* One encoded word; the result is behind it. Each must be whole text by itself (RFC 2047 5). */
static const char *take_word(struct text *out, const char *at)
{
	const char *end = strstr(at + strlen(word_open), word_close);
	size_t before = out->len;

	assert_int_equal(strncmp(at, word_open, strlen(word_open)), 0);
	assert_non_null(end);
	assert_true((size_t)(end + strlen(word_close) - at) <= WORD_MAX);
	for (at += strlen(word_open); at < end; at++) {
		if (*at == '=') {
			text_putc(out, (char)(hex(at[1]) << 4 | hex(at[2])));
			at += 2;
		} else {
			assert_null(strchr(" ?_", *at));
			text_putc(out, *at);
		}
	}
	assert_true(text_is_utf8(out->bytes + before, out->len - before));
	return end + strlen(word_close);
}

/* Words that are parted by folds alone, up to what follows the last one. */
static const char *take_words(struct arena *arena, const char *at, const char **rest)
{
	struct text out = text_in(arena);

	text_puts(&out, "");
	at = take_word(&out, at);
	while (strncmp(at, "\r\n =?", 5) == 0) {
		at = take_word(&out, at + 3);
	}
	*rest = at;
	return out.bytes;
}

static void a_value_with_a_control_character_is_no_header(void **state)
{
	static const char *const bad[] = { "a\r\nBcc: b@c", "a\nb", "a\rb", "\n", "a\tb", "\x01",
		"a\x7f" };

	(void)state;
	assert_true(mime_is_header(""));
	assert_true(mime_is_header("Your account at Caf\xc3\xa9"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(mime_is_header(bad[i]));
	}
}

static void a_header_is_plain_where_it_can_be(void **state)
{
	static const struct {
		const char *value;
		const char *header;
	} rows[] = {
		{ "", "Subject: \r\n" },
		{ "Your code", "Subject: Your code\r\n" },
		{ "a=b? c_d", "Subject: a=b? c_d\r\n" },
		{ "Caf\xc3\xa9", "Subject: =?UTF-8?Q?Caf=C3=A9?=\r\n" },
		{ "a b\xc3\xa9", "Subject: =?UTF-8?Q?a=20b=C3=A9?=\r\n" },
		{ "\xe2\x82\xac_?=", "Subject: =?UTF-8?Q?=E2=82=AC=5F=3F=3D?=\r\n" },
		/* what looks like an encoded word must not be read as one */
		{ "=?UTF-8?Q?x?=", "Subject: =?UTF-8?Q?=3D=3FUTF=2D8=3FQ=3Fx=3F=3D?=\r\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(header(*state, "Subject", rows[i].value), rows[i].header);
	}
}

static void a_line_of_exactly_the_most_characters_is_not_folded(void **state)
{
	enum { FITS = LINE_MAX - sizeof("Subject: ") + 1 };
	struct arena *arena = *state;
	const char *fits = repeat(arena, "x", FITS), *rest;
	const char *longer = repeat(arena, "x", FITS + 1);
	const char *out = header(arena, "Subject", longer);

	assert_string_equal(header(arena, "Subject", fits),
		arena_printf(arena, "Subject: %s\r\n", fits));
	assert_wire(out);
	assert_string_equal(take_words(arena, out + strlen("Subject: "), &rest), longer);
	assert_string_equal(rest, "\r\n");
}

static void no_code_point_is_cut_by_a_fold(void **state)
{
	static const char *const pieces[] = { "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
		"a\xc3\xa9", "ab\xe2\x82\xac ", "x", "? =_", "\xf0\x9f\x98\x80z" };
	struct arena *arena = *state;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		for (size_t count = 1; count < 120; count++) {
			const char *value = arena_printf(arena, "\xc3\xa9%s", repeat(arena, pieces[i], count));
			const char *out = header(arena, "Subject", value), *rest;

			assert_wire(out);
			assert_string_equal(take_words(arena, out + strlen("Subject: "), &rest), value);
			assert_string_equal(rest, "\r\n");
		}
	}
}

static void a_display_name_is_quoted_or_encoded(void **state)
{
	static const struct {
		const char *display;
		const char *header;
	} rows[] = {
		{ "", "From: a@example.com\r\n" },
		{ "Back office", "From: \"Back office\"\r\n <a@example.com>\r\n" },
		{ "Smith, Anna <x@y.z>", "From: \"Smith, Anna <x@y.z>\"\r\n <a@example.com>\r\n" },
		{ "a\"b", "From: =?UTF-8?Q?a=22b?=\r\n <a@example.com>\r\n" },
		{ "a\\", "From: =?UTF-8?Q?a=5C?=\r\n <a@example.com>\r\n" },
		{ "Caf\xc3\xa9 (x)", "From: =?UTF-8?Q?Caf=C3=A9=20=28x=29?=\r\n <a@example.com>\r\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(mailbox(*state, rows[i].display, "a@example.com"), rows[i].header);
	}
}

static void a_long_display_name_is_folded(void **state)
{
	struct arena *arena = *state;

	for (size_t count = 1; count < 200; count++) {
		const char *display = repeat(arena, "\"", count), *rest;
		const char *out = mailbox(arena, display, "a@example.com");

		assert_wire(out);
		assert_wire(mailbox(arena, repeat(arena, "x", count), "a@example.com"));
		assert_string_equal(take_words(arena, out + strlen("From: "), &rest), display);
		assert_string_equal(rest, "\r\n <a@example.com>\r\n");
	}
}

static void a_body_is_quoted_printable(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} rows[] = {
		{ "", "" },
		{ "plain text", "plain text" },
		{ "a\nb\n", "a\r\nb\r\n" },
		{ "\n\n", "\r\n\r\n" },
		{ "a=b", "a=3Db" },
		{ "=_boundary", "=3D_boundary" },
		{ "Caf\xc3\xa9", "Caf=C3=A9" },
		{ "a\tb", "a=09b" },
		{ "a \nb ", "a=20\r\nb=20" },
		{ "a  \n", "a =20\r\n" },
		{ "a\r\nb", "a=0D\r\nb" },
		{ "a\rb", "a=0Db" },
		{ "\x7f\x01", "=7F=01" },
		/* who speaks SMTP doubles the dots */
		{ "a\n.\n..\nb", "a\r\n.\r\n..\r\nb" },
		{ "From me", "From me" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(body(*state, rows[i].in), rows[i].out);
	}
}

static void a_line_of_the_body_breaks_softly_and_never_within_an_escape(void **state)
{
	struct arena *arena = *state;
	const char *max = repeat(arena, "x", LINE_MAX - 1);

	assert_string_equal(body(arena, max), max);
	assert_string_equal(body(arena, arena_printf(arena, "%sy", max)),
		arena_printf(arena, "%s=\r\ny", max));
	assert_string_equal(body(arena, arena_printf(arena, "%s\nb", max)),
		arena_printf(arena, "%s\r\nb", max));
	assert_string_equal(body(arena, arena_printf(arena, "%s\xc3\xa9", max + 4)),
		arena_printf(arena, "%s=C3=\r\n=A9", max + 4));
}

/* Text of pieces in an order that is different for every seed and the same in every run. */
static const char *make_text(struct arena *arena, uint32_t seed)
{
	static const char *const pieces[] = { "a", "word ", " ", "  ", "\n", ".", "=", "\t", "\r",
		"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "--=_", "From ", "=?UTF-8?Q?",
		"a line that is long enough to be broken in two somewhere before it comes to its end" };
	struct text out = text_in(arena);

	text_puts(&out, "");
	for (int i = 0; i < 200; i++) {
		seed = seed * 1664525u + 1013904223u;
		text_puts(&out, pieces[(seed >> 16) % (sizeof(pieces) / sizeof(pieces[0]))]);
	}
	return out.bytes;
}

static void any_text_comes_back_as_it_went_and_holds_no_boundary(void **state)
{
	struct arena *arena = *state;

	for (uint32_t seed = 0; seed < 500; seed++) {
		const char *in = make_text(arena, seed), *out = body(arena, in);

		assert_wire(out);
		assert_null(strstr(out, "=_"));
		assert_null(strstr(out, " \r\n"));
		assert_string_equal(unquote(arena, out), in);
		arena_reset(arena);
	}
}

#define with_arena(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_arena(a_value_with_a_control_character_is_no_header),
		with_arena(a_header_is_plain_where_it_can_be),
		with_arena(a_line_of_exactly_the_most_characters_is_not_folded),
		with_arena(no_code_point_is_cut_by_a_fold),
		with_arena(a_display_name_is_quoted_or_encoded),
		with_arena(a_long_display_name_is_folded),
		with_arena(a_body_is_quoted_printable),
		with_arena(a_line_of_the_body_breaks_softly_and_never_within_an_escape),
		with_arena(any_text_comes_back_as_it_went_and_holds_no_boundary),
	};

	return cmocka_run_group_tests_name("mail_mime", tests, NULL, NULL);
}
