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

/* When the first of the certificates ends that the other end has shown. */
static int64_t visit_end_of_certificates(CURL *curl)
{
	static const char name[] = "Expire date:";
	struct curl_certinfo *all = NULL;
	int64_t first = 0;

	if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &all) != CURLE_OK || all == NULL) {
		return 0;
	}
	for (int i = 0; i < all->num_of_certs; i++) {
		for (const struct curl_slist *line = all->certinfo[i]; line != NULL; line = line->next) {
			int64_t ends = strncmp(line->data, name, strlen(name)) == 0
				? (int64_t)curl_getdate(line->data + strlen(name), NULL) : 0;

			first = ends > 0 && (first == 0 || ends < first) ? ends : first;
		}
	}
	return first;
}

/* What the library knows of the connection, for as long as the arena. */
static void visit_take_connection(CURL *curl, struct visit_reading *reading)
{
	struct visit *found = reading->found;
	char *from = NULL, *to = NULL;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &found->status);
	curl_easy_getinfo(curl, CURLINFO_LOCAL_IP, &from);
	curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &to);
	found->from = arena_string(reading->arena, from);
	found->to = arena_string(reading->arena, to);
	found->ends = visit_end_of_certificates(curl);
	found->body = reading->body.bytes;
}

static void visit_with(CURL *curl, const struct visit_ask *ask, struct visit_reading *reading)
{
	struct visit *found = reading->found;
	CURLcode result;

	curl_easy_setopt(curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)VISIT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, visit_take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, reading);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, visit_take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, reading);
	if (ask->body != NULL) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body);
	}
	result = curl_easy_perform(curl);
	found->error = result == CURLE_OK ? NULL : curl_easy_strerror(result);
	found->is_tls = result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CONNECT_ERROR;
	visit_take_connection(curl, reading);
}

void visit(struct arena *arena, const struct visit_ask *ask, struct visit *found)
{
	struct visit_reading reading = { arena, found, text_in(arena) };
	struct curl_slist *headers;
	CURL *curl = curl_easy_init();

	*found = (struct visit){ .error = "out of memory", .type = "", .location = "", .body = "",
		.from = "", .to = "" };
	text_puts(&reading.body, "");
	headers = curl_slist_append(NULL, arena_printf(arena, "Origin: %s", ask->origin));
	if (curl != NULL && headers != NULL &&
	    curl_slist_append(headers, "Content-Type: application/json") != NULL &&
	    (ask->forwarded_for == NULL || curl_slist_append(headers, arena_printf(arena,
			"X-Forwarded-For: %s", ask->forwarded_for)) != NULL)) {
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
		visit_with(curl, ask, &reading);
	}
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
}

const char *visit_member(struct arena *arena, const struct visit *found, const char *name)
{
	const char *at = strstr(found->body, arena_printf(arena, "\"%s\":", name));

	if (at == NULL) {
		return "";
	}
	at += strlen(name) + 3;
	at += *at == '"';
	return arena_copy(arena, at, strcspn(at, "\",}"));
}
