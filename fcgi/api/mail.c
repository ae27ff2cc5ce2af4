/* Mail: what became of the letters, and the end of one that has not been sent. */
#include "api/handlers.h"
#include "api/listing.h"
#include "api/mails.h"
#include "api/may.h"
#include "api/users.h"
#include "store/mail.h"
#include "view/mail.h"

enum err api_mail_list(struct call *call)
{
	struct listing listing = { .noun = &mail_noun, .fields = view_mail };

	TRY(api_listing_read(call, &listing));
	TRY(api_listing_load(call, &listing));
	TRY(api_may_letters(call, listing.records, listing.page.count));
	api_listing_answer(call, &listing);
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

/* Only what the viewer may keep from its reader (rule/may.c says the same to the page). A letter
 * that failed or is too old goes nowhere either, and holds nothing any more. */
enum err api_mail_delete(struct call *call)
{
	struct mail mail;
	enum err err;

	TRY(store_mail_load(call->db, call->arena, call->id, &mail));
	if (mail.user_id != 0 && mail.user_id != call->viewer.user_id) {
		TRY(api_user_guard(call, mail.user_id));
		if (letter_is_personal(mail.kind)) {
			return api_forbid_field(call, "kind", "kind.personal");
		}
	}
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
