/* What anybody may know of this installation, before they sign in. */
#include "api/handlers.h"

#include "view/site.h"

enum err api_site(struct call *call)
{
	const struct request *request = call->request;
	struct site_seen seen = { .address = request->remote_address, .prefix = request->prefix,
		.https = request->https };

	view_site_of(&seen.site, call->conf);
	view_record(&call->reply->body, view_site, &seen, &call->viewer);
	return ERR_OK;
}
