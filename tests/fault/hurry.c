/*
 * Loaded before a program (LD_PRELOAD), lets it wait a tenth of the time: what it does when nothing
 * has come for a minute it does after six seconds.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>

enum { TENTH = 10, BILLION = 1000000000 };

int epoll_wait(int poll, struct epoll_event *events, int most, int timeout)
{
	return epoll_pwait(poll, events, most, timeout < 0 ? timeout : timeout / TENTH, NULL);
}

static long long nanoseconds(const struct timespec *at)
{
	return (long long)at->tv_sec * BILLION + at->tv_nsec;
}

int pthread_cond_clockwait(pthread_cond_t *changed, pthread_mutex_t *lock, clockid_t clock,
	const struct timespec *until)
{
	int (*wait)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);
	struct timespec at;
	long long now;

	*(void **)&wait = dlsym(RTLD_NEXT, "pthread_cond_clockwait");
	clock_gettime(clock, &at);
	now = nanoseconds(&at);
	now += (nanoseconds(until) - now) / TENTH;
	at = (struct timespec){ .tv_sec = now / BILLION, .tv_nsec = now % BILLION };
	return wait(changed, lock, clock, &at);
}
