#include "mail/mime.h"

#include <string.h>

enum { LINE_LENGTH = 76 };

static const char word_open[] = "=?UTF-8?Q?";
static const char word_close[] = "?=";

bool mime_is_header(const char *value)
{
	return !text_has_control(value);
}

/* Whether the value is printable ASCII alone. */
static bool mime_is_printable(const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value < ' ' || *value > '~') {
			return false;
		}
	}
	return true;
}

/* Appends the byte as it is, or as =XX. */
static void mime_put_byte(struct text *out, char byte, bool literal)
{
	static const char digits[] = "0123456789ABCDEF";

	if (!literal) {
		text_putc(out, '=');
		text_putc(out, digits[(unsigned char)byte >> 4]);
		byte = digits[(unsigned char)byte & 15];
	}
	text_putc(out, byte);
}

/* Whether RFC 2047 5 (3) lets the byte stand for itself within a display name, less the
 * punctuation. */
static bool mime_is_word_literal(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
		(byte >= 'a' && byte <= 'z');
}

/* Appends encoded words from this column on, a line each; no code point is cut in two. */
static void mime_put_words(struct text *out, size_t column, const char *value)
{
	text_puts(out, word_open);
	column += strlen(word_open);
	while (*value != '\0') {
		bool literal = mime_is_word_literal(*value);
		size_t size = 1;

		while (((unsigned char)value[size] & 0xC0) == 0x80) {
			size++; /* bytes of the code point that begins here */
		}
		if (column + (literal ? 1 : 3 * size) + strlen(word_close) > LINE_LENGTH) {
			text_putf(out, "%s\r\n %s", word_close, word_open);
			column = 1 + strlen(word_open);
		}
		column += literal ? 1 : 3 * size;
		for (; size > 0; size--) {
			mime_put_byte(out, *value++, literal);
		}
	}
	text_puts(out, word_close);
}

void mime_header(struct text *out, const char *name, const char *value)
{
	size_t column = strlen(name) + 2;

	text_putf(out, "%s: ", name);
	if (mime_is_printable(value) && strstr(value, "=?") == NULL &&
	    column + strlen(value) <= LINE_LENGTH) {
		text_puts(out, value);
	} else {
		mime_put_words(out, column, value);
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
	if (mime_is_printable(display) && strpbrk(display, "\"\\") == NULL &&
	    column + strlen(display) + 2 <= LINE_LENGTH) {
		text_putf(out, "\"%s\"", display);
	} else {
		mime_put_words(out, column, display);
	}
	text_putf(out, "\r\n <%s>\r\n", address);
}

/* Whether the byte may stand for itself: white space not at the end of a line. */
static bool mime_is_body_literal(const char *at)
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
		bool literal = mime_is_body_literal(body);
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
		mime_put_byte(out, *body, literal);
		column += width;
	}
}
