/* For cmocka: a test whose state is an arena. */
#ifndef WITH_ARENA_H
#define WITH_ARENA_H

#include "base/arena.h"

static int open_arena(void **state)
{
	static struct arena arena;

	arena_init(&arena);
	*state = &arena;
	return 0;
}

static int close_arena(void **state)
{
	arena_release(*state);
	return 0;
}

#endif
