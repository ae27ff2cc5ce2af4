#include "base/memory.h"

#include "base/log.h"

#include <malloc.h>
#include <stdlib.h>

_Noreturn void memory_give_up(size_t size)
{
	log_event(LOG_ERROR, "memory", "size=%zu", size);
	abort();
}

/* Gives what a library gave for so many bytes, unless that is nothing. */
static void *memory_or_end(void *bytes, size_t size)
{
	if (bytes == NULL) {
		memory_give_up(size);
	}
	return bytes;
}

void *memory_alloc(size_t size)
{
	return memory_or_end(malloc(size), size);
}

void *memory_zeroed(size_t size)
{
	return memory_or_end(calloc(1, size), size);
}

void *memory_realloc(void *old, size_t size)
{
	return memory_or_end(realloc(old, size), size);
}

void memory_trim(void)
{
	malloc_trim(0);
}
