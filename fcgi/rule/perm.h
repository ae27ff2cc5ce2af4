/*
 * Permissions and what follows from them. A permission is a category times an action; a group
 * carries a set of them; a user's rights are the union over the groups, plus being unmasked, which
 * counts as a right: who may not see personal data may not hand out the sight of it.
 *
 * Pure arithmetic; who is asking is found by auth/guard.
 */
#ifndef RULE_PERM_H
#define RULE_PERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum perm {
	PERM_UNSET = 0, /* a route that says nothing: the program refuses to start */
	PERM_ANYONE,    /* no sign-in needed */
	PERM_HOST,      /* nginx lets only this host through */
	PERM_SIGNED_IN, /* any live session */
#define PERM(id, category, action) PERM_##id,
#include "rule/perm.def"
#undef PERM
	PERM_END
};

/* A set of permissions, the right to see personal data unmasked, and being an administrator; and
 * the rooms that may be entered. */
struct rights {
	uint64_t bits;
	uint64_t rooms; /* a bit for each: struct room of store/room.h */
};

/* Id of the group that has every permission, including those added later. */
#define GROUP_ADMINISTRATORS 1

/* Who is looking: the one thing that view/ and auth/guard ask about. */
struct viewer {
	uint64_t user_id;     /* 0: nobody */
	uint64_t session_id;
	int64_t stepped_up_at;    /* when they last proved by password or code who they are */
	struct rights rights;
	bool masked;          /* sees personal data as asterisks; true until proved otherwise */
};

/* Gives a viewer who may do nothing and sees masks: where every request begins. */
struct viewer viewer_nobody(void);

const char *perm_category(enum perm perm); /* "users"; "" for the ones that are not in perm.def */
const char *perm_action(enum perm perm);   /* "view" */
const char *perm_name(enum perm perm);     /* "users.view"; "anyone", "host", ... */

/* Gives the permission with this name, PERM_UNSET when there is none. */
enum perm perm_find(const char *name);

/* All names in their order, ended by NULL. */
extern const char *const perm_names[];

/* Tells whether it is one that earlier versions had and that nothing ever asked for: files that
 * they exported may name it. */
bool perm_is_former(const char *name);

/* Gives no rights at all. */
struct rights rights_none(void);

/* Gives the rights and one permission more; what is none (PERM_SIGNED_IN and before) adds nothing.
 * Who may create, change or delete rooms could let themselves into any (one within another takes
 * its place), so they enter all of them. */
struct rights rights_add(struct rights rights, enum perm perm);

/* Gives the rights and the sight of personal data. */
struct rights rights_add_unmasked(struct rights rights);

/* Gives what the group Administrators grants: every permission, and being an administrator, which
 * is more than all of them: it holds those that are added later. Being unmasked is another
 * matter. */
struct rights rights_add_administrator(struct rights rights);

/* Gives the rights and the entry to rooms: a bit for each. */
struct rights rights_add_rooms(struct rights rights, uint64_t rooms);

/* Gives what a and b hold together. */
struct rights rights_union(struct rights a, struct rights b);

/* Tells whether the permission is among the rights; false for what is none. */
bool rights_have(struct rights rights, enum perm perm);

/* Tells whether the room of this bit may be entered. */
bool rights_enter(struct rights rights, uint64_t room);

/* Tells whether the rights show personal data. */
bool rights_unmasked(struct rights rights);

/* Tells whether whoever holds a lacks nothing that b has: the rule of "nobody above themselves". */
bool rights_cover(struct rights a, struct rights b);

#endif
