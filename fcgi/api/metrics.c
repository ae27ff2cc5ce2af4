#include "api/handlers.h"
enum err api_metrics(struct call *call)
{
	call->reply->content_type = API_METRICS_TYPE;
	return ERR_OK;
}
