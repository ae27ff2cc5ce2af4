/* How the viewer's own session looks: who am I, what may I do, what is there. */
#ifndef VIEW_SESSION_H
#define VIEW_SESSION_H

#include "base/conf.h"
#include "store/user.h"
#include "view/table.h"

/* {"user": {...}, "permissions": [...], "features": {"mail": true, "name": ..., ...}} */
void view_session(struct text *out, const struct user *user, const struct conf *conf,
	const struct viewer *viewer);

#endif
