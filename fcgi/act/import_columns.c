/* What the columns of an imported table mean, and what stands in a row of it. */
#include "act/import.h"

#include "base/text.h"
#include "http/cell.h"

#include <string.h>

static struct import_target *import_target(const struct import *import, const char *name)
{
	for (size_t i = 0; i < import->target_count; i++) {
		if (strcmp(import->targets[i].member.field.name, name) == 0) {
			return (struct import_target *)&import->targets[i];
		}
	}
	return NULL;
}

bool act_import_has(const struct import *import, const char *name)
{
	return import_target(import, name) != NULL;
}

/* Tells whether name is ours, whose low lines label_plain() leaves out. */
static bool import_is_name(const char *name, const char *ours)
{
	for (; *ours != '\0'; ours++) {
		name += *name == '_';
		if (*ours != '_' && *name++ != *ours) {
			return false;
		}
	}
	return *name == '\0';
}

static bool import_find_member(const struct import_spec *spec, const char *name,
	struct member *member)
{
	*member = (struct member){ 0 };
	while (input_next(spec->fields, member)) {
		if (import_is_name(name, member->field.name)) {
			return true;
		}
	}
	return false;
}

/* The file of refused rows that the page offers has a column of reasons; an export has those that
 * nobody can write. */
static bool import_skips(const struct import_spec *spec, const char *name)
{
	const char *const *skipped = spec->skipped;

	for (const struct column *column = spec->exported; column->kind != COLUMN_END; column++) {
		if ((column->where & IN_CSV) != 0 && import_is_name(name, column->name)) {
			return true;
		}
	}
	while (*skipped != NULL && !import_is_name(name, *skipped)) {
		skipped++;
	}
	return *skipped != NULL;
}

/* What a column of the file is. */
enum import_column { IMPORT_UNKNOWN, IMPORT_SKIPPED, IMPORT_TAKEN };

/* Finds it by its name: ours first, then what the page calls it, then what other programs do. */
static enum import_column import_find_column(const struct import_spec *spec, struct arena *arena,
	const char *name, struct member *member, struct label_column *as)
{
	const char *text = label_plain(arena, name);
	size_t at = 0;
	bool skips;

	*as = (struct label_column){ .name = name };
	if (import_find_member(spec, text, member)) {
		return IMPORT_TAKEN;
	}
	skips = import_skips(spec, text);
	while (!skips && label_next_column(text, &at, as)) {
		if (import_find_member(spec, as->name, member)) {
			return IMPORT_TAKEN;
		}
		skips = import_skips(spec, as->name);
	}
	return skips ? IMPORT_SKIPPED : IMPORT_UNKNOWN;
}

bool act_import_knows(const struct import_spec *spec, struct arena *arena, const char *name)
{
	struct member member;
	struct label_column as;

	return import_find_column(spec, arena, name, &member, &as) != IMPORT_UNKNOWN;
}

/* The order in which sources are asked. */
static int import_rank(const struct import_source *source)
{
	return (int)source->as.part * 1000 + source->as.rank;
}

/* Adds a source, in its order; what is too much of other programs' is left out. False: our own
 * name, or its label, is there twice. */
static bool import_add_source(struct import_target *target, const struct import_source *source)
{
	size_t at = target->count;

	if (at == IMPORT_SOURCES_MAX) {
		return source->as.rank > 0;
	}
	while (at > 0 && import_rank(&target->from[at - 1]) > import_rank(source)) {
		target->from[at] = target->from[at - 1];
		at--;
	}
	target->from[at] = *source;
	target->count++;
	return at == 0 || source->as.rank > 0 || import_rank(&target->from[at - 1]) != 0;
}

static void import_add_column(struct import *import, const struct member *member,
	const struct import_source *source)
{
	struct import_target *target = import_target(import, member->field.name);

	if (target == NULL) {
		target = &import->targets[import->target_count++];
		*target = (struct import_target){ .member = *member };
		target->member.field.required &= !import->spec->updates;
		target->is_key = strcmp(member->field.name, "id") == 0 ||
			strcmp(member->field.name, "email") == 0;
	}
	if (!import_add_source(target, source)) {
		reply_field(import->call->reply, member->field.name, "csv.repeated");
	}
}

static void import_leave_out(struct import *import, const char *name)
{
	if (import->ignores) {
		import->ignored[import->ignored_count++] = name;
	} else {
		reply_field_named(import->call->reply, name, "unknown");
	}
}

static void import_take_column(struct import *import, size_t at)
{
	struct arena *arena = import->call->arena;
	const char *name = import->head.cells[at], *clean;
	struct import_source source = { .place = at };
	struct member member;

	clean = text_clean(arena, name);
	if (clean != NULL && clean[0] == '\0') {
		return;
	}
	import->named[at] = true;
	import->width = at + 1;
	switch (import_find_column(import->spec, arena, name, &member, &source.as)) {
	case IMPORT_UNKNOWN:
		import_leave_out(import, name);
		break;
	case IMPORT_SKIPPED:
		break;
	case IMPORT_TAKEN:
		import_add_column(import, &member, &source);
		break;
	}
}

/* Who has a column of last names calls that of first names "Name", too, in many languages. */
static void import_join_names(struct import_target *target)
{
	bool parts[LABEL_LAST + 1] = { false };

	for (size_t i = 0; i < target->count; i++) {
		parts[target->from[i].as.part] = true;
	}
	if (parts[LABEL_LAST] && !parts[LABEL_FIRST] && target->from[0].as.part == LABEL_WHOLE) {
		target->from[0].as.part = LABEL_FIRST;
	}
}

/* What is required of a new record, rows that are of one that there is can do without. */
static void import_ask_for_required(struct import *import)
{
	bool finds = import->spec->updates &&
		(act_import_has(import, "id") || act_import_has(import, "email"));
	struct member member = { 0 };

	while (!finds && input_next(import->spec->fields, &member)) {
		if (member.field.required && !act_import_has(import, member.field.name)) {
			reply_field(import->call->reply, member.field.name, "csv.missing");
		}
	}
}

enum err act_import_read_head(struct import *import)
{
	struct reply *reply = import->call->reply;

	if (import->head.count == 0) {
		return reply_refuse_field(reply, PROBLEM_INVALID, "file", "csv.empty");
	}
	for (size_t i = 0; i < import->head.count; i++) {
		import_take_column(import, i);
	}
	for (size_t i = 0; i < import->target_count; i++) {
		import_join_names(&import->targets[i]);
	}
	import_ask_for_required(import);
	return reply_has_fields(reply) ? reply_refuse(reply, PROBLEM_INVALID) : ERR_OK;
}

static bool import_is_blank(const char *cell)
{
	return cell[strspn(cell, " \t")] == '\0';
}

/* Gives a cell: spreadsheets write none at the end of a line where there is nothing to write. */
static const char *import_cell(const struct csv_row *line, size_t place)
{
	return place < line->count ? line->cells[place] : "";
}

/* Gives what is wrong with the line as a whole; NULL: nothing is. What stands under no name can be
 * left out; what stands beside all of them says that a cell was torn in two. */
static const char *import_wrong_line(const struct import *import, const struct csv_row *line)
{
	bool torn = false, extra = false, unnamed = false;

	if (line->wrong != NULL) {
		return line->wrong;
	}
	for (size_t i = 0; i < line->count; i++) {
		if (!import_is_blank(line->cells[i])) {
			torn |= i >= import->head.count;
			extra |= i >= import->width;
			unnamed |= i < import->width && !import->named[i];
		}
	}
	if (import->ignores) {
		return torn ? "csv.cells" : NULL;
	}
	return extra ? "csv.cells" : unnamed ? "csv.unnamed" : NULL;
}

/* Gives a cell; where another program keeps several values in one, the first of them. */
static const char *import_source_cell(struct arena *arena, const struct import_source *source,
	const char *cell)
{
	const char *end = source->as.rank == 0 ? NULL : strstr(cell, " ::: ");

	return end == NULL ? cell : arena_copy(arena, cell, (size_t)(end - cell));
}

/* Gives the first whole one that is not empty, or the parts one after the other. */
static const char *import_target_cell(struct arena *arena, const struct import_target *target,
	const struct csv_row *line)
{
	struct text parts = text_in(arena);
	enum label_part last = LABEL_WHOLE;

	text_puts(&parts, "");
	for (size_t i = 0; i < target->count; i++) {
		const struct import_source *source = &target->from[i];
		const char *cell = import_cell(line, source->place);

		if (import_is_blank(cell)) {
			continue;
		}
		cell = import_source_cell(arena, source, cell);
		if (source->as.part == LABEL_WHOLE) {
			return cell;
		}
		if (source->as.part != last) {
			text_puts(&parts, last == LABEL_WHOLE ? "" : " ");
			text_puts(&parts, cell);
		}
		last = source->as.part;
	}
	return parts.bytes;
}

/* Reads the cell of a target; NULL, or what is wrong with it. */
static const char *import_read_cell(const struct import *import,
	const struct import_target *target, const struct csv_row *line, void *input)
{
	struct arena *arena = import->call->arena;
	const char *cell = target->count == 1 ? import_cell(line, target->from[0].place)
		: import_target_cell(arena, target, line);

	return cell_read(arena, &target->member, cell, input);
}

bool act_import_read_keys(struct import *import, const struct csv_row *line, void *input)
{
	input_clear(import->call->arena, import->spec->fields, input);
	if (import_wrong_line(import, line) != NULL) {
		return false;
	}
	for (size_t i = 0; i < import->target_count; i++) {
		if (import->targets[i].is_key) {
			(void)import_read_cell(import, &import->targets[i], line, input);
		}
	}
	return true;
}

bool act_import_read_cells(struct import *import, const struct csv_row *line, void *input,
	struct import_row *row)
{
	struct arena *arena = import->call->arena;
	const char *wrong = row->mark == IMPORT_BROKEN ? "csv.quote"
		: import_wrong_line(import, line);

	input_clear(arena, import->spec->fields, input);
	if (wrong != NULL) {
		view_import_wrong(row, arena, "row", wrong);
		return false;
	}
	for (size_t i = 0; i < import->target_count; i++) {
		const struct import_target *target = &import->targets[i];
		const char *key = import_read_cell(import, target, line, input);

		if (key != NULL) {
			view_import_wrong(row, arena, target->member.field.name, key);
		}
	}
	return true;
}
