#include "base/memory.h"

#include "base/log.h"

#include <stdlib.h>

_Noreturn void memory_give_up(size_t size)
{
	log_event(LOG_ERROR, "memory", "size=%zu", size);
	abort();
}

void *memory_alloc(size_t size)
{
	void *bytes = malloc(size);

	if (bytes == NULL) {
		memory_give_up(size);
	}
	return bytes;
}

void *memory_zeroed(size_t size)
{
	void *bytes = calloc(1, size);

	if (bytes == NULL) {
		memory_give_up(size);
	}
	return bytes;
}

void *memory_realloc(void *old, size_t size)
{
	void *bytes = realloc(old, size);

	if (bytes == NULL) {
		memory_give_up(size);
	}
	return bytes;
}
