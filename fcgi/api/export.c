#include "api/export.h"

#include "api/routes.h"
#include "base/clock.h"

static const char *const separator_words[] = { "comma", "semicolon", NULL };

enum { EXPORT_SEPARATOR, EXPORT_RIGHTS };

#define SEPARATOR { .name = "separator", .kind = COLUMN_WORD, .words = separator_words }

const struct list_filter api_csv_also[] = {
	[EXPORT_SEPARATOR] = SEPARATOR,
	{ .kind = COLUMN_END },
};

const struct list_filter api_users_csv_also[] = {
	[EXPORT_SEPARATOR] = SEPARATOR,
	[EXPORT_RIGHTS] = { .name = "rights", .kind = COLUMN_FLAG },
	{ .kind = COLUMN_END },
};

/* How the query wants the file. */
static struct csv_form export_form(const struct call *call)
{
	const struct list_value *also = call->query->also;
	struct csv_form form = { .separator = ',' };

	if (also == NULL) {
		return form;
	}
	if (also[EXPORT_SEPARATOR].number == 1) {
		form.separator = ';';
	}
	if (call->route->also == api_users_csv_also && also[EXPORT_RIGHTS].number != 0) {
		form.more = "rights";
	}
	return form;
}

enum err api_export_begin(struct call *call, const struct noun *noun, size_t rows,
	struct export **export)
{
	struct listing *listing;

	*export = arena_alloc(call->arena, sizeof(**export));
	**export = (struct export){ .call = *call, .listing = { .noun = noun },
		.form = export_form(call) };
	listing = &(*export)->listing;
	TRY(api_listing_read(call, listing));
	listing->ask.wants_total = false;
	listing->ask.size = rows;
	listing->ask.backward = false;
	listing->ask.has_key = false;
	return api_listing_plan(call, listing);
}

/* Loads the next stretch and puts it. Its memory goes with piece: the last key is copied. */
static enum err export_put_stretch(struct text *piece, bool *more, void *context)
{
	struct export *export = context;
	struct listing *listing = &export->listing;
	struct list_ask *ask = &listing->ask;
	struct page *page = &listing->page;
	bool first = !ask->has_key;

	TRY(store_list(export->call.db, piece->arena, listing->noun, ask, page, &listing->records));
	if (page->count > 0 || page->stopped) {
		ask->key = store_list_key(listing->noun, ask, page, listing->records, true);
		ask->key.text = arena_string(export->call.arena, ask->key.text);
		ask->has_key = true;
	}
	*more = page->more_after;
	return export->put(export, piece, first);
}

void api_export_answer(struct export *export, const char *content_type, const char *file_name,
	export_put *put)
{
	export->put = put;
	reply_stream(export->call.reply, content_type, file_name, export_put_stretch, export);
}

const char *api_export_csv_name(struct arena *arena, const char *records)
{
	char now[CLOCK_TEXT_MAX];

	return arena_printf(arena, "%s-%.10s.csv", records, clock_text(clock_now(), now));
}
