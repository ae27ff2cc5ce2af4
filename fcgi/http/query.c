#include "http/query.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

enum { TEXT_MAX = 254, CURSOR_MAX = 2048 };

/* Where the reading of one query string stands. */
struct query_reading {
	const struct request *request;
	const struct list *spec;
	const struct list_filter *also; /* NULL: nothing */
	struct query *query;
	struct reply *reply;
	uint64_t seen; /* a bit a slot: parameters that were there */
};

static int query_hex(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Gives the byte of the escape whose % is before at, -1 when it is broken. The text ends with NUL,
 * so that looking ahead stops in time. */
static int query_take_escape(const char *at)
{
	int high = query_hex(at[0]);
	int low = high < 0 ? -1 : query_hex(at[1]);

	return low < 0 ? -1 : high * 16 + low;
}

/* What no parameter takes: in the place of a value that cannot be read, so that what is refused has
 * the parameter's name. */
#define UNREADABLE "?\x01?"

/* Decodes percents as RFC 3986 has it, + as space; NULL for a broken escape, NUL or what is not
 * UTF-8. */
static char *query_decode(struct arena *arena, const char *from, size_t len)
{
	const char *end = from + len;
	char *out = arena_alloc(arena, len + 1), *to = out;

	while (from < end) {
		bool escaped = *from == '%';
		int byte = escaped ? query_take_escape(from + 1)
			: (unsigned char)(*from == '+' ? ' ' : *from);

		if (byte < 0) {
			return NULL;
		}
		*to++ = (char)byte;
		from += escaped ? 3 : 1;
	}
	return text_is_utf8(out, (size_t)(to - out)) ? out : NULL;
}

static enum err query_malformed(struct query_reading *reading, const char *name, const char *key)
{
	return reply_refuse_field(reading->reply, PROBLEM_MALFORMED, name, key);
}

static const char *query_format_key(struct query_reading *reading, const char *name)
{
	return arena_printf(reading->request->arena, "%s.format", name);
}

/* Reads a positive decimal number of at most 18 digits; 0 for anything else. */
static uint64_t query_take_number(const char *text)
{
	uint64_t number = 0;

	if (strlen(text) > 18) {
		return 0;
	}
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9') {
			return 0;
		}
		number = number * 10 + (uint64_t)(*text - '0');
	}
	return number;
}

static int query_find_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0) {
			return i;
		}
	}
	return -1;
}

static enum err query_take_sort(struct query_reading *reading, const char *value)
{
	bool turned = value[0] == '-';
	const struct list_sort *sorts = reading->spec->sorts;

	for (int i = 0; sorts[i].name != NULL; i++) {
		if (strcmp(sorts[i].name, value + turned) == 0) {
			reading->query->sort = i;
			reading->query->sorted = true;
			reading->query->descending = turned;
			return ERR_OK;
		}
	}
	return query_malformed(reading, "sort", "sort.unknown");
}

static enum err query_take_cursor(struct query_reading *reading, const char *name,
	const char *value)
{
	struct query *query = reading->query;

	if (value[0] == '\0' || strlen(value) > CURSOR_MAX) {
		return query_malformed(reading, name, "cursor.unknown");
	}
	if (strcmp(name, "after") == 0) {
		query->after = value;
	} else {
		query->before = value;
	}
	return query->after[0] != '\0' && query->before[0] != '\0'
		? query_malformed(reading, name, "cursor.both") : ERR_OK;
}

static enum err query_take_words(struct query_reading *reading, const struct list_filter *filter,
	struct list_value *out)
{
	struct words_query *words = arena_alloc(reading->request->arena, sizeof(*words));

	out->words = words;
	return words_read(reading->request->arena, out->text, words) ? ERR_OK
		: query_malformed(reading, filter->name, query_format_key(reading, filter->name));
}

/* Gives what is looked for as the column has it, NULL when there can be no such text. */
static const char *query_form(struct arena *arena, const struct list_filter *filter,
	const char *clean)
{
	bool ascii = filter->ascii || filter->kind == COLUMN_BYTES;
	const char *text = filter->form == NULL ? clean : filter->form(arena, clean);

	if (ascii && !text_is_ascii(text)) {
		return LIST_NOWHERE;
	}
	/* Words are made of what is seen, whatever else came along. */
	return filter->operand == LIST_WORDS ? (text_has_control(text) ? NULL : text)
		: text_has_invisible(text) ? NULL : text;
}

static enum err query_take_text(struct query_reading *reading, const struct list_filter *filter,
	const char *value, struct list_value *out)
{
	struct arena *arena = reading->request->arena;
	const char *name = filter->name, *clean = text_clean(arena, value), *text;

	text = clean == NULL || text_points(clean) > TEXT_MAX ? NULL
		: query_form(arena, filter, clean);
	if (text == NULL) {
		return query_malformed(reading, name, query_format_key(reading, name));
	}
	*out = (struct list_value){ .given = true, .said = clean, .text = text };
	if (clean[0] == '\0') {
		return query_malformed(reading, name, "filter.empty");
	}
	return filter->operand == LIST_WORDS ? query_take_words(reading, filter, out) : ERR_OK;
}

static enum err query_take_choice(struct query_reading *reading, const struct list_filter *filter,
	const char *value, struct list_value *out)
{
	static const char *const flags[] = { "false", "true", NULL };
	const char *word = filter->form == NULL ? value
		: filter->form(reading->request->arena, value);
	int found = query_find_word(filter->kind == COLUMN_FLAG ? flags : filter->words, word);

	if (found < 0) {
		return query_malformed(reading, filter->name, query_format_key(reading, filter->name));
	}
	*out = (struct list_value){ .given = true, .said = value, .text = word,
		.number = (uint64_t)found };
	return ERR_OK;
}

static enum err query_take_filter(struct query_reading *reading, const struct list_filter *filter,
	const char *value, struct list_value *out)
{
	if (value[0] == '\0') {
		return query_malformed(reading, filter->name, "filter.empty");
	}
	switch (filter->kind) {
	case COLUMN_END:
	case COLUMN_NUMBER:
		break;
	case COLUMN_TEXT:
	case COLUMN_BYTES:
		return query_take_text(reading, filter, value, out);
	case COLUMN_WORD:
	case COLUMN_FLAG:
		return query_take_choice(reading, filter, value, out);
	case COLUMN_ID:
		out->said = value;
		out->number = query_take_number(value);
		out->given = out->number != 0;
		break;
	case COLUMN_TIME:
		out->said = value;
		out->time = clock_instant(value);
		out->given = out->time != 0;
		break;
	}
	return out->given ? ERR_OK
		: query_malformed(reading, filter->name, query_format_key(reading, filter->name));
}

enum { SLOT_SORT, SLOT_SIZE, SLOT_AFTER, SLOT_BEFORE, SLOT_FILTERS };

/* Finds which parameter a name is: its slot, or -1 for a name that this list does not have. */
static int query_find_slot(const struct list *spec, const char *name)
{
	static const char *const common[] = { "sort", "size", "after", "before", NULL };
	int slot = query_find_word(common, name);

	for (int i = 0; slot < 0 && spec->filters[i].kind != COLUMN_END; i++) {
		if (strcmp(spec->filters[i].name, name) == 0) {
			slot = SLOT_FILTERS + i;
		}
	}
	return slot;
}

/* Takes what is asked for besides the list; *taken: the name is one of those. */
static enum err query_take_also(struct query_reading *reading, const char *name,
	const char *value, bool *taken)
{
	const struct list_filter *also = reading->also;
	size_t at = 0;

	while (also != NULL && also[at].kind != COLUMN_END && strcmp(also[at].name, name) != 0) {
		at++;
	}
	*taken = also != NULL && also[at].kind != COLUMN_END;
	if (!*taken) {
		return ERR_OK;
	}
	return reading->query->also[at].given ? query_malformed(reading, name, "repeated")
		: query_take_filter(reading, &also[at], value, &reading->query->also[at]);
}

static enum err query_take_parameter(struct query_reading *reading, const char *name,
	const char *value)
{
	int slot = query_find_slot(reading->spec, name);
	bool taken;

	TRY(query_take_also(reading, name, value, &taken));
	if (taken) {
		return ERR_OK;
	}
	if (slot < 0) {
		reply_field_unknown(reading->reply, name);
		return reply_refuse(reading->reply, PROBLEM_MALFORMED);
	}
	if ((reading->seen >> slot & 1) != 0) {
		return query_malformed(reading, name, "repeated");
	}
	reading->seen |= UINT64_C(1) << slot;
	switch (slot) {
	case SLOT_SORT:
		return query_take_sort(reading, value);
	case SLOT_SIZE:
		reading->query->size = query_take_number(value);
		return reading->query->size > 0 && reading->query->size <= QUERY_SIZE_MAX ? ERR_OK
			: query_malformed(reading, "size", "size.range");
	case SLOT_AFTER:
	case SLOT_BEFORE:
		return query_take_cursor(reading, name, value);
	default:
		return query_take_filter(reading, &reading->spec->filters[slot - SLOT_FILTERS], value,
			&reading->query->values[slot - SLOT_FILTERS]);
	}
}

/* Gives what was asked for by none of the filters yet. */
static struct list_value *query_blank_values(struct arena *arena,
	const struct list_filter *filters)
{
	struct list_value *values;
	size_t count = 0;

	while (filters[count].kind != COLUMN_END) {
		count++;
	}
	values = arena_array(arena, count, sizeof(*values));
	for (size_t i = 0; i < count; i++) {
		values[i].said = values[i].text = "";
	}
	return values;
}

/* Gives a query that asks for nothing yet. */
static struct query query_blank(struct arena *arena, const struct list *spec)
{
	struct query query = {
		.descending = spec->descending,
		.size = QUERY_SIZE_DEFAULT,
		.after = "",
		.before = "",
	};

	query.values = query_blank_values(arena, spec->filters);
	return query;
}

enum err query_read_pairs(const struct request *request, const struct list *spec,
	const struct in_pairs *pairs, struct query *query, struct reply *reply)
{
	struct query_reading reading = { .request = request, .spec = spec, .query = query,
		.reply = reply };

	*query = query_blank(request->arena, spec);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct body_pair *pair = &pairs->pairs[i];

		if (query_find_slot(spec, pair->name) < SLOT_FILTERS) {
			reply_field_unknown(reply, pair->name);
			return reply_refuse(reply, PROBLEM_MALFORMED);
		}
		TRY(query_take_parameter(&reading, pair->name, pair->value));
	}
	return ERR_OK;
}

enum err query_read(const struct request *request, const struct list *spec,
	const struct list_filter *also, struct query *query, struct reply *reply)
{
	struct query_reading reading = { .request = request, .spec = spec, .also = also,
		.query = query, .reply = reply };
	struct arena *arena = request->arena;
	const char *at = request->query;

	*query = query_blank(arena, spec);
	query->also = also == NULL ? NULL : query_blank_values(arena, also);
	while (*at != '\0') {
		size_t len = strcspn(at, "&"), name_len = strcspn(at, "=&");
		const char *name = query_decode(arena, at, name_len);
		const char *value = name_len == len ? ""
			: query_decode(arena, at + name_len + 1, len - name_len - 1);

		if (name == NULL) {
			return reply_refuse(reply, PROBLEM_MALFORMED);
		}
		if (len > 0) {
			TRY(query_take_parameter(&reading, name, value == NULL ? UNREADABLE : value));
		}
		at += len + (at[len] != '\0');
	}
	return ERR_OK;
}
