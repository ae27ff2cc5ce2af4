#include "mail/mime.h"

#include <string.h>

enum { LINE_LENGTH = 76 };

static const char word_open[] = "=?UTF-8?Q?";
static const char word_close[] = "?=";

bool mime_is_header(const char *value)
{
	return !text_has_control(value);
}

static bool is_printable(const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value < ' ' || *value > '~') {
			return false;
		}
	}
	return true;
}

static void put_escape(struct text *out, char byte)
{
	static const char digits[] = "0123456789ABCDEF";

	text_putc(out, '=');
	text_putc(out, digits[(unsigned char)byte >> 4]);
	text_putc(out, digits[(unsigned char)byte & 15]);
}

/* Bytes of the code point that begins here. */
static size_t point_size(const char *at)
{
	size_t size = 1;

	while (((unsigned char)at[size] & 0xC0) == 0x80) {
		size++;
	}
	return size;
}

/* What RFC 2047 5 (3) lets stand for itself within a display name, less the punctuation. */
static bool is_word_literal(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
		(byte >= 'a' && byte <= 'z');
}

static void put_point(struct text *out, const char *point, size_t size)
{
	if (is_word_literal(*point)) {
		text_putc(out, *point);
		return;
	}
	for (size_t i = 0; i < size; i++) {
		put_escape(out, point[i]);
	}
}

/* Encoded words from this column on, a line each; no code point is cut in two. */
static void put_words(struct text *out, size_t column, const char *value)
{
	text_puts(out, word_open);
	column += strlen(word_open);
	while (*value != '\0') {
		size_t size = point_size(value);
		size_t width = is_word_literal(*value) ? 1 : 3 * size;

		if (column + width + strlen(word_close) > LINE_LENGTH) {
			text_putf(out, "%s\r\n %s", word_close, word_open);
			column = 1 + strlen(word_open);
		}
		put_point(out, value, size);
		column += width;
		value += size;
	}
	text_puts(out, word_close);
}

void mime_header(struct text *out, const char *name, const char *value)
{
	size_t column = strlen(name) + 2;

	text_putf(out, "%s: ", name);
	if (is_printable(value) && strstr(value, "=?") == NULL &&
	    column + strlen(value) <= LINE_LENGTH) {
		text_puts(out, value);
	} else {
		put_words(out, column, value);
	}
	text_puts(out, "\r\n");
}

void mime_mailbox(struct text *out, const char *name, const char *display, const char *address)
{
	size_t column = strlen(name) + 2;

	if (display[0] == '\0') {
		text_putf(out, "%s: %s\r\n", name, address);
		return;
	}
	text_putf(out, "%s: ", name);
	if (is_printable(display) && strpbrk(display, "\"\\") == NULL &&
	    column + strlen(display) + 2 <= LINE_LENGTH) {
		text_putf(out, "\"%s\"", display);
	} else {
		put_words(out, column, display);
	}
	text_putf(out, "\r\n <%s>\r\n", address);
}

/* White space may stand for itself, but not at the end of a line. */
static bool is_body_literal(const char *at)
{
	if (*at == ' ') {
		return at[1] != '\n' && at[1] != '\0';
	}
	return *at > ' ' && *at <= '~' && *at != '=';
}

void mime_body(struct text *out, const char *body)
{
	size_t column = 0;

	for (; *body != '\0'; body++) {
		bool literal = is_body_literal(body);
		size_t width = literal ? 1 : 3;

		if (*body == '\n') {
			text_puts(out, "\r\n");
			column = 0;
			continue;
		}
		if (column + width > LINE_LENGTH - 1) {
			text_puts(out, "=\r\n");
			column = 0;
		}
		if (literal) {
			text_putc(out, *body);
		} else {
			put_escape(out, *body);
		}
		column += width;
	}
}
