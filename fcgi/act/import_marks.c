/* Rows of a file that are about the same record: of these the first one counts. And rows that are
 * none, of a cell whose quotation marks are wrong: they may stand in another piece than its
 * beginning. */
#include "act/import.h"

#include "base/text.h"
#include "base/text_set.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void act_import_marks_begin(struct import_marks *marks, struct arena *arena, size_t rows)
{
	*marks = (struct import_marks){ .count = rows, .of = arena_array(arena, rows, 1),
		.ids = arena_alloc(arena, sizeof(struct text_set)),
		.emails = arena_alloc(arena, sizeof(struct text_set)) };
	*marks->ids = text_set_for(arena, rows);
	*marks->emails = text_set_for(arena, rows);
}

/* Of a cell of several lines whose quotation marks are wrong, each that is too short for a row
 * comes alone. */
bool act_import_mark_broken(struct import_marks *marks, size_t at, const struct import *import,
	const struct csv_row *line)
{
	marks->broken = line->wrong != NULL ? strcmp(line->wrong, "csv.quote") == 0
		: marks->broken && line->count < import->width;
	if (marks->broken) {
		marks->of[at] = IMPORT_BROKEN;
	}
	return marks->broken;
}

void act_import_mark(struct import_marks *marks, size_t at, const struct import_keys *keys)
{
	char id[24];

	(void)snprintf(id, sizeof(id), "%" PRIu64, keys->id);
	if (keys->id != 0 && !text_set_add(marks->ids, id)) {
		marks->of[at] = IMPORT_REPEATS_ID;
	} else if (keys->email[0] != '\0' && !text_set_add(marks->emails, keys->email)) {
		marks->of[at] = keys->id == 0 ? IMPORT_REPEATS_EMAIL : IMPORT_APART;
	}
}

const char *act_import_marks_text(const struct import_marks *marks, struct arena *arena)
{
	struct text text = text_in(arena);

	text_puts(&text, "");
	for (size_t i = 0; i < marks->count; i++) {
		if (marks->of[i] != IMPORT_FIRST) {
			text_putf(&text, "%zu:%d ", i, marks->of[i]);
		}
	}
	return text.bytes;
}

void act_import_marks_read(struct import_marks *marks, const char *text)
{
	char *end;

	while (*text != '\0') {
		size_t at = strtoul(text, &end, 10);

		if (*end != ':') {
			return;
		}
		if (at < marks->count) {
			marks->of[at] = (uint8_t)strtoul(end + 1, &end, 10);
		}
		text = end + (*end == ' ');
	}
}
