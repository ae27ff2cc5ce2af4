#include "store/compose_words.h"

#include <string.h>

int compose_words(const struct noun *noun, const struct shape *shape)
{
	for (int i = 0; shape->terms > 0 && shape->given >> i != 0; i++) {
		if ((shape->given >> i & 1) != 0 && noun->list.filters[i].operand == LIST_WORDS) {
			return i;
		}
	}
	return -1;
}

bool compose_finds_first(const struct shape *shape)
{
	return shape->by_found || shape->form == SHAPE_FOUND;
}

static void compose_put_term_ranges(struct text *sql, const char *row)
{
	const char *between = "(";

	for (int i = 0; i < WORDS_RANGES; i++) {
		text_putf(sql, "%s(%s.word >= ? AND %s.word < ?)", between, row, row);
		between = " OR ";
	}
	text_putc(sql, ')');
}

/* Puts what one term asks of the row of this name. */
static void compose_put_term(struct text *sql, const char *row)
{
	compose_put_term_ranges(sql, row);
	text_putf(sql, " AND %s.word LIKE ?", row);
}

/* In IF() the planner does not see it: it would read all that the word finds, of anybody. */
void compose_put_terms(struct text *sql, const struct noun *noun, const struct shape *shape,
	unsigned first, const char *owner)
{
	for (unsigned i = first; i < shape->terms; i++) {
		text_putf(sql, "%sIF(EXISTS (SELECT 1 FROM %s x WHERE x.id = %s.id AND ",
			i == first ? "" : " AND ", noun->words, owner);
		compose_put_term(sql, "x");
		text_puts(sql, "), 1, 0)");
	}
}

static void compose_put_letters(struct text *in, unsigned count)
{
	while (count-- > 0) {
		text_putc(in, 'b');
	}
}

static void compose_put_term_letters(struct text *in, unsigned terms)
{
	compose_put_letters(in, terms * TERM_OPERANDS);
}

void compose_put_found(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape, const char *limit)
{
	bool more = shape->terms > 1;

	text_puts(sql, more ? "(SELECT w.id FROM " : "");
	text_putf(sql, "(SELECT DISTINCT w.id FROM %s w WHERE ", noun->words);
	compose_put_term(sql, "w");
	compose_put_term_letters(in, 1);
	text_putf(sql, "%s) w", limit);
	text_puts(in, strchr(limit, '?') == NULL ? "" : "u");
	text_puts(sql, more ? " WHERE " : "");
	compose_put_terms(sql, noun, shape, 1, "w");
	compose_put_term_letters(in, shape->terms - 1);
	text_puts(sql, more ? ") w" : "");
}

void compose_put_by_words(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape)
{
	text_puts(sql, " WHERE ");
	compose_put_term(sql, "w");
	text_puts(sql, shape->terms > 1 ? " AND " : "");
	compose_put_terms(sql, noun, shape, 1, "w");
	compose_put_term_letters(in, shape->terms);
}

void compose_put_first_word(struct text *sql, struct text *in, const struct noun *noun)
{
	text_putf(sql, "NOT EXISTS (SELECT 1 FROM %s x WHERE x.id = w.id AND x.word < w.word AND ",
		noun->words);
	compose_put_term(sql, "x");
	text_putc(sql, ')');
	compose_put_term_letters(in, 1);
}

static void compose_put_word_key(struct text *sql, struct text *in, char than, bool at)
{
	text_putf(sql, " AND (w.word %c ? OR (w.word = ? AND w.id %c%s ?))", than, than,
		at ? "=" : "");
	text_puts(in, "bbu");
}

void compose_put_word_order(struct text *sql, struct text *in, const struct shape *shape,
	const char *limit)
{
	const char *way = shape->descends ? " DESC" : "";

	if (shape->has_key) {
		compose_put_word_key(sql, in, shape->descends ? '<' : '>', shape->at_key);
	}
	if (shape->has_end) {
		compose_put_word_key(sql, in, shape->descends ? '>' : '<', false);
	}
	text_putf(sql, " ORDER BY w.word%s, w.id%s%s", way, way, limit);
	text_putc(in, 'u');
}

void compose_put_word_count(struct text *sql, struct text *in, const struct noun *noun)
{
	text_putf(sql, "SELECT COUNT(*) FROM (SELECT 1 FROM %s w WHERE ", noun->words);
	compose_put_term_ranges(sql, "w");
	compose_put_letters(in, RANGES_OPERANDS);
	text_puts(sql, " LIMIT ?) x");
	text_putc(in, 'u');
}

void compose_put_word_reach(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape)
{
	text_putf(sql, "SELECT w.word, w.id FROM %s w WHERE ", noun->words);
	compose_put_term_ranges(sql, "w");
	compose_put_letters(in, RANGES_OPERANDS);
	compose_put_word_order(sql, in, shape, " LIMIT ?, 1");
}
