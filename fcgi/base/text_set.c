#include "base/text_set.h"

#include <string.h>

struct text_set text_set_for(struct arena *arena, size_t count)
{
	size_t room = 2 * count + 1;

	return (struct text_set){ .arena = arena, .room = room,
		.texts = arena_array(arena, room, sizeof(const char *)) };
}

/* Gives the place of the text, which is empty where the set does not have it. */
static const char **text_set_find(const struct text_set *set, const char *text)
{
	size_t at = 5381;

	for (const char *c = text; *c != '\0'; c++) {
		at = at * 33 + (unsigned char)*c;
	}
	at %= set->room;
	while (set->texts[at] != NULL && strcmp(set->texts[at], text) != 0) {
		at = (at + 1) % set->room;
	}
	return &set->texts[at];
}

bool text_set_has(const struct text_set *set, const char *text)
{
	return *text_set_find(set, text) != NULL;
}

bool text_set_add(const struct text_set *set, const char *text)
{
	const char **place = text_set_find(set, text);

	if (*place != NULL) {
		return false;
	}
	*place = arena_string(set->arena, text);
	return true;
}
