#include "http/socket.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* nginx answers 502 at once when the backlog is full, so it is as long as nginx's own. */
enum { BACKLOG = 511 };

/* nginx has the request whole before it sends it, in one go; it takes an answer into buffers and
 * files, and only then at the pace of a slow reader. */
static const struct timeval max_read = { .tv_sec = 2 }, max_write = { .tv_sec = 30 };

bool socket_stands(const char *path)
{
	struct stat there;

	return stat(path, &there) == 0 && S_ISSOCK(there.st_mode);
}

/* Logs what errno says. */
static enum err socket_fail(const char *path)
{
	log_event(LOG_ERROR, "listen", "path=%s error=%s", path, strerrorname_np(errno));
	return ERR_UNAVAILABLE;
}

bool socket_is_inherited(void)
{
	int listening = 0;
	socklen_t size = sizeof(listening);

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
		listening != 0;
}

/* Takes the socket that somebody has put on file descriptor 0. */
static enum err socket_inherit(struct listener *listener)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL);

	if (!socket_is_inherited()) {
		log_event(LOG_ERROR, "listen", "path=- reason=not_a_listening_socket");
		return ERR_UNAVAILABLE;
	}
	if (flags < 0 || fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) != 0) {
		return socket_fail("-");
	}
	listener->fd = STDIN_FILENO;
	return ERR_OK;
}

/* Binds a socket of our own beside the path. Until listen() nobody can connect, so its mode is
 * right before the first one tries. */
static enum err socket_bind_beside(struct listener *listener, const char *path)
{
	struct sockaddr_un *bound = &listener->bound;
	int len = snprintf(bound->sun_path, sizeof(bound->sun_path), "%s.%d", path, (int)getpid());
	struct stat made;

	if (len < 0 || (size_t)len >= sizeof(bound->sun_path)) {
		log_event(LOG_ERROR, "listen", "path=%s reason=too_long", path);
		return ERR_UNAVAILABLE;
	}
	bound->sun_family = AF_UNIX;
	unlink(bound->sun_path); /* of a predecessor with our number that was killed */
	listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0 ||
	    bind(listener->fd, (const struct sockaddr *)bound, sizeof(*bound)) != 0) {
		return socket_fail(path);
	}
	listener->path = path;
	if (chmod(bound->sun_path, 0660) != 0 || stat(bound->sun_path, &made) != 0 ||
	    listen(listener->fd, BACKLOG) != 0) {
		return socket_fail(path);
	}
	listener->inode = made.st_ino;
	return ERR_OK;
}

enum err socket_open(struct listener *listener, const char *path)
{
	*listener = (struct listener){ .fd = -1 };
	return strcmp(path, "-") == 0 ? socket_inherit(listener) : socket_bind_beside(listener, path);
}

enum err socket_publish(struct listener *listener)
{
	if (listener->path == NULL) {
		return ERR_OK;
	}
	if (rename(listener->bound.sun_path, listener->path) != 0) {
		return socket_fail(listener->path);
	}
	listener->published = true;
	return ERR_OK;
}

int socket_accept(const struct listener *listener)
{
	int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &max_read, sizeof(max_read));
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &max_write, sizeof(max_write));
	}
	return fd;
}

void socket_leave(const struct listener *listener)
{
	struct stat now;

	if (listener->published && stat(listener->path, &now) == 0 &&
	    now.st_ino == listener->inode) {
		unlink(listener->path);
	}
}

void socket_close(struct listener *listener)
{
	if (listener->path != NULL && !listener->published) {
		unlink(listener->bound.sun_path);
	}
	if (listener->fd > STDIN_FILENO) {
		close(listener->fd);
	}
	listener->fd = -1;
}
