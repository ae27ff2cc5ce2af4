/*
 * Views of lists that the viewer keeps: filters and order under a name, as the page has them in its
 * address. Nothing here takes a permission, and nothing reaches further than the viewer; what a
 * view leads to is asked for, and allowed or refused, as if the address had been typed.
 */
#include "api/handlers.h"
#include "rule/field.h"
#include "store/saved_view.h"
#include "view/saved_view.h"

#include <stddef.h>

struct view_input {
	struct in_word list;
	struct in_text name;
	struct in_text query;
};

static const char *const lists[] = { "users", "groups", "clients", "sessions", "audit", "mail",
	"rooms", NULL };

const struct field api_saved_view_fields[] = {
	{ .name = "list", .kind = FIELD_WORD, .offset = offsetof(struct view_input, list),
		.required = true, .words = lists },
	{ .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct view_input, name),
		.required = true, .max = FIELD_VIEW_MAX },
	{ .name = "query", .kind = FIELD_TEXT, .offset = offsetof(struct view_input, query),
		.required = true, .check = &check_query },
	{ .kind = FIELD_END },
};

enum err api_saved_views_list(struct call *call)
{
	struct saved_view *views;
	size_t count;

	TRY(store_saved_view_list(call->db, call->arena, call->viewer.user_id, &views,
		&count));
	view_list(&call->reply->body, view_saved_view, views, sizeof(*views), count,
		&(struct view_page){ .size = SAVED_VIEWS_MAX, .total = count, .total_exact = true },
		&call->viewer);
	return ERR_OK;
}

static enum err saved_view_answer(struct call *call, uint64_t id)
{
	struct saved_view view;

	TRY(store_saved_view_load(call->db, call->arena, call->viewer.user_id, id, &view));
	view_record(&call->reply->body, view_saved_view, &view, &call->viewer);
	return ERR_OK;
}

enum err api_saved_view_read(struct call *call)
{
	return saved_view_answer(call, call->id);
}

enum err api_saved_view_create(struct call *call)
{
	const struct view_input *input = call->input;
	struct saved_view view = { .list = lists[input->list.value], .name = input->name.text,
		.query = input->query.text };
	enum err err = store_saved_view_insert(call->db, call->arena, call->viewer.user_id, &view);

	if (err == ERR_CONFLICT) {
		return reply_refuse_field(call->reply, PROBLEM_DUPLICATE, "name", "name.view_taken");
	}
	if (err == ERR_TOO_MANY) {
		return reply_refuse_field(call->reply, PROBLEM_INVALID, "name", "name.too_many_views");
	}
	call->record_id = view.id;
	return err;
}

enum err api_saved_view_answer_created(struct call *call)
{
	return saved_view_answer(call, call->record_id);
}

enum err api_saved_view_delete(struct call *call)
{
	return store_saved_view_delete(call->db, call->id, call->viewer.user_id);
}
