/* All users that the list would show, as CSV. */
#include "api/export.h"
#include "api/handlers.h"
#include "api/users.h"
#include "auth/audit.h"
#include "view/csv.h"
#include "view/user.h"

static enum err user_export_put(struct export *export, struct text *piece, bool first)
{
	struct user *users = export->listing.records;
	size_t count = export->listing.page.count;

	TRY(api_user_name_groups(&export->call, users, count));
	if (first) {
		view_csv_head(piece, user_columns);
	}
	for (size_t i = 0; i < count; i++) {
		view_user_csv(piece, &users[i], &export->call.viewer);
	}
	return ERR_OK;
}

/* The trail tells what was exported: the names of the filters, not what they look for. */
enum err api_users_export(struct call *call)
{
	struct text what = text_in(call->arena);
	struct export *export;

	TRY(api_export_begin(call, &user_noun, PAGE_MAX, &export));
	text_putc(&what, '{');
	api_listing_put_filters(&what, &export->listing);
	text_putc(&what, '}');
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "users.export", .target_type = "user", .after = what.bytes }));
	api_export_answer(export, VIEW_CSV_TYPE, api_export_csv_name(call->arena, "users"),
		user_export_put);
	return ERR_OK;
}
