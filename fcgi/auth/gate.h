/*
 * The gate: whether whoever asks for a page of this host that is not ours may have it. nginx asks
 * for each request to it (auth_request), so that a session's end, a user's being disabled, their
 * groups and networks count at once: one read of the database tells them all.
 *
 * The session's cookie does not reach such a page, which lies beside ours: the browser has another
 * one there, with the room's path, that names session and room and is signed with the server's key.
 * It opens that room and nothing else, so a page that leaks it, or is taken over, has no way into
 * another room or into the back office. It is good as long as its session is.
 */
#ifndef AUTH_GATE_H
#define AUTH_GATE_H

#include "auth/call.h"
#include "base/err.h"
#include "store/guest.h"
#include "store/room.h"

#include <stdbool.h>

/* Who stands at the gate, for the time of the call. */
struct gate {
	struct guest guest;
	bool by_room;           /* by cookies of rooms, each good for its own; else by the session's */
	const uint64_t *groups; /* that they are in */
	size_t group_count;
};

/* What is asked at a gate. */
struct gate_question {
	enum perm perm;          /* PERM_UNSET: none */
	const char *group;       /* its number, or its name; "" for none */
	const char *room;        /* the same; "": that in which path lies */
	const char *path;        /* that nginx is asked for, as it understands it; "" if not told */
};

/* Makes the viewer of the call whoever's session or room the browser has a cookie of, as
 * auth_session_find() does; *gate says more of them. ERR_UNAUTHENTICATED when nobody's. */
enum err auth_gate_find(struct call *call, struct gate *gate) MUST_USE;

/* Finds the room that the question is about; NULL: none. */
enum err auth_gate_room(const struct call *call, const struct gate_question *question,
	const struct room **room) MUST_USE;

/* Answers the question: ERR_OK, ERR_FORBIDDEN, or ERR_UNAUTHENTICATED where the cookie is that of
 * another room. All that is asked must hold; where neither permission nor group is, or the
 * room is named, its groups are asked too. */
enum err auth_gate_ask(const struct call *call, const struct gate *gate,
	const struct gate_question *question, const struct room *room) MUST_USE;

/* Notes that the viewer enters the room, and writes that to the trail: once a session. */
enum err auth_gate_enter(struct call *call, const struct gate *gate, const struct room *room)
	MUST_USE;

/* Gives the cookie of the viewer's session for the room. */
enum err auth_gate_token(const struct call *call, const struct room *room, const char **token)
	MUST_USE;

#endif
