#include "rule/country.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const struct country countries[] = {
#define COUNTRY(iso, code, trunk, lengths, first, names) \
	{ #iso, code, trunk, lengths, first, names },
#define CODE(code, lengths) { "", code, "", lengths, "", "" },
#include "rule/country.def"
#undef COUNTRY
#undef CODE
	{ .code = NULL },
};

const struct country *country_find(const char *iso)
{
	for (const struct country *row = countries; row->code != NULL; row++) {
		if (iso[0] != '\0' && row->iso[0] == iso[0] && strcmp(row->iso, iso) == 0) {
			return row;
		}
	}
	return NULL;
}

const struct country *country_of_digits(const char *digits, size_t count)
{
	for (const struct country *row = countries; row->code != NULL; row++) {
		size_t len = count > 0 && row->code[0] == digits[0] ? strlen(row->code) : SIZE_MAX;

		if (len <= count && memcmp(row->code, digits, len) == 0) {
			return row;
		}
	}
	return NULL;
}

const struct country *country_next(const struct country *country)
{
	for (const struct country *row = country + 1; row->code != NULL; row++) {
		if (strcmp(row->code, country->code) == 0) {
			return row;
		}
	}
	return NULL;
}

/* Takes the next range of the list and goes behind it; false at the end. */
static bool country_take_range(const char **list, size_t *least, size_t *most)
{
	char *at;

	if (**list == '\0') {
		return false;
	}
	*least = *most = strtoul(*list, &at, 10);
	if (*at == '-') {
		*most = strtoul(at + 1, &at, 10);
	}
	*list = at + (*at == ',');
	return true;
}

bool country_has_length(const struct country *country, size_t digits)
{
	const char *list = country->lengths;
	size_t least, most;

	while (country_take_range(&list, &least, &most)) {
		if (digits >= least && digits <= most) {
			return true;
		}
	}
	return false;
}

void country_range(const struct country *country, size_t *least, size_t *most)
{
	const char *list = country->lengths;
	size_t from;

	country_take_range(&list, least, most);
	while (country_take_range(&list, &from, most)) {
	}
}
