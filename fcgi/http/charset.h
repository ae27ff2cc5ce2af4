/*
 * In which characters a file is written: spreadsheets do not say. A mark at its beginning counts,
 * then whether it is UTF-8 or UTF-16; what is neither is in the code page that Windows has in the
 * country of the language. iconv's only door.
 */
#ifndef HTTP_CHARSET_H
#define HTTP_CHARSET_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum charset { CHARSET_UTF_8, CHARSET_UTF_16LE, CHARSET_UTF_16BE, CHARSET_WINDOWS_1252,
	CHARSET_WINDOWS_1251, CHARSET_WINDOWS_1256 };

/* Their names in the WHATWG Encoding Standard, which browsers know; ended by NULL. */
extern const char *const charset_words[];

/* Finds a charset by one of its names, of len bytes, in any case; false: it is none of these. */
bool charset_named(const char *name, size_t len, enum charset *charset);

/* Stands for each byte that the charset does not have: U+FFFD, in UTF-8. */
#define CHARSET_LOST "\xEF\xBF\xBD"

/* Tells by its first bytes whether a file is a workbook of a spreadsheet and no text. */
bool charset_is_workbook(const char *bytes, size_t len);

/* Finds the charset of a file; false: it is that of a code page, and charset_of_language() says of
 * which one. */
bool charset_find(const char *bytes, size_t len, enum charset *charset);
enum charset charset_of_language(const char *language);

/* Gives the file as UTF-8 without a mark: where it is that already, as it lies there, else in the
 * arena. There is no NUL in it, but one behind it. ERR_UNAVAILABLE: this host's C library does not
 * know the charset. */
enum err charset_read(struct arena *arena, enum charset charset, const char *bytes, size_t len,
	const char **text, size_t *text_len) MUST_USE;

#endif
