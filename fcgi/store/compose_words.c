#include "store/compose_words.h"

int compose_words(const struct noun *noun, const struct shape *shape)
{
	for (int i = 0; shape->terms > 0 && shape->given >> i != 0; i++) {
		if ((shape->given >> i & 1) != 0 && noun->list.filters[i].operand == LIST_WORDS) {
			return i;
		}
	}
	return -1;
}

/* Puts what one term asks of the row of this name. */
static void compose_put_term(struct text *sql, const char *row)
{
	const char *between = "(";

	for (int i = 0; i < WORDS_RANGES; i++) {
		text_putf(sql, "%s(%s.word >= ? AND %s.word < ?)", between, row, row);
		between = " OR ";
	}
	text_putf(sql, ") AND %s.word LIKE ?", row);
}

void compose_put_terms(struct text *sql, const struct noun *noun, const struct shape *shape,
	unsigned first, const char *owner)
{
	for (unsigned i = first; i < shape->terms; i++) {
		text_putf(sql, "%sEXISTS (SELECT 1 FROM %s x WHERE x.id = %s.id AND ",
			i == first ? "" : " AND ", noun->words, owner);
		compose_put_term(sql, "x");
		text_putc(sql, ')');
	}
}

static void compose_put_term_letters(struct text *in, unsigned terms)
{
	for (unsigned i = 0; i < terms * TERM_OPERANDS; i++) {
		text_putc(in, 'b');
	}
}

void compose_put_found(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape, const char *limit)
{
	text_putf(sql, "(SELECT DISTINCT w.id FROM %s w WHERE ", noun->words);
	compose_put_term(sql, "w");
	text_puts(sql, shape->terms > 1 ? " AND " : "");
	compose_put_terms(sql, noun, shape, 1, "w");
	text_putf(sql, " LIMIT %s) w", limit);
	compose_put_term_letters(in, shape->terms);
}

void compose_put_by_words(struct text *sql, struct text *in, const struct noun *noun,
	const struct shape *shape)
{
	const char *way = shape->descends ? " DESC" : "";
	char than = shape->descends ? '<' : '>';

	text_puts(sql, " WHERE ");
	compose_put_term(sql, "w");
	text_putf(sql, " AND NOT EXISTS (SELECT 1 FROM %s x WHERE x.id = w.id AND x.word < w.word "
		"AND ", noun->words);
	compose_put_term(sql, "x");
	text_puts(sql, shape->terms > 1 ? ") AND " : ")");
	compose_put_terms(sql, noun, shape, 1, "w");
	compose_put_term_letters(in, shape->terms + 1);
	if (shape->has_key) {
		text_putf(sql, " AND (w.word %c ? OR (w.word = ? AND w.id %c ?))", than, than);
		text_puts(in, "bbu");
	}
	text_putf(sql, " ORDER BY w.word%s, w.id%s LIMIT ?", way, way);
	text_putc(in, 'u');
}
