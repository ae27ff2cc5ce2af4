#include "http/request.h"

#include "base/secret.h"
#include "base/text.h"

#include <fcgiapp.h>
#include <string.h>

enum { USER_AGENT_MOST = 255, ADDRESS_MOST = 45 };

static const char *const method_names[] = {
	[METHOD_OTHER] = "",
	[METHOD_GET] = "GET",
	[METHOD_HEAD] = "HEAD",
	[METHOD_POST] = "POST",
	[METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH",
	[METHOD_DELETE] = "DELETE",
};

const char *method_name(enum method method)
{
	return method_names[method];
}

static enum method find_method(const char *name)
{
	for (int method = METHOD_GET; method <= METHOD_DELETE; method++) {
		if (strcmp(name, method_names[method]) == 0) {
			return (enum method)method;
		}
	}
	return METHOD_OTHER;
}

/* A copy, because libfcgi frees its own; "" when absent. */
static const char *parameter(struct request *request, FCGX_Request *fcgi, const char *name)
{
	return arena_string(request->arena, FCGX_GetParam(name, fcgi->envp));
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c != '\0' && strchr("/-._~", c) != NULL);
}

/* All Cookie headers: a web server may pass each as a parameter of its own, and one that is there
 * twice must not be overlooked. */
static const char *cookies(struct request *request, FCGX_Request *fcgi)
{
	static const char name[] = "HTTP_COOKIE=";
	const char *all = "";

	for (char **at = fcgi->envp; *at != NULL; at++) {
		if (strncmp(*at, name, sizeof(name) - 1) == 0) {
			all = arena_printf(request->arena, "%s%s%s", all, all[0] == '\0' ? "" : "; ",
				*at + sizeof(name) - 1);
		}
	}
	return all;
}

/* nginx decodes the prefix; in a header it must be encoded again. */
static const char *encode_path(struct arena *arena, const char *path)
{
	struct text text = text_in(arena);

	text_puts(&text, "");
	for (; *path != '\0'; path++) {
		if (is_plain(*path)) {
			text_putc(&text, *path);
		} else {
			text_putf(&text, "%%%02X", (unsigned)(unsigned char)*path);
		}
	}
	return text.bytes;
}

/* Whatever the client sent, what is kept of it is short and printable. */
static const char *printable(struct arena *arena, const char *value, size_t most)
{
	size_t len = strnlen(value, most);
	char *copy = arena_copy(arena, value, len);

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)copy[i] < 0x20 || (unsigned char)copy[i] >= 0x7f) {
			copy[i] = '?';
		}
	}
	return copy;
}

/* A plain decimal number; "" is 0. false for anything else, also beyond what a body may have. */
static bool take_length(const char *text, size_t *length)
{
	*length = 0;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9') {
			return false;
		}
		*length = *length * 10 + (size_t)(*text - '0');
		if (*length > 2 * REQUEST_TABLE_MAX) {
			*length = 2 * REQUEST_TABLE_MAX;
		}
	}
	return true;
}

void request_read_body(struct request *request, struct FCGX_Request *fcgi, size_t most)
{
	size_t length, got;
	char *body;

	if (!take_length(parameter(request, fcgi, "CONTENT_LENGTH"), &length)) {
		request->body_broken = true;
		return;
	}
	if (length > most) {
		request->body_too_large = true;
		return;
	}
	body = arena_alloc(request->arena, length + 2);
	got = (size_t)FCGX_GetStr(body, (int)length + 1, fcgi->in); /* one more, to see the end */
	if (got != length) {
		request->body_broken = true;
		return;
	}
	request->body = body;
	request->body_len = length;
}

static void make_id(struct request *request)
{
	unsigned char bytes[(REQUEST_ID_SIZE - 1) / 2];

	secret_random(bytes, sizeof(bytes));
	memcpy(request->id, secret_to_hex(request->arena, bytes, sizeof(bytes)), REQUEST_ID_SIZE);
}

void request_read(struct request *request, struct arena *arena, struct FCGX_Request *fcgi)
{
	*request = (struct request){ .arena = arena };
	make_id(request);
	request->method = find_method(parameter(request, fcgi, "REQUEST_METHOD"));
	request->prefix = encode_path(arena, parameter(request, fcgi, "SCRIPT_NAME"));
	request->path = parameter(request, fcgi, "PATH_INFO");
	request->query = parameter(request, fcgi, "QUERY_STRING");
	request->https = strcmp(parameter(request, fcgi, "HTTPS"), "on") == 0;
	request->remote_address = printable(arena, parameter(request, fcgi, "REMOTE_ADDR"),
		ADDRESS_MOST);
	request->cookie = cookies(request, fcgi);
	request->content_type = parameter(request, fcgi, "CONTENT_TYPE");
	request->origin = parameter(request, fcgi, "HTTP_ORIGIN");
	request->sec_fetch_site = parameter(request, fcgi, "HTTP_SEC_FETCH_SITE");
	request->if_match = parameter(request, fcgi, "HTTP_IF_MATCH");
	request->idempotency_key = parameter(request, fcgi, "HTTP_IDEMPOTENCY_KEY");
	request->prefer = parameter(request, fcgi, "HTTP_PREFER");
	request->user_agent = printable(arena, parameter(request, fcgi, "HTTP_USER_AGENT"),
		USER_AGENT_MOST);
	request->accept_language = parameter(request, fcgi, "HTTP_ACCEPT_LANGUAGE");
	request->body = "";
}
