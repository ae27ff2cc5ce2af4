/* Which release this is: the first heading of CHANGELOG.md. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#include <stdio.h>

extern const char version_release[];

/* Prints the program's name and release, the schema that it knows, and the libraries that it runs
 * with, as "name release" each; ended by NULL. */
void version_print(FILE *out, const char *program, const char *const *libraries);

#endif
