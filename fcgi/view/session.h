/*
 * How the viewer's own session looks: who am I, what may I do, what does this installation offer.
 * And how anybody's looks (struct session_entry of store/session.h) to those who look after them.
 */
#ifndef VIEW_SESSION_H
#define VIEW_SESSION_H

#include "auth/login.h"
#include "base/conf.h"
#include "store/group.h"
#include "store/job.h"
#include "store/saved_view.h"
#include "store/user.h"
#include "view/table.h"

extern const struct view_field view_session_entry[];
extern const struct view_field view_session_bare[]; /* without what may be done: for the trail */
extern const struct view_field view_own_session[]; /* struct own_session of store/session.h */

extern const struct view_field view_sign_in[]; /* what view_put_sign_in() writes */

/* Writes {"state": "code_required", "method": "email"}: what a step of signing in came to. */
void view_put_sign_in(struct text *out, const struct login *login);
const char *view_sign_in_word(enum login_state state);

/* {"email": "...", "password_min": 15}: whose password is chosen by a link, and what it must be. */
extern const struct view_field view_link_policy[];
void view_put_link_policy(struct text *out, const struct login *login,
	const struct viewer *viewer);

extern const struct view_field view_me[];

/* What of the session its record does not hold. */
struct session_state {
	bool mail_failing;
	int64_t step_up_until; /* what is dangerous asks for a proof from then on */
	bool step_up_by_code;  /* and takes a code too, not only the password */
	struct saved_view *views;
	size_t view_count;
	struct job *jobs;
	size_t job_count;
	struct group *groups; /* all that there are, or the first PAGE_MAX */
	size_t group_count;
};

/* Writes {"user": {...}, "permissions": [...], "proof_until": "...", "proof_by": ["password"],
 * "features": {"mail": true, ...}, "views": [...], "jobs": [...], "groups": [...]} */
void view_session(struct text *out, const struct user *user, const struct conf *conf,
	const struct session_state *state, const struct viewer *viewer);

#endif
