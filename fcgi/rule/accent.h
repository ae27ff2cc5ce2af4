/*
 * The accent of an installation: one colour, of which the page makes the filled buttons, the links
 * and the marks of what is chosen. It is given for the light scheme and must be readable there on
 * everything that it stands on; the tone for the dark scheme is made of it, and always is.
 *
 * The grounds are those of htdocs/css/tokens.css.
 */
#ifndef RULE_ACCENT_H
#define RULE_ACCENT_H

#include "base/arena.h"

#include <stdbool.h>

enum {
	ACCENT_SIZE = sizeof("#rrggbb"),
	ACCENT_LEAST = 450, /* hundredths of the contrast of text: WCAG 2.2, 1.4.3 */
	ACCENT_IN_DARK = 600, /* of the tone that is made: what only just suffices looks dull there */
};

/* Whether the text is "#rrggbb", in letters of either case. */
bool accent_is_colour(const char *text);

/* The least contrast that the colour has, in hundredths and rounded down, with the grounds of the
 * light scheme, or of the dark one. The text is a colour. */
unsigned accent_contrast(const char *colour, bool dark);

/* NULL for a colour that is readable, and for "", which is the page's own; else what is wrong, as
 * a sentence of the arena for whoever wrote the settings. */
const char *accent_check(struct arena *arena, const char *text);

/* Makes the tone for the dark scheme: the colour with just so much white in it that its contrast
 * there is ACCENT_IN_DARK. "" for "". The text is a colour or "". */
void accent_for_dark(char out[static ACCENT_SIZE], const char *colour);

#endif
