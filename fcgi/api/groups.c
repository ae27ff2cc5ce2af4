#include "api/handlers.h"
#include "api/listing.h"
#include "store/group.h"
#include "view/group.h"

enum { FILTER_ID, FILTER_NAME };

static const struct query_spec spec = {
	.sorts = (const char *const[]){ "id", "name", NULL },
	.filters = (const struct query_filter[]){
		[FILTER_ID] = { .name = "id", .kind = QUERY_ID },
		[FILTER_NAME] = { .name = "name", .kind = QUERY_TEXT },
		{ .kind = QUERY_END },
	},
};

static struct listing_key key_of(const struct group *group)
{
	return (struct listing_key){ .id = group->id, .text = group->name, .number = group->id };
}

enum err api_groups_list(struct call *call)
{
	struct listing listing = { .noun = LISTING_GROUPS, .spec = &spec, .fields = view_group };
	struct group_filter filter;
	struct group *groups;
	struct page page;
	uint64_t count;
	enum err err = api_listing_read(call, &listing);

	if (err != ERR_OK) {
		return err;
	}
	filter = (struct group_filter){
		.id = listing.query.values[FILTER_ID].number,
		.name = listing.query.values[FILTER_NAME].text,
	};
	err = store_group_list(call->db, call->arena, &filter, &listing.ask, &page, &groups);
	if (err == ERR_OK) {
		err = store_group_count(call->db, call->arena, &filter, LISTING_COUNT_MOST, &count);
	}
	if (err != ERR_OK) {
		return err;
	}
	struct listing_key first = key_of(&groups[0]);
	struct listing_key last = key_of(&groups[page.count == 0 ? 0 : page.count - 1]);
	api_listing_answer(call, &listing, &page, groups, sizeof(*groups), &first, &last, count);
	return ERR_OK;
}

enum err api_groups_read(struct call *call)
{
	struct group group;
	enum err err = store_group_load(call->db, call->arena, call->id, &group);

	if (err != ERR_OK) {
		return err;
	}
	reply_etag(call->reply, group.version);
	view_record(&call->reply->body, view_group, &group, &call->viewer);
	return ERR_OK;
}

enum err api_permissions_list(struct call *call)
{
	view_permissions(&call->reply->body);
	return ERR_OK;
}
