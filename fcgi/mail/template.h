/*
 * The letters' texts: files in mail/text/, built into the program. {{key}} stands for a value.
 * White space between {{ and the key is put before a value that is not empty: "Hello{{ name}},". It
 * may be the end of a line.
 *
 * A .txt begins with the line "Subject: ..." and an empty line. A .html begins with the line that a
 * list of mails shows beside the subject, also where a phone is locked: never a code or a password;
 * after it comes what stands within the frame that all letters share, mail/frame.html. The frame
 * keeps the words below out of that list. It wants the values language, direction, foot and subject
 * besides those of the letter.
 */
#ifndef MAIL_TEMPLATE_H
#define MAIL_TEMPLATE_H

#include "base/err.h"
#include "base/text.h"
#include "store/outbox.h"

enum template_form { TEMPLATE_TXT, TEMPLATE_HTML };

/* What letters of one language have in common. */
struct template_language {
	const char *tag;       /* BCP 47 */
	const char *direction; /* "ltr" or "rtl" */
	const char *foot;      /* the last line of every letter with a layout */
	const char *time;      /* how it writes one: a template with the values d, dd, month, mm,
	                          year, time and zone */
};

/* Gives the language of this tag, or English when there are no letters in it; never NULL. */
const struct template_language *template_language(const char *tag);

/* Gives the text of a letter in one of those languages; never NULL. */
const char *template_find(enum letter_kind kind, const struct template_language *language,
	enum template_form form);

/* What a letter of the kind "changed" tells (rule/notice.h). */
struct template_notice {
	const char *word;
	const char *language;
	const char *title; /* for the subject */
	const char *deed;  /* what happened; lines of it are broken as those of a text */
};

/* NULL when there is no such notice. */
const struct template_notice *template_notice(const struct template_language *language,
	const char *word);

/* Says who did it, or what is void now, in the language, if from is one of the words for that; else
 * from itself, which is an address or nothing. */
const char *template_origin(const struct template_language *language, const char *from);

/* Gives a whole HTML document: the frame with the HTML text of a letter in it. From the arena. */
const char *template_document(struct arena *arena, const char *html);

/* Appends the template to out with its values put in, as they are (TEMPLATE_TXT) or with & < > " '
 * escaped (TEMPLATE_HTML). values is ended by key NULL. ERR_BUG when a key has no value. */
enum err template_fill(struct text *out, const char *template, enum template_form form,
	const struct letter_value *values) MUST_USE;

#endif
