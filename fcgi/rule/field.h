/*
 * Checks of single input fields. Each takes text that is valid UTF-8, gives the normalised value in
 * *out (from the arena) and returns NULL, or returns the stable key of what is wrong
 * ("email.format") which the page turns into a sentence; *out is then untouched.
 */
#ifndef RULE_FIELD_H
#define RULE_FIELD_H

#include "base/arena.h"

typedef const char *field_check(struct arena *arena, const char *in, const char **out);

/* How long the values are that the checks of the same name give, in characters. */
enum {
	FIELD_EMAIL_MAX = 254, /* RFC 5321 4.5.3.1.3, less the angle brackets */
	FIELD_PERSON_MAX = 200,
	FIELD_PHONE_MAX = 16,
	FIELD_COUNTRY_MAX = 2,
	FIELD_LANGUAGE_MAX = 16 /* as the column */
};

/* An address that mail can be sent to: local part ASCII per RFC 5321 dot-string, lower-cased, at
 * most 64 bytes; domain with at least one dot, as A-labels; 254 bytes in all (RFC 5321 4.5.3.1).
 * Keys: email.required, email.format, email.too_long. */
field_check field_email;

/* The same of somebody who need not have one: "" stays as it is. */
field_check field_email_or_none;

/* A person's name: NFC, trimmed, no control, bidi or invisible characters, at most 200 code points;
 * may be empty. Keys: name.characters, name.too_long. */
field_check field_person;

/* The name of a group: as a person's, but 1 to 100 code points. Keys: name.required,
 * name.characters, name.too_long. */
field_check field_group;

/* A phone number: E.164, + and 8 to 15 digits; spaces, dots, hyphens and brackets are dropped; may
 * be empty. Keys: phone.format. */
field_check field_phone;

/* A part of a number, to be looked for, as field_phone keeps it. What has no digit or plus, or has
 * anything but those and the ornaments, stays as it is: it never becomes empty. */
const char *field_phone_part(struct arena *arena, const char *in);

/* An upper-case ISO 3166-1 alpha-2 shape; may be empty. Keys: country.format. */
field_check field_country;

/* A code from a letter, an app or the list of recovery codes, as text_code() reduces it; whether it
 * is one is not asked here. Keys: code.characters. */
field_check field_code;
enum { CODE_MOST = 256 }; /* bytes of what is pasted */

/* The name of a saved view: as a group's, but of 60 code points. Keys as there. */
field_check field_view;

/* The query of an address of the page, as browsers write it: letters, digits, %XX and *-._+=&; may
 * be empty. Keys: query.format. */
field_check field_query;

/* A well-formed language tag as the user's column keeps it: "de", "pt-BR", "zh-Hant"; may be empty.
 * At most 16 bytes (RFC 5646 2.1, letters and digits between hyphens). Keys: language.format. */
field_check field_language;

#endif
