#include "http/ping.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAIT_MILLISECONDS = 4000, HEADER = 8, VALUES_TOLD = 10 };

/* FCGI_GET_VALUES for FCGI_MPXS_CONNS: version, type, request 0, 17 bytes of content and 7 of
 * padding; the lengths of name and value, and the name. */
static const char question[HEADER + 24] =
	"\1\11\0\0\0\21\7\0" "\17\0" "FCGI_MPXS_CONNS";

/* Reads the head of the answer. */
static enum ping ping_listen(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	unsigned char head[HEADER];

	if (send(fd, question, sizeof(question), MSG_NOSIGNAL) != (ssize_t)sizeof(question) ||
	    poll(&ready, 1, WAIT_MILLISECONDS) != 1 ||
	    recv(fd, head, sizeof(head), MSG_WAITALL) != (ssize_t)sizeof(head)) {
		return PING_SILENT;
	}
	return head[1] == VALUES_TOLD ? PING_ANSWERED : PING_SILENT;
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
