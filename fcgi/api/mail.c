/* Mail: what became of the letters, and the end of one that has not been sent. */
#include "api/handlers.h"
#include "api/listing.h"
#include "api/mails.h"
#include "api/may.h"
#include "api/users.h"
#include "store/mail.h"
#include "view/mail.h"

enum { FILTER_STATE, FILTER_KIND, FILTER_USER };

const struct query_spec api_mail_query = {
	.sorts = (const char *const[]){
		[MAIL_SORT_ID] = "id",
		[MAIL_SORT_CREATED_AT] = "created_at",
		[MAIL_SORT_STATE] = "state",
		NULL,
	},
	.descending = true,
	.filters = (const struct query_filter[]){
		[FILTER_STATE] = { .name = "state", .kind = QUERY_WORD, .words = outbox_state_words },
		[FILTER_KIND] = { .name = "kind", .kind = QUERY_WORD, .words = letter_kind_words },
		[FILTER_USER] = { .name = "user", .kind = QUERY_ID },
		{ .kind = QUERY_END },
	},
};

/* A filter over a small number: -1 for any. */
static int choice(const struct query_value *value)
{
	return value->given ? (int)value->number : -1;
}

static struct listing_key key_of(const struct mail *mail, enum mail_sort sort)
{
	struct listing_key key = { .id = mail->id };

	switch (sort) {
	case MAIL_SORT_ID:
		key.number = mail->id;
		break;
	case MAIL_SORT_CREATED_AT:
		key.time = mail->created_at;
		break;
	case MAIL_SORT_STATE:
		key.number = mail->state;
		break;
	}
	return key;
}

enum err api_mail_list(struct call *call)
{
	struct listing listing = { .noun = LISTING_MAIL, .spec = &api_mail_query, .fields = view_mail };
	struct mail_filter filter;
	struct mail *mails;
	struct page page;
	uint64_t count;

	TRY(api_listing_read(call, &listing));
	filter = (struct mail_filter){
		.state = choice(&listing.query.values[FILTER_STATE]),
		.kind = choice(&listing.query.values[FILTER_KIND]),
		.user_id = listing.query.values[FILTER_USER].number,
	};
	TRY(store_mail_count(call->db, call->arena, &filter, LISTING_COUNT_MOST, &count));
	TRY(store_mail_list(call->db, call->arena, &filter, &listing.ask, &page, &mails));
	TRY(api_may_letters(call, mails, page.count));
	enum mail_sort sort = (enum mail_sort)listing.ask.sort;
	struct listing_key first = key_of(&mails[0], sort);
	struct listing_key last = key_of(&mails[page.count == 0 ? 0 : page.count - 1], sort);
	api_listing_answer(call, &listing, &page, mails, sizeof(*mails), &first, &last, count);
	return ERR_OK;
}

enum err api_mail_answer(struct call *call, uint64_t id)
{
	struct mail mail;

	TRY(store_mail_load(call->db, call->arena, id, &mail));
	TRY(api_may_letters(call, &mail, 1));
	view_record(&call->reply->body, view_mail, &mail, &call->viewer);
	return ERR_OK;
}

enum err api_mail_read(struct call *call)
{
	return api_mail_answer(call, call->id);
}

/* May the viewer keep this letter from its reader? (rule/may.c says the same to the page.) */
static enum err mail_check_reader(struct call *call, const struct mail *mail)
{
	if (mail->user_id == 0 || mail->user_id == call->viewer.user_id) {
		return ERR_OK;
	}
	TRY(api_user_guard(call, mail->user_id));
	return letter_is_personal(mail->kind) ? api_forbid_field(call, "kind", "kind.personal")
		: ERR_OK;
}

/* A letter that failed or is too old goes nowhere either, and holds nothing any more. */
enum err api_mail_delete(struct call *call)
{
	struct mail mail;
	enum err err;

	TRY(store_mail_load(call->db, call->arena, call->id, &mail));
	TRY(mail_check_reader(call, &mail));
	if (mail.state == OUTBOX_DEAD || mail.state == OUTBOX_EXPIRED ||
	    mail.state == OUTBOX_CANCELLED) {
		return ERR_OK;
	}
	err = store_mail_cancel(call->db, call->id, "deleted");
	if (err == ERR_CONFLICT) {
		return reply_refuse(call->reply, PROBLEM_LETTER_SENT);
	}
	call->audit = (struct audit_event){ .action = "mail.delete", .target_type = "mail",
		.target_id = call->id };
	return err;
}
