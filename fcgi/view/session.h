/*
 * How the viewer's own session looks: who am I, what may I do, what does this installation offer.
 * And how anybody's looks (struct session_entry of store/session.h) to those who look after them.
 */
#ifndef VIEW_SESSION_H
#define VIEW_SESSION_H

#include "auth/login.h"
#include "base/conf.h"
#include "store/user.h"
#include "view/table.h"

extern const struct view_field view_session_entry[];
extern const struct view_field view_own_session[]; /* struct own_session of store/session.h */

extern const struct view_field view_sign_in[]; /* what view_put_sign_in() writes */

/* {"state": "code_required", "method": "email"}: what a step of signing in came to. */
void view_put_sign_in(struct text *out, const struct login *login);
const char *view_sign_in_word(enum login_state state);

extern const struct view_field view_me[];

/* {"user": {...}, "permissions": [...], "features": {"mail": true, "mail_failing": false, ...}} */
void view_session(struct text *out, const struct user *user, const struct conf *conf,
	bool mail_failing, const struct viewer *viewer);

#endif
