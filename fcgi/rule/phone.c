#include "rule/phone.h"

#include "base/text.h"
#include "rule/country.h"

#include <string.h>
#include <strings.h>

enum {
	DIGITS_MAX = 32,     /* that are taken in */
	NUMBER_MAX = 15,     /* E.164, with the code */
	TYPED_MAX = 64,      /* with its ornaments */
	EXTENSION_MAX = 8,
	ABROAD_MIN = 9,      /* digits of a number with its code, behind what is dialled before that */
	NATIONAL_MIN = 4,    /* digits of the shortest numbers there are */
	PART_PREFIX_MIN = 6, /* digits from which on a part that begins with 00 is one from abroad */
	PART_WHOLE_MIN = 8   /* and one with a trunk prefix is a whole number */
};

static const struct country *home; /* NULL: none */

bool phone_set_home(const char *iso)
{
	home = NULL;
	for (const struct country *row = countries; row->code != NULL; row++) {
		if (iso[0] != '\0' && strcasecmp(row->iso, iso) == 0) {
			home = row;
		}
	}
	return home != NULL || iso[0] == '\0';
}

/* A number as it was dialled, letter by letter. */
struct dialled {
	char digits[DIGITS_MAX + 1];
	size_t count;
	bool plus;          /* or 00 before the first digit */
	size_t bracket;     /* where digits begin that stand in brackets, behind the first digits */
	size_t bracket_len; /* 0: none do */
};

/* Gives the text behind "tel:", as in RFC 3966, or "Tel.". */
static const char *phone_after_scheme(const char *at)
{
	return strncmp(at, "tel", 3) == 0 ? at + 3 + strspn(at + 3, ".:") : at;
}

/* Takes a bracket that digits alone are in: the first one that is not before all digits. */
static void phone_take_bracket(const char *at, struct dialled *dialled)
{
	size_t len = strspn(at + 1, "0123456789");
	bool closed = at[1 + len] != '\0' && strchr(")]", at[1 + len]) != NULL;

	if (dialled->bracket_len == 0 && dialled->count > 0 && closed) {
		dialled->bracket = dialled->count;
		dialled->bracket_len = len;
	}
}

/* Gives how many bytes of a sign stand at at that parts the digits of a number, and is no dash or
 * space, which text_code() drops; 0 for none. */
static size_t phone_between(const char *at)
{
	static const char *const signs[] = { ")", "]", ".", "/", "\\", "_", "\u00b7", "\u2022",
		"\u2027", "\u2044", "\u2215", "\u2219", "\u22c5", "\u30fb" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t len = strlen(signs[i]);

		if (strncmp(at, signs[i], len) == 0) {
			return len;
		}
	}
	return 0;
}

/* What is wrong with a number from at on, where it is no number any more: whatever stands between
 * it and a few last digits, they are an extension. */
static const char *phone_wrong_at(const char *at, size_t count)
{
	static const char digits[] = "0123456789";
	size_t between = strcspn(at, digits), len = strspn(at + between, digits);
	bool extension = count > 0 && len > 0 && len <= EXTENSION_MAX && at[between + len] == '\0' &&
		memchr(at, '+', between) == NULL;

	return extension ? "extension" : "format";
}

/* Takes the digit, sign or bracket at at and gives its bytes; 0 for anything else. */
static size_t phone_take_one(const char *at, struct dialled *dialled)
{
	if (*at >= '0' && *at <= '9' && dialled->count < DIGITS_MAX) {
		dialled->digits[dialled->count++] = *at;
		return 1;
	}
	if (*at == '+' && dialled->count == 0 && !dialled->plus) {
		dialled->plus = true;
		return 1;
	}
	if (*at == '(' || *at == '[') {
		phone_take_bracket(at, dialled);
		return 1;
	}
	return phone_between(at);
}

/* Takes a number as text_code() has it. NULL, or what is wrong. */
static const char *phone_take(const char *at, struct dialled *dialled)
{
	size_t len;

	*dialled = (struct dialled){ .plus = false };
	for (at = phone_after_scheme(at); *at != '\0'; at += len) {
		len = phone_take_one(at, dialled);
		if (len == 0) {
			return *at == '+' ? "format" : dialled->count == DIGITS_MAX ? "too_long"
				: phone_wrong_at(at, dialled->count);
		}
	}
	return NULL;
}

static void phone_drop(struct dialled *dialled, size_t from, size_t len)
{
	memmove(dialled->digits + from, dialled->digits + from + len, dialled->count - from - len + 1);
	dialled->count -= len;
	if (dialled->bracket >= from + len) {
		dialled->bracket -= len;
	}
}

/* Makes a plus of 00. */
static void phone_take_prefix(struct dialled *dialled)
{
	if (!dialled->plus && strncmp(dialled->digits, "00", 2) == 0) {
		dialled->plus = true;
		phone_drop(dialled, 0, 2);
	}
}

/* Reads what was typed. On two lines there are two numbers. */
static const char *phone_dial(struct arena *arena, const char *typed, struct dialled *dialled)
{
	const char *clean = text_clean(arena, typed);
	const char *plain = clean == NULL || text_has_control(clean) ? NULL : text_code(arena, clean);
	const char *wrong = plain == NULL ? "characters" : phone_take(plain, dialled);

	if (wrong == NULL && dialled->count == 0) {
		wrong = "format";
	}
	return wrong;
}

static bool phone_begins(const char *digits, const char *with)
{
	return with[0] != '\0' && strncmp(digits, with, strlen(with)) == 0;
}

/* What is dialled before the code of another country, where that is not 00, and cannot be 00 before
 * a code. */
static const struct { const char *code; const char *prefix; } abroad[] = {
	{ "1", "011" }, { "7", "810" }, { "81", "010" }, { "375", "810" }, { "992", "810" },
	{ "993", "810" }, { "53", "119" }, { "61", "0011" }, { "254", "000" }, { "255", "000" },
	{ "256", "000" },
};

enum { ABROAD = sizeof(abroad) / sizeof(abroad[0]) };

/* Tells whether the digits may begin with what some country dials in the place of 00, though it
 * looks like 00: until it is known of which country they are, they stay as they are. */
static bool phone_may_be_abroad(const struct dialled *dialled)
{
	for (size_t i = 0; i < ABROAD; i++) {
		if (phone_begins(abroad[i].prefix, "00") &&
		    phone_begins(dialled->digits, abroad[i].prefix) &&
		    dialled->count - strlen(abroad[i].prefix) >= ABROAD_MIN) {
			return true;
		}
	}
	return false;
}

/* Makes a plus of what is dialled in its place in the country. */
static void phone_take_abroad(const struct country *country, struct dialled *dialled)
{
	for (size_t i = 0; !dialled->plus && country != NULL && i < ABROAD; i++) {
		size_t len = strlen(abroad[i].prefix);

		if (strcmp(country->code, abroad[i].code) == 0 &&
		    phone_begins(dialled->digits, abroad[i].prefix) &&
		    dialled->count - len >= ABROAD_MIN) {
			phone_drop(dialled, 0, len);
			dialled->plus = true;
		}
	}
}

/* Drops what is dialled only within the country and stands behind its code all the same: in
 * brackets, or as a zero where no number begins with one. In Italy it is a part of the number. */
static void phone_drop_trunk(const struct country *country, struct dialled *dialled)
{
	size_t len = strlen(country->code), trunk = strlen(country->trunk);
	const char *digits = dialled->digits + len;
	bool zero_stays = strchr(country->first, '0') != NULL && country->first[0] != '\0';

	if (dialled->bracket_len > 0 && dialled->bracket == len && !zero_stays &&
	    ((dialled->bracket_len == 1 && digits[0] == '0') ||
		(dialled->bracket_len == trunk && phone_begins(digits, country->trunk)))) {
		phone_drop(dialled, len, dialled->bracket_len);
	} else if (country->trunk[0] == '0' && phone_begins(digits, country->trunk)) {
		phone_drop(dialled, len, trunk);
	}
}

/* Whether some country of the code has numbers of so many digits; else what is wrong with them. */
static const char *phone_wrong_length(const struct country *country, size_t digits)
{
	size_t least, most, longest = 0;

	for (; country != NULL; country = country_next(country)) {
		if (country_has_length(country, digits)) {
			return NULL;
		}
		country_range(country, &least, &most);
		longest = most > longest ? most : longest;
	}
	return digits > longest ? "too_long" : "too_short";
}

/* Looks at the digits behind the code. */
static const char *phone_wrong(const struct country *country, const char *digits, size_t count)
{
	const char *first = country->first[0] == '\0' ? "123456789" : country->first;

	if (count > 0 && strchr(first, digits[0]) == NULL) {
		return digits[0] == '0' || first[0] == '0' ? "zero" : "format";
	}
	if (strlen(country->code) + count > NUMBER_MAX) {
		return "too_long";
	}
	return phone_wrong_length(country, count);
}

/* Reads a number that begins with the code of a country. */
static const char *phone_read_abroad(struct arena *arena, struct dialled *dialled, const char **out)
{
	const struct country *country = country_of_digits(dialled->digits, dialled->count);
	const char *wrong;
	size_t len;

	if (country == NULL) {
		return "country";
	}
	phone_drop_trunk(country, dialled);
	len = strlen(country->code);
	wrong = phone_wrong(country, dialled->digits + len, dialled->count - len);
	if (wrong == NULL) {
		*out = arena_printf(arena, "+%s", dialled->digits);
	}
	return wrong;
}

/* Gives the length that all numbers of the country have; 0 when they have several. */
static size_t phone_only_length(const struct country *country)
{
	size_t least, most;

	country_range(country, &least, &most);
	return least == most ? least : 0;
}

/* Finds where the number begins in what is dialled within the country. The trunk prefix may be left
 * out, and the code of the country have lost its plus, where all numbers have one length: elsewhere
 * it might be one without its area. */
static const char *phone_find_national(const struct country *country, const char *digits,
	size_t count, size_t *from)
{
	size_t trunk = strlen(country->trunk), code = strlen(country->code);
	size_t only = phone_only_length(country);

	*from = 0;
	if (only > 0 && count == code + only && phone_begins(digits, country->code)) {
		*from = code;
	} else if (phone_begins(digits, country->trunk) &&
		   (country->trunk[0] == '0' || count != only)) {
		*from = trunk;
	} else if (trunk > 0 && only == 0) {
		return "national";
	}
	return NULL;
}

static const char *phone_read_national(struct arena *arena, const struct dialled *dialled,
	const struct country *country, const char **out)
{
	const char *wrong;
	size_t from;

	if (country == NULL) {
		return "national";
	}
	wrong = phone_find_national(country, dialled->digits, dialled->count, &from);
	if (wrong == NULL) {
		wrong = phone_wrong(country, dialled->digits + from, dialled->count - from);
	}
	if (wrong == NULL) {
		*out = arena_printf(arena, "+%s%s", country->code, dialled->digits + from);
	}
	return wrong;
}

const char *phone_read(struct arena *arena, const char *typed, const char *country,
	const char **out)
{
	struct dialled dialled;
	const char *wrong = phone_dial(arena, typed, &dialled);
	const struct country *own;

	if (wrong != NULL) {
		return wrong;
	}
	own = country[0] == '\0' ? home : country_find(country);
	phone_take_abroad(own, &dialled);
	phone_take_prefix(&dialled);
	return dialled.plus ? phone_read_abroad(arena, &dialled, out)
		: phone_read_national(arena, &dialled, own, out);
}

static const char *phone_check(struct arena *arena, const char *in, const char **out)
{
	struct dialled dialled;
	const char *wrong = phone_dial(arena, in, &dialled);

	if (wrong != NULL) {
		return wrong;
	}
	if (!phone_may_be_abroad(&dialled)) {
		phone_take_prefix(&dialled);
	}
	if (dialled.plus) {
		return phone_read_abroad(arena, &dialled, out);
	}
	if (dialled.count < NATIONAL_MIN) {
		return "too_short";
	}
	*out = arena_string(arena, dialled.digits);
	return NULL;
}

const struct check check_phone = { phone_check, TYPED_MAX,
	"([Tt][Ee][Ll][.:]?)?[^A-Za-z]+", true };

/* Gives how many digits of a part, which has no plus, are not those of a number in E.164: the
 * longest trunk prefix of any country before a whole one, for who looks does not say of which; a
 * zero. Fewer digits find more. */
static size_t phone_part_prefix(const struct dialled *part)
{
	size_t longest = part->count > 1 && part->digits[0] == '0' && part->digits[1] != '0';

	for (const struct country *row = countries; row->code != NULL; row++) {
		size_t len = strlen(row->trunk);

		if (part->count >= PART_WHOLE_MIN && len > longest &&
		    country_has_length(row, part->count - len) &&
		    phone_begins(part->digits, row->trunk)) {
			longest = len;
		}
	}
	for (size_t i = 0; i < ABROAD; i++) {
		size_t len = strlen(abroad[i].prefix);

		if (phone_begins(part->digits, abroad[i].prefix) && part->count - len >= ABROAD_MIN) {
			longest = len;
		}
	}
	return longest;
}

const char *phone_part(struct arena *arena, const char *in)
{
	struct dialled part;
	const char *plain = text_code(arena, in);
	const struct country *country;

	if (plain == NULL || phone_take(plain, &part) != NULL || (part.count == 0 && !part.plus)) {
		return in;
	}
	if (part.count >= PART_PREFIX_MIN && !phone_may_be_abroad(&part)) {
		phone_take_prefix(&part);
	}
	country = country_of_digits(part.digits, part.count);
	if (part.plus && country != NULL) {
		phone_drop_trunk(country, &part);
	}
	return part.plus ? arena_printf(arena, "+%s", part.digits)
		: arena_string(arena, part.digits + phone_part_prefix(&part));
}
