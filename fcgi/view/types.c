#include "view/types.h"

#include "http/charset.h"
#include "rule/account.h"
#include "rule/may.h"
#include "rule/perm.h"
#include "store/outbox.h"
#include "store/job.h"

const struct view_words view_words[] = {
	{ .type = "PermissionName", .words = perm_names },
	{ .type = "Status", .list = "STATUSES", .words = status_words },
	{ .type = "TwoFactor", .list = "TWO_FACTORS", .words = two_factor_words },
	{ .type = "LetterKind", .list = "LETTER_KINDS", .words = letter_kind_words, .first = 1 },
	{ .type = "LetterState", .list = "LETTER_STATES", .words = outbox_state_words },
	{ .type = "JobKind", .words = job_kind_words, .first = 1 },
	{ .type = "JobState", .words = job_state_words },
	{ .type = "UserAct", .words = may_user_words },
	{ .type = "Encoding", .list = "ENCODINGS", .words = charset_words },
	{ .type = NULL },
};

static const char *types_quoted(struct script *out, const char *before, const char *word,
	const char *after)
{
	return arena_printf(out->text->arena, "%s'%s'%s", before, word, after);
}

void view_types_union(struct script *out, const char *const *words)
{
	script_put(out, types_quoted(out, "", words[0], ""));
	for (size_t i = 1; words[i] != NULL; i++) {
		script_word(out, types_quoted(out, "| ", words[i], ""));
	}
}

void view_types_list(struct script *out, const char *const *words)
{
	script_put(out, "[");
	for (size_t i = 0; words[i] != NULL; i++) {
		const char *word = types_quoted(out, "", words[i], words[i + 1] == NULL ? "" : ",");

		if (i == 0) {
			script_put(out, word);
		} else {
			script_word(out, word);
		}
	}
	script_put(out, "]");
}

/* Puts the type of one of the words, by its name where it has one; NULL: any text. */
static void types_put_words(struct script *out, const char *const *words)
{
	const struct view_words *row = view_words;

	if (words == NULL) {
		script_put(out, "string");
		return;
	}
	while (row->type != NULL && row->words != words) {
		row++;
	}
	if (row->type == NULL) {
		view_types_union(out, words);
	} else {
		script_put(out, row->type);
	}
}

static void types_put_array(struct script *out, const char *const *words)
{
	script_put(out, "Array<");
	types_put_words(out, words);
	script_put(out, ">");
}

static void types_begin_member(struct script *out, const char *name, bool optional)
{
	script_put(out, name);
	script_put(out, optional ? "?: " : ": ");
}

static void types_put_part(struct script *out, const struct view_field *field)
{
	switch (field->shape) {
	case SHAPE_UNSET:
		script_put(out, "unknown");
		break;
	case SHAPE_OBJECT:
		view_types_record(out, field->inner);
		break;
	case SHAPE_OBJECT_OR_NULL:
		view_types_record(out, field->inner);
		script_put(out, " | null");
		break;
	case SHAPE_OBJECTS:
		script_put(out, "Array<");
		view_types_record(out, field->inner);
		script_put(out, ">");
		break;
	case SHAPE_TEXT:
	case SHAPE_TIME:
		script_put(out, "string");
		break;
	case SHAPE_TEXTS:
		types_put_array(out, field->words);
		break;
	case SHAPE_PAIRS:
		script_put(out, "Record<string, string>");
		break;
	case SHAPE_JSON:
		script_put(out, "Record<string, unknown> | null");
		break;
	}
}

static void types_put_field(struct script *out, const struct view_field *field)
{
	switch (field->kind) {
	case VIEW_END:
	case VIEW_RECORD: /* view_next() gives its columns instead */
		break;
	case VIEW_NUMBER:
		script_put(out, "number");
		break;
	case VIEW_ID:
		script_put(out, "number | null");
		break;
	case VIEW_TEXT:
		script_put(out, "string");
		break;
	case VIEW_FLAG:
	case VIEW_MASKED:
		script_put(out, "boolean");
		break;
	case VIEW_WORD:
		types_put_words(out, field->words);
		break;
	case VIEW_WORDS:
		types_put_array(out, field->words);
		break;
	case VIEW_TIME:
		script_put(out, "string | null");
		break;
	case VIEW_OBJECT:
		view_types_record(out, field->inner);
		script_put(out, field->or_null ? " | null" : "");
		break;
	case VIEW_PART:
		types_put_part(out, field);
		break;
	}
}

void view_types_record(struct script *out, const struct view_field *fields)
{
	struct view_member member = { 0 };

	script_open(out, "");
	while (view_next(fields, &member)) {
		types_begin_member(out, member.field->name, member.field->optional);
		types_put_field(out, member.field);
		script_end(out, ";");
	}
	script_close(out, "");
}

static void types_put_input(struct script *out, const struct field *field)
{
	switch (field->kind) {
	case FIELD_END:
	case FIELD_RECORD: /* input_next() gives its columns instead */
		break;
	case FIELD_TEXT:
	case FIELD_SECRET:
		script_put(out, "string");
		break;
	case FIELD_FLAG:
		script_put(out, "boolean");
		break;
	case FIELD_WORD:
		types_put_words(out, field->words);
		break;
	case FIELD_ID:
		script_put(out, "number | null");
		break;
	case FIELD_IDS:
		script_put(out, "number[]");
		break;
	case FIELD_WORDS:
		types_put_array(out, field->words);
		break;
	case FIELD_PAIRS:
		script_put(out, "Record<string, string | number | boolean>");
		break;
	case FIELD_PART:
		view_types_body(out, field->row);
		break;
	case FIELD_ROWS:
		script_put(out, "Array<");
		view_types_body(out, field->row);
		script_put(out, ">");
		break;
	}
}

void view_types_body(struct script *out, const struct field *fields)
{
	struct member member = { 0 };

	script_open(out, "");
	while (input_next(fields, &member)) {
		const struct field *field = &member.field;

		types_begin_member(out, field->name, !field->required || field->unless != NULL);
		types_put_input(out, field);
		script_end(out, ";");
	}
	script_close(out, "");
}

static void types_put_filter(struct script *out, const struct list_filter *filter)
{
	switch (filter->kind) {
	case COLUMN_END:
	case COLUMN_NUMBER:
		break;
	case COLUMN_TEXT:
	case COLUMN_BYTES:
	case COLUMN_TIME:
		script_put(out, "string");
		break;
	case COLUMN_ID:
		script_put(out, "number");
		break;
	case COLUMN_WORD:
		types_put_words(out, filter->words);
		break;
	case COLUMN_FLAG:
		script_put(out, "boolean");
		break;
	}
}

static void types_put_filters(struct script *out, const struct list_filter *filter)
{
	for (; filter != NULL && filter->kind != COLUMN_END; filter++) {
		types_begin_member(out, filter->name, true);
		types_put_filter(out, filter);
		script_end(out, ";");
	}
}

void view_types_query(struct script *out, const struct list *spec, const struct list_filter *also,
	bool pages)
{
	const char *names[LIST_SORTS_MAX + 1];

	script_open(out, "");
	list_sort_names(spec, names);
	if (names[0] != NULL) {
		types_begin_member(out, "sort", true);
		script_put(out, "Order<");
		view_types_union(out, names);
		script_end(out, ">;");
	}
	if (pages) {
		script_end(out, "size?: number;");
		script_end(out, "after?: string;");
		script_end(out, "before?: string;");
	}
	types_put_filters(out, spec->filters);
	types_put_filters(out, also);
	script_close(out, "");
}
