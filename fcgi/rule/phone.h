/*
 * Phone numbers: one rule for forms, imports, filters and look-ups. Kept is E.164, + and the digits
 * alone; the table of rule/country.h says what each country's look like. As they are written:
 *
 *     +49 (0)30 123456 · 0049/30/123456 · tel:+49-30-123456     +4930123456
 *     +39 06 698 12345                                           +390669812345, in Italy 0 stays
 *     030 123456, of a country whose numbers begin with 0        +4930123456
 *     011 49 30 123456, of one that dials 011 for +              +4930123456
 *
 * Spaces, dashes, dots, slashes and brackets of every kind, and what cannot be seen, are dropped;
 * digits of any script count. Nothing is guessed: a number that may be two is refused with the
 * reason, and so is an extension (;ext=12, x12), which E.164 has no place for.
 */
#ifndef RULE_PHONE_H
#define RULE_PHONE_H

#include "rule/field.h"

#include <stdbool.h>

/* Says, before any number is read, of which country (ISO 3166-1, in any case) numbers without a
 * code are; "" for none. false: there is no such country. */
bool phone_set_home(const char *iso);

/* Reads a number as somebody writes it. One without the code of a country is of the country whose
 * ISO code is given, or of the home where that is "". NULL and E.164 in *out, or what is wrong:
 * "format", "characters", "extension", "country" (no country has this code), "national" (it needs
 * the code of a country), "zero" (a 0 too few or too many after the code), "too_short" or
 * "too_long". */
const char *phone_read(struct arena *arena, const char *typed, const char *country,
	const char **out);

/* A number as it is typed: in *out E.164, or without the code of a country the digits alone. Whose
 * they are nobody knows who reads a single field: phone_read() has to be called with them. */
extern const struct check check_phone;

/* Gives a number, or a part of one from its beginning or its end, as it stands in E.164, with + if
 * it was begun so. What has anything but digits and what is dropped stays as it is. */
const char *phone_part(struct arena *arena, const char *in);

#endif
