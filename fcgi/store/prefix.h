/*
 * The names of our tables. In all SQL of ours a name stands in braces, "SELECT name FROM {user}":
 * where it is prepared or run the prefix of the installation ([database] prefix) takes their place,
 * so that several installations, and other applications, may share a database. So do the names that
 * a database knows once: constraints and locks. Those of columns, indexes and aliases stay bare.
 */
#ifndef STORE_PREFIX_H
#define STORE_PREFIX_H

#include "base/arena.h"

/* Gives sql with the prefix before each name in braces, and without these; "" leaves the name. What
 * stands in braces and is no name, [a-z_], stays. */
const char *prefix_put(struct arena *arena, const char *prefix, const char *sql);

#endif
