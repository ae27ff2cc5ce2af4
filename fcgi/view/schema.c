#include "view/schema.h"

#include "view/json.h"

#include <inttypes.h>

/* The words of a list that NULL ends: "a","b". Each is preceded by mark too, when there is one. */
static void put_words(struct text *out, const char *const *words, const char *mark)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		text_separate(out);
		text_put_json(out, words[i]);
		if (mark != NULL) {
			view_json(out, ",'%s%s'", mark, words[i]);
		}
	}
}

static void put_enum(struct text *out, const char *const *words)
{
	view_json(out, "{'type':'string','enum':[");
	put_words(out, words, NULL);
	text_puts(out, "]}");
}

/* An array of these words, or of any texts. */
static void put_texts(struct text *out, const char *const *words)
{
	view_json(out, "{'type':'array','items':");
	if (words == NULL) {
		view_json(out, "{'type':'string'}");
	} else {
		put_enum(out, words);
	}
	text_putc(out, '}');
}

static void put_or_null(struct text *out, const struct view_field *inner)
{
	view_json(out, "{'anyOf':[");
	view_schema(out, inner);
	view_json(out, ",{'type':'null'}]}");
}

#define TIME "{\"type\":\"string\",\"format\":\"date-time\"}"

static void put_shape(struct text *out, const struct view_field *field)
{
	switch (field->shape) {
	case SHAPE_UNSET:
		text_puts(out, "{}");
		break;
	case SHAPE_OBJECT:
		view_schema(out, field->inner);
		break;
	case SHAPE_OBJECT_OR_NULL:
		put_or_null(out, field->inner);
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
		put_texts(out, field->words);
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

static void schema_put_text(struct text *out, const struct view_field *field)
{
	view_json(out, "{'type':'string'");
	if (field->mask != MASK_NONE) {
		view_json(out, ",'x-masked':true,'description':'For a masked viewer always %s'",
			mask_text(field->mask));
	}
	text_putc(out, '}');
}

static void put_field(struct text *out, const struct view_field *field)
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
		schema_put_text(out, field);
		break;
	case VIEW_FLAG:
	case VIEW_MASKED:
		view_json(out, "{'type':'boolean'}");
		break;
	case VIEW_WORD:
		put_enum(out, field->words);
		break;
	case VIEW_WORDS:
		view_json(out, "{'type':'array','uniqueItems':true,'items':");
		put_enum(out, field->words);
		text_putc(out, '}');
		break;
	case VIEW_TIME:
		view_json(out, "{'type':['string','null'],'format':'date-time'}");
		break;
	case VIEW_OBJECT:
		if (field->or_null) {
			put_or_null(out, field->inner);
		} else {
			view_schema(out, field->inner);
		}
		break;
	case VIEW_PART:
		put_shape(out, field);
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
		put_field(out, member.field);
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

static void put_array(struct text *out, const struct field *field, const char *items)
{
	view_json(out, "{'type':'array','maxItems':%zu,'items':%s", field->max, items);
	if (field->row != NULL) {
		view_schema_body(out, field->row);
	} else if (field->words != NULL) {
		put_enum(out, field->words);
	}
	text_putc(out, '}');
}

/* What need not be given may be "" too, whatever form it has otherwise. */
static void put_input_text(struct text *out, const struct field *field)
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

static void put_input(struct text *out, const struct field *field)
{
	switch (field->kind) {
	case FIELD_END:
	case FIELD_RECORD: /* input_next() gives its columns instead */
		break;
	case FIELD_TEXT:
	case FIELD_SECRET:
		put_input_text(out, field);
		break;
	case FIELD_FLAG:
		view_json(out, "{'type':'boolean'}");
		break;
	case FIELD_WORD:
		put_enum(out, field->words);
		break;
	case FIELD_ID:
		view_json(out, "{'type':['integer','null'],'minimum':1}");
		break;
	case FIELD_IDS:
		put_array(out, field, ID);
		break;
	case FIELD_WORDS:
		put_array(out, field, field->words == NULL ? "{'type':'string'}" : "");
		break;
	case FIELD_PAIRS:
		view_json(out, "{'type':'object','additionalProperties':"
			"{'type':['string','integer','boolean']}}");
		break;
	case FIELD_PART:
		view_schema_body(out, field->row);
		break;
	case FIELD_ROWS:
		put_array(out, field, "");
		break;
	}
}

static void put_required(struct text *out, const struct field *fields)
{
	struct member member = { 0 };

	view_json(out, ",'required':[");
	while (input_next(fields, &member)) {
		if (member.field.required && member.field.unless == NULL) {
			text_separate(out);
			text_put_json(out, member.field.name);
		}
	}
	text_putc(out, ']');
}

/* A field whose place a flag may take. A table has one at most. */
static void put_unless(struct text *out, const struct field *fields)
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
	struct member member = { 0 };

	view_json(out, "{'type':'object','additionalProperties':false,'properties':{");
	while (input_next(fields, &member)) {
		text_separate(out);
		view_json(out, "'%s':", member.field.name);
		put_input(out, &member.field);
	}
	text_putc(out, '}');
	put_required(out, fields);
	put_unless(out, fields);
	text_putc(out, '}');
}

static void put_filter(struct text *out, const struct list_filter *filter)
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
		put_enum(out, filter->words);
		break;
	case COLUMN_FLAG:
		text_puts(out, "{\"type\":\"boolean\"}");
		break;
	case COLUMN_TIME:
		text_puts(out, TIME);
		break;
	}
}

static void begin_parameter(struct text *out, const char *name)
{
	text_putf(out, "{\"name\":\"%s\",\"in\":\"query\",\"schema\":", name);
}

static void put_sorts(struct text *out, const struct list *spec)
{
	const char *names[LIST_SORTS_MAX + 1];

	list_sort_names(spec, names);
	begin_parameter(out, "sort");
	text_puts(out, "{\"type\":\"string\",\"enum\":[");
	put_words(out, names, "-");
	text_putf(out, "],\"default\":\"%s%s\"}},", spec->descending ? "-" : "", names[0]);
}

static void put_paging(struct text *out)
{
	begin_parameter(out, "size");
	text_putf(out, "{\"type\":\"integer\",\"minimum\":1,\"maximum\":%d,\"default\":%d}},",
		QUERY_SIZE_MOST, QUERY_SIZE_DEFAULT);
	begin_parameter(out, "after");
	text_puts(out, "{\"type\":\"string\"},\"description\":\"A cursor: page.next\"},");
	begin_parameter(out, "before");
	text_puts(out, "{\"type\":\"string\"},\"description\":\"A cursor: page.prev\"},");
}

void view_schema_query(struct text *out, const struct list *spec, bool pages)
{
	if (spec->sorts[0].name != NULL) {
		put_sorts(out, spec);
	}
	if (pages) {
		put_paging(out);
	}
	for (const struct list_filter *filter = spec->filters; filter->kind != COLUMN_END; filter++) {
		begin_parameter(out, filter->name);
		put_filter(out, filter);
		text_puts(out, "},");
	}
}
