#include "http/request.h"

#include "base/secret.h"
#include "base/text.h"

#include <fcgiapp.h>
#include <string.h>
#include <strings.h>

enum { USER_AGENT_MAX = 255, ADDRESS_MAX = 45 };

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

static enum method request_find_method(const char *name)
{
	for (int method = METHOD_GET; method <= METHOD_DELETE; method++) {
		if (strcmp(name, method_names[method]) == 0) {
			return (enum method)method;
		}
	}
	return METHOD_OTHER;
}

/* Copies a parameter, because libfcgi frees its own; "" when absent. */
static const char *request_parameter(struct request *request, FCGX_Request *fcgi, const char *name)
{
	return arena_string(request->arena, FCGX_GetParam(name, fcgi->envp));
}

/* Joins all Cookie headers: a web server may pass each as a parameter of its own, and one that is
 * there twice must not be overlooked. */
static const char *request_cookies(struct request *request, FCGX_Request *fcgi)
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

/* Encodes the prefix again, which nginx decodes, for headers. */
static const char *request_encode_path(struct arena *arena, const char *path)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~";
	struct text text = text_in(arena);

	text_puts(&text, "");
	for (; *path != '\0'; path++) {
		if (strchr(plain, *path) != NULL) {
			text_putc(&text, *path);
		} else {
			text_putf(&text, "%%%02X", (unsigned)(unsigned char)*path);
		}
	}
	return text.bytes;
}

/* Copies of what the client sent at most so many bytes, all of them printable. */
static const char *request_printable(struct arena *arena, const char *value, size_t max)
{
	size_t len = strnlen(value, max);
	char *copy = arena_copy(arena, value, len);

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)copy[i] < 0x20 || (unsigned char)copy[i] >= 0x7f) {
			copy[i] = '?';
		}
	}
	return copy;
}

/* Reads a plain decimal number; "" is 0. false for anything else, also beyond what a body may have.
 * */
static bool request_take_length(const char *text, size_t *length)
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

void request_read_body(struct request *request, struct FCGX_Request *fcgi, size_t max)
{
	size_t length, got;
	char *body;

	if (!request_take_length(request_parameter(request, fcgi, "CONTENT_LENGTH"), &length)) {
		request->body_broken = true;
		return;
	}
	if (length > max) {
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

bool request_is_coded(const struct request *request)
{
	const char *coding = request->content_encoding;

	return coding != NULL && coding[0] != '\0' && strcasecmp(coding, "identity") != 0;
}

/* The path, which the web server has decoded; "" where a slash of it was encoded ("%2F"): such a
 * path has other names than it seems to. */
static const char *request_path(struct request *request, FCGX_Request *fcgi)
{
	const char *sent = request_parameter(request, fcgi, "REQUEST_URI");

	for (; *sent != '\0' && *sent != '?'; sent++) {
		if (strncasecmp(sent, "%2f", 3) == 0) {
			return "";
		}
	}
	return request_parameter(request, fcgi, "PATH_INFO");
}

void request_read(struct request *request, struct arena *arena, struct FCGX_Request *fcgi)
{
	unsigned char id[(REQUEST_ID_SIZE - 1) / 2];

	*request = (struct request){ .arena = arena };
	secret_random(id, sizeof(id));
	memcpy(request->id, secret_to_hex(arena, id, sizeof(id)), REQUEST_ID_SIZE);
	request->method = request_find_method(request_parameter(request, fcgi, "REQUEST_METHOD"));
	request->prefix = request_encode_path(arena, request_parameter(request, fcgi, "SCRIPT_NAME"));
	request->path = request_path(request, fcgi);
	request->query = request_parameter(request, fcgi, "QUERY_STRING");
	request->https = strcmp(request_parameter(request, fcgi, "HTTPS"), "on") == 0;
	request->remote_address =
		request_printable(arena, request_parameter(request, fcgi, "REMOTE_ADDR"), ADDRESS_MAX);
	request->cookie = request_cookies(request, fcgi);
	request->content_type = request_parameter(request, fcgi, "CONTENT_TYPE");
	request->content_encoding = request_parameter(request, fcgi, "HTTP_CONTENT_ENCODING");
	request->origin = request_parameter(request, fcgi, "HTTP_ORIGIN");
	request->sec_fetch_site = request_parameter(request, fcgi, "HTTP_SEC_FETCH_SITE");
	request->if_match = request_parameter(request, fcgi, "HTTP_IF_MATCH");
	request->idempotency_key = request_parameter(request, fcgi, "HTTP_IDEMPOTENCY_KEY");
	request->prefer = request_parameter(request, fcgi, "HTTP_PREFER");
	request->user_agent = request_printable(
		arena, request_parameter(request, fcgi, "HTTP_USER_AGENT"), USER_AGENT_MAX);
	request->accept_language = request_parameter(request, fcgi, "HTTP_ACCEPT_LANGUAGE");
	request->gate_path = request_parameter(request, fcgi, "GATE_PATH");
	request->gate_address = request_parameter(request, fcgi, "GATE_ADDRESS");
	request->body = "";
}
