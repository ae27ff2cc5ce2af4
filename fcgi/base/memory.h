/*
 * What happens where there is no memory left: the program says so and ends, and its supervisor
 * starts it again. Requests are bounded, so that running out means that the machine has none, and
 * to end is kinder than a thousand untested error paths.
 *
 * Every door to a library that allocates comes here when the library tells that it could not, or
 * lets it allocate by the functions below. So a lack of memory is never taken for something that
 * the client sent, and no answer lacks a part. Where a failure stands for itself already (a hash
 * that needs many megabytes, a connection), it is ERR_UNAVAILABLE instead.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Ends the program for want of so many bytes; 0: it is not known of how many. */
_Noreturn void memory_give_up(size_t size);

/* Allocates as malloc() does, but succeeds or does not return; the bytes are for free(). */
void *memory_alloc(size_t size) __attribute__((malloc, returns_nonnull));

/* Allocates the same with all bytes zero. */
void *memory_zeroed(size_t size) __attribute__((malloc, returns_nonnull));

/* Allocates anew as realloc() does, but succeeds or does not return; old may be NULL. */
void *memory_realloc(void *old, size_t size) __attribute__((returns_nonnull));

/* Gives the system back what was freed and lies between what was not. */
void memory_trim(void);

#endif
