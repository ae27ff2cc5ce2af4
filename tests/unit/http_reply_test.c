/* What goes out: read back by a FastCGI client of our own and by a JSON reader. */
#include "http/reply.h"

#include <fcgiapp.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define REQUEST_ID "0123456789abcdef0123456789abcdef"

/* FastCGI record types and the size of a record's head. */
enum { BEGIN_REQUEST = 1, PARAMS = 4, STDIN = 5, STDOUT = 6, RECORD_HEAD = 8 };

struct desk {
	struct arena arena;
	struct request request;
	struct reply reply;
	int listener;
	int client;
	FCGX_Request fcgi;
	char *head; /* of what was sent, with its last CRLF */
	char *body;
};

/* What a web server writes to ask for nothing in particular. */
static const unsigned char question[] = {
	1, BEGIN_REQUEST, 0, 1, 0, 8, 0, 0,   0, 1, 0, 0, 0, 0, 0, 0, /* a responder, once */
	1, PARAMS, 0, 1, 0, 0, 0, 0,
	1, STDIN, 0, 1, 0, 0, 0, 0,
};

/* A unix socket whose name the kernel chooses: nothing is left on the disk. */
static void connect_both_ends(struct desk *desk)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t size = sizeof(address);

	desk->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	desk->client = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(desk->listener, (void *)&address, sizeof(sa_family_t)), 0);
	assert_int_equal(listen(desk->listener, 1), 0);
	assert_int_equal(getsockname(desk->listener, (void *)&address, &size), 0);
	assert_int_equal(connect(desk->client, (void *)&address, size), 0);
	assert_int_equal(write(desk->client, question, sizeof(question)), sizeof(question));
	shutdown(desk->client, SHUT_WR); /* libfcgi waits a while for more before it closes */
}

static int open_desk(void **state)
{
	static struct desk desk;

	desk = (struct desk){ 0 };
	arena_init(&desk.arena);
	desk.request = (struct request){ .arena = &desk.arena, .id = REQUEST_ID,
		.method = METHOD_GET, .prefix = "" };
	reply_init(&desk.reply, &desk.arena);
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	arena_release(&desk->arena);
	return 0;
}

static int open_library(void **state)
{
	(void)state;
	return FCGX_Init();
}

static char *read_to_end(struct arena *arena, int fd, size_t *len)
{
	struct text all = text_in(arena);
	char part[4096];
	ssize_t got;

	while ((got = read(fd, part, sizeof(part))) > 0) {
		text_put(&all, part, (size_t)got);
	}
	assert_int_equal(got, 0);
	*len = all.len;
	return all.bytes;
}

/* What stands in the records of the standard output. */
static char *unwrap(struct arena *arena, const char *bytes, size_t len)
{
	struct text out = text_in(arena);

	text_puts(&out, "");
	for (size_t at = 0; at < len;) {
		const unsigned char *record = (const unsigned char *)bytes + at;
		size_t size = (size_t)(record[4] << 8 | record[5]);

		if (record[1] == STDOUT) {
			text_put(&out, bytes + at + RECORD_HEAD, size);
		}
		at += RECORD_HEAD + size + record[6];
	}
	return out.bytes;
}

/* Sends the reply and cuts what arrives into head and body. */
static void send_reply(struct desk *desk)
{
	size_t len;
	char *answer;

	connect_both_ends(desk);
	assert_int_equal(FCGX_InitRequest(&desk->fcgi, desk->listener, 0), 0);
	assert_int_equal(FCGX_Accept_r(&desk->fcgi), 0);
	reply_send(&desk->reply, &desk->request, &desk->fcgi);
	FCGX_Free(&desk->fcgi, 1);
	answer = read_to_end(&desk->arena, desk->client, &len);
	close(desk->client);
	close(desk->listener);
	desk->head = unwrap(&desk->arena, answer, len);
	desk->body = strstr(desk->head, "\r\n\r\n");
	assert_non_null(desk->body);
	desk->body[2] = '\0';
	desk->body += 4;
}

/* A whole line of the head, so that "200" does not match "2000". */
static bool has_header(const struct desk *desk, const char *line)
{
	const char *wanted = arena_printf(desk->reply.arena, "\r\n%s\r\n", line);

	return strstr(arena_printf(desk->reply.arena, "\r\n%s", desk->head), wanted) != NULL;
}

static void assert_header(const struct desk *desk, const char *line)
{
	if (!has_header(desk, line)) {
		fail_msg("%s is not in\n%s", line, desk->head);
	}
}

static json_t *parse(const struct desk *desk)
{
	json_t *json = json_loads(desk->body, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(json);
	return json;
}

static const char *member(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static void a_reply_has_the_headers_that_every_response_carries(void **state)
{
	static const char *const lines[] = {
		"Status: 200", "Content-Type: application/json", "Content-Length: 8",
		"Cache-Control: no-store", "X-Content-Type-Options: nosniff",
		"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
		"Cross-Origin-Resource-Policy: same-origin", "Referrer-Policy: no-referrer",
		("X-Request-Id: " REQUEST_ID),
	};
	struct desk *desk = *state;

	text_puts(&desk->reply.body, "{\"a\": 1}");
	send_reply(desk);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_header(desk, lines[i]);
	}
	assert_string_equal(desk->body, "{\"a\": 1}");
}

static void a_refusal_has_them_too(void **state)
{
	struct desk *desk = *state;

	(void)reply_refuse(&desk->reply, PROBLEM_NOT_FOUND);
	send_reply(desk);
	assert_header(desk, "Status: 404");
	assert_header(desk, "Content-Type: application/problem+json");
	assert_header(desk, "Cache-Control: no-store");
	assert_header(desk, "X-Content-Type-Options: nosniff");
	assert_header(desk, "X-Request-Id: " REQUEST_ID);
	assert_header(desk, arena_printf(&desk->arena, "Content-Length: %zu", strlen(desk->body)));
}

/* The stable part of the contract, row by row. */
static void every_problem_is_readable_json_with_its_code_and_status(void **state)
{
	static const struct {
		enum problem problem;
		int status;
		enum err err;
		const char *code;
	} rows[] = {
#define PROBLEM(id, status, err, code, title) { PROBLEM_##id, status, err, code },
#include "rule/problem.def"
#undef PROBLEM
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *json;

		reply_init(&desk->reply, &desk->arena);
		assert_int_equal(reply_refuse(&desk->reply, rows[i].problem), rows[i].err);
		assert_int_equal(reply_status(&desk->reply), rows[i].status);
		send_reply(desk);
		assert_header(desk, arena_printf(&desk->arena, "Status: %d", rows[i].status));
		json = parse(desk);
		assert_string_equal(member(json, "type"), "about:blank");
		assert_string_equal(member(json, "code"), rows[i].code);
		assert_string_equal(member(json, "request_id"), REQUEST_ID);
		assert_int_equal(json_integer_value(json_object_get(json, "status")), rows[i].status);
		assert_true(strlen(member(json, "title")) > 0);
		assert_int_equal(json_object_size(json), 5);
		json_decref(json);
	}
}

static void a_refusal_sends_nothing_of_the_body_that_was_begun(void **state)
{
	struct desk *desk = *state;

	text_puts(&desk->reply.body, "{\"email\":\"anna@example.com\"");
	reply_error(&desk->reply, ERR_BUG);
	send_reply(desk);
	assert_null(strstr(desk->body, "anna"));
	json_decref(parse(desk));
}

static void the_missing_permission_is_named(void **state)
{
	struct desk *desk = *state;
	json_t *json;

	assert_int_equal(reply_forbid(&desk->reply, "users.create"), ERR_FORBIDDEN);
	send_reply(desk);
	assert_header(desk, "Status: 403");
	json = parse(desk);
	assert_string_equal(member(json, "missing"), "users.create");
	json_decref(json);
}

static void field_errors_are_pairs_of_field_and_key(void **state)
{
	struct desk *desk = *state;
	json_t *json, *errors;

	reply_field(&desk->reply, "email", "email.format");
	reply_field(&desk->reply, "email", "email.too_long"); /* the first one wins */
	reply_field(&desk->reply, "mail", "mail.required");
	assert_int_equal(reply_refuse_field(&desk->reply, PROBLEM_INVALID, "a\"\\\n", "k\""),
		ERR_INVALID);
	send_reply(desk);
	json = parse(desk);
	errors = json_object_get(json, "errors");
	assert_int_equal(json_object_size(errors), 3);
	assert_string_equal(member(errors, "email"), "email.format");
	assert_string_equal(member(errors, "mail"), "mail.required");
	assert_string_equal(member(errors, "a\"\\\n"), "k\"");
	json_decref(json);
}

/* However many members a body has, the answer stays short. */
static void field_errors_are_counted_and_their_names_clipped(void **state)
{
	enum { CLIPPED = 64 };
	struct desk *desk = *state;
	char name[CLIPPED + 2] = "";
	json_t *errors, *json;

	memset(name, 'x', CLIPPED + 1);
	assert_false(reply_has_fields(&desk->reply));
	reply_field_unknown(&desk->reply, name);
	assert_true(reply_has_fields(&desk->reply));
	for (int i = 0; i < 100; i++) {
		reply_field(&desk->reply, arena_printf(&desk->arena, "field%d", i), "type");
	}
	(void)reply_refuse(&desk->reply, PROBLEM_MALFORMED);
	send_reply(desk);
	json = parse(desk);
	errors = json_object_get(json, "errors");
	assert_int_equal(json_object_size(errors), REPLY_FIELDS_MAX);
	assert_null(json_object_get(errors, name));
	name[CLIPPED] = '\0';
	assert_string_equal(member(errors, name), "unknown");
	json_decref(json);
}

static void an_unexplained_error_becomes_its_row_but_never_hides_an_earlier_one(void **state)
{
	static const struct {
		enum err err;
		int status;
	} rows[] = {
		{ ERR_OK, 200 }, { ERR_INVALID, 422 }, { ERR_UNAUTHENTICATED, 401 },
		{ ERR_FORBIDDEN, 403 }, { ERR_NOT_FOUND, 404 }, { ERR_CONFLICT, 409 },
		{ ERR_STALE, 412 }, { ERR_TOO_MANY, 429 }, { ERR_TOO_SLOW, 503 },
		{ ERR_UNAVAILABLE, 503 }, { ERR_RETRY, 503 }, { ERR_BUG, 500 },
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reply_init(&desk->reply, &desk->arena);
		reply_error(&desk->reply, rows[i].err);
		assert_int_equal(reply_status(&desk->reply), rows[i].status);
		reply_init(&desk->reply, &desk->arena);
		(void)reply_refuse(&desk->reply, PROBLEM_IN_USE);
		reply_error(&desk->reply, rows[i].err);
		assert_int_equal(desk->reply.problem, PROBLEM_IN_USE);
	}
}

/* A value with a control character is dropped whole: none of it begins a line of its own. */
static void a_header_cannot_bring_another_one(void **state)
{
	static const char *const values[] = { "a\r\nSet-Cookie: b=c", "a\nSet-Cookie: b=c",
		"a\rSet-Cookie: b=c", "\r\n\r\n<script>", "a\tb", "a\x7f-b" };
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		reply_header(&desk->reply, "X-Test", values[i]);
	}
	reply_header(&desk->reply, "X-Good", "yes");
	assert_string_equal(desk->reply.headers.bytes, "X-Good: yes\r\n");
	send_reply(desk);
	assert_header(desk, "X-Good: yes");
	assert_null(strstr(desk->head, "X-Test"));
	assert_null(strstr(desk->head, "Set-Cookie"));
	assert_string_equal(desk->body, "");
}

static void headers_of_ours_are_written_as_the_standards_say(void **state)
{
	struct desk *desk = *state;

	desk->request.prefix = "/back%20office";
	reply_etag(&desk->reply, 18446744073709551615u);
	reply_created(&desk->reply, &desk->request, "users", 12);
	reply_allow(&desk->reply, "GET, HEAD");
	send_reply(desk);
	assert_header(desk, "Status: 201");
	assert_header(desk, "ETag: \"18446744073709551615\"");
	assert_header(desk, "Location: /back%20office/api/v1/users/12");
	assert_header(desk, "Allow: GET, HEAD");
}

static void who_is_told_to_wait_is_told_how_long(void **state)
{
	static const enum problem others[] = { PROBLEM_BUG, PROBLEM_TOO_SLOW };
	struct desk *desk = *state;

	(void)reply_refuse(&desk->reply, PROBLEM_UNAVAILABLE);
	send_reply(desk);
	assert_header(desk, "Retry-After: 1");

	reply_init(&desk->reply, &desk->arena);
	(void)reply_refuse(&desk->reply, PROBLEM_TOO_MANY);
	reply_retry_after(&desk->reply, 30);
	send_reply(desk);
	assert_header(desk, "Retry-After: 30");
	assert_false(has_header(desk, "Retry-After: 1"));

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		reply_init(&desk->reply, &desk->arena);
		(void)reply_refuse(&desk->reply, others[i]);
		send_reply(desk);
		assert_null(strstr(desk->head, "Retry-After"));
	}
}

static void the_answer_to_head_has_the_length_and_not_the_body(void **state)
{
	struct desk *desk = *state;

	desk->request.method = METHOD_HEAD;
	text_puts(&desk->reply.body, "{\"a\":1}");
	send_reply(desk);
	assert_header(desk, "Content-Length: 7");
	assert_string_equal(desk->body, "");

	reply_init(&desk->reply, &desk->arena);
	(void)reply_refuse(&desk->reply, PROBLEM_NOT_FOUND);
	send_reply(desk);
	assert_header(desk, "Status: 404");
	assert_string_equal(desk->body, "");
}

static void no_content_has_neither_body_nor_type_nor_length(void **state)
{
	struct desk *desk = *state;

	desk->reply.status = 204;
	text_puts(&desk->reply.body, "left over");
	send_reply(desk);
	assert_header(desk, "Status: 204");
	assert_null(strstr(desk->head, "Content-Type:"));
	assert_null(strstr(desk->head, "Content-Length"));
	assert_string_equal(desk->body, "");
}

static void a_long_body_arrives_whole(void **state)
{
	enum { LINES = 10000 };
	struct desk *desk = *state;

	for (int i = 0; i < LINES; i++) {
		text_putf(&desk->reply.body, "%05d\n", i);
	}
	send_reply(desk);
	assert_int_equal(strlen(desk->body), desk->reply.body.len);
	assert_string_equal(desk->body, desk->reply.body.bytes);
}

#define at_a_desk(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		at_a_desk(a_reply_has_the_headers_that_every_response_carries),
		at_a_desk(a_refusal_has_them_too),
		at_a_desk(every_problem_is_readable_json_with_its_code_and_status),
		at_a_desk(a_refusal_sends_nothing_of_the_body_that_was_begun),
		at_a_desk(the_missing_permission_is_named),
		at_a_desk(field_errors_are_pairs_of_field_and_key),
		at_a_desk(field_errors_are_counted_and_their_names_clipped),
		at_a_desk(an_unexplained_error_becomes_its_row_but_never_hides_an_earlier_one),
		at_a_desk(a_header_cannot_bring_another_one),
		at_a_desk(headers_of_ours_are_written_as_the_standards_say),
		at_a_desk(who_is_told_to_wait_is_told_how_long),
		at_a_desk(the_answer_to_head_has_the_length_and_not_the_body),
		at_a_desk(no_content_has_neither_body_nor_type_nor_length),
		at_a_desk(a_long_body_arrives_whole),
	};

	return cmocka_run_group_tests_name("http_reply", tests, open_library, NULL);
}
