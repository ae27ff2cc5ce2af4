#include "store/prefix.h"

#include "base/text.h"

#include <string.h>

/* How long the name is that begins here, behind a brace; 0: it is none. */
static size_t name_length(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz_");

	return name[len] == '}' ? len : 0;
}

const char *prefix_put(struct arena *arena, const char *prefix, const char *sql)
{
	struct text text = text_in(arena);
	const char *brace;

	for (; (brace = strchr(sql, '{')) != NULL; sql = brace + 1) {
		size_t len = name_length(brace + 1);

		text_put(&text, sql, (size_t)(brace - sql) + (len == 0));
		if (len > 0) {
			text_puts(&text, prefix);
			text_put(&text, brace + 1, len);
			brace += len + 1;
		}
	}
	text_puts(&text, sql);
	return text.bytes;
}
