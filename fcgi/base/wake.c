#include "base/wake.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Makes *address of the path; false when the path does not fit. */
static bool wake_make_address(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path)) {
		return false;
	}
	memcpy(address->sun_path, path, strlen(path) + 1);
	return true;
}

enum err wake_listen(const char *path, int *fd)
{
	struct sockaddr_un address;
	mode_t before;
	int bound;

	if (!wake_make_address(path, &address)) {
		return ERR_INVALID;
	}
	*fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0) {
		return ERR_UNAVAILABLE;
	}
	unlink(path);
	before = umask(0117);
	bound = bind(*fd, (const struct sockaddr *)&address, sizeof(address));
	umask(before);
	if (bound != 0) {
		close(*fd);
		*fd = -1;
		return ERR_UNAVAILABLE;
	}
	return ERR_OK;
}

enum err wake_on_stop(int *stop)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	if (pthread_sigmask(SIG_BLOCK, &signals, NULL) != 0) {
		return ERR_UNAVAILABLE;
	}
	*stop = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return *stop >= 0 ? ERR_OK : ERR_UNAVAILABLE;
}

bool wake_stopped(int stop)
{
	struct pollfd ready = { .fd = stop, .events = POLLIN };

	return poll(&ready, 1, 0) > 0;
}

bool wake_stopped_anew(int stop)
{
	struct signalfd_siginfo signal;

	return read(stop, &signal, sizeof(signal)) == sizeof(signal) && signal.ssi_signo == SIGHUP;
}

bool wake_rang(int bell)
{
	bool rang = false;
	char ring;

	while (bell >= 0 && recv(bell, &ring, sizeof(ring), MSG_DONTWAIT) >= 0) {
		rang = true;
	}
	return rang;
}

void wake_wait(int bell, int stop, int milliseconds)
{
	struct pollfd ready[] = { { .fd = bell, .events = POLLIN }, { .fd = stop, .events = POLLIN } };

	if (poll(ready, sizeof(ready) / sizeof(ready[0]), milliseconds) > 0) {
		(void)wake_rang(bell);
	}
}

void wake_ring(const char *path)
{
	struct sockaddr_un address;
	int fd;

	if (path[0] == '\0' || !wake_make_address(path, &address)) {
		return;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return;
	}
	if (sendto(fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&address,
			sizeof(address)) < 0) {
		errno = 0; /* nobody listens: the mailer looks by itself soon */
	}
	close(fd);
}
