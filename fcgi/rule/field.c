#include "rule/field.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

enum {
	LOCAL_MOST = 64,   /* RFC 5321 4.5.3.1.1 */
	GROUP_MOST = 100,
	VIEW_MOST = 60,
	PHONE_LEAST = 8,
	PHONE_MOST = 15,    /* E.164 */
	LANGUAGE_LEAST = 2,
	LANGUAGE_PRIMARY_MOST = 3, /* ISO 639 */
	SUBTAG_MOST = 8     /* RFC 5646 2.1 */
};

static const char small_letters[] = "abcdefghijklmnopqrstuvwxyz";
static const char letters_and_digits[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

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

/* Whether the domain has two labels at least; 127.0.0.1 is an address, and its last label is a
 * number. */
static bool field_has_top_level(const char *domain)
{
	const char *last = strrchr(domain, '.');

	return last != NULL && last[1 + strspn(last + 1, "0123456789")] != '\0';
}

const char *field_email(struct arena *arena, const char *in, const char **out)
{
	const char *at = strrchr(in, '@');
	const char *domain, *address;
	size_t local;

	if (in[0] == '\0') {
		return "email.required";
	}
	if (at == NULL) {
		return "email.format";
	}
	local = (size_t)(at - in);
	if (local > LOCAL_MOST || strlen(in) > 4 * FIELD_EMAIL_MAX) {
		return "email.too_long";
	}
	domain = text_domain(arena, at + 1);
	if (domain == NULL && strlen(in) > FIELD_EMAIL_MAX) {
		return "email.too_long";
	}
	if (!field_is_dot_string(in, local) || domain == NULL || !field_has_top_level(domain)) {
		return "email.format";
	}
	address = arena_printf(arena, "%.*s@%s", (int)local, text_lower(arena, in), domain);
	if (strlen(address) > FIELD_EMAIL_MAX) {
		return "email.too_long";
	}
	*out = address;
	return NULL;
}

const char *field_email_or_none(struct arena *arena, const char *in, const char **out)
{
	if (in[0] == '\0') {
		*out = "";
		return NULL;
	}
	return field_email(arena, in, out);
}

/* As field_person(), of at most so many code points. */
static const char *field_take_name(struct arena *arena, const char *in, size_t most,
	const char **out)
{
	const char *name = text_clean(arena, in);

	if (name == NULL || text_has_invisible(name)) {
		return "name.characters";
	}
	if (text_points(name) > most) {
		return "name.too_long";
	}
	*out = name;
	return NULL;
}

const char *field_person(struct arena *arena, const char *in, const char **out)
{
	return field_take_name(arena, in, FIELD_PERSON_MAX, out);
}

/* Whether in is subtags to its end: 1 to 8 letters or digits each, a hyphen before. */
static bool field_is_subtags(const char *in)
{
	while (*in == '-') {
		size_t len = strspn(in + 1, letters_and_digits);

		if (len == 0 || len > SUBTAG_MOST) {
			return false;
		}
		in += 1 + len;
	}
	return *in == '\0';
}

const char *field_language(struct arena *arena, const char *in, const char **out)
{
	size_t len = strspn(in, small_letters);

	if (in[0] != '\0' && (len < LANGUAGE_LEAST || len > LANGUAGE_PRIMARY_MOST ||
	    strlen(in) > FIELD_LANGUAGE_MAX || !field_is_subtags(in + len))) {
		return "language.format";
	}
	*out = arena_string(arena, in);
	return NULL;
}

/* The same, but a name there must be. */
static const char *field_take_name_given(struct arena *arena, const char *in, size_t most,
	const char **out)
{
	const char *name = "", *wrong = field_take_name(arena, in, most, &name);

	if (wrong == NULL && name[0] == '\0') {
		wrong = "name.required";
	}
	if (wrong == NULL) {
		*out = name;
	}
	return wrong;
}

const char *field_group(struct arena *arena, const char *in, const char **out)
{
	return field_take_name_given(arena, in, GROUP_MOST, out);
}

const char *field_view(struct arena *arena, const char *in, const char **out)
{
	return field_take_name_given(arena, in, VIEW_MOST, out);
}

const char *field_query(struct arena *arena, const char *in, const char **out)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"*-._+=&";
	static const char hex[] = "0123456789ABCDEFabcdef";

	for (const char *at = in; *at != '\0'; at++) {
		if (*at == '%' && strspn(at + 1, hex) >= 2) {
			at += 2;
		} else if (strchr(plain, *at) == NULL) {
			return "query.format";
		}
	}
	*out = arena_printf(arena, "%s", in);
	return NULL;
}

/* Takes the digits of a number that is written with its usual ornaments; false for anything
 * else. */
static bool field_take_digits(const char *in, char digits[static PHONE_MOST + 1], size_t *count)
{
	*count = 0;
	for (; *in != '\0'; in++) {
		if (strchr(" .-()", *in) != NULL) {
			continue;
		}
		if (*in < '0' || *in > '9' || *count == PHONE_MOST) {
			return false;
		}
		digits[(*count)++] = *in;
	}
	return true;
}

const char *field_phone(struct arena *arena, const char *in, const char **out)
{
	char digits[PHONE_MOST + 1];
	size_t count;

	if (in[0] == '\0') {
		*out = "";
		return NULL;
	}
	if (in[0] != '+' || !field_take_digits(in + 1, digits, &count) || count < PHONE_LEAST ||
	    digits[0] == '0') {
		return "phone.format";
	}
	*out = arena_printf(arena, "+%.*s", (int)count, digits);
	return NULL;
}

const char *field_phone_part(struct arena *arena, const char *in)
{
	char digits[PHONE_MOST + 1];
	bool plus = in[strspn(in, " (")] == '+';
	size_t count, before = plus ? strspn(in, " (") + 1 : 0;

	if (!field_take_digits(in + before, digits, &count) || (count == 0 && !plus)) {
		return in;
	}
	return arena_printf(arena, "%s%.*s", plus ? "+" : "", (int)count, digits);
}

static bool field_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

const char *field_country(struct arena *arena, const char *in, const char **out)
{
	if (in[0] != '\0' && !(field_is_upper(in[0]) && field_is_upper(in[1]) && in[2] == '\0')) {
		return "country.format";
	}
	*out = arena_string(arena, in);
	return NULL;
}

const char *field_code(struct arena *arena, const char *in, const char **out)
{
	const char *code = text_code(arena, in);

	if (code == NULL) {
		return "code.characters";
	}
	*out = code;
	return NULL;
}
