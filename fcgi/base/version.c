#include "base/version.h"

const char version_release[] = VERSION;

void version_print(FILE *out, const char *program, const char *const *libraries)
{
	fprintf(out, "%s %s, schema %d\n", program, version_release, SCHEMA_VERSION);
	for (; *libraries != NULL; libraries++) {
		fprintf(out, "  with %s\n", *libraries);
	}
}
