/* How a client (struct client of store/client.h) looks from outside: the masks are here. */
#ifndef VIEW_CLIENT_H
#define VIEW_CLIENT_H

#include "view/table.h"

extern const struct view_field view_client[];

#endif
