#include "base/version.h"

void version_print(FILE *out, const char *program, const char *const *libraries)
{
	fprintf(out, "%s %s, schema %d\n", program, VERSION, SCHEMA_VERSION);
	for (; *libraries != NULL; libraries++) {
		fprintf(out, "  with %s\n", *libraries);
	}
}
