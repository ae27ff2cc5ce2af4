/* How a client (struct client of store/client.h) looks from outside: the masks are here. */
#ifndef VIEW_CLIENT_H
#define VIEW_CLIENT_H

#include "view/table.h"

struct client;

extern const struct view_field view_client[];

/* What the audit trail keeps of a client, as JSON: nothing personal, which nobody could take out
 * again, but as VIEW_CLIENT_CHANGED the names of the fields in which client differs from before
 * (NULL: from an empty one). view/audit.h keeps those of masked fields from a masked viewer. */
#define VIEW_CLIENT_CHANGED "changed"

const char *view_client_trail(struct arena *arena, const struct client *before,
	const struct client *client, const struct viewer *viewer);

#endif
