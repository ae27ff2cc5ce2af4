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

struct export {
	struct call call; /* a copy: the request's own is over when the body is sent */
	struct user_filter filter;
	struct page_ask ask;
};

/* The next stretch begins after this user, whose memory is about to go. */
static void go_on_after(struct export *export, const struct user *user)
{
	struct listing_key key = api_user_key(user, (enum user_sort)export->ask.sort);

	export->ask.has_key = true;
	export->ask.key_id = key.id;
	export->ask.key_number = key.number;
	export->ask.key_time = key.time;
	export->ask.key_text = arena_string(export->call.arena, key.text);
}

static enum err put_stretch(struct text *piece, bool *more, void *context)
{
	struct export *export = context;
	struct user *users;
	struct page page;

	TRY(store_user_list(export->call.db, piece->arena, &export->filter, &export->ask,
		&page, &users));
	TRY(api_user_name_groups(&export->call, users, page.count));
	if (!export->ask.has_key) {
		view_csv_head(piece, user_columns);
	}
	for (size_t i = 0; i < page.count; i++) {
		view_user_csv(piece, &users[i], &export->call.viewer);
	}
	*more = page.more_after;
	if (*more) {
		go_on_after(export, &users[page.count - 1]);
	}
	return ERR_OK;
}

/* What was exported: the names of the filters, not what they look for. */
static const char *describe(struct call *call, const struct listing *listing)
{
	struct text text = text_in(call->arena);

	text_putc(&text, '{');
	api_listing_put_filters(&text, listing);
	text_putc(&text, '}');
	return text.bytes;
}

/* As for the list: how many hits a text filter has says which way to find them is the fast one. */
static enum err plan(struct call *call, struct user_filter *filter)
{
	uint64_t count;

	TRY(store_user_count(call->db, call->arena, filter, LISTING_COUNT_MOST, &count));
	filter->hits_are_rare = count <= LISTING_COUNT_MOST;
	return ERR_OK;
}

enum err api_users_export(struct call *call)
{
	struct listing listing = { .noun = LISTING_USERS, .spec = &api_user_query,
		.fields = view_user };
	struct export *export = arena_alloc(call->arena, sizeof(*export));
	char now[CLOCK_TEXT_MAX];

	TRY(api_listing_read(call, &listing));
	export->filter = api_user_filter(call->arena, listing.query.values);
	TRY(plan(call, &export->filter));
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "users.export", .target_type = "user",
		.after = describe(call, &listing) }));
	export->call = *call;
	export->ask = (struct page_ask){ .sort = listing.ask.sort,
		.descending = listing.ask.descending, .size = PAGE_MOST };
	reply_stream(call->reply, VIEW_CSV_TYPE, arena_printf(call->arena, "users-%.10s.csv",
		clock_text(clock_now(), now)), put_stretch, export);
	return ERR_OK;
}
