/* What is to be pasted into the configuration of nginx: nginx/ has the snippets it includes. */
#include "cli/setup.h"

#include <string.h>

#define SNIPPETS SYSCONFDIR "/nginx/snippets/backoffice"

const char *setup_nginx_lines(struct arena *arena, const char *url)
{
	const char *host = strstr(url, "://") + strlen("://"), *prefix = host + strcspn(host, "/");
	struct text text = text_in(arena);

	text_putf(&text, "# in server { } of %.*s\n", (int)strcspn(host, ":/"), host);
	text_puts(&text, "include " SNIPPETS "/server.conf;\n");
	text_putf(&text, "location ^~ %s { include " SNIPPETS "/backoffice.conf; }\n", prefix);
	if (strcmp(prefix, "/") != 0) {
		text_putf(&text, "location = %.*s { include " SNIPPETS "/slash.conf; }\n",
			(int)strlen(prefix) - 1, prefix);
	}
	return text.bytes;
}
