#include "store/page.h"

#include "base/text.h"

#include <string.h>

bool store_page_descends(const struct page_ask *ask)
{
	return ask->descending != ask->backward;
}

struct db_in store_page_key(const struct page_ask *ask, char kind)
{
	const char *text = ask->key_text == NULL ? "" : ask->key_text;

	switch (kind) {
	case 's':
		return in_text(text);
	case 'b':
		return in_bytes(text, strlen(text));
	case 't':
		return in_time(ask->key_time);
	default:
		return in_number(ask->key_number);
	}
}

const char *store_page_pattern(struct arena *arena, const char *part)
{
	return part[0] == '\0' ? "%" : arena_printf(arena, "%%%s%%", text_like(arena, part));
}

const char *store_page_start(struct arena *arena, const char *start)
{
	return arena_printf(arena, "%s%%", text_like(arena, start));
}

static void swap(unsigned char *a, unsigned char *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char kept = a[i];

		a[i] = b[i];
		b[i] = kept;
	}
}

void store_page_settle(const struct page_ask *ask, void *rows, size_t row_size, size_t found,
	struct page *page)
{
	bool more = found > ask->size;
	unsigned char *row = rows;

	page->count = more ? (size_t)ask->size : found;
	page->more_after = ask->backward ? ask->has_key : more;
	page->more_before = ask->backward ? more : ask->has_key;
	for (size_t i = 0; ask->backward && i < page->count / 2; i++) {
		swap(row + i * row_size, row + (page->count - 1 - i) * row_size, row_size);
	}
}
