/*
 * The composed statements of one connection, by what they were composed of: the address of a table,
 * and which of its texts it is. To find one takes no work on strings.
 */
#ifndef STORE_POOL_H
#define STORE_POOL_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

struct statement;

enum { POOL_BUCKETS = 256 };

struct pool {
	struct arena arena;
	struct pool_entry *buckets[POOL_BUCKETS];
	size_t count;
};

void pool_init(struct pool *pool);
void pool_release(struct pool *pool);

/* Finds a statement; NULL when there is none. */
const struct statement *pool_find(const struct pool *pool, const void *of, uint64_t shape);

/* Gives a copy of statement, texts and all, that lives until the pool is emptied. */
const struct statement *pool_add(struct pool *pool, const void *of, uint64_t shape,
	const struct statement *statement);

void pool_empty(struct pool *pool);

#endif
