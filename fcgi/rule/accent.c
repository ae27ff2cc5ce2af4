#include "rule/accent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 3, FULL = 255, SHARE_STEP = 2, PALE_SHARE = 8 /* hundredths, --accent-pale */ };

struct colour {
	unsigned part[PARTS];
};

/* What the accent stands on, or what stands on it: surfaces, and the page, over which its own pale
 * form lies. Of css/tokens.css: page, side, shade, raised. */
static const struct colour grounds_light[] = {
	{ { 0xff, 0xff, 0xff } }, { { 0xf8, 0xf9, 0xfa } }, { { 0xf4, 0xf5, 0xf7 } },
};
static const struct colour grounds_dark[] = {
	{ { 0x0f, 0x12, 0x17 } }, { { 0x0b, 0x0e, 0x12 } }, { { 0x1a, 0x1f, 0x27 } },
};

enum { GROUNDS = sizeof(grounds_light) / sizeof(grounds_light[0]) };

static const struct colour white = { { FULL, FULL, FULL } };

bool accent_is_colour(const char *text)
{
	return text[0] == '#' && strlen(text) == ACCENT_SIZE - 1 &&
		strspn(text + 1, "0123456789abcdefABCDEF") == ACCENT_SIZE - 2;
}

static struct colour accent_read(const char *text)
{
	unsigned long number = strtoul(text + 1, NULL, 16);

	return (struct colour) { { number >> 16 & FULL, number >> 8 & FULL, number & FULL } };
}

/* The colour with so many hundredths of the other in it. */
static struct colour accent_mix(struct colour colour, struct colour other, unsigned share)
{
	struct colour out;

	for (size_t i = 0; i < PARTS; i++) {
		out.part[i] = (colour.part[i] * (100 - share) + other.part[i] * share + 50) / 100;
	}
	return out;
}

/* Relative luminance, as WCAG 2 defines it. */
static double accent_luminance(struct colour colour)
{
	static const double weight[PARTS] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;

	for (size_t i = 0; i < PARTS; i++) {
		double part = colour.part[i] / (double)FULL;

		sum += weight[i] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

/* Rounded down, so that what is told is never more than there is. */
static unsigned accent_ratio(struct colour one, struct colour other)
{
	double first = accent_luminance(one) + 0.05, second = accent_luminance(other) + 0.05;

	return (unsigned)floor(100 * fmax(first, second) / fmin(first, second) + 1e-9);
}

static unsigned accent_least(struct colour colour, bool dark)
{
	const struct colour *grounds = dark ? grounds_dark : grounds_light;
	unsigned least = accent_ratio(colour, accent_mix(grounds[0], colour, PALE_SHARE));

	for (size_t i = 0; i < GROUNDS; i++) {
		unsigned ratio = accent_ratio(colour, grounds[i]);

		least = ratio < least ? ratio : least;
	}
	return least;
}

unsigned accent_contrast(const char *colour, bool dark)
{
	return accent_least(accent_read(colour), dark);
}

const char *accent_check(struct arena *arena, const char *text)
{
	unsigned contrast;

	if (text[0] == '\0') {
		return NULL;
	}
	if (!accent_is_colour(text)) {
		return "must be a colour like #1d58c9";
	}
	contrast = accent_contrast(text, false);
	return contrast >= ACCENT_LEAST ? NULL : arena_printf(arena,
		"%s has a contrast of %u.%02u:1 with the light page, and the least is %u.%u:1 "
		"(WCAG 2.2, 1.4.3): choose a darker colour", text, contrast / 100, contrast % 100,
		ACCENT_LEAST / 100, ACCENT_LEAST % 100 / 10);
}

void accent_for_dark(char out[static ACCENT_SIZE], const char *colour)
{
	struct colour tone, own;
	unsigned share = 0;

	if (colour[0] == '\0') {
		out[0] = '\0';
		return;
	}
	own = tone = accent_read(colour);
	while (accent_least(tone, true) < ACCENT_IN_DARK) {
		share += SHARE_STEP;
		tone = accent_mix(own, white, share);
	}
	snprintf(out, ACCENT_SIZE, "#%02x%02x%02x", tone.part[0] & FULL, tone.part[1] & FULL,
		tone.part[2] & FULL);
}
