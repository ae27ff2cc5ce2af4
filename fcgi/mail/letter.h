/*
 * A letter as the bytes that go over the wire: an RFC 5322 message, multipart/alternative with a
 * plain and an HTML part, all in ASCII (quoted-printable, RFC 2047), every line ended by CRLF and
 * at most 76 characters long, but for an address. The same letter gives the same bytes every time,
 * so a second try can be recognised as such by its Message-ID.
 */
#ifndef MAIL_LETTER_H
#define MAIL_LETTER_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/text.h"
#include "store/outbox.h"

/* What the reader sees of a letter; html is a whole document. */
struct letter_parts {
	const char *subject;
	const char *text;
	const char *html;
};

/* Fills in the parts of a letter in its language, or in that of the settings when it has none.
 * Errors as of letter_write(). */
enum err letter_fill(struct arena *arena, const struct conf *conf, const struct letter *letter,
	struct letter_parts *parts) MUST_USE;

/* Writes the message into *message (bytes in the arena). ERR_INVALID when the recipient is not a
 * plain address or a header would hold a control character; ERR_BUG when the letter lacks a value
 * that its text wants. conf->mail_from is a plain address. */
enum err letter_write(struct arena *arena, const struct conf *conf, const struct letter *letter,
	struct text *message) MUST_USE;

#endif
