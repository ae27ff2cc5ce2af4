#include "base/arena.h"

#include "base/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each block of a chain is twice as large as the one before: who needs little zeroes little. The
 * last one is kept for the next request: all of a page's fits the largest. */
enum { BLOCK_FIRST = 6 * 1024, BLOCK_MAX = 96 * 1024 };

struct arena_block {
	struct arena_block *older;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena)
{
	arena->block = NULL;
}

/* Rounds up to what keeps the next piece aligned. */
static size_t arena_round(size_t size)
{
	size_t step = alignof(max_align_t);

	if (size > SIZE_MAX - step - sizeof(struct arena_block)) {
		memory_give_up(size);
	}
	return (size + step - 1) / step * step;
}

/* Gives the room of a new block, beside block, that holds a piece of this size. */
static size_t arena_room(const struct arena_block *block, size_t size)
{
	size_t room = BLOCK_FIRST;

	if (block != NULL) {
		room = block->size < BLOCK_MAX ? 2 * block->size : BLOCK_MAX;
	}
	return room < size ? size : room;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->block;
	void *bytes;

	size = arena_round(size);
	if (block == NULL || size > block->size - block->used) {
		size_t room = arena_room(block, size);

		block = memory_zeroed(sizeof(*block) + room);
		block->older = arena->block;
		block->size = room;
		arena->block = block;
	}
	bytes = block->bytes + block->used;
	block->used += size;
	return bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		memory_give_up(SIZE_MAX);
	}
	return arena_alloc(arena, bytes);
}

void *arena_resize(struct arena *arena, void *bytes, size_t size, size_t room)
{
	struct arena_block *block = arena->block;
	size_t had = arena_round(size), more = arena_round(room) - had;

	if (block != NULL && had <= block->used && more <= block->size - block->used &&
	    block->bytes + (block->used - had) == bytes) {
		block->used += more;
		return bytes;
	}
	return memcpy(arena_alloc(arena, room), bytes, size);
}

void *arena_grow(struct arena *arena, void *bytes, size_t size)
{
	if (size > SIZE_MAX / 2) {
		memory_give_up(size);
	}
	return arena_resize(arena, bytes, size, 2 * size);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	if (len > 0) {
		memcpy(copy, bytes, len);
	}
	return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
	return string == NULL ? arena_copy(arena, "", 0) : arena_copy(arena, string, strlen(string));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *out;

	va_start(args, format);
	out = arena_vprintf(arena, format, args);
	va_end(args);
	return out;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	char *out;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len < 0) {
		memory_give_up(0); /* its formats are ours, and nothing else can fail */
	}
	out = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(out, (size_t)len + 1, format, again);
	va_end(again);
	return out;
}

/* Frees the block and those older than it, wiped. */
static void arena_free_older(struct arena_block *block)
{
	while (block != NULL) {
		struct arena_block *older = block->older;

		explicit_bzero(block->bytes, block->used);
		free(block);
		block = older;
	}
}

void arena_reset(struct arena *arena)
{
	struct arena_block *block = arena->block;

	if (block == NULL) {
		return;
	}
	arena_free_older(block->older);
	block->older = NULL;
	explicit_bzero(block->bytes, block->used);
	block->used = 0;
	if (block->size > BLOCK_MAX) {
		arena_release(arena);
	}
}

void arena_release(struct arena *arena)
{
	arena_free_older(arena->block);
	arena->block = NULL;
}
