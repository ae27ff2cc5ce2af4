#include "api/credentials.h"

#include "api/may.h"
#include "api/users.h"
#include "auth/link.h"
#include "auth/notice.h"
#include "base/clock.h"
#include "rule/may.h"
#include "store/mail.h"
#include "store/session.h"
#include "view/json.h"
#include "view/user.h"

#include <inttypes.h>
#include <string.h>

enum err api_credentials_answer(struct call *call, struct user *user, const char *link)
{
	TRY(api_may_users(call, user, 1));
	reply_etag(call->reply, user->version);
	view_user_credentials(&call->reply->body, user, link, &call->viewer);
	return ERR_OK;
}

enum err api_credentials_give(struct call *call, struct credentials *credentials)
{
	int64_t expires_at = act_credentials_expiry(call);
	bool must_change = !credentials->by_link;
	uint64_t user_id = credentials->user_id;
	struct text after = text_in(call->arena);
	struct user user;

	TRY(store_user_lock(call->db, call->arena, user_id)); /* of two at once the later one counts */
	TRY(api_user_guard(call, user_id));
	if (user_id == call->viewer.user_id) {
		return api_forbid_field(call, "user", may_user_own(USER_CREDENTIALS));
	}
	TRY(api_user_load(call, user_id, &user));
	TRY(store_mail_cancel_credentials(call->db, user_id)); /* no letter brings the old one */
	TRY(store_user_set_password(call->db, user_id, act_credentials_kept(call), must_change,
		must_change ? expires_at : 0, 0));
	TRY(act_credentials_hand_over(call, &user, credentials, expires_at));
	view_json(&after, credentials->by_link ? "{'by':'link','mail':" : "{'mail':");
	if (credentials->letter_id == 0) { /* no letter tells the user that the old one is gone */
		TRY(auth_notice_user(call, &user, NOTICE_PASSWORD, BY_ADMINISTRATOR));
		text_puts(&after, "null}");
	} else {
		text_putf(&after, "%" PRIu64 "}", credentials->letter_id);
	}
	call->audit = (struct audit_event){ .action = credentials->action, .target_type = "user",
		.target_id = user_id, .after = after.bytes };
	return ERR_OK;
}
