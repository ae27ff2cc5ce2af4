#include "view/json.h"

#include <stdarg.h>
#include <stdio.h>

void view_json(struct text *out, const char *format, ...)
{
	va_list values, again;
	char *bytes;
	int len;

	va_start(values, format);
	va_copy(again, values);
	len = vsnprintf(NULL, 0, format, values);
	va_end(values);
	bytes = arena_alloc(out->arena, (size_t)len + 1);
	(void)vsnprintf(bytes, (size_t)len + 1, format, again);
	va_end(again);
	for (; *bytes != '\0'; bytes++) {
		text_putc(out, *bytes == '\'' ? '"' : *bytes);
	}
}
