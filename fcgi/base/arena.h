/*
 * Memory that lives as long as a request. Handlers allocate from the request's arena and never
 * free: arena_reset() takes everything back at once and keeps one block for the next request.
 *
 * Allocation either succeeds or does not return (base/memory.h). Not thread-safe; every thread has
 * its own.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *block; /* newest first */
};

/* Makes an empty arena; allocates nothing yet. */
void arena_init(struct arena *arena);

/* Gives zeroed memory, aligned for any type, valid until arena_reset(). size 0 gives a valid
 * pointer. */
void *arena_alloc(struct arena *arena, size_t size)
	__attribute__((malloc, returns_nonnull));

/* Gives count * size zeroed bytes; aborts on overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size)
	__attribute__((malloc, returns_nonnull));

/* Gives a NUL-terminated copy of len bytes. */
char *arena_copy(struct arena *arena, const char *bytes, size_t len)
	__attribute__((returns_nonnull));

/* Gives a NUL-terminated copy of a string; NULL gives "". */
char *arena_string(struct arena *arena, const char *string) __attribute__((returns_nonnull));

/* Prints, as printf() does, into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/* Prints, as vprintf() does, into the arena; as vsnprintf() does, it uses args up. */
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0), returns_nonnull));

/* Takes back everything; the memory is wiped first, because requests carry passwords. */
void arena_reset(struct arena *arena);

/* Makes room bytes, no fewer, of a piece that has size: where it stands if nothing was allocated
 * since, else as a copy. What is new is zeroed; the old address is not to be used any more. */
void *arena_resize(struct arena *arena, void *bytes, size_t size, size_t room)
	__attribute__((returns_nonnull));

/* The same, to twice its size. */
void *arena_grow(struct arena *arena, void *bytes, size_t size) __attribute__((returns_nonnull));

/* Empties the arena and gives the memory back to the system. */
void arena_release(struct arena *arena);

#endif
