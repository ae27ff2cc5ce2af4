#include "rule/field.h"

#include "base/text.h"
#include "rule/country.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum {
	LOCAL_MAX = 64,   /* RFC 5321 4.5.3.1.1 */
	COUNTRY_TYPED_MAX = 16, /* with spaces around */
	LANGUAGE_MAX = 16, /* as the column */
	LANGUAGE_MIN = 2,
	LANGUAGE_PRIMARY_MAX = 3, /* ISO 639 */
	SUBTAG_MAX = 8     /* RFC 5646 2.1 */
};

static const char small_letters[] = "abcdefghijklmnopqrstuvwxyz";
static const char letters_and_digits[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* An atom of RFC 5321, for the document. */
#define ATOM "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"

/* Whether c is atext of RFC 5321. */
static bool field_is_atom_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Whether local is atoms joined by single dots; quoted local parts are legal and used by nobody but
 * attackers. */
static bool field_is_dot_string(const char *local, size_t len)
{
	bool after_dot = true;

	for (size_t i = 0; i < len; i++) {
		if (local[i] == '.' ? after_dot : !field_is_atom_character(local[i])) {
			return false;
		}
		after_dot = local[i] == '.';
	}
	return !after_dot;
}

/* Whether local would be one if letters of other alphabets counted, "jörg": mail servers take them
 * by an extension (RFC 6531) that few have, and ours does not ask for. */
static bool field_is_foreign(struct arena *arena, const char *local, size_t len)
{
	char *plain = arena_copy(arena, local, len);
	bool foreign = false, hides = text_has_invisible(plain);

	for (size_t i = 0; i < len; i++) {
		if (((unsigned char)plain[i] & 0x80) != 0) {
			plain[i] = 'x';
			foreign = true;
		}
	}
	return foreign && !hides && field_is_dot_string(plain, len);
}

/* Whether the domain has two labels at least; 127.0.0.1 is an address, and its last label is a
 * number. */
static bool field_has_top_level(const char *domain)
{
	const char *last = strrchr(domain, '.');

	return last != NULL && last[1 + strspn(last + 1, "0123456789")] != '\0';
}

/* Gives the address of what a link to one is: "mailto:a@b.c" (RFC 6068). */
static const char *field_bare_email(const char *in)
{
	static const char scheme[] = "mailto:";

	return strncasecmp(in, scheme, sizeof(scheme) - 1) == 0 ? in + sizeof(scheme) - 1 : in;
}

static const char *field_read_email(struct arena *arena, const char *typed, const char **out)
{
	const char *in = field_bare_email(typed);
	const char *at = strrchr(in, '@');
	size_t local = at == NULL ? 0 : (size_t)(at - in);
	const char *domain, *address;

	if (local > LOCAL_MAX || strlen(in) > 4 * FIELD_EMAIL_MAX) {
		return "too_long";
	}
	if (at == NULL) {
		return "format";
	}
	if (field_is_foreign(arena, in, local)) {
		return "letters";
	}
	domain = text_domain(arena, at + 1);
	if (domain == NULL && strlen(in) > FIELD_EMAIL_MAX) {
		return "too_long";
	}
	if (!field_is_dot_string(in, local) || domain == NULL || !field_has_top_level(domain)) {
		return "format";
	}
	address = arena_printf(arena, "%.*s@%s", (int)local, text_lower(arena, in), domain);
	if (strlen(address) > FIELD_EMAIL_MAX) {
		return "too_long";
	}
	*out = address;
	return NULL;
}

const struct check check_email = { field_read_email, FIELD_EMAIL_MAX,
	ATOM "(\\." ATOM ")*@[^@]+", false };

/* Puts the labels of a part of a domain one by one. */
static const char *field_labels(struct arena *arena, const char *domain)
{
	struct text text = text_in(arena);

	text_puts(&text, "");
	while (*domain != '\0') {
		size_t len = strcspn(domain, ".");
		const char *label = arena_copy(arena, domain, len);
		const char *ascii = text_is_ascii(label) ? NULL : text_domain(arena, label);

		text_puts(&text, ascii == NULL ? text_lower(arena, label) : ascii);
		domain += len;
		for (; *domain == '.'; domain++) {
			text_putc(&text, '.');
		}
	}
	return text.bytes;
}

const char *field_email_part(struct arena *arena, const char *typed)
{
	const char *in = field_bare_email(typed);
	const char *at = strrchr(in, '@'), *domain = at == NULL ? in : at + 1, *ascii;

	if (text_is_ascii(domain)) {
		return text_lower(arena, in);
	}
	ascii = text_domain(arena, domain);
	return arena_printf(arena, "%s%s",
		text_lower(arena, arena_copy(arena, in, (size_t)(domain - in))),
		ascii == NULL ? field_labels(arena, domain) : ascii);
}

const char *field_text(struct arena *arena, const char *in, size_t max, const char **out)
{
	const char *text = text_clean(arena, in);

	if (text == NULL || text_has_invisible(text)) {
		return "characters";
	}
	if (text_points(text) > max) {
		return "too_long";
	}
	*out = text;
	return NULL;
}

/* Writes a language as we do: its code in small letters, for it has no case (RFC 5646 2.1.1), and
 * hyphens where programs have low lines. */
static const char *field_language(struct arena *arena, const char *in)
{
	char *copy = arena_string(arena, in);

	for (char *at = copy; *at != '\0'; at++) {
		*at = *at == '_' ? '-' : *at;
	}
	for (char *at = copy; *at >= 'A' && *at <= 'Z'; at++) {
		*at = (char)(*at - 'A' + 'a');
	}
	return copy;
}

/* Reads a language and its subtags, of 1 to 8 letters or digits each, a hyphen before. */
static const char *field_read_language(struct arena *arena, const char *typed, const char **out)
{
	const char *in = field_language(arena, typed);
	size_t len = strspn(in, small_letters);
	const char *at = in + len;

	if (len < LANGUAGE_MIN || len > LANGUAGE_PRIMARY_MAX || strlen(in) > LANGUAGE_MAX) {
		return "format";
	}
	for (; *at == '-'; at += 1 + len) {
		len = strspn(at + 1, letters_and_digits);
		if (len == 0 || len > SUBTAG_MAX) {
			return "format";
		}
	}
	if (*at != '\0') {
		return "format";
	}
	*out = in;
	return NULL;
}

const struct check check_language = { field_read_language, LANGUAGE_MAX,
	"[A-Za-z]{2,3}([_-][A-Za-z0-9]{1,8})*", false };

static const char *field_read_query(struct arena *arena, const char *in, const char **out)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"*-._+=&";
	static const char hex[] = "0123456789ABCDEFabcdef";

	for (const char *at = in; *at != '\0'; at++) {
		if (*at == '%' && strspn(at + 1, hex) >= 2) {
			at += 2;
		} else if (strchr(plain, *at) == NULL) {
			return "format";
		}
	}
	*out = arena_string(arena, in);
	return NULL;
}

const struct check check_query = { field_read_query, FIELD_QUERY_MAX,
	"([A-Za-z0-9*._+=&-]|%[0-9A-Fa-f]{2})*", false };

static const char *field_read_country(struct arena *arena, const char *in, const char **out)
{
	const struct country *country = country_find(field_country_part(arena, in));

	if (country == NULL) {
		return in[0] != '\0' && in[1] != '\0' && in[2] == '\0' && text_is_ascii(in) ? "unknown"
			: "format";
	}
	*out = country->iso;
	return NULL;
}

const struct check check_country = { field_read_country, COUNTRY_TYPED_MAX, "[A-Za-z]{2}", false };

const char *field_country_part(struct arena *arena, const char *in)
{
	char *copy = arena_string(arena, in);

	for (char *at = copy; *at != '\0'; at++) {
		if (*at >= 'a' && *at <= 'z') {
			*at = (char)(*at - 'a' + 'A');
		}
	}
	return text_is_ascii(copy) ? copy : "-";
}

static const char *field_read_code(struct arena *arena, const char *in, const char **out)
{
	const char *code = text_code(arena, in);

	if (code == NULL) {
		return "characters";
	}
	*out = code;
	return NULL;
}

const struct check check_code = { field_read_code, FIELD_CODE_MAX, NULL, true };
