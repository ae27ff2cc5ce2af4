/*
 * The countries of ISO 3166-1, what they are called, and how their phone numbers are built. One
 * table serves all (country.def). The numbering plans are their countries', as notified to the ITU
 * (E.164); the figures were gathered from libphonenumber's metadata, which follows them, and
 * corrected by hand where the two differ.
 *
 * There is a library that knows far more of numbers, libphonenumber, but it is one of C++ alone.
 * The table tells the code of a country, what is dialled before a number within it, and how many
 * digits a whole number has. It does not know which areas and operators there are, nor what kind of
 * number one is: it tells a number that is cut short or has a digit too many, not one that nobody
 * has.
 */
#ifndef RULE_COUNTRY_H
#define RULE_COUNTRY_H

#include <stdbool.h>
#include <stddef.h>

struct country {
	const char *iso;     /* alpha-2; "" for a code that is no country's, like that of satellites */
	const char *code;    /* after +; some share one */
	const char *trunk;   /* dialled before a number within the country; "" for nothing */
	const char *lengths; /* of a number without code and trunk: "6,8-9" digits */
	const char *first;   /* digits that it may begin with; "" for all but 0 */
	const char *names;   /* as people write them, with bars between them */
};

/* Gives the country of this alpha-2 code, in upper case; NULL when ISO 3166-1 has none. */
const struct country *country_find(const char *iso);

/* Gives the first country whose code the digits begin with; NULL when no code does. No code begins
 * another one. */
const struct country *country_of_digits(const char *digits, size_t count);

/* Gives the next country of the same code; NULL after the last. */
const struct country *country_next(const struct country *country);

/* Tells whether a number of the country may have so many digits. */
bool country_has_length(const struct country *country, size_t digits);

/* Gives the fewest digits of its numbers, and the most. */
void country_range(const struct country *country, size_t *least, size_t *most);

/* All of them, ended by one without a code. */
extern const struct country countries[];

#endif
