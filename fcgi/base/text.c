#include "base/text.h"

#include "base/memory.h"

#include <errno.h>
#include <idn2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum { FIRST_ROOM = 256 };

struct text text_in(struct arena *arena)
{
	return (struct text){ .arena = arena };
}

static void text_grow(struct text *text, size_t len)
{
	size_t room = text->room == 0 ? FIRST_ROOM : text->room;

	while (room - text->len <= len) {
		room *= 2;
	}
	text->bytes = text->room == 0 ? arena_alloc(text->arena, room)
		: arena_resize(text->arena, text->bytes, text->room, room);
	text->room = room;
}

/* Makes room for len more bytes and the NUL. */
static inline void text_make_room(struct text *text, size_t len)
{
	if (text->room - text->len <= len) {
		text_grow(text, len);
	}
}

void text_put(struct text *text, const char *bytes, size_t len)
{
	text_make_room(text, len);
	if (len > 0) {
		memcpy(text->bytes + text->len, bytes, len);
	}
	text->len += len;
	text->bytes[text->len] = '\0';
}

void text_puts(struct text *text, const char *string)
{
	text_put(text, string, strlen(string));
}

void text_putc(struct text *text, char c)
{
	text_make_room(text, 1);
	text->bytes[text->len++] = c;
	text->bytes[text->len] = '\0';
}

void text_putu(struct text *text, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	text_put(text, digits + at, sizeof(digits) - at);
}

void text_putf(struct text *text, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0) {
		memory_give_up(0); /* its formats are ours, and nothing else can fail */
	}
	if (len > 0) {
		text_make_room(text, (size_t)len);
		vsnprintf(text->bytes + text->len, (size_t)len + 1, format, again);
		text->len += (size_t)len;
	}
	va_end(again);
}

/* Whether a byte may not stand in JSON as it is, or not before any other: those that text_escape()
 * looks at. To look each one up here takes a fifth of what it takes to compare it with them. */
#define TEXT_FOUR(at) [at] = true, [(at) + 1] = true, [(at) + 2] = true, [(at) + 3] = true
static const bool text_is_special[256] = {
	TEXT_FOUR(0x00), TEXT_FOUR(0x04), TEXT_FOUR(0x08), TEXT_FOUR(0x0c), TEXT_FOUR(0x10),
	TEXT_FOUR(0x14), TEXT_FOUR(0x18), TEXT_FOUR(0x1c), ['"'] = true, ['\\'] = true, [0xe2] = true,
};
#undef TEXT_FOUR

/* Goes on to the next of those; the NUL is one. */
static const char *text_skip_plain(const char *at)
{
	while (!text_is_special[(unsigned char)*at]) {
		at++;
	}
	return at;
}

/* Gives what stands in JSON for the character at at, if that may not stand there as it is: U+2028
 * and U+2029 end a line in JavaScript. NULL for all others. */
static const char *text_escape(const char *at, char out[static 7])
{
	switch (*at) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	case '\xe2':
		return strncmp(at, "\xe2\x80\xa8", 3) == 0 ? "\\u2028"
			: strncmp(at, "\xe2\x80\xa9", 3) == 0 ? "\\u2029" : NULL;
	default:
		break;
	}
	if ((unsigned char)*at >= 0x20) {
		return NULL;
	}
	snprintf(out, 7, "\\u%04x", (unsigned)*at);
	return out;
}

void text_separate(struct text *text)
{
	char last = text->len == 0 ? '[' : text->bytes[text->len - 1];

	if (last != '{' && last != '[') {
		text_putc(text, ',');
	}
}

/* Puts a word in quotes, in one piece with what closes them. */
static inline void text_put_quoted(struct text *text, const char *word, const char close[static 3])
{
	size_t len = strlen(word), end = close[1] == '\0' ? 1 : 2;
	char *at;

	text_make_room(text, len + 3);
	at = text->bytes + text->len;
	*at++ = '"';
	memcpy(at, word, len);
	memcpy(at + len, close, 3);
	text->len += 1 + len + end;
}

void text_put_word(struct text *text, const char *word)
{
	text_put_quoted(text, word, "\"\0");
}

void text_put_member(struct text *text, const char *name)
{
	text_separate(text);
	text_put_quoted(text, name, "\":");
}

void text_put_json(struct text *text, const char *string)
{
	const char *from = string, *at, *instead;
	char code[7];

	text_putc(text, '"');
	for (at = text_skip_plain(string); *at != '\0'; at = text_skip_plain(at + 1)) {
		instead = text_escape(at, code);
		if (instead == NULL) {
			continue;
		}
		text_put(text, from, (size_t)(at - from));
		text_puts(text, instead);
		at += *at == '\xe2' ? 2 : 0; /* it has three bytes */
		from = at + 1;
	}
	text_put(text, from, (size_t)(at - from));
	text_putc(text, '"');
}

bool text_is_utf8(const char *bytes, size_t len)
{
	return memchr(bytes, '\0', len) == NULL && u8_check((const uint8_t *)bytes, len) == NULL;
}

bool text_is_ascii(const char *string)
{
	while (*string != '\0' && (unsigned char)*string < 0x80) {
		string++;
	}
	return *string == '\0';
}

bool text_is_printable(const char *string)
{
	while (*string >= ' ' && *string <= '~') {
		string++;
	}
	return *string == '\0';
}

size_t text_points(const char *string)
{
	return text_is_ascii(string) ? strlen(string)
		: u8_mbsnlen((const uint8_t *)string, strlen(string));
}

bool text_has_control(const char *string)
{
	for (; *string != '\0'; string++) {
		if ((unsigned char)*string < 0x20 || *string == 0x7f) {
			return true;
		}
	}
	return false;
}

/* Takes what libunistring made of the string, which errno was cleared before; NULL when that is
 * nothing. */
static char *text_take(struct arena *arena, uint8_t *out, size_t len, const char *string)
{
	char *copy;

	if (out == NULL && errno == ENOMEM) {
		memory_give_up(0);
	}
	if (out == NULL && string[0] != '\0') {
		return NULL;
	}
	copy = arena_copy(arena, (const char *)out, len);
	if (out != NULL) {
		explicit_bzero(out, len);
	}
	free(out);
	return copy;
}

/* Gives the string in a normal form; NULL when it has none. ASCII is in each of them. */
static char *text_normalize(struct arena *arena, uninorm_t form, const char *string)
{
	size_t len = 0;
	uint8_t *out;

	if (text_is_ascii(string)) {
		return arena_string(arena, string);
	}
	errno = 0;
	out = u8_normalize(form, (const uint8_t *)string, strlen(string), NULL, &len);
	return text_take(arena, out, len, string);
}

const char *text_nfc(struct arena *arena, const char *string)
{
	return text_normalize(arena, UNINORM_NFC, string);
}

enum { MINUS_SIGN = 0x2212 }; /* a symbol, not punctuation as other dashes are */

/* Whether c stands between the characters of a code so that it reads better, or came along
 * unseen. */
static bool text_is_between(ucs4_t c)
{
	return uc_is_property_white_space(c) || text_is_unseen(c) || c == MINUS_SIGN ||
		uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Pd);
}

/* The same as below of what is printable, at a tenth of its cost. */
static const char *text_code_printable(struct arena *arena, const char *string)
{
	char *copy = arena_string(arena, string), *to = copy;

	for (; *string != '\0'; string++) {
		if (*string != ' ' && *string != '-') {
			*to++ = *string;
		}
	}
	*to = '\0';
	return text_lower(arena, copy);
}

const char *text_code(struct arena *arena, const char *string)
{
	const char *plain;
	const uint8_t *at, *next;
	struct text text = text_in(arena);
	ucs4_t c;

	if (text_is_printable(string)) {
		return text_code_printable(arena, string);
	}
	plain = text_normalize(arena, UNINORM_NFKC, string);
	if (plain == NULL) {
		return NULL;
	}
	text_puts(&text, "");
	for (at = (const uint8_t *)plain; (next = u8_next(&c, at)) != NULL; at = next) {
		int digit = uc_decimal_value(c);

		if (digit >= 0) {
			text_putc(&text, (char)('0' + digit));
		} else if (!text_is_between(c)) {
			text_put(&text, (const char *)at, (size_t)(next - at));
		}
	}
	return text_lower(arena, text.bytes);
}

/* Letters that Unicode does not take apart, as they are typed by who does not have them. */
static const struct letter { ucs4_t letter; const char *plain; } letters[] = {
	{ 0xe6, "ae" }, { 0xf0, "d" }, { 0xf8, "o" }, { 0xfe, "th" }, { 0x111, "d" }, { 0x127, "h" },
	{ 0x131, "i" }, { 0x138, "k" }, { 0x142, "l" }, { 0x14b, "n" }, { 0x153, "oe" },
	{ 0x167, "t" }, { 0x180, "b" }, { 0x192, "f" }, { 0x1b6, "z" }, { 0x1e5, "g" },
	{ 0x268, "i" }, { 0x289, "u" },
	/* Arabic: letters whose dots are left out, and those of Persian keyboards. */
	{ 0x629, "\u0647" }, { 0x649, "\u064a" }, { 0x6a9, "\u0643" }, { 0x6cc, "\u064a" },
};

static const char *text_plain_letter(ucs4_t c)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].letter == c) {
			return letters[i].plain;
		}
	}
	return NULL;
}

enum {
	TATWEEL = 0x640,
	MODIFIERS_FIRST = 0x2b0,
	MODIFIERS_LAST = 0x2ff,
	IDEOGRAPHIC_FULL_STOP = 0x3002
};

/* Appends a character of a decomposed and folded text as it is looked for. */
static void text_put_plain(struct text *text, ucs4_t c, const char *at, size_t len)
{
	const char *plain = text_plain_letter(c);
	int digit = uc_decimal_value(c);
	bool modifies = c >= MODIFIERS_FIRST && c <= MODIFIERS_LAST;

	if (c < 0x80) {
		text_putc(text, (char)c);
	} else if (c == IDEOGRAPHIC_FULL_STOP) {
		text_putc(text, '.'); /* as in domains, UTS #46 */
	} else if (plain != NULL) {
		text_puts(text, plain);
	} else if (digit >= 0) {
		text_putc(text, (char)('0' + digit));
	} else if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N) &&
		   c != TATWEEL && !modifies) {
		text_put(text, at, len);
	} else if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Cf) &&
		   c != TATWEEL) {
		text_putc(text, ' ');
	}
}

/* Gives the string taken apart, without case; NULL when that cannot be. */
static const char *text_fold(struct arena *arena, const char *string)
{
	const char *apart = text_normalize(arena, UNINORM_NFKD, string);
	size_t len = 0;
	uint8_t *out;

	if (apart == NULL) {
		return NULL;
	}
	errno = 0;
	out = u8_casefold((const uint8_t *)apart, strlen(apart), NULL, UNINORM_NFKD, NULL, &len);
	return text_take(arena, out, len, apart);
}

const char *text_plain(struct arena *arena, const char *string)
{
	const char *folded;
	const uint8_t *at, *next;
	struct text text = text_in(arena);
	ucs4_t c;

	if (text_is_ascii(string)) {
		return text_lower(arena, string); /* most are; the rest costs ten times as much */
	}
	folded = text_fold(arena, string);
	if (folded == NULL) {
		return NULL;
	}
	text_puts(&text, "");
	for (at = (const uint8_t *)folded; (next = u8_next(&c, at)) != NULL; at = next) {
		text_put_plain(&text, c, (const char *)at, (size_t)(next - at));
	}
	return text.bytes;
}

const char *text_lower(struct arena *arena, const char *string)
{
	char *copy = arena_string(arena, string);

	for (char *at = copy; *at != '\0'; at++) {
		if (*at >= 'A' && *at <= 'Z') {
			*at = (char)(*at - 'A' + 'a');
		}
	}
	return copy;
}

static bool text_is_label(const char *label, size_t len)
{
	if (len == 0 || len > 63 || label[0] == '-' || label[len - 1] == '-') {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		char c = label[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
			return false;
		}
	}
	return true;
}

static bool text_is_domain(const char *domain)
{
	const char *label = domain;

	if (strlen(domain) > 253) {
		return false;
	}
	for (;;) {
		size_t len = strcspn(label, ".");

		if (!text_is_label(label, len)) {
			return false;
		}
		if (label[len] == '\0') {
			return true;
		}
		label += len + 1;
	}
}

/* What is in ASCII and no A-label is a domain as it is, or none: asking the library is a fifth of
 * the instructions of an import. */
const char *text_domain(struct arena *arena, const char *domain)
{
	const char *copy;
	char *ascii = NULL;
	int result;

	if (text_is_ascii(domain) && strstr(domain, "--") == NULL) {
		copy = text_lower(arena, domain);
		return text_is_domain(copy) ? copy : NULL;
	}
	errno = 0;
	result = idn2_to_ascii_8z(domain, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
	if (result == IDN2_MALLOC || (result != IDN2_OK && errno == ENOMEM)) {
		memory_give_up(0);
	}
	if (result != IDN2_OK) {
		return NULL;
	}
	copy = text_lower(arena, ascii);
	idn2_free(ascii);
	return text_is_domain(copy) ? copy : NULL;
}

const char *text_domain_shown(struct arena *arena, const char *domain)
{
	const char *copy, *again;
	char *shown = NULL;
	int result = idn2_to_unicode_8z8z(domain, &shown, 0);

	if (result == IDN2_MALLOC) {
		memory_give_up(0);
	}
	if (result != IDN2_OK) {
		return arena_string(arena, domain);
	}
	copy = arena_string(arena, shown);
	idn2_free(shown);
	again = text_domain(arena, copy);
	return again != NULL && strcmp(again, domain) == 0 ? copy : arena_string(arena, domain);
}
