/*
 * Checks of single input fields. Each takes text that is valid UTF-8 and not empty, gives the
 * normalised value in *out (from the arena) and returns NULL, or returns what is wrong ("format",
 * "too_long", "letters", "characters"); *out is then untouched. The reader puts the name of the
 * field in front ("email.format"), and the page turns that into a sentence. Whether a field may be
 * empty is the field's own affair.
 */
#ifndef RULE_FIELD_H
#define RULE_FIELD_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* What a text has to be: for the reader that refuses, and for the document that tells. */
struct check {
	const char *(*run)(struct arena *arena, const char *in, const char **out);
	size_t max;          /* characters (code points), as they are typed */
	const char *pattern; /* ECMA-262, of the text less the white space around it: whatever else is
	                      * refused; NULL: none */
	bool takes_unseen;   /* what cannot be seen within the text is its own affair */
};

/* The most characters of what has no form. */
enum {
	FIELD_EMAIL_MAX = 254, /* RFC 5321 4.5.3.1.3, less the angle brackets */
	FIELD_PERSON_MAX = 200,
	FIELD_GROUP_MAX = 100,
	FIELD_VIEW_MAX = 60,  /* the name of a saved view */
	FIELD_CODE_MAX = 256,
	FIELD_QUERY_MAX = 1000
};

/* An address that mail can be sent to: local part ASCII per RFC 5321 dot-string, lower-cased, at
 * most 64 bytes; domain with at least one dot, as A-labels; 254 bytes in all (RFC 5321 4.5.3.1). */
extern const struct check check_email;

/* The code of a country, ISO 3166-1 alpha-2, in any case; upper-case in *out. */
extern const struct check check_country;

/* A code from a letter, an app or the list of recovery codes, as text_code() reduces it, perhaps to
 * nothing; whether it is one is not asked here. */
extern const struct check check_code;

/* The query of an address of the page, as browsers write it: letters, digits, %XX and *-._+=&. */
extern const struct check check_query;

/* A well-formed language tag as the user's column keeps it: "de", "pt-BR", "zh-Hant"; at most 16
 * characters (RFC 5646 2.1, letters and digits between hyphens). */
extern const struct check check_language;

/* Checks a text of one line, like a name: NFC, trimmed, no control, bidi or invisible characters,
 * at most max code points; may be empty. */
const char *field_text(struct arena *arena, const char *in, size_t max, const char **out);

/* Give what somebody looks for as the column has it that was filled by check_email or
 * check_country: a part of an address in lower case, its domain as A-labels as far as its labels
 * are whole; a code in upper case, and "-" in place of what has other letters: no column has it,
 * and one in another character set could not be asked for them. */
const char *field_email_part(struct arena *arena, const char *in);
const char *field_country_part(struct arena *arena, const char *in);

#endif
