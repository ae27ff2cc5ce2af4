#include "rule/words.h"

#include "base/text.h"
#include "rule/phone.h"

#include <string.h>

/* What stands before a word that is none of a short name. */
#define LONG_NAME "\xfa"
#define ADDRESS "\xfb"
#define OWN_ADDRESS "\xfc"
#define NUMBER "\xfd"

#define AFTER_ALL "\xff"  /* after it nothing goes on */
#define LONGER "!"        /* the byte after the space: behind all that begins with the whole word */

enum {
	NAME_WORDS_MAX = 16,
	PAIRS_MAX = 3,        /* words of a name of which each two are kept */
	ADDRESS_PARTS_MAX = 4, /* of what is before @ */
	DOMAIN_PARTS_MAX = 3,
	SHOWN_PARTS_MAX = 6,   /* of a domain with other letters than ASCII */
	PART_MAX = 60         /* bytes of a word of a name, so that two are far from WORD_MAX */
};

static bool words_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

/* Gives how many bytes of text are kept, of at most max: no part of a character. */
static size_t words_cut(const char *text, size_t len, size_t max)
{
	if (len > max) {
		for (len = max; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;) {
			len--;
		}
	}
	return len;
}

static const char *words_short(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, words_cut(text, strlen(text), WORD_MAX));
}

/* The words of a text as they stand there, each once. */
struct parts {
	const char *at[NAME_WORDS_MAX];
	size_t count;
};

static bool parts_have(const struct parts *parts, const char *word)
{
	for (size_t i = 0; i < parts->count; i++) {
		if (strcmp(parts->at[i], word) == 0) {
			return true;
		}
	}
	return false;
}

/* Takes the words of a plain text, up to end. */
static void parts_take(struct arena *arena, const char *text, const char *end,
	struct parts *parts)
{
	while (text < end && parts->count < NAME_WORDS_MAX) {
		size_t len = 0;
		const char *word;

		while (text + len < end && words_is_letter(text[len])) {
			len++;
		}
		word = arena_copy(arena, text, words_cut(text, len, PART_MAX));
		if (len > 0 && !parts_have(parts, word)) {
			parts->at[parts->count++] = word;
		}
		text += len + (text + len < end);
	}
}

static struct parts parts_of(struct arena *arena, const char *text)
{
	const char *plain = text_plain(arena, text);
	struct parts parts = { .count = 0 };

	if (plain != NULL) {
		parts_take(arena, plain, plain + strlen(plain), &parts);
	}
	return parts;
}

/* Puts a word in its place. */
static void words_add(struct words *words, const char *word)
{
	size_t at = words->count;

	while (at > 0 && strcmp(words->at[at - 1], word) > 0) {
		at--;
	}
	if (words->count == WORDS_MAX || (at > 0 && strcmp(words->at[at - 1], word) == 0)) {
		return;
	}
	memmove(&words->at[at + 1], &words->at[at], (words->count - at) * sizeof(words->at[0]));
	words->at[at] = word;
	words->count++;
}

static void words_add_pairs(struct arena *arena, const struct parts *name, struct words *words)
{
	for (size_t i = 0; i < name->count; i++) {
		for (size_t j = 0; j < name->count; j++) {
			if (i != j) {
				words_add(words, arena_printf(arena, "%s %s", name->at[i], name->at[j]));
			}
		}
	}
}

/* From each word on, and around to it. */
static void words_add_turns(struct arena *arena, const struct parts *name, struct words *words)
{
	for (size_t i = 0; i < name->count; i++) {
		struct text turn = text_in(arena);

		text_puts(&turn, LONG_NAME);
		for (size_t j = 0; j < name->count; j++) {
			text_putf(&turn, "%s%s", j == 0 ? "" : " ", name->at[(i + j) % name->count]);
		}
		words_add(words, words_short(arena, turn.bytes));
	}
}

static void words_add_name(struct arena *arena, const struct parts *name, struct words *words)
{
	if (name->count == 1) {
		words_add(words, name->at[0]);
	} else if (name->count <= PAIRS_MAX) {
		words_add_pairs(arena, name, words);
	} else {
		words_add_turns(arena, name, words);
	}
}

static void words_add_address_from(struct arena *arena, const char *from, const char *end,
	const struct parts *name, struct words *words)
{
	struct parts first = { .count = 0 };
	const char *word_end = from;

	while (word_end < end && words_is_letter(*word_end)) {
		word_end++;
	}
	parts_take(arena, from, word_end, &first);
	words_add(words, words_short(arena, arena_printf(arena, "%s%s",
		first.count > 0 && parts_have(name, first.at[0]) ? OWN_ADDRESS : ADDRESS, from)));
}

/* Gives the place after the next byte that parts an address; NULL when there is none before end. */
static const char *words_next_part(const char *at, const char *end)
{
	while (at < end && words_is_letter(*at)) {
		at++;
	}
	while (at < end && !words_is_letter(*at)) {
		at++;
	}
	return at < end ? at : NULL;
}

/* The whole address, it from each part on, and the domain from each label on but the last; as it is
 * shown to people also from behind a hyphen. */
static void words_add_address(struct arena *arena, const char *email, const struct parts *name,
	bool shown, struct words *words)
{
	const char *end = email + strlen(email), *at = strchr(email, '@'), *from = email;
	const char *last = strrchr(email, '.'), *dot;

	for (int i = 0; at != NULL && from != NULL && i < ADDRESS_PARTS_MAX; i++) {
		words_add_address_from(arena, from, end, name, words);
		from = words_next_part(from, at);
	}
	from = at == NULL || last == NULL || last < at ? NULL : at + 1;
	for (int i = 0; from != NULL && i < (shown ? SHOWN_PARTS_MAX : DOMAIN_PARTS_MAX); i++) {
		words_add_address_from(arena, from, end, name, words);
		dot = strchr(from, '.');
		from = shown ? words_next_part(from, last) : dot < last ? dot + 1 : NULL;
	}
}

/* Gives the digits of a number from the last one. */
static const char *words_reversed(struct arena *arena, const char *number)
{
	struct text text = text_in(arena);

	text_puts(&text, "");
	for (size_t i = strlen(number); i > 0; i--) {
		if (number[i - 1] >= '0' && number[i - 1] <= '9') {
			text_putc(&text, number[i - 1]);
		}
	}
	return text.bytes;
}

/* Gives an address, or a domain, as people write it. */
static const char *words_plain_address(struct arena *arena, const char *email)
{
	const char *at = strchr(email, '@'), *domain = at == NULL ? email : at + 1;

	return text_plain(arena, arena_printf(arena, "%.*s%s", (int)(domain - email), email,
		text_domain_shown(arena, domain)));
}

/* Adds the address as people write it, where its domain has other letters than ASCII. It is not
 * kept so, and by nothing else than its words is a part of it found. */
static void words_add_shown_address(struct arena *arena, const char *email,
	const struct parts *name, struct words *words)
{
	const char *at = strchr(email, '@'), *shown;

	if (at == NULL || strstr(at, "xn--") == NULL) {
		return;
	}
	shown = words_plain_address(arena, email);
	if (shown != NULL) {
		words_add_address(arena, shown, name, true, words);
	}
}

void words_of(struct arena *arena, const char *name, const char *email, const char *phone,
	struct words *words)
{
	struct parts parts = parts_of(arena, name);
	const char *at = strchr(email, '@');

	words->count = 0;
	if (parts.count == 0 && at != NULL) {
		parts_take(arena, email, at, &parts);
	}
	words_add_name(arena, &parts, words);
	words_add_address(arena, email, &parts, false, words);
	words_add_shown_address(arena, email, &parts, words);
	if (phone[0] != '\0') {
		words_add(words, words_short(arena, arena_printf(arena, NUMBER "%s",
			words_reversed(arena, phone))));
	}
	if (words->count == 0) {
		words_add(words, "");
	}
}

bool words_equal(const struct words *a, const struct words *b)
{
	bool equal = a->count == b->count;

	for (size_t i = 0; equal && i < a->count; i++) {
		equal = strcmp(a->at[i], b->at[i]) == 0;
	}
	return equal;
}

/* What begins with this. */
static struct words_range range_of(struct arena *arena, const char *mark, const char *beginning)
{
	const char *from = arena_printf(arena, "%s%s", mark, beginning);

	from = arena_copy(arena, from, words_cut(from, strlen(from), WORD_MAX - 1));
	return (struct words_range){ from, arena_printf(arena, "%s" AFTER_ALL, from) };
}

static struct words_term term_of(struct words_range a, struct words_range b,
	struct words_range c, struct words_range d)
{
	return (struct words_term){ .ranges = { a, b, c, d }, .inside = "" };
}

static const struct words_range no_words = { "", "" };

/* A word, or a beginning of one, wherever it stands. */
static struct words_term term_of_word(struct arena *arena, const char *word)
{
	return term_of(range_of(arena, "", word), range_of(arena, LONG_NAME, word),
		range_of(arena, ADDRESS, word), no_words);
}

/* Two words of one name. Where the first is whole, the second makes the range. */
static struct words_term term_of_two(struct arena *arena, const char *first, const char *second)
{
	struct words_range longer = range_of(arena, "", first);
	struct words_term term;

	longer.from = arena_printf(arena, "%s" LONGER, first);
	term = term_of(range_of(arena, "", arena_printf(arena, "%s %s", first, second)), longer,
		range_of(arena, LONG_NAME, first), no_words);
	term.inside = arena_printf(arena, " %s", second);
	return term;
}

/* The first two words of a piece that was typed as one, like 7-11. */
static struct words_range range_of_two(struct arena *arena, const char *mark, const char *part)
{
	struct parts parts = { .count = 0 };

	parts_take(arena, part, part + strlen(part), &parts);
	return parts.count < 2 ? no_words
		: range_of(arena, mark, arena_printf(arena, "%s %s", parts.at[0], parts.at[1]));
}

static struct words_term term_of_address(struct arena *arena, const char *typed)
{
	const char *from = typed[0] == '@' ? typed + 1 : typed;
	bool whole = strchr(typed, '@') != NULL;

	return term_of(range_of(arena, ADDRESS, from), range_of(arena, OWN_ADDRESS, from),
		whole ? no_words : range_of_two(arena, "", typed),
		whole ? no_words : range_of_two(arena, LONG_NAME, typed));
}

/* The last digits of a number; what is digits alone may also be a word. */
static struct words_term term_of_number(struct arena *arena, const char *typed)
{
	const char *last = words_reversed(arena, phone_part(arena, typed));

	if (typed[strspn(typed, "0123456789")] == '\0') {
		return term_of(range_of(arena, "", typed), range_of(arena, LONG_NAME, typed),
			range_of(arena, ADDRESS, typed), range_of(arena, NUMBER, last));
	}
	return term_of(range_of(arena, NUMBER, last), range_of_two(arena, "", typed),
		range_of_two(arena, LONG_NAME, typed), no_words);
}

const struct words_term *words_lead(const struct words_query *query, size_t lead)
{
	size_t at = lead % WORDS_TERMS_MAX;
	const struct words_term *term = lead == at ? &query->terms[at] : &query->turned[at];

	return lead < WORDS_LEADS_MAX && at < query->count && term->ranges[0].from != NULL ? term
		: NULL;
}

const struct words_query *words_led_by(struct arena *arena, const struct words_query *query,
	size_t lead)
{
	struct words_query *led = arena_alloc(arena, sizeof(*led));
	size_t at = lead % WORDS_TERMS_MAX;

	*led = *query;
	if (words_lead(query, lead) == NULL) {
		return led;
	}
	led->terms[0] = *words_lead(query, lead);
	led->turned[0] = *(lead == at ? &query->turned[at] : &query->terms[at]);
	if (at > 0) {
		led->terms[at] = query->terms[0];
		led->turned[at] = query->turned[0];
	}
	return led;
}

/* What is typed, as it is read from left to right. */
struct typed {
	struct arena *arena;
	struct parts name;        /* words that can only be those of a name */
	const char *number;       /* pieces of a number, side by side; "" for none */
	struct words_query *query;
};

static void typed_add_turned(struct typed *typed, struct words_term term,
	struct words_term turned)
{
	struct words_query *query = typed->query;

	if (query->count < WORDS_TERMS_MAX) {
		query->terms[query->count] = term;
		query->turned[query->count++] = turned;
	}
}

static void typed_add(struct typed *typed, struct words_term term)
{
	typed_add_turned(typed, term, (struct words_term){ .inside = "" });
}

static void typed_end_number(struct typed *typed)
{
	if (typed->number[0] != '\0') {
		typed_add(typed, term_of_number(typed->arena, typed->number));
	}
	typed->number = "";
}

static bool typed_is_number(const char *piece)
{
	return piece[strspn(piece, "0123456789+()-./")] == '\0' &&
		piece[strcspn(piece, "0123456789")] != '\0';
}

/* Whether it has @ with a letter on one side, or a letter on both sides of another byte that parts
 * addresses. */
static bool typed_is_address(const char *piece)
{
	const char *at = piece + strcspn(piece, "@"), *dot = piece + strcspn(piece, "._");

	return (at[0] == '@' && (at > piece || words_is_letter(at[1]))) ||
		(dot > piece && dot[0] != '\0' && words_is_letter(dot[1]));
}

/* Takes what stands between two spaces. */
static void typed_take(struct typed *typed, const char *piece)
{
	if (typed_is_number(piece)) {
		/* A space within a number parts nothing; within two of digits alone it does. */
		typed->number = typed->number[0] == '\0' ? piece
			: arena_printf(typed->arena, "%s %s", typed->number, piece);
		return;
	}
	typed_end_number(typed);
	if (typed_is_address(piece)) {
		typed_add(typed, term_of_address(typed->arena, piece));
	} else {
		parts_take(typed->arena, piece, piece + strlen(piece), &typed->name);
	}
}

/* Gives the next piece and goes behind it, without brackets and commas around; NULL at the end. */
static const char *typed_next(struct arena *arena, const char **at)
{
	static const char around[] = "<>,;:\"'";
	const char *piece = *at + strspn(*at, " ");
	size_t len = strcspn(piece, " ");

	*at = piece + len;
	if (len == 0) {
		return NULL;
	}
	if (strncmp(piece, "tel:", 4) == 0 || strncmp(piece, "mailto:", 7) == 0) {
		size_t scheme = strcspn(piece, ":") + 1;

		piece += scheme;
		len -= scheme;
	}
	for (; len > 0 && strchr(around, piece[0]) != NULL; len--) {
		piece++;
	}
	while (len > 0 && strchr(around, piece[len - 1]) != NULL) {
		len--;
	}
	return arena_copy(arena, piece, len);
}

/* Two and two, the last one by itself, and before all else: they are found by sooner than a domain
 * that many have. */
static void typed_add_name(struct typed *typed)
{
	const struct parts *name = &typed->name;

	struct words_query *query = typed->query;
	size_t first = query->count;

	for (size_t i = 0; i + 1 < name->count; i += 2) {
		typed_add_turned(typed, term_of_two(typed->arena, name->at[i], name->at[i + 1]),
			term_of_two(typed->arena, name->at[i + 1], name->at[i]));
	}
	if (name->count % 2 != 0) {
		typed_add(typed, term_of_word(typed->arena, name->at[name->count - 1]));
	}
	if (query->count > first) {
		*query = *words_led_by(typed->arena, query, first);
	}
}

bool words_read_address(struct arena *arena, const char *email, struct words_query *query)
{
	const char *plain = words_plain_address(arena, email);

	while (plain != NULL && *plain != '\0' && !words_is_letter(*plain)) {
		plain++;
	}
	if (plain == NULL || *plain == '\0') {
		return false;
	}
	*query = (struct words_query){ .count = 1, .terms = { term_of(
		range_of(arena, ADDRESS, plain), range_of(arena, OWN_ADDRESS, plain), no_words,
		no_words) } };
	return true;
}

bool words_read(struct arena *arena, const char *text, struct words_query *query)
{
	struct typed typed = { .arena = arena, .number = "", .query = query };
	const char *at = text_plain(arena, text), *piece;

	query->count = 0;
	while (at != NULL && (piece = typed_next(arena, &at)) != NULL) {
		typed_take(&typed, piece);
	}
	typed_end_number(&typed);
	typed_add_name(&typed);
	return query->count > 0;
}
