/* A set of texts, for so many: a hash table with room for twice as many. */
#ifndef BASE_TEXT_SET_H
#define BASE_TEXT_SET_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct text_set {
	struct arena *arena;
	const char **texts;
	size_t room;
};

/* Gives an empty set for at most count texts. */
struct text_set text_set_for(struct arena *arena, size_t count);

bool text_set_has(const struct text_set *set, const char *text);

/* Adds a copy of the text; false when it is there already. */
bool text_set_add(const struct text_set *set, const char *text);

#endif
