/* How a room (struct room of store/room.h) looks from outside, and what its gate says. */
#ifndef VIEW_ROOM_H
#define VIEW_ROOM_H

#include "base/conf.h"
#include "store/room.h"
#include "view/table.h"

extern const struct view_field view_room[];
extern const struct view_field view_room_bare[]; /* without what may be done: for the trail */

/* Where somebody goes back to who has signed in. */
struct gate_return {
	const char *location;
	const char *name; /* of the room */
};

extern const struct view_field view_gate_return[];

/* The page of a gate that lets somebody not in. */
struct refusal {
	const char *language; /* as a user has it, or as a browser asks for it: the first one known */
	const char *room;     /* its name; "" where it is not known */
	const char *who;      /* name or address of who is signed in; "" for nobody */
};

/* Writes it: an HTML document without anything from elsewhere. */
void view_refusal(struct text *out, const struct conf *conf, const struct refusal *refusal);

/* Gives the language of a header Accept-Language (RFC 9110 12.5.4) that the page is written in, by
 * the order in which they stand; "" for none. */
const char *view_refusal_language(const char *accepted);

#endif
