#include "store/pool.h"

#include "store/db.h"

#include <string.h>

struct pool_entry {
	const void *of;
	uint64_t shape;
	struct statement statement;
	struct pool_entry *next;
};

void pool_init(struct pool *pool)
{
	memset(pool, 0, sizeof(*pool));
	arena_init(&pool->arena);
}

void pool_release(struct pool *pool)
{
	arena_release(&pool->arena);
}

void pool_empty(struct pool *pool)
{
	pool_release(pool);
	pool_init(pool);
}

/* Fibonacci hashing: what differs in few bits, as shapes do, is far apart. */
static size_t pool_bucket(const void *of, uint64_t shape)
{
	return (size_t)((((uintptr_t)of + shape) * UINT64_C(0x9e3779b97f4a7c15)) >> 56) % POOL_BUCKETS;
}

const struct statement *pool_find(const struct pool *pool, const void *of, uint64_t shape)
{
	const struct pool_entry *entry = pool->buckets[pool_bucket(of, shape)];

	while (entry != NULL && (entry->of != of || entry->shape != shape)) {
		entry = entry->next;
	}
	return entry == NULL ? NULL : &entry->statement;
}

const struct statement *pool_add(struct pool *pool, const void *of, uint64_t shape,
	const struct statement *statement)
{
	struct pool_entry *entry = arena_alloc(&pool->arena, sizeof(*entry));
	struct pool_entry **bucket = &pool->buckets[pool_bucket(of, shape)];

	*entry = (struct pool_entry){ .of = of, .shape = shape, .next = *bucket,
		.statement = {
			.name = arena_string(&pool->arena, statement->name),
			.programs = statement->programs,
			.in = arena_string(&pool->arena, statement->in),
			.out = arena_string(&pool->arena, statement->out),
			.sql = arena_string(&pool->arena, statement->sql),
		} };
	*bucket = entry;
	pool->count++;
	return &entry->statement;
}
