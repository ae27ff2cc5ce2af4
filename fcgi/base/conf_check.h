/* What settings have to be like, beyond what the table of them says (base/conf.c). */
#ifndef BASE_CONF_CHECK_H
#define BASE_CONF_CHECK_H

#include "base/conf.h"

#include <stdbool.h>

/* Whether the text is a name of a node as the column that keeps it wants it. */
bool conf_is_node(const char *text);

/* Gives the host's name; "1" where it has none that a node may have. */
const char *conf_host_name(struct arena *arena);

/* Whether the text may stand before the names of our tables. */
bool conf_is_prefix(const char *text);

/* Looks at what no single value shows, and sets the zone of base/clock.h. NULL, or what is
 * wrong. */
const char *conf_check(const struct conf *conf);

#endif
