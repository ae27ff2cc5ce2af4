#include "http/charset.h"

#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

const char *const charset_words[] = {
	[CHARSET_UTF_8] = "utf-8",
	[CHARSET_UTF_16LE] = "utf-16le",
	[CHARSET_UTF_16BE] = "utf-16be",
	[CHARSET_WINDOWS_1252] = "windows-1252",
	[CHARSET_WINDOWS_1251] = "windows-1251",
	[CHARSET_WINDOWS_1256] = "windows-1256",
	NULL,
};

/* As iconv(3) calls them. */
static const char *const iconv_names[] = {
	[CHARSET_UTF_8] = "UTF-8",
	[CHARSET_UTF_16LE] = "UTF-16LE",
	[CHARSET_UTF_16BE] = "UTF-16BE",
	[CHARSET_WINDOWS_1252] = "CP1252",
	[CHARSET_WINDOWS_1251] = "CP1251",
	[CHARSET_WINDOWS_1256] = "CP1256",
};

/* Other names, as in the WHATWG Encoding Standard, or as programs say them. */
static const struct { const char *name; enum charset charset; } charset_others[] = {
	{ "utf8", CHARSET_UTF_8 }, { "us-ascii", CHARSET_UTF_8 }, { "utf-16", CHARSET_UTF_16LE },
	{ "iso-8859-1", CHARSET_WINDOWS_1252 }, { "latin1", CHARSET_WINDOWS_1252 },
	{ "cp1252", CHARSET_WINDOWS_1252 }, { "cp1251", CHARSET_WINDOWS_1251 },
	{ "cp1256", CHARSET_WINDOWS_1256 },
};

bool charset_named(const char *name, size_t len, enum charset *charset)
{
	for (int i = 0; charset_words[i] != NULL; i++) {
		if (strlen(charset_words[i]) == len && strncasecmp(charset_words[i], name, len) == 0) {
			*charset = (enum charset)i;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(charset_others) / sizeof(charset_others[0]); i++) {
		const char *other = charset_others[i].name;

		if (strlen(other) == len && strncasecmp(other, name, len) == 0) {
			*charset = charset_others[i].charset;
			return true;
		}
	}
	return false;
}

static const char mark_8[] = "\xEF\xBB\xBF", mark_16le[] = "\xFF\xFE", mark_16be[] = "\xFE\xFF";

static bool charset_begins(const char *bytes, size_t len, const char *with, size_t with_len)
{
	return len >= with_len && memcmp(bytes, with, with_len) == 0;
}

bool charset_is_workbook(const char *bytes, size_t len)
{
	return charset_begins(bytes, len, "PK\x03\x04", 4) ||
		charset_begins(bytes, len, "\xD0\xCF\x11\xE0", 4);
}

/* Gives the length of the character of more than one byte that begins here; 0: none does. */
static size_t charset_sequence(const char *bytes, size_t len)
{
	unsigned char first = (unsigned char)bytes[0];
	size_t need = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;

	return need > 0 && need <= len && text_is_utf8(bytes, need) ? need : 0;
}

/* A file of UTF-8 in which some bytes were damaged still has more characters than such bytes; in
 * one of a code page hardly two letters that follow each other look like UTF-8. */
static bool charset_is_mostly_utf8(const char *bytes, size_t len)
{
	size_t good = 0, bad = 0;

	for (size_t i = 0; i < len;) {
		size_t part = (bytes[i] & 0x80) == 0 ? 1 : charset_sequence(bytes + i, len - i);

		good += part > 1;
		bad += part == 0;
		i += part == 0 ? 1 : part;
	}
	return good >= bad;
}

bool charset_find(const char *bytes, size_t len, enum charset *charset)
{
	bool low = len >= 2 && bytes[0] == '\0' && bytes[1] != '\0';
	bool high = len >= 2 && bytes[0] != '\0' && bytes[1] == '\0';

	*charset = CHARSET_UTF_8;
	if (charset_begins(bytes, len, mark_8, 3)) {
		return true;
	}
	if (high || charset_begins(bytes, len, mark_16le, 2)) {
		*charset = CHARSET_UTF_16LE;
		return true;
	}
	if (low || charset_begins(bytes, len, mark_16be, 2)) {
		*charset = CHARSET_UTF_16BE;
		return true;
	}
	return text_is_utf8(bytes, len) || charset_is_mostly_utf8(bytes, len);
}

enum charset charset_of_language(const char *language)
{
	return strncasecmp(language, "ru", 2) == 0 ? CHARSET_WINDOWS_1251
		: strncasecmp(language, "ar", 2) == 0 ? CHARSET_WINDOWS_1256 : CHARSET_WINDOWS_1252;
}

static size_t charset_mark(enum charset charset, const char *bytes, size_t len)
{
	switch (charset) {
	case CHARSET_UTF_8:
		return charset_begins(bytes, len, mark_8, 3) ? 3 : 0;
	case CHARSET_UTF_16LE:
		return charset_begins(bytes, len, mark_16le, 2) ? 2 : 0;
	case CHARSET_UTF_16BE:
		return charset_begins(bytes, len, mark_16be, 2) ? 2 : 0;
	case CHARSET_WINDOWS_1252:
	case CHARSET_WINDOWS_1251:
	case CHARSET_WINDOWS_1256:
		break;
	}
	return 0;
}

/* Where the conversion of a file stands. */
struct conversion {
	iconv_t door;
	size_t unit; /* bytes that are skipped where none of them is a character */
	char *from;
	size_t left;
	struct text out;
};

/* Converts up to what is no character. */
static void charset_convert_some(struct conversion *conversion)
{
	enum { PIECE = 16384 };
	char piece[PIECE];
	size_t done = 0;

	do {
		char *to = piece;
		size_t room = sizeof(piece);

		errno = 0;
		done = iconv(conversion->door, &conversion->from, &conversion->left, &to, &room);
		text_put(&conversion->out, piece, (size_t)(to - piece));
	} while (done == (size_t)-1 && errno == E2BIG);
}

static void charset_convert(struct conversion *conversion)
{
	while (conversion->left > 0) {
		charset_convert_some(conversion);
		if (conversion->left > 0) {
			size_t skip = conversion->left < conversion->unit ? conversion->left
				: conversion->unit;

			text_puts(&conversion->out, CHARSET_LOST);
			conversion->from += skip;
			conversion->left -= skip;
		}
	}
}

/* A NUL would end a cell; text has none. */
static void charset_replace_nul(struct arena *arena, struct text *text)
{
	const char *at = text->bytes, *end = text->bytes + text->len, *nul;
	struct text out = text_in(arena);

	if (memchr(at, '\0', text->len) == NULL) {
		return;
	}
	while ((nul = memchr(at, '\0', (size_t)(end - at))) != NULL) {
		text_put(&out, at, (size_t)(nul - at));
		text_puts(&out, CHARSET_LOST);
		at = nul + 1;
	}
	text_put(&out, at, (size_t)(end - at));
	*text = out;
}

enum err charset_read(struct arena *arena, enum charset charset, const char *bytes, size_t len,
	const char **text, size_t *text_len)
{
	size_t mark = charset_mark(charset, bytes, len);
	bool wide = charset == CHARSET_UTF_16LE || charset == CHARSET_UTF_16BE;
	/* iconv(3) does not write to what it reads. */
	struct conversion conversion = { .unit = wide ? 2 : 1, .from = (char *)(bytes + mark),
		.left = len - mark, .out = text_in(arena) };

	*text = bytes + mark;
	*text_len = len - mark;
	if (charset == CHARSET_UTF_8 && text_is_utf8(*text, *text_len)) {
		return ERR_OK;
	}
	conversion.door = iconv_open("UTF-8", iconv_names[charset]);
	if (conversion.door == (iconv_t)-1) {
		return ERR_UNAVAILABLE;
	}
	text_puts(&conversion.out, "");
	charset_convert(&conversion);
	iconv_close(conversion.door);
	charset_replace_nul(arena, &conversion.out);
	*text = conversion.out.bytes;
	*text_len = conversion.out.len;
	return ERR_OK;
}
