/* The settings as text, so that what people wrote into them stays: comments, order, blank lines. */
#include "cli/setup.h"

#include <string.h>

/* Whether the line sets the key, or shows it in a comment. */
static bool line_is_of(const char *line, const char *key, bool shown)
{
	size_t len = strlen(key);

	line += strspn(line, " \t");
	if (shown != (*line == '#')) {
		return false;
	}
	line += shown;
	return strncmp(line, key, len) == 0 && strchr("=:", line[len + strspn(line + len, " \t")]) &&
		line[len + strspn(line + len, " \t")] != '\0';
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* Whether the line begins the section. */
static bool line_begins(const char *line, const char *section)
{
	size_t len = strlen(section);

	line += strspn(line, " \t");
	return *line == '[' && strncmp(line + 1, section, len) == 0 && line[len + 1] == ']';
}

/* The line of the key within its section, or, where key is NULL, the one that begins it; NULL:
 * there is none. */
static const char *line_find(const char *text, const char *section, const char *key, bool shown)
{
	bool within = false;

	for (const char *line = text; *line != '\0'; line = next_line(line)) {
		if (line[strspn(line, " \t")] == '[') {
			within = line_begins(line, section);
			if (within && key == NULL) {
				return line;
			}
		} else if (within && key != NULL && line_is_of(line, key, shown)) {
			return line;
		}
	}
	return NULL;
}

const char *setup_get_setting(struct arena *arena, const char *text, const char *section,
	const char *key)
{
	const char *line = line_find(text, section, key, false);
	size_t len;

	if (line == NULL) {
		return NULL;
	}
	line += strcspn(line, "=:") + 1;
	line += strspn(line, " \t");
	len = strcspn(line, "\n");
	while (len > 0 && strchr(" \t\r", line[len - 1]) != NULL) {
		len--;
	}
	return arena_copy(arena, line, len);
}

/* The text with a line in place of those from at to rest. */
static const char *with_line(struct arena *arena, const char *text, const char *at,
	const char *rest, const char *line)
{
	struct text out = text_in(arena);

	text_put(&out, text, (size_t)(at - text));
	text_puts(&out, line);
	text_puts(&out, rest);
	return out.bytes;
}

const char *setup_put_setting(struct arena *arena, const char *text, const char *section,
	const char *key, const char *value)
{
	const char *was = setup_get_setting(arena, text, section, key);
	const char *line = arena_printf(arena, "%s =%s%s\n", key, value[0] == '\0' ? "" : " ", value);
	const char *at = line_find(text, section, key, false);

	if (was != NULL && strcmp(was, value) == 0) {
		return text;
	}
	if (at == NULL) {
		at = line_find(text, section, key, true);
	}
	if (at != NULL) {
		return with_line(arena, text, at, next_line(at), line);
	}
	at = line_find(text, section, NULL, false);
	if (at != NULL) {
		return with_line(arena, text, next_line(at), next_line(at), line);
	}
	return arena_printf(arena, "%s%s\n[%s]\n%s", text,
		text[0] != '\0' && text[strlen(text) - 1] != '\n' ? "\n" : "", section, line);
}
