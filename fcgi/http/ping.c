#include "http/ping.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAIT_MILLISECONDS = 4000, HEADER = 8, BEGIN = 1, PARAMS = 4, STDIN = 5, STDOUT = 6,
	QUESTION_MAX = 256 };

struct question {
	char bytes[QUESTION_MAX];
	size_t len;
};

/* Appends a record of FastCGI: version, type, request 1, length, no padding. All are short. */
static void put_record(struct question *question, char type, const char *content, size_t len)
{
	const char head[HEADER] = { 1, type, 0, 1, 0, (char)len, 0, 0 };

	memcpy(question->bytes + question->len, head, sizeof(head));
	memcpy(question->bytes + question->len + sizeof(head), content, len);
	question->len += sizeof(head) + len;
}

/* Asks for what anybody may: a responder, of whom the connection is not kept, and its parameters,
 * each after the lengths of name and value. */
static void put_question(struct question *question)
{
	static const char begin[] = { 0, 1, 0, 0, 0, 0, 0, 0 };
	static const char parameters[] = "\16\3REQUEST_METHODGET" "\11\14PATH_INFO/api/v1/site"
		"\13\11REMOTE_ADDR127.0.0.1";

	question->len = 0;
	put_record(question, BEGIN, begin, sizeof(begin));
	put_record(question, PARAMS, parameters, sizeof(parameters) - 1);
	put_record(question, PARAMS, "", 0);
	put_record(question, STDIN, "", 0);
}

/* Reads the head of the answer. */
static enum ping ping_listen(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	unsigned char head[HEADER];
	struct question question;

	put_question(&question);
	if (send(fd, question.bytes, question.len, MSG_NOSIGNAL) != (ssize_t)question.len ||
	    poll(&ready, 1, WAIT_MILLISECONDS) != 1 ||
	    recv(fd, head, sizeof(head), MSG_WAITALL) != (ssize_t)sizeof(head)) {
		return PING_SILENT;
	}
	return head[1] == STDOUT ? PING_ANSWERED : PING_SILENT;
}

enum ping ping(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	enum ping found = PING_MISSING;
	int fd;

	if (strlen(path) >= sizeof(to.sun_path)) {
		return PING_MISSING;
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	/* A full queue of connections is told at once, not waited for. */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0) {
		found = ping_listen(fd);
	} else if (errno == EACCES || errno == EPERM) {
		found = PING_FORBIDDEN;
	} else if (errno == EAGAIN) {
		found = PING_SILENT;
	}
	if (fd >= 0) {
		close(fd);
	}
	return found;
}
