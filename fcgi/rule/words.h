/*
 * The words by which a person is found. Of a name, an address and a number come a few words, which
 * are kept in an order; what somebody types is a few ranges of that order. Both are made here, so
 * that they fit: without case and accents (text_plain() in base/text.h), in UTF-8 bytes.
 *
 *     "Juan Pérez"                    juan perez · perez juan
 *     "Juan Carlos Pérez"             each two of them, in both orders
 *     "Weber und Söhne GmbH"          L weber und sohne gmbh · L und sohne gmbh weber · ...
 *     juan.perez@mail.example         B juan.perez@mail.example · B perez@mail.example
 *     info@mail.example               A info@mail.example · A mail.example
 *     jo@xn--bcher-kva.example        the same, and A jo@bucher.example · A bucher.example
 *     jo@xn--bcher-hof-9db.example    and A hof.example
 *     +493011122                      P 2211103 94, the digits from the last one
 *
 * Two words of a name stand in both orders because then whoever types both, the first whole and of
 * the second a beginning, reads the hits and nothing else, however frequent either is. Four and
 * more would be too many pairs: each of them begins a line of its own, which has the others in it.
 * L, A, B and P are bytes that no text has. Of an address, what begins with a word of the name is
 * under B, where only those look who type an address: else "juan" would find Juan twice.
 */
#ifndef RULE_WORDS_H
#define RULE_WORDS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* WORD_MAX: bytes of one of them, at most. */
enum { WORDS_MAX = 32, WORD_MAX = 255 };

struct words {
	const char *at[WORDS_MAX]; /* in order, no two alike */
	size_t count;              /* never 0: who has no word has the empty one, which nobody finds */
};

/* Gives the words of a person; email and phone are in normal form, each of the three may be "". */
void words_of(struct arena *arena, const char *name, const char *email, const char *phone,
	struct words *words);

bool words_equal(const struct words *a, const struct words *b);

/* From a word on, to before another one; both are "" for no words at all. */
struct words_range {
	const char *from;
	const char *to;
};

/* One of the things that somebody typed: a word in one of the ranges that has inside in it. */
enum { WORDS_RANGES = 4, WORDS_TERMS_MAX = 4 };

struct words_term {
	struct words_range ranges[WORDS_RANGES];
	const char *inside; /* "" for any */
};

/* Whoever is found has a word for each term. One of two words is there also the other way around:
 * it finds the same people among other words. */
struct words_query {
	struct words_term terms[WORDS_TERMS_MAX];
	struct words_term turned[WORDS_TERMS_MAX]; /* no ranges: it has one way */
	size_t count;
};

/* The terms, then the same turned: what may be looked for first, by its place among all of them. */
enum { WORDS_LEADS_MAX = 2 * WORDS_TERMS_MAX };

/* Reads what somebody typed: words of a name in any order, the last of them or each only begun; an
 * address from its beginning, from one of its parts or from its domain on; the last digits of a
 * number, however it is written. Of more than WORDS_TERMS_MAX terms, which are up to eight words,
 * the first ones count. False when there is no letter or digit in it. */
bool words_read(struct arena *arena, const char *typed, struct words_query *query);

/* Reads the beginning of an address, of one of its parts or of its domain, in normal form, and
 * nothing else: that finds no names. False when there is no letter or digit in it. */
bool words_read_address(struct arena *arena, const char *email, struct words_query *query);

/* Gives the term at this place; NULL when there is none. */
const struct words_term *words_lead(const struct words_query *query, size_t lead);

/* Gives the same with the term at this place, if there is one, before the others. */
const struct words_query *words_led_by(struct arena *arena, const struct words_query *query,
	size_t lead);

#endif
