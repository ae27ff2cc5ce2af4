/* All users that the list would show, as CSV. */
#include "api/export.h"
#include "api/handlers.h"
#include "api/users.h"
#include "auth/audit.h"
#include "auth/cache.h"
#include "base/text.h"
#include "view/csv.h"
#include "view/user.h"

/* Gives the names of what the user may do, with bars between them. */
static enum err user_export_rights(struct export *export, struct arena *arena,
	const struct user *user, const char **names)
{
	struct rights rights = rights_none();
	struct text text = text_in(arena);

	for (size_t i = 0; i < user->group_count; i++) {
		struct rights granted;
		enum err err = auth_cache_group_rights(export->call.cache, export->call.db,
			user->groups[i].id, &granted);

		TRY(err == ERR_NOT_FOUND ? ERR_OK : err);
		rights = rights_union(rights, granted);
	}
	text_puts(&text, "");
	for (int perm = PERM_SIGNED_IN + 1; perm < PERM_END; perm++) {
		if (rights_have(rights, (enum perm)perm)) {
			text_puts(&text, text.len == 0 ? "" : "|");
			text_puts(&text, perm_name((enum perm)perm));
		}
	}
	*names = text.bytes;
	return ERR_OK;
}

static enum err user_export_put(struct export *export, struct text *piece, bool first)
{
	struct user *users = export->listing.records;
	size_t count = export->listing.page.count;

	TRY(act_user_name_groups(&export->call, users, count));
	if (first) {
		view_csv_head(piece, &export->form, user_columns);
	}
	for (size_t i = 0; i < count; i++) {
		const char *rights = "";

		TRY(export->form.more == NULL ? ERR_OK
			: user_export_rights(export, piece->arena, &users[i], &rights));
		view_user_csv(piece, &export->form, &users[i], rights, &export->call.viewer);
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
