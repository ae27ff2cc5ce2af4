/*
 * All users that the list would show page by page, as CSV. One stretch of rows is in memory at a
 * time, read when the one before is on its way.
 */
#include "api/handlers.h"
#include "api/listing.h"
#include "api/users.h"
#include "auth/audit.h"
#include "base/clock.h"
#include "view/csv.h"
#include "view/user.h"

struct user_export {
	struct call call; /* a copy: the request's own is over when the body is sent */
	struct listing listing;
};

static enum err user_export_put_stretch(struct text *piece, bool *more, void *context)
{
	struct user_export *export = context;
	struct listing *listing = &export->listing;
	bool first = !listing->ask.has_key;
	struct user *users;

	TRY(api_listing_next(export->call.db, export->call.arena, piece->arena, listing));
	users = listing->records;
	TRY(api_user_name_groups(&export->call, users, listing->page.count));
	if (first) {
		view_csv_head(piece, user_columns);
	}
	for (size_t i = 0; i < listing->page.count; i++) {
		view_user_csv(piece, &users[i], &export->call.viewer);
	}
	*more = listing->page.more_after;
	return ERR_OK;
}

/* What was exported: the names of the filters, not what they look for. */
static const char *user_export_describe(struct call *call, const struct listing *listing)
{
	struct text text = text_in(call->arena);

	text_putc(&text, '{');
	api_listing_put_filters(&text, listing);
	text_putc(&text, '}');
	return text.bytes;
}

enum err api_users_export(struct call *call)
{
	struct user_export *export = arena_alloc(call->arena, sizeof(*export));
	struct listing *listing = &export->listing;
	char now[CLOCK_TEXT_MAX];

	*export = (struct user_export){ .call = *call, .listing = { .noun = &user_noun } };
	TRY(api_listing_read(call, listing));
	TRY(api_listing_begin(call, listing, PAGE_MOST));
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "users.export", .target_type = "user",
		.after = user_export_describe(call, listing) }));
	reply_stream(call->reply, VIEW_CSV_TYPE, arena_printf(call->arena, "users-%.10s.csv",
		clock_text(clock_now(), now)), user_export_put_stretch, export);
	return ERR_OK;
}
