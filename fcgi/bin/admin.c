/* backoffice-admin: the command line of the person who runs the host. */
#include "base/log.h"
#include "base/secret.h"
#include "cli/commands.h"

int main(int argc, char **argv)
{
	if (secret_init() != ERR_OK) {
		log_event(LOG_ERROR, "start", "reason=randomness");
		return 1;
	}
	return cli_main(argc, argv);
}
