#include "base/hash_memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __SIZEOF_POINTER__ < 8 /* where the system call takes another size of offset */

void hash_memory_keep(void)
{
}

void hash_memory_drop(void)
{
}

void hash_memory_lend(void)
{
}

void hash_memory_take_back(void)
{
}

#else

/* What is smaller is not the memory of a hash; a huge page is as large on nearly all hosts. */
enum { LEAST = 1 << 20, HUGE = 2 << 20 };

static _Thread_local struct {
	bool keeps;
	bool lends;    /* a hash is being made */
	bool lent;     /* and has its memory from here */
	void *mapped;
	size_t mapped_size;
	void *memory;  /* in it, at a huge page */
	size_t size;
} kept;

static void *map(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
	long got = syscall(SYS_mmap, at, size, protection, flags, file, offset);

	return (void *)(uintptr_t)got; /* -1 is MAP_FAILED */
}

void hash_memory_keep(void)
{
	kept.keeps = true;
}

void hash_memory_drop(void)
{
	if (kept.mapped != NULL) {
		syscall(SYS_munmap, kept.mapped, kept.mapped_size);
	}
	kept.mapped = kept.memory = NULL;
	kept.size = 0;
}

void hash_memory_lend(void)
{
	kept.lends = kept.keeps;
}

void hash_memory_take_back(void)
{
	kept.lends = false;
}

/* Makes the kept memory as large as this; false when there is none. */
static bool make(size_t size)
{
	void *mapped;

	if (kept.size == size) {
		return true;
	}
	hash_memory_drop();
	mapped = map(NULL, size + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapped == MAP_FAILED) {
		return false;
	}
	kept.mapped = mapped;
	kept.mapped_size = size + HUGE;
	kept.memory = (void *)(((uintptr_t)mapped + HUGE - 1) & ~(uintptr_t)(HUGE - 1));
	kept.size = size;
	(void)madvise(kept.memory, size, MADV_HUGEPAGE);
	(void)madvise(kept.memory, size, MADV_DONTDUMP);
	return true;
}

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
	if (kept.lends && !kept.lent && at == NULL && file < 0 && size >= LEAST && make(size)) {
		kept.lent = true;
		return kept.memory;
	}
	return map(at, size, protection, flags, file, offset);
}

int munmap(void *at, size_t size)
{
	if (kept.lent && at == kept.memory) {
		kept.lent = false;
		explicit_bzero(at, kept.size);
		return 0;
	}
	return (int)syscall(SYS_munmap, at, size);
}

#endif
