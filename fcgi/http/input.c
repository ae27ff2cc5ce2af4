#include "http/input.h"

#include "base/text.h"

#include <string.h>

/* A column as a field of the input. */
static struct field input_column_field(const struct column *column, enum column_where where)
{
	static const enum field_kind kinds[] = {
		[COLUMN_ID] = FIELD_ID,
		[COLUMN_TEXT] = FIELD_TEXT,
		[COLUMN_BYTES] = FIELD_TEXT,
		[COLUMN_FLAG] = FIELD_FLAG,
		[COLUMN_WORD] = FIELD_WORD,
		[COLUMN_TIME] = FIELD_END, /* the last kind; nobody sends instants or counts */
	};
	bool required = (column->where & REQUIRED) != 0;

	return (struct field){ .name = column->name, .kind = kinds[column->kind],
		.required = required && where != IN_UPDATE, .min = required, .max = column->max,
		.check = column->check, .words = column->words,
		.masked = where == IN_UPDATE && column->mask != MASK_NONE };
}

/* Stops at the first column, from the present place on, that is for the row's door. */
static bool input_stop_at_column(struct member *member)
{
	const struct field *row = member->row;

	for (; row->columns[member->place].kind != COLUMN_END; member->place++) {
		const struct column *column = &row->columns[member->place];

		if ((column->where & row->where) != 0) {
			member->field = input_column_field(column, row->where);
			return true;
		}
	}
	return false;
}

bool input_next(const struct field *fields, struct member *member)
{
	if (fields == NULL) {
		return false;
	}
	if (member->row == NULL) {
		member->row = fields;
	} else if (member->row->kind == FIELD_RECORD) {
		member->place++;
	} else {
		member->row++;
	}
	while (member->row->kind == FIELD_RECORD) {
		if (input_stop_at_column(member)) {
			return true;
		}
		member->row++;
		member->place = 0;
	}
	member->field = *member->row;
	return member->field.kind != FIELD_END;
}

bool input_find(const struct field *fields, const char *name, struct member *member)
{
	*member = (struct member){ 0 };
	while (input_next(fields, member)) {
		if (strcmp(member->field.name, name) == 0) {
			return true;
		}
	}
	return false;
}

size_t input_min(const struct field *field)
{
	return field->min == 0 && field->required ? 1 : field->min;
}

size_t input_max(const struct field *field)
{
	return field->max == 0 && field->check != NULL ? field->check->max : field->max;
}

void input_clear(struct arena *arena, const struct field *fields, void *input)
{
	for (; fields != NULL && fields->kind != FIELD_END; fields++) {
		void *at = (char *)input + fields->offset;

		if (fields->kind == FIELD_TEXT || fields->kind == FIELD_SECRET) {
			*(struct in_text *)at = (struct in_text){ .text = "" };
		} else if (fields->kind == FIELD_RECORD) {
			struct record_input *record = at;

			*record = (struct record_input){ .values = arena_alloc(arena, fields->row_size) };
			record_init(fields->columns, record->values, fields->row_size);
		}
	}
}

const char *input_text(struct arena *arena, const struct field *field, const char *text,
	struct in_text *out)
{
	const char *wrong = NULL, *normal = NULL;
	size_t points, min = input_min(field), max = input_max(field);
	bool unseen = false;

	if (field->kind == FIELD_SECRET) {
		normal = text_nfc(arena, text);
	} else {
		normal = text_clean(arena, text);
		unseen = normal != NULL && text_has_invisible(normal) && /* such as a line end */
			(field->check == NULL || !field->check->takes_unseen);
	}
	if (normal == NULL || unseen) {
		return "characters";
	}
	points = text_points(normal);
	/* What has a form is looked at first: three letters are no country, not too long for one. */
	if (field->check != NULL && points > 0) {
		wrong = field->check->run(arena, normal, &normal);
	}
	if (points > max) {
		return wrong == NULL ? "too_long" : wrong;
	}
	*out = (struct in_text){ .given = true, .text = normal };
	if (wrong != NULL || min == 0) {
		return wrong;
	}
	return normal[0] == '\0' ? "required" : points < min ? "too_short" : NULL;
}

bool input_word(const struct field *field, const char *text, struct in_word *out)
{
	for (int i = 0; field->words[i] != NULL; i++) {
		if (strcmp(field->words[i], text) == 0) {
			*out = (struct in_word){ .given = true, .value = i };
			return true;
		}
	}
	return false;
}

static void input_put_column(const struct member *member, const union in_any *value, void *at)
{
	struct record_input *input = at;
	char *place = (char *)input->values + member->row->columns[member->place].offset;

	input->given |= (column_set)1 << member->place;
	switch (member->row->columns[member->place].kind) {
	case COLUMN_TEXT:
	case COLUMN_BYTES:
		*(const char **)(void *)place = value->text.text;
		break;
	case COLUMN_FLAG:
		*(bool *)place = value->flag.on;
		break;
	case COLUMN_WORD:
		*(int *)(void *)place = value->word.value;
		break;
	case COLUMN_ID:
		*(uint64_t *)(void *)place = value->id.id;
		break;
	case COLUMN_END:
	case COLUMN_NUMBER:
	case COLUMN_TIME:
		break;
	}
}

void input_put(const struct member *member, const union in_any *value, void *input)
{
	void *at = (char *)input + member->row->offset;

	if (!value->flag.given) {
		return;
	}
	if (member->row->kind == FIELD_RECORD) {
		input_put_column(member, value, at);
	} else if (member->field.kind == FIELD_FLAG) {
		*(struct in_flag *)at = value->flag;
	} else if (member->field.kind == FIELD_WORD) {
		*(struct in_word *)at = value->word;
	} else if (member->field.kind == FIELD_ID) {
		*(struct in_id *)at = value->id;
	} else {
		*(struct in_text *)at = value->text;
	}
}
