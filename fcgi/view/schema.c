#include "view/schema.h"

#include "view/json.h"

#include <inttypes.h>

/* Puts the words of a list that NULL ends: "a","b"; each also with mark before it, unless that is
 * NULL. */
static void schema_put_words(struct text *out, const char *const *words, const char *mark)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		text_separate(out);
		text_put_json(out, words[i]);
		if (mark != NULL) {
			view_json(out, ",'%s%s'", mark, words[i]);
		}
	}
}

static void schema_put_enum(struct text *out, const char *const *words)
{
	view_json(out, "{'type':'string','enum':[");
	schema_put_words(out, words, NULL);
	text_puts(out, "]}");
}

/* Puts an array of these words, or of any texts. */
static void schema_put_texts(struct text *out, const char *const *words)
{
	view_json(out, "{'type':'array','items':");
	if (words == NULL) {
		view_json(out, "{'type':'string'}");
	} else {
		schema_put_enum(out, words);
	}
	text_putc(out, '}');
}

static void schema_put_or_null(struct text *out, const struct view_field *inner)
{
	view_json(out, "{'anyOf':[");
	view_schema(out, inner);
	view_json(out, ",{'type':'null'}]}");
}

#define TIME "{\"type\":\"string\",\"format\":\"date-time\"}"

static void schema_put_shape(struct text *out, const struct view_field *field)
{
	switch (field->shape) {
	case SHAPE_UNSET:
		text_puts(out, "{}");
		break;
	case SHAPE_OBJECT:
		view_schema(out, field->inner);
		break;
	case SHAPE_OBJECT_OR_NULL:
		schema_put_or_null(out, field->inner);
		break;
	case SHAPE_OBJECTS:
		view_json(out, "{'type':'array','items':");
		view_schema(out, field->inner);
		text_putc(out, '}');
		break;
	case SHAPE_TEXT:
		view_json(out, "{'type':'string'}");
		break;
	case SHAPE_TEXTS:
		schema_put_texts(out, field->words);
		break;
	case SHAPE_PAIRS:
		view_json(out, "{'type':'object','additionalProperties':{'type':'string'}}");
		break;
	case SHAPE_JSON:
		view_json(out, "{'type':['object','null']}");
		break;
	case SHAPE_TIME:
		text_puts(out, TIME);
		break;
	}
}

static void schema_put_field(struct text *out, const struct view_field *field)
{
	switch (field->kind) {
	case VIEW_END:
	case VIEW_RECORD: /* view_next() gives its columns instead */
		break;
	case VIEW_NUMBER:
		view_json(out, "{'type':'integer','minimum':0}");
		break;
	case VIEW_ID:
		view_json(out, "{'type':['integer','null'],'minimum':1}");
		break;
	case VIEW_TEXT:
		view_json(out, "{'type':'string'");
		if (field->mask != MASK_NONE) {
			view_json(out, ",'x-masked':true,'description':'For a masked viewer always %s'",
				mask_text(field->mask));
		}
		text_putc(out, '}');
		break;
	case VIEW_FLAG:
	case VIEW_MASKED:
		view_json(out, "{'type':'boolean'}");
		break;
	case VIEW_WORD:
		schema_put_enum(out, field->words);
		break;
	case VIEW_WORDS:
		view_json(out, "{'type':'array','uniqueItems':true,'items':");
		schema_put_enum(out, field->words);
		text_putc(out, '}');
		break;
	case VIEW_TIME:
		view_json(out, "{'type':['string','null'],'format':'date-time'}");
		break;
	case VIEW_OBJECT:
		(field->or_null ? schema_put_or_null : view_schema)(out, field->inner);
		break;
	case VIEW_PART:
		schema_put_shape(out, field);
		break;
	}
}

void view_schema(struct text *out, const struct view_field *fields)
{
	struct view_member member = { 0 }, again = { 0 };

	view_json(out, "{'type':'object','additionalProperties':false,'properties':{");
	while (view_next(fields, &member)) {
		text_separate(out);
		view_json(out, "'%s':", member.field->name);
		schema_put_field(out, member.field);
	}
	view_json(out, "},'required':[");
	while (view_next(fields, &again)) {
		if (!again.field->optional) {
			text_separate(out);
			text_put_json(out, again.field->name);
		}
	}
	text_puts(out, "]}");
}

#define ID "{\"type\":\"integer\",\"minimum\":1}"

static void schema_put_array(struct text *out, const struct field *field, const char *items)
{
	view_json(out, "{'type':'array','maxItems':%zu,'items':%s", field->max, items);
	if (field->row != NULL) {
		view_schema_body(out, field->row);
	} else if (field->words != NULL) {
		schema_put_enum(out, field->words);
	}
	text_putc(out, '}');
}

/* Puts a text. What need not be given may be "" too, whatever form it has otherwise. */
static void schema_put_input_text(struct text *out, const struct field *field)
{
	view_json(out, "{'type':'string','minLength':%zu,'maxLength':%zu", input_min(field),
		input_max(field));
	if (field->check != NULL && field->check->pattern != NULL) {
		view_json(out, ",'pattern':");
		text_put_json(out, arena_printf(out->arena, "^\\s*(%s)%s\\s*$", field->check->pattern,
			input_min(field) == 0 ? "?" : ""));
	}
	text_putc(out, '}');
}

static void schema_put_input(struct text *out, const struct field *field)
{
	switch (field->kind) {
	case FIELD_END:
	case FIELD_RECORD: /* input_next() gives its columns instead */
		break;
	case FIELD_TEXT:
	case FIELD_SECRET:
		schema_put_input_text(out, field);
		break;
	case FIELD_FLAG:
		view_json(out, "{'type':'boolean'}");
		break;
	case FIELD_WORD:
		schema_put_enum(out, field->words);
		break;
	case FIELD_ID:
		view_json(out, "{'type':['integer','null'],'minimum':1}");
		break;
	case FIELD_IDS:
		schema_put_array(out, field, ID);
		break;
	case FIELD_WORDS:
		schema_put_array(out, field, field->words == NULL ? "{'type':'string'}" : "");
		break;
	case FIELD_PAIRS:
		view_json(out, "{'type':'object','additionalProperties':"
			"{'type':['string','integer','boolean']}}");
		break;
	case FIELD_PART:
		view_schema_body(out, field->row);
		break;
	case FIELD_ROWS:
		schema_put_array(out, field, "");
		break;
	}
}

/* Puts the condition of a field whose place a flag may take. A table has one at most. */
static void schema_put_unless(struct text *out, const struct field *fields)
{
	struct member member = { 0 };

	while (input_next(fields, &member)) {
		const struct field *field = &member.field;

		if (field->unless != NULL) {
			view_json(out, ",'if':{'properties':{'%s':{'const':true}},'required':['%s']}",
				field->unless, field->unless);
			view_json(out, ",'then':{'properties':{'%s':false}},'else':{'required':['%s']}",
				field->name, field->name);
		}
	}
}

void view_schema_body(struct text *out, const struct field *fields)
{
	struct member member = { 0 }, again = { 0 };

	view_json(out, "{'type':'object','additionalProperties':false,'properties':{");
	while (input_next(fields, &member)) {
		text_separate(out);
		view_json(out, "'%s':", member.field.name);
		schema_put_input(out, &member.field);
	}
	view_json(out, "},'required':[");
	while (input_next(fields, &again)) {
		if (again.field.required && again.field.unless == NULL) {
			text_separate(out);
			text_put_json(out, again.field.name);
		}
	}
	text_putc(out, ']');
	schema_put_unless(out, fields);
	text_putc(out, '}');
}

static void schema_put_filter(struct text *out, const struct list_filter *filter)
{
	switch (filter->kind) {
	case COLUMN_END:
	case COLUMN_NUMBER:
		break;
	case COLUMN_TEXT:
	case COLUMN_BYTES:
		text_puts(out, "{\"type\":\"string\"}");
		break;
	case COLUMN_ID:
		text_puts(out, ID);
		break;
	case COLUMN_WORD:
		schema_put_enum(out, filter->words);
		break;
	case COLUMN_FLAG:
		text_puts(out, "{\"type\":\"boolean\"}");
		break;
	case COLUMN_TIME:
		text_puts(out, TIME);
		break;
	}
}

static void schema_begin_parameter(struct text *out, const char *name)
{
	view_json(out, "{'name':'%s','in':'query','schema':", name);
}

void view_schema_parameters(struct text *out, const struct list_filter *filters)
{
	for (const struct list_filter *filter = filters; filter->kind != COLUMN_END; filter++) {
		schema_begin_parameter(out, filter->name);
		schema_put_filter(out, filter);
		text_puts(out, "},");
	}
}

void view_schema_query(struct text *out, const struct list *spec, bool pages)
{
	const char *names[LIST_SORTS_MAX + 1];

	if (spec->sorts[0].name != NULL) {
		list_sort_names(spec, names);
		schema_begin_parameter(out, "sort");
		view_json(out, "{'type':'string','enum':[");
		schema_put_words(out, names, "-");
		view_json(out, "],'default':'%s%s'}},", spec->descending ? "-" : "", names[0]);
	}
	if (pages) {
		schema_begin_parameter(out, "size");
		view_json(out, "{'type':'integer','minimum':1,'maximum':%d,'default':%d}},",
			QUERY_SIZE_MAX, QUERY_SIZE_DEFAULT);
		schema_begin_parameter(out, "after");
		view_json(out, "{'type':'string'},'description':'A cursor: page.next'},");
		schema_begin_parameter(out, "before");
		view_json(out, "{'type':'string'},'description':'A cursor: page.prev'},");
	}
	view_schema_parameters(out, spec->filters);
}
