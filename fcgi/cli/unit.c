#include "cli/unit.h"

#include <string.h>

const char *cli_instance(struct cli *cli)
{
	static const char place[] = SYSCONFDIR "/backoffice/";
	bool is_ours = strncmp(cli->conf_file, place, strlen(place)) == 0;
	const char *name = is_ours ? cli->conf_file + strlen(place) : "", *slash = strchr(name, '/');

	return slash == NULL || strchr(slash + 1, '/') != NULL ? ""
		: arena_printf(&cli->arena, "@%.*s", (int)(slash - name), name);
}

const char *cli_socket(struct cli *cli)
{
	const char *instance = cli_instance(cli);

	return strcmp(cli->conf.listen, "-") != 0 ? cli->conf.listen
		: arena_printf(&cli->arena, "/run/backoffice/%s.sock",
			instance[0] == '\0' ? "fcgi" : instance + 1);
}
