#include "http/visit.h"

#include "base/text.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

enum { VISIT_SECONDS = 15, BODY_MAX = 64 * 1024 };

struct visit_reading {
	struct arena *arena;
	struct visit *found;
	struct text body;
};

/* The value of the header that the line is, without what ends the line; NULL: it is another one. */
static const char *visit_value(struct arena *arena, const char *line, size_t len, const char *name)
{
	size_t skip = strlen(name);
	const char *value;

	if (len <= skip || strncasecmp(line, name, skip) != 0 || line[skip] != ':') {
		return NULL;
	}
	value = arena_printf(arena, "%.*s", (int)(len - skip - 1), line + skip + 1);
	value += strspn(value, " ");
	return arena_printf(arena, "%.*s", (int)strcspn(value, "\r\n"), value);
}

static size_t visit_take_header(char *line, size_t size, size_t count, void *context)
{
	const struct visit_reading *reading = context;
	struct visit *found = reading->found;
	const char *location = visit_value(reading->arena, line, size * count, "location");
	const char *type = visit_value(reading->arena, line, size * count, "content-type");

	found->location = location == NULL ? found->location : location;
	found->type = type == NULL ? found->type : type;
	found->has_policy = found->has_policy ||
		visit_value(reading->arena, line, size * count, "content-security-policy") != NULL;
	found->has_hsts = found->has_hsts ||
		visit_value(reading->arena, line, size * count, "strict-transport-security") != NULL;
	return size * count;
}

static size_t visit_take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct visit_reading *reading = context;

	if (reading->body.len < BODY_MAX) {
		text_put(&reading->body, bytes, size * count);
	}
	return size * count;
}

static void visit_with(CURL *curl, const char *url, const char *body, struct visit_reading *reading)
{
	struct visit *found = reading->found;
	CURLcode result;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)VISIT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, visit_take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, reading);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, visit_take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, reading);
	if (body != NULL) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	}
	result = curl_easy_perform(curl);
	found->error = result == CURLE_OK ? NULL : curl_easy_strerror(result);
	found->is_tls = result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CONNECT_ERROR;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &found->status);
	found->body = reading->body.bytes;
}

void visit(struct arena *arena, const char *url, const char *origin, const char *body,
	struct visit *found)
{
	struct visit_reading reading = { arena, found, text_in(arena) };
	struct curl_slist *headers;
	CURL *curl = curl_easy_init();

	*found = (struct visit){ .error = "out of memory", .type = "", .location = "", .body = "" };
	text_puts(&reading.body, "");
	headers = curl_slist_append(NULL, arena_printf(arena, "Origin: %s", origin));
	if (curl != NULL && headers != NULL &&
	    curl_slist_append(headers, "Content-Type: application/json") != NULL) {
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
		visit_with(curl, url, body, &reading);
	}
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
}
