/*
 * Rooms: other pages of this host that our users enter through a gate (auth/gate.h). A room is all
 * that lies below its address, a path with a slash at both ends. Pure.
 */
#ifndef RULE_ROOM_H
#define RULE_ROOM_H

#include "base/arena.h"
#include "base/text.h"
#include "rule/field.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	ROOM_NAME_MAX = FIELD_GROUP_MAX,
	ROOM_ADDRESS_MAX = 199, /* as it is typed: with its last slash 200 fit into the table */
	ROOM_RETURN_MAX = 2000,
	ROOMS_MAX = 64 /* each has a bit of struct rights */
};

/* The address of a room: "/", or "/stock/" and the like, of segments that mean in every address
 * what they say; the last slash need not be typed. */
extern const struct check check_room_address;

/* Where somebody who has signed in goes back to: a path of this host, perhaps with a query, that no
 * browser takes for the address of another host and that leads where it says (no dot segments). */
extern const struct check check_room_return;

/* Tells whether the path, which may be followed by a query, lies in the room at this address. */
bool room_has(const char *address, const char *path);

/* Puts text so that it fits a header's value (RFC 9110 5.5): percent-encoded (RFC 3986 2.1) is
 * every byte that is no printable ASCII, and the percent sign and the comma themselves. Whoever
 * decodes it has the text as it was. */
void room_put_header(struct text *out, const char *text);

/* Puts text as a value of a query string: percent-encoded but for unreserved characters. */
void room_put_query(struct text *out, const char *text);

#endif
