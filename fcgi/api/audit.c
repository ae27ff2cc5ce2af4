/* The audit trail: the list, one row, and all of it as a file of JSON Lines or CSV. */
#include "api/export.h"
#include "api/handlers.h"
#include "auth/audit.h"
#include "store/audit.h"
#include "view/audit.h"

enum err api_audit_list(struct call *call)
{
	struct listing listing = { .noun = &audit_noun, .fields = view_audit };

	TRY(api_listing_read(call, &listing));
	TRY(api_listing_load(call, &listing));
	api_listing_answer(call, &listing);
	return ERR_OK;
}

enum err api_audit_read(struct call *call)
{
	struct audit_entry entry;

	TRY(store_audit_load(call->db, call->arena, call->viewer.masked, call->id, &entry));
	view_record(&call->reply->body, view_audit, &entry, &call->viewer);
	return ERR_OK;
}

static enum err audit_export_put(struct export *export, struct text *piece, bool first)
{
	const struct audit_entry *entries = export->listing.records;

	(void)first;
	for (size_t i = 0; i < export->listing.page.count; i++) {
		view_record(piece, view_audit, &entries[i], &export->call.viewer);
		text_putc(piece, '\n');
	}
	return ERR_OK;
}

static enum err audit_export_put_line(struct export *export, struct text *piece, bool first)
{
	const struct audit_entry *entries = export->listing.records;

	if (first) {
		view_audit_csv_head(piece, &export->form);
	}
	for (size_t i = 0; i < export->listing.page.count; i++) {
		view_audit_csv(piece, &export->form, &entries[i]);
	}
	return ERR_OK;
}

/* The trail tells the filters as they were asked for: whoever reads it learns what left the
 * house. */
static enum err audit_begin_export(struct call *call, struct export **begun)
{
	const struct list_filter *filters = audit_noun.list.filters;
	struct text what = text_in(call->arena);
	const struct list_value *values;
	struct export *export;

	TRY(api_export_begin(call, &audit_noun, PAGE_MAX, &export));
	values = export->listing.query->values;
	text_putc(&what, '{');
	for (size_t i = 0; filters[i].kind != COLUMN_END; i++) {
		if (values[i].given) {
			text_separate(&what);
			text_put_json(&what, filters[i].name);
			text_putc(&what, ':');
			text_put_json(&what, values[i].said);
		}
	}
	text_putc(&what, '}');
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "audit.export", .target_type = "audit", .after = what.bytes }));
	*begun = export;
	return ERR_OK;
}

enum err api_audit_export(struct call *call)
{
	struct export *export;

	TRY(audit_begin_export(call, &export));
	api_export_answer(export, "application/jsonl", "audit.jsonl", audit_export_put);
	return ERR_OK;
}

enum err api_audit_export_csv(struct call *call)
{
	struct export *export;

	TRY(audit_begin_export(call, &export));
	api_export_answer(export, VIEW_CSV_TYPE, api_export_csv_name(call->arena, "audit"),
		audit_export_put_line);
	return ERR_OK;
}
