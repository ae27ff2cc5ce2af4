/*
 * What each action of the audit trail is about: the type of its target follows from it. What says
 * otherwise is not written (auth/audit.h), so nobody has to look for it either (store/audit.c).
 */
#ifndef RULE_TRAIL_H
#define RULE_TRAIL_H

#include <stdbool.h>

/* How the rows of an action and of a type of target meet. */
enum trail_meeting {
	TRAIL_NEVER, /* no row has both */
	TRAIL_SOME,  /* rows of the action may have another target or none; so may an unknown one's */
	TRAIL_EACH   /* each row of the action has a target of this type */
};

/* Says how they meet; the type of a row without a target is "". */
enum trail_meeting trail_meets(const char *action, const char *type);

/* Tells whether a row may say both: the action is known and is about this. */
bool trail_may_say(const char *action, const char *type);

#endif
