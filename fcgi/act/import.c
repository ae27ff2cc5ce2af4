#include "act/import.h"

enum err act_import_begin(struct import *import, size_t count)
{
	struct arena *arena = import->call->arena;

	import->rows = arena_array(arena, count, sizeof(struct import_row *));
	import->inputs = arena_array(arena, count, sizeof(*import->inputs));
	import->batch = 0;
	TRY(import->writes ? import->guard(import->call) : ERR_OK);
	return import->spec->begin(import);
}

enum err act_import_add(struct import *import, const struct csv_row *line,
	struct import_row *row)
{
	void *input = arena_alloc(import->call->arena, import->spec->input_size);

	row->line = line->line;
	row->deed = DEED_REFUSED;
	row->id = 0;
	if (!act_import_read_cells(import, line, input, row)) {
		return ERR_OK;
	}
	import->rows[import->batch] = row;
	import->inputs[import->batch++] = input;
	return import->spec->check(import, input, row);
}

/* A row of which nothing else is known is of a new record. */
static void import_name_deeds(struct import *import)
{
	for (size_t i = 0; i < import->batch; i++) {
		struct import_row *row = import->rows[i];

		if (row->errors != NULL) {
			row->deed = DEED_REFUSED;
		} else if (row->deed == DEED_REFUSED) {
			row->deed = DEED_NEW;
		}
	}
}

enum err act_import_settle(struct import *import)
{
	size_t good = 0;

	TRY(import->batch == 0 ? ERR_OK : import->spec->look(import));
	import_name_deeds(import);
	for (size_t i = 0; import->writes && i < import->batch; i++) {
		if (import->rows[i]->deed == DEED_NEW || import->rows[i]->deed == DEED_CHANGED) {
			import->rows[good] = import->rows[i];
			import->inputs[good++] = import->inputs[i];
		}
	}
	if (good == 0) {
		return ERR_OK;
	}
	import->batch = good;
	TRY(import->spec->write(import));
	for (size_t i = 0; i < good; i++) {
		import->rows[i]->changed = true;
	}
	return ERR_OK;
}
