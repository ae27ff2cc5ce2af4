#include "base/anew.h"

#include "base/log.h"

#include <stdlib.h>
#include <unistd.h>

int anew_begin(char **argv)
{
	if (getenv("CREDENTIALS_DIRECTORY") != NULL) {
		return ANEW_STATUS;
	}
	execvp(argv[0], argv);
	log_say(LOG_ERROR, "cannot be started again: %s is not there", argv[0]);
	return EXIT_FAILURE;
}
