/* What of a text is seen: the part of base/text.h that looks at one character after the other. */
#include "base/text.h"

#include <string.h>
#include <unictype.h>
#include <unigbrk.h>
#include <unistr.h>

enum {
	ZERO_WIDTH_NON_JOINER = 0x200c,
	ZERO_WIDTH_JOINER = 0x200d,
	KEYCAP = 0x20e3,
	BRAILLE_BLANK = 0x2800,
	TEXT_VARIATION = 0xfe0e,
	EMOJI_VARIATION = 0xfe0f,
	BLACK_FLAG = 0x1f3f4,
	TAG_END = 0xe007f,
	FLAG_TAGS_MAX = 6 /* of the code of a region, like gbeng */
};

/* Whether a character that libunistring does not know yet may be seen: new emoji and ideographs
 * come every year, into blocks that are kept for them (Extended_Pictographic of UTS #51). */
static bool text_is_new(ucs4_t c)
{
	return (c >= 0x1f000 && c <= 0x1faff) || (c >= 0x1fc00 && c <= 0x1fffd) ||
		(c >= 0x20000 && c <= 0x3fffd && (c & 0xfffe) != 0xfffe);
}

bool text_is_unseen(uint32_t c)
{
	if (c >= ' ' && c <= '~') {
		return false;
	}
	if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cn)) {
		return !text_is_new(c);
	}
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf |
		UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp | UC_CATEGORY_MASK_Co) ||
		uc_is_property_default_ignorable_code_point(c);
}

bool text_is_space(uint32_t c)
{
	return c == ' ' || (c > '~' && (uc_is_property_white_space(c) || c == BRAILLE_BLANK));
}

static bool text_is_letter_or_digit_tag(ucs4_t c)
{
	return (c >= 0xe0030 && c <= 0xe0039) || (c >= 0xe0061 && c <= 0xe007a);
}

/* Gives where the tags end that make a black flag that of a region (UTS #51, ED-14a), from the
 * first of them; NULL when they do not. */
static const uint8_t *text_after_flag(const uint8_t *at)
{
	ucs4_t c = 0;
	int tags = 0;

	while ((at = u8_next(&c, at)) != NULL && text_is_letter_or_digit_tag(c) &&
	       tags <= FLAG_TAGS_MAX) {
		tags++;
	}
	return at != NULL && c == TAG_END && tags > 0 && tags <= FLAG_TAGS_MAX ? at : NULL;
}

static bool text_is_mongolian_selector(ucs4_t c)
{
	return c >= 0x180b && c <= 0x180f;
}

/* Whether c, which cannot be seen by itself, changes how what stands before it is seen, or joins it
 * to what comes next: 0 for nothing. */
static bool text_belongs(ucs4_t before, ucs4_t c, ucs4_t next)
{
	if (c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER) {
		return before != 0 && next != 0 && !text_is_space(next) && !text_is_unseen(next);
	}
	if (c == EMOJI_VARIATION && next != KEYCAP && before < 0x80) {
		return false; /* digits are emoji only with it */
	}
	if (c == TEXT_VARIATION || c == EMOJI_VARIATION) {
		return uc_is_property_emoji(before);
	}
	if (text_is_mongolian_selector(c)) {
		return before >= 0x1820 && before <= 0x18aa;
	}
	return uc_is_property_unified_ideograph(before) &&
		((c >= 0xfe00 && c <= 0xfe02) || (c >= 0xe0100 && c <= 0xe01ef));
}

enum sight { SIGHT_END = 0, SIGHT_SPACE, SIGHT_SEEN, SIGHT_UNSEEN };

/* A text as it is looked at from left to right. */
struct looking {
	const uint8_t *at;   /* of what was looked at last */
	const uint8_t *next; /* behind it */
	ucs4_t c;
	ucs4_t before;       /* what is seen just before next; 0 for nothing */
};

/* Goes on, and tells whether what is there can be seen. */
static enum sight text_look(struct looking *look)
{
	const uint8_t *flag;
	enum sight sight = SIGHT_SEEN;
	ucs4_t next = 0;

	look->at = look->next;
	look->next = u8_next(&look->c, look->at);
	if (look->next == NULL) {
		return SIGHT_END;
	}
	if (text_is_unseen(look->c)) {
		u8_next(&next, look->next); /* 0 at the end, as U+0000 is nothing that a text has */
		sight = text_belongs(look->before, look->c, next) ? SIGHT_SEEN : SIGHT_UNSEEN;
	} else if (text_is_space(look->c)) {
		sight = SIGHT_SPACE;
	} else if (look->c == BLACK_FLAG) {
		flag = text_after_flag(look->next);
		look->next = flag != NULL ? flag : look->next;
	}
	look->before = sight == SIGHT_SEEN ? look->c : 0;
	return sight;
}

/* Finds the first character that cannot be seen; false when there is none. */
static bool text_look_for_unseen(struct looking *look, const char *string)
{
	enum sight sight = SIGHT_SEEN;

	*look = (struct looking){ .next = (const uint8_t *)string };
	while (sight == SIGHT_SEEN || sight == SIGHT_SPACE) {
		sight = text_look(look);
	}
	return sight == SIGHT_UNSEEN;
}

bool text_has_invisible(const char *string)
{
	struct looking look;

	return !text_is_printable(string) && text_look_for_unseen(&look, string);
}

/* Gives the beginning of the last count characters of a text, within its last word. */
static const uint8_t *text_back(const uint8_t *start, const uint8_t *end, size_t count)
{
	const uint8_t *at = end, *before;
	ucs4_t c;

	while (count-- > 0 && (before = u8_prev(&c, at, start)) != NULL && !text_is_space(c)) {
		at = before;
	}
	return at;
}

const char *text_place_of_unseen(struct arena *arena, const char *string, uint32_t *character)
{
	enum { SHOWN_MAX = 20 };
	struct looking look;
	const uint8_t *from;

	string = text_clean(arena, string);
	if (string == NULL || !text_look_for_unseen(&look, string)) {
		return NULL;
	}
	*character = look.c;
	from = text_back((const uint8_t *)string, look.at, SHOWN_MAX);
	return arena_copy(arena, (const char *)from, (size_t)(look.at - from));
}

const char *text_trim(const char *string, size_t *len)
{
	struct looking look = { .next = (const uint8_t *)string };
	const uint8_t *first = NULL, *end = (const uint8_t *)string;
	enum sight sight;

	while ((sight = text_look(&look)) != SIGHT_END) {
		if (sight == SIGHT_SEEN) {
			first = first == NULL ? look.at : first;
			end = look.next;
		}
	}
	first = first == NULL ? (const uint8_t *)string : first;
	*len = end > first ? (size_t)(end - first) : 0;
	return (const char *)first;
}

/* The same as below of what is printable: the rest costs ten times as much. */
static const char *text_clean_printable(struct arena *arena, const char *string)
{
	char *copy = arena_string(arena, string), *to = copy;

	for (; *string != '\0'; string++) {
		if (*string != ' ' || (to > copy && to[-1] != ' ')) {
			*to++ = *string;
		}
	}
	to -= to > copy && to[-1] == ' ';
	*to = '\0';
	return copy;
}

const char *text_clean(struct arena *arena, const char *string)
{
	const char *nfc;
	const uint8_t *at, *next, *end;
	struct text text = text_in(arena);
	bool space = false;
	size_t len;
	ucs4_t c;

	if (text_is_printable(string)) {
		return text_clean_printable(arena, string);
	}
	nfc = text_nfc(arena, string);
	if (nfc == NULL) {
		return NULL;
	}
	text_puts(&text, "");
	at = (const uint8_t *)text_trim(nfc, &len);
	for (end = at + len; at < end && (next = u8_next(&c, at)) != NULL; at = next) {
		if (text_is_space(c) && !text_is_unseen(c)) {
			space = true; /* one for a run of them */
			continue;
		}
		if (space) {
			text_putc(&text, ' ');
			space = false;
		}
		text_put(&text, (const char *)at, (size_t)(next - at));
	}
	return text.bytes;
}

const char *text_cut(struct arena *arena, const char *string, size_t max)
{
	size_t len = strlen(string), kept = 0, points = 0;
	char *breaks = arena_alloc(arena, len + 1);

	u8_grapheme_breaks((const uint8_t *)string, len, breaks);
	for (size_t at = 0; at <= len && points <= max; at++) {
		bool begins = ((unsigned char)string[at] & 0xc0) != 0x80;

		kept = at == len || breaks[at] != 0 ? at : kept;
		points += begins;
	}
	string = text_trim(arena_copy(arena, string, kept), &len);
	return arena_copy(arena, string, len);
}
