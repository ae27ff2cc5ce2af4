#include "http/cell.h"

#include "base/text.h"
#include "http/label.h"
#include "rule/phone.h"

#include <stdlib.h>
#include <string.h>

/* Tells whether the cell is what is left of a long number: its first digits and how many there
 * were, "4.91701E+11", also with a comma. */
static bool cell_is_shortened(const char *cell)
{
	static const char digits[] = "0123456789";
	size_t whole, part;

	cell += *cell == '+' || *cell == '-';
	whole = strspn(cell, digits);
	cell += whole;
	if (whole > 0 && (*cell == '.' || *cell == ',')) {
		cell += 1 + strspn(cell + 1, digits);
	}
	if (whole == 0 || (*cell != 'E' && *cell != 'e')) {
		return false;
	}
	cell++;
	cell += *cell == '+';
	part = strspn(cell, digits);
	return part > 0 && cell[part] == '\0';
}

/* Gives the language or the country that the cell names; NULL: it is none that is known. */
static const char *cell_named(struct arena *arena, const struct field *field, const char *cell)
{
	if (field->check == &check_country) {
		return label_country(label_plain(arena, cell));
	}
	return field->check == &check_language ? label_language(label_plain(arena, cell)) : NULL;
}

static const char *cell_read_text(struct arena *arena, const struct field *field,
	const char *cell, union in_any *value)
{
	const char *named = cell_named(arena, field, cell);

	if (field->check == &check_phone && cell_is_shortened(cell)) {
		return "shortened";
	}
	return input_text(arena, field, named == NULL ? cell : named, &value->text);
}

static const char *cell_read_word(struct arena *arena, const struct field *field,
	const char *cell, union in_any *value)
{
	const char *plain;

	if (input_word(field, cell, &value->word)) {
		return NULL; /* most are ours, letter by letter */
	}
	plain = label_plain(arena, cell);
	if (input_word(field, plain, &value->word)) {
		return NULL;
	}
	for (int i = 0; field->words[i] != NULL; i++) {
		if (label_is_value(plain, field->words[i])) {
			value->word = (struct in_word){ .given = true, .value = i };
			return NULL;
		}
	}
	return "unknown";
}

static const char *cell_read_flag(struct arena *arena, const char *cell, union in_any *value)
{
	const char *plain = label_plain(arena, cell);
	bool on = label_is_value(plain, "true") || label_is_value(plain, "enabled");

	value->flag = (struct in_flag){ .given = true, .on = on };
	return on || label_is_value(plain, "false") || label_is_value(plain, "disabled") ? NULL
		: "format";
}

/* An id has at most 18 digits. */
static const char *cell_read_id(const char *cell, union in_any *value)
{
	size_t digits = strspn(cell, "0123456789");

	if (digits == 0 || digits > 18 || cell[digits] != '\0' || cell[0] == '0') {
		return cell_is_shortened(cell) ? "shortened" : "format";
	}
	value->id = (struct in_id){ .given = true, .id = strtoull(cell, NULL, 10) };
	return NULL;
}

/* Reads a cell that is not empty. NULL, or what is wrong with it. */
static const char *cell_read_value(struct arena *arena, const struct field *field,
	const char *cell, union in_any *value)
{
	if (field->kind == FIELD_TEXT) {
		return cell_read_text(arena, field, cell, value);
	}
	if (field->kind == FIELD_WORD) {
		return cell_read_word(arena, field, cell, value);
	}
	if (field->kind == FIELD_FLAG) {
		return cell_read_flag(arena, cell, value);
	}
	return field->kind == FIELD_ID ? cell_read_id(cell, value) : "format";
}

/* Gives the cell without white space around it, also that of Unicode (U+00A0). What cannot be
 * normalised is for the reader of texts to refuse. */
static const char *cell_trim(struct arena *arena, const char *cell)
{
	size_t len = strlen(cell);
	const char *clean;

	if (len == 0 || (cell[0] > ' ' && cell[len - 1] > ' ')) {
		return cell;
	}
	clean = text_clean(arena, cell);
	return clean == NULL ? cell : clean;
}

const char *cell_read(struct arena *arena, const struct member *member, const char *cell,
	void *input)
{
	union in_any value = { .flag = { .given = false } };
	const char *trimmed = cell_trim(arena, cell), *wrong;

	if (trimmed[0] == '\0') {
		return member->field.required
			? arena_printf(arena, "%s.required", member->field.name) : NULL;
	}
	wrong = cell_read_value(arena, &member->field, trimmed, &value);
	input_put(member, &value, input);
	return wrong == NULL ? NULL : arena_printf(arena, "%s.%s", member->field.name, wrong);
}
