#include "store/operands.h"

#include "base/clock.h"
#include "base/text.h"
#include "rule/field.h"
#include "rule/phone.h"

#include <string.h>

struct db_in in_text_kind(enum column_kind kind, const char *text)
{
	struct db_in in = in_text(text);

	in.kind = kind == COLUMN_BYTES ? 'b' : 's';
	return in;
}

const char *operand_like(struct arena *arena, const char *string)
{
	struct text text = text_in(arena);

	text_puts(&text, "");
	for (; *string != '\0'; string++) {
		if (*string == '%' || *string == '_' || *string == '!') {
			text_putc(&text, '!');
		}
		text_putc(&text, *string);
	}
	return text.bytes;
}

struct db_in in_filter(struct arena *arena, const struct list_filter *filter,
	const struct list_value *value)
{
	enum { DAYS_MAX = 18250 }; /* before everybody is far enough back for any number of days */
	const char *text = value->text;
	uint64_t days = value->number < DAYS_MAX ? value->number : DAYS_MAX;

	switch (filter->operand) {
	case LIST_PART:
		return in_text_kind(filter->kind, arena_printf(arena, "%%%s%%", operand_like(arena, text)));
	case LIST_WORDS:
	case LIST_START:
		return in_text_kind(filter->kind, arena_printf(arena, "%s%%", operand_like(arena, text)));
	case LIST_DAYS_AGO:
		return in_time(clock_now() - (int64_t)days * CLOCK_DAY);
	case LIST_NOW:
		return in_time(clock_now());
	case LIST_WORD:
		return in_text(filter->words[value->number]);
	case LIST_VALUE:
		break;
	}
	if (filter->kind == COLUMN_TEXT || filter->kind == COLUMN_BYTES) {
		return in_text_kind(filter->kind, text);
	}
	return filter->kind == COLUMN_TIME ? in_time(value->time) : in_number(value->number);
}

struct db_in in_column(const struct column *column, const void *record)
{
	const char *at = (const char *)record + column->offset;

	switch (column->kind) {
	case COLUMN_NUMBER:
		return in_number(*(const uint64_t *)(const void *)at);
	case COLUMN_ID:
		return in_id(*(const uint64_t *)(const void *)at);
	case COLUMN_TEXT:
	case COLUMN_BYTES:
		return in_text_kind(column->kind, *(const char *const *)(const void *)at);
	case COLUMN_FLAG:
		return in_number(*(const bool *)(const void *)at);
	case COLUMN_WORD:
		return in_number((uint64_t)*(const int *)(const void *)at);
	case COLUMN_TIME:
		return in_time(*(const int64_t *)(const void *)at);
	case COLUMN_END:
		break;
	}
	return in_number(0);
}

void operands_add(struct operands *operands, struct db_in in)
{
	operands->in[operands->count++] = in;
}

static void operands_add_bytes(struct operands *operands, const char *text)
{
	operands_add(operands, in_bytes(text, strlen(text)));
}

void operands_add_ranges(struct operands *operands, const struct words_term *term)
{
	for (int i = 0; i < WORDS_RANGES; i++) {
		operands_add_bytes(operands, term->ranges[i].from);
		operands_add_bytes(operands, term->ranges[i].to);
	}
}

void operands_add_term(struct operands *operands, struct arena *arena,
	const struct words_term *term)
{
	operands_add_ranges(operands, term);
	operands_add_bytes(operands, term->inside[0] == '\0' ? "%"
		: arena_printf(arena, "%%%s%%", term->inside));
}

void operands_add_terms(struct operands *operands, struct arena *arena,
	const struct words_query *words, size_t first)
{
	for (size_t i = first; i < words->count; i++) {
		operands_add_term(operands, arena, &words->terms[i]);
	}
}

void operands_add_word(struct operands *operands, const char *word, uint64_t id)
{
	operands_add_bytes(operands, word);
	operands_add_bytes(operands, word);
	operands_add(operands, in_number(id));
}

void operands_add_beginnings(struct operands *operands, struct arena *arena, const char *typed)
{
	const char *const texts[BEGINNINGS] = { typed, field_email_part(arena, typed),
		phone_part(arena, typed) };

	for (size_t i = 0; i < BEGINNINGS; i++) {
		const char *text = i == 0 || text_is_ascii(texts[i]) ? texts[i] : LIST_NOWHERE;

		operands_add(operands, in_text(arena_printf(arena, "%s%%", operand_like(arena, text))));
	}
}
