/* What anybody may know of this installation, before they sign in. */
#include "api/handlers.h"

#include "view/site.h"

enum err api_site(struct call *call)
{
	struct site site;

	view_site_of(&site, call->conf);
	view_record(&call->reply->body, view_site, &site, &call->viewer);
	return ERR_OK;
}
