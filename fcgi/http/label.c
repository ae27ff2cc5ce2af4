#include "http/label.h"

#include "base/text.h"
#include "rule/country.h"

#include <ctype.h>
#include <pthread.h>
#include <string.h>

struct label {
	const char *word; /* ours */
	const char *text;
};

/* Made of the page's catalogues by fcgi/dist/labels. */
static const struct label labels_of_values[] = {
#define LABEL_NAME(word, text)
#define LABEL_LANGUAGE(word, text)
#define LABEL_VALUE(word, text) { word, text },
#include <http/label.def>
#undef LABEL_VALUE
	/* Spreadsheets, and people who fill them in. */
	{ "true", "true" }, { "true", "wahr" }, { "true", "verdadero" }, { "true", "истина" },
	{ "true", "صواب" }, { "true", "صحيح" }, { "true", "1" }, { "true", "y" }, { "true", "on" },
	{ "false", "false" }, { "false", "falsch" }, { "false", "falso" }, { "false", "ложь" },
	{ "false", "خطأ" }, { "false", "خاطئ" }, { "false", "0" }, { "false", "n" },
	{ "false", "off" },
	/* Excel in languages that the page does not have. */
	{ "true", "vrai" }, { "false", "faux" }, { "true", "vero" }, { "true", "verdadeiro" },
	{ "true", "waar" }, { "false", "onwaar" }, { "true", "prawda" }, { "false", "fałsz" },
	{ "true", "doğru" }, { "false", "yanlış" }, { "true", "істина" }, { "false", "хибність" },
};

static const struct label labels_of_names[] = {
#undef LABEL_NAME
#define LABEL_NAME(word, text) { word, text },
#define LABEL_VALUE(word, text)
#include <http/label.def>
#undef LABEL_NAME
#undef LABEL_LANGUAGE
};

static const struct label labels_of_languages[] = {
#define LABEL_NAME(word, text)
#define LABEL_LANGUAGE(word, text) { word, text },
#include <http/label.def>
#undef LABEL_NAME
#undef LABEL_LANGUAGE
#undef LABEL_VALUE
};

/* What other programs call columns. Ours come before them. */
static const struct {
	const char *text;
	struct label_column column;
} labels_of_others[] = {
	/* Google Contacts, then Outlook, then what else is common. */
	{ "given name", { "name", LABEL_FIRST, 1 } },
	{ "additional name", { "name", LABEL_MIDDLE, 1 } },
	{ "family name", { "name", LABEL_LAST, 1 } },
	{ "first name", { "name", LABEL_FIRST, 1 } },
	{ "middle name", { "name", LABEL_MIDDLE, 1 } },
	{ "last name", { "name", LABEL_LAST, 1 } },
	{ "firstname", { "name", LABEL_FIRST, 1 } },
	{ "lastname", { "name", LABEL_LAST, 1 } },
	{ "surname", { "name", LABEL_LAST, 1 } },
	{ "vorname", { "name", LABEL_FIRST, 1 } },
	{ "weitere vornamen", { "name", LABEL_MIDDLE, 1 } },
	{ "nachname", { "name", LABEL_LAST, 1 } },
	{ "nombre", { "name", LABEL_FIRST, 1 } },
	{ "segundo nombre", { "name", LABEL_MIDDLE, 1 } },
	{ "apellido", { "name", LABEL_LAST, 1 } },
	{ "apellidos", { "name", LABEL_LAST, 1 } },
	{ "имя", { "name", LABEL_FIRST, 1 } },
	{ "отчество", { "name", LABEL_MIDDLE, 1 } },
	{ "фамилия", { "name", LABEL_LAST, 1 } },
	{ "الاسم الأول", { "name", LABEL_FIRST, 1 } },
	{ "الاسم الأوسط", { "name", LABEL_MIDDLE, 1 } },
	{ "اسم العائلة", { "name", LABEL_LAST, 1 } },
	{ "full name", { "name", LABEL_WHOLE, 1 } },
	{ "display name", { "name", LABEL_WHOLE, 2 } },
	{ "file as", { "name", LABEL_WHOLE, 3 } },
	{ "e-mail 1 - value", { "email", LABEL_WHOLE, 1 } },
	{ "e-mail 2 - value", { "email", LABEL_WHOLE, 4 } },
	{ "e-mail address", { "email", LABEL_WHOLE, 1 } },
	{ "e-mail 2 address", { "email", LABEL_WHOLE, 4 } },
	{ "email address", { "email", LABEL_WHOLE, 1 } },
	{ "primary email", { "email", LABEL_WHOLE, 1 } },
	{ "e-mail", { "email", LABEL_WHOLE, 2 } },
	{ "e-mail-adresse", { "email", LABEL_WHOLE, 1 } },
	{ "direccion de correo electronico", { "email", LABEL_WHOLE, 1 } },
	{ "адрес эл. почты", { "email", LABEL_WHOLE, 1 } },
	{ "адрес электронной почты", { "email", LABEL_WHOLE, 1 } },
	{ "электронная почта", { "email", LABEL_WHOLE, 1 } },
	{ "عنوان البريد الإلكتروني", { "email", LABEL_WHOLE, 1 } },
	{ "phone 1 - value", { "phone", LABEL_WHOLE, 1 } },
	{ "phone 2 - value", { "phone", LABEL_WHOLE, 6 } },
	{ "mobile phone", { "phone", LABEL_WHOLE, 1 } },
	{ "primary phone", { "phone", LABEL_WHOLE, 2 } },
	{ "business phone", { "phone", LABEL_WHOLE, 3 } },
	{ "company main phone", { "phone", LABEL_WHOLE, 4 } },
	{ "home phone", { "phone", LABEL_WHOLE, 5 } },
	{ "phone number", { "phone", LABEL_WHOLE, 1 } },
	{ "mobile", { "phone", LABEL_WHOLE, 1 } },
	{ "telephone", { "phone", LABEL_WHOLE, 2 } },
	{ "mobiltelefon", { "phone", LABEL_WHOLE, 1 } },
	{ "telefon geschaftlich", { "phone", LABEL_WHOLE, 3 } },
	{ "telefon (geschaftlich)", { "phone", LABEL_WHOLE, 3 } },
	{ "telefon (privat)", { "phone", LABEL_WHOLE, 5 } },
	{ "telefon privat", { "phone", LABEL_WHOLE, 5 } },
	{ "telefono movil", { "phone", LABEL_WHOLE, 1 } },
	{ "movil", { "phone", LABEL_WHOLE, 1 } },
	{ "telefono del trabajo", { "phone", LABEL_WHOLE, 3 } },
	{ "telefono particular", { "phone", LABEL_WHOLE, 5 } },
	{ "телефон переносной", { "phone", LABEL_WHOLE, 1 } },
	{ "мобильный телефон", { "phone", LABEL_WHOLE, 1 } },
	{ "рабочий телефон", { "phone", LABEL_WHOLE, 3 } },
	{ "домашний телефон", { "phone", LABEL_WHOLE, 5 } },
	{ "الهاتف المحمول", { "phone", LABEL_WHOLE, 1 } },
	{ "هاتف العمل", { "phone", LABEL_WHOLE, 3 } },
	{ "address 1 - country", { "country", LABEL_WHOLE, 1 } },
	{ "business country/region", { "country", LABEL_WHOLE, 1 } },
	{ "business country", { "country", LABEL_WHOLE, 1 } },
	{ "home country/region", { "country", LABEL_WHOLE, 2 } },
	{ "home country", { "country", LABEL_WHOLE, 2 } },
	{ "country/region", { "country", LABEL_WHOLE, 1 } },
	{ "country code", { "country", LABEL_WHOLE, 1 } },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The same tables in the form in which texts are compared; countries by each of their names. */
enum { COUNTRY_NAMES_MAX = 2048 };

static struct {
	struct arena arena;
	const char *values[COUNT(labels_of_values)];
	const char *names[COUNT(labels_of_names)];
	const char *languages[COUNT(labels_of_languages)];
	const char *others[COUNT(labels_of_others)];
	struct label countries[COUNTRY_NAMES_MAX];
	size_t country_count;
} plain;

/* Tells whether c is a letter, or a byte of one beyond ASCII. */
static bool label_is_letter(char c)
{
	return (unsigned char)c >= 0x80 || isalpha((unsigned char)c);
}

/* Leaves out what stands between letters and digits: "U.S.A.", "E-Mail:", "first_name*" are words
 * with other signs than ours. Where there is no letter the signs are what it says: -1 is not 1. */
static const char *label_without_signs(char *text)
{
	const char *at = text;
	char *end = text;

	while (*at != '\0' && !label_is_letter(*at)) {
		at++;
	}
	if (*at == '\0') {
		return text;
	}
	for (at = text; *at != '\0'; at++) {
		if (label_is_letter(*at) || isdigit((unsigned char)*at)) {
			*end++ = *at;
		}
	}
	*end = '\0';
	return text;
}

const char *label_plain(struct arena *arena, const char *text)
{
	const char *folded = text_plain(arena, text);
	const char *clean = folded == NULL ? NULL : text_clean(arena, folded);

	return clean == NULL ? "" : label_without_signs(arena_string(arena, clean));
}

/* Takes the names of a country, which are put apart by bars. */
static void label_take_country(const struct country *country)
{
	const char *at = country->names;

	while (*at != '\0' && plain.country_count < COUNTRY_NAMES_MAX) {
		size_t len = strcspn(at, "|");
		const char *name = arena_copy(&plain.arena, at, len);

		plain.countries[plain.country_count++] = (struct label){ .word = country->iso,
			.text = label_plain(&plain.arena, name) };
		at += len + (at[len] != '\0');
	}
}

static void label_prepare(void)
{
	arena_init(&plain.arena);
	for (size_t i = 0; i < COUNT(labels_of_values); i++) {
		plain.values[i] = label_plain(&plain.arena, labels_of_values[i].text);
	}
	for (size_t i = 0; i < COUNT(labels_of_names); i++) {
		plain.names[i] = label_plain(&plain.arena, labels_of_names[i].text);
	}
	for (size_t i = 0; i < COUNT(labels_of_languages); i++) {
		plain.languages[i] = label_plain(&plain.arena, labels_of_languages[i].text);
	}
	for (size_t i = 0; i < COUNT(labels_of_others); i++) {
		plain.others[i] = label_plain(&plain.arena, labels_of_others[i].text);
	}
	for (const struct country *country = countries; country->code != NULL; country++) {
		label_take_country(country);
	}
}

static void label_need(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, label_prepare);
}

bool label_is_value(const char *text, const char *value)
{
	label_need();
	if (text[0] == '\0') {
		return false;
	}
	for (size_t i = 0; i < COUNT(labels_of_values); i++) {
		if (strcmp(plain.values[i], text) == 0 && strcmp(labels_of_values[i].word, value) == 0) {
			return true;
		}
	}
	return false;
}

const char *label_language(const char *text)
{
	label_need();
	for (size_t i = 0; i < COUNT(labels_of_languages); i++) {
		if (strcmp(plain.languages[i], text) == 0) {
			return labels_of_languages[i].word;
		}
	}
	return NULL;
}

/* Finds the country by its letters, which text has in lower case. */
static const char *label_country_by_letters(const char *text)
{
	const char letters[] = { (char)toupper((unsigned char)text[0]),
		(char)toupper((unsigned char)text[1]), '\0' };
	const struct country *country = country_find(letters);

	return country == NULL ? NULL : country->iso;
}

const char *label_country(const char *text)
{
	const char *by_letters = strlen(text) == 2 ? label_country_by_letters(text) : NULL;

	if (by_letters != NULL) {
		return by_letters;
	}
	label_need();
	for (size_t i = 0; i < plain.country_count; i++) {
		if (strcmp(plain.countries[i].text, text) == 0) {
			return plain.countries[i].word;
		}
	}
	return NULL;
}

bool label_next_column(const char *text, size_t *at, struct label_column *column)
{
	label_need();
	for (; *at < COUNT(labels_of_names); (*at)++) {
		if (strcmp(plain.names[*at], text) == 0) {
			*column = (struct label_column){ .name = labels_of_names[(*at)++].word };
			return true;
		}
	}
	for (size_t i = *at - COUNT(labels_of_names); i < COUNT(labels_of_others); i++) {
		if (strcmp(plain.others[i], text) == 0) {
			*column = labels_of_others[i].column;
			*at = COUNT(labels_of_names) + i + 1;
			return true;
		}
	}
	return false;
}
