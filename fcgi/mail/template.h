/*
 * The letters' texts: files in mail/text/, built into the program. {{key}} stands for a value.
 * White space between {{ and the key is put before a value that is not empty: "Hello{{ name}},". It
 * may be the end of a line.
 *
 * A .txt begins with the line "Subject: ..." and an empty line; a .html is a whole document.
 */
#ifndef MAIL_TEMPLATE_H
#define MAIL_TEMPLATE_H

#include "base/err.h"
#include "base/text.h"
#include "store/outbox.h"

enum template_form { TEMPLATE_TXT, TEMPLATE_HTML };

/* The text of a letter in this language, or in English when there is none; never NULL. */
const char *template_find(enum letter_kind kind, const char *language, enum template_form form);

/* Appends the template to out with its values put in, as they are (TEMPLATE_TXT) or with & < > " '
 * escaped (TEMPLATE_HTML). values is ended by key NULL. ERR_BUG when a key has no value. */
enum err template_fill(struct text *out, const char *template, enum template_form form,
	const struct letter_value *values) MUST_USE;

#endif
