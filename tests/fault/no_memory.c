/*
 * Loaded before a program (LD_PRELOAD), fails the allocation that a test names. The test and the
 * program share the file that NO_MEMORY names: a number that each allocation counts down; the one
 * that brings it to 0 fails, and none after it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static _Atomic int *left; /* NULL: nothing is to fail */

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("NO_MEMORY");
	int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *shared = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	if (shared != MAP_FAILED) {
		left = shared;
	}
	if (file >= 0) {
		close(file);
	}
}

static int fails(void)
{
	if (left == NULL || atomic_load(left) <= 0 || atomic_fetch_sub(left, 1) != 1) {
		return 0;
	}
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
