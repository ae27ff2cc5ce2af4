/*
 * Threads and requests. A worker accepts, reads the request into its arena and answers; a slow
 * request is handed over whole, FastCGI request, arena and all, through the queue to a slow thread,
 * which finishes it: libfcgi allows another thread to.
 */
#include "http/listen.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 511, NICE_OF_SLOW = 10, FILES_MOST = 1024 };

/* A request on its way, from accept to finish. */
struct job {
	FCGX_Request fcgi;
	struct arena arena;
	struct request request;
	int64_t begun;
	struct job *next; /* in the queue */
};

struct server {
	const struct listen_options *options;
	const struct listen_handler *handler;
	int listener;
	bool own;   /* the listener is ours, to be drained at the end */
	ino_t inode; /* of the own socket's path */
	int wake;   /* eventfd, readable once we stop */
	atomic_bool stopping;
	pthread_mutex_t lock; /* of the queue */
	pthread_cond_t filled;
	struct job *first, *last;
	size_t waiting;
	bool closed; /* no more jobs will come */
};

void listen_block_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static struct job *job_open(struct server *server)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job != NULL && FCGX_InitRequest(&job->fcgi, server->listener, 0) != 0) {
		free(job);
		return NULL;
	}
	if (job != NULL) {
		arena_init(&job->arena);
	}
	return job;
}

static void job_close(struct job *job)
{
	arena_release(&job->arena);
	free(job);
}

/* Sends the reply and gives the connection back; the job may be used for another request. */
static void finish(struct job *job, const struct reply *reply)
{
	reply_send(reply, &job->request, &job->fcgi);
	job->fcgi.keepConnection = 0; /* a kept connection would pin its thread */
	FCGX_Finish_r(&job->fcgi);
	log_event(LOG_INFO, "request", "method=%s path=%s status=%d ms=%.1f",
		method_name(job->request.method), job->request.path, reply_status(reply),
		(double)(clock_now() - job->begun) / 1000);
	log_request_set(NULL);
	arena_reset(&job->arena);
}

static void serve(struct server *server, void *thread, struct job *job)
{
	struct reply reply;

	log_request_set(job->request.id);
	reply_init(&reply, &job->arena);
	server->handler->serve(thread, &job->request, &reply);
	finish(job, &reply);
}

static bool push(struct server *server, struct job *job)
{
	bool taken;

	pthread_mutex_lock(&server->lock);
	taken = server->waiting < server->options->slow_queue;
	if (taken) {
		job->next = NULL;
		*(server->first == NULL ? &server->first : &server->last->next) = job;
		server->last = job;
		server->waiting++;
		pthread_cond_signal(&server->filled);
	}
	pthread_mutex_unlock(&server->lock);
	return taken;
}

/* The next job; NULL when the queue is empty and closed. */
static struct job *pull(struct server *server)
{
	struct job *job;

	pthread_mutex_lock(&server->lock);
	while (server->first == NULL && !server->closed) {
		pthread_cond_wait(&server->filled, &server->lock);
	}
	job = server->first;
	if (job != NULL) {
		server->first = job->next;
		server->waiting--;
	}
	pthread_mutex_unlock(&server->lock);
	return job;
}

static void refuse_busy(struct job *job)
{
	struct reply reply;

	reply_init(&reply, &job->arena);
	(void)reply_refuse(&reply, PROBLEM_UNAVAILABLE);
	finish(job, &reply);
}

/* Answers the accepted request or hands it over; returns the job for the next one, NULL when there
 * is no memory for it. */
static struct job *dispatch(struct server *server, void *thread, struct job *job)
{
	struct job *fresh;

	job->begun = clock_now();
	request_read(&job->request, &job->arena, &job->fcgi);
	if (!server->handler->is_slow(server->handler->shared, &job->request)) {
		serve(server, thread, job);
		return job;
	}
	fresh = job_open(server);
	if (fresh == NULL || !push(server, job)) {
		refuse_busy(job);
		if (fresh != NULL) {
			job_close(fresh);
		}
		return job;
	}
	return fresh;
}

static int watch(const struct server *server)
{
	int poll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event on_request = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	struct epoll_event on_stop = { .events = EPOLLIN };

	if (poll >= 0 && (epoll_ctl(poll, EPOLL_CTL_ADD, server->listener, &on_request) != 0 ||
	    epoll_ctl(poll, EPOLL_CTL_ADD, server->wake, &on_stop) != 0)) {
		close(poll);
		return -1;
	}
	return poll;
}

/* Waits for something to accept. false: stop; an own listener is first emptied. */
static bool wait_for_request(struct server *server, int poll)
{
	struct epoll_event event;

	if (!server->stopping) {
		(void)epoll_wait(poll, &event, 1, -1);
	}
	return !server->stopping || server->own;
}

static void *work(void *context)
{
	struct server *server = context;
	void *thread = server->handler->thread_open(server->handler->shared);
	struct job *job = job_open(server);
	int poll = watch(server);

	while (thread != NULL && job != NULL && poll >= 0 && wait_for_request(server, poll)) {
		bool stopping = server->stopping;
		int accepted = FCGX_Accept_r(&job->fcgi);

		if (accepted == 0) {
			job = dispatch(server, thread, job);
		} else if (stopping) {
			break; /* the backlog is empty */
		} else if (accepted == -EMFILE || accepted == -ENFILE) {
			log_event(LOG_ERROR, "accept", "error=files");
			usleep(10000);
		}
	}
	if (poll >= 0) {
		close(poll);
	}
	if (job != NULL) {
		job_close(job);
	}
	if (thread != NULL) {
		server->handler->thread_close(thread);
	}
	return NULL;
}

static void *work_slowly(void *context)
{
	struct server *server = context;
	void *thread = server->handler->thread_open(server->handler->shared);
	struct job *job;

	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE_OF_SLOW);
	while ((job = pull(server)) != NULL) {
		if (thread == NULL) {
			refuse_busy(job);
		} else {
			serve(server, thread, job);
		}
		job_close(job);
	}
	if (thread != NULL) {
		server->handler->thread_close(thread);
	}
	return NULL;
}

/* Binds beside the path and renames over it, so that there is no moment without a listener; a
 * running predecessor keeps its own socket and drains it. */
static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int len = snprintf(address.sun_path, sizeof(address.sun_path), "%s.%d", path, (int)getpid());
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t before = umask(0117);
	bool bound = fd >= 0 && len > 0 && (size_t)len < sizeof(address.sun_path) &&
		bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;

	umask(before);
	if (!bound || listen(fd, BACKLOG) != 0 || rename(address.sun_path, path) != 0) {
		log_event(LOG_ERROR, "listen", "path=%s error=%s", path, strerrorname_np(errno));
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	return fd;
}

static int open_listener(struct server *server)
{
	struct stat made;
	int fd;

	server->own = strcmp(server->options->path, "-") != 0;
	if (server->own) {
		fd = listen_at(server->options->path);
		server->inode = fd >= 0 && stat(server->options->path, &made) == 0 ? made.st_ino : 0;
		return fd;
	}
	return fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK) == 0
		? STDIN_FILENO : -1;
}

/* Takes the path away if it is still our socket, so that nobody connects any more. */
static void leave_path(const struct server *server)
{
	struct stat now;

	if (server->own && stat(server->options->path, &now) == 0 && now.st_ino == server->inode) {
		unlink(server->options->path);
	}
}

static size_t start_threads(pthread_t *threads, size_t count, void *(*run)(void *),
	struct server *server)
{
	size_t started = 0;

	while (started < count && pthread_create(&threads[started], NULL, run, server) == 0) {
		started++;
	}
	return started;
}

static void wait_for_signal(void)
{
	sigset_t signals;
	int got = 0;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	while (got != SIGTERM && got != SIGINT) {
		sigwait(&signals, &got);
	}
	log_event(LOG_INFO, "stop", "signal=%d", got);
}

static void join(pthread_t *threads, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		pthread_join(threads[i], NULL);
	}
}

static void stop(struct server *server, pthread_t *workers, size_t count, pthread_t *slow,
	size_t slow_count)
{
	leave_path(server);
	server->stopping = true;
	eventfd_write(server->wake, 1);
	join(workers, count);
	pthread_mutex_lock(&server->lock);
	server->closed = true;
	pthread_cond_broadcast(&server->filled);
	pthread_mutex_unlock(&server->lock);
	join(slow, slow_count);
}

static enum err run(struct server *server)
{
	size_t fast_count = server->options->threads, slow_count = server->options->slow_threads;
	pthread_t *fast = calloc(fast_count, sizeof(*fast));
	pthread_t *slow = calloc(slow_count, sizeof(*slow));
	size_t fast_started = 0, slow_started = 0;
	enum err err = ERR_UNAVAILABLE;

	if (fast != NULL && slow != NULL) {
		fast_started = start_threads(fast, fast_count, work, server);
		slow_started = start_threads(slow, slow_count, work_slowly, server);
	}
	if (fast_started == fast_count && slow_started == slow_count) {
		log_event(LOG_INFO, "start", "threads=%zu slow=%zu", fast_count, slow_count);
		wait_for_signal();
		err = ERR_OK;
	}
	stop(server, fast, fast_started, slow, slow_started);
	free(fast);
	free(slow);
	return err;
}

/* libfcgi waits with select() in places, which knows 1024 files. */
static void limit_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > FILES_MOST) {
		limit.rlim_cur = FILES_MOST;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

enum err listen_run(const struct listen_options *options, const struct listen_handler *handler)
{
	struct server server = {
		.options = options,
		.handler = handler,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.filled = PTHREAD_COND_INITIALIZER,
	};
	enum err err = ERR_UNAVAILABLE;

	limit_files();
	if (FCGX_Init() != 0) {
		return ERR_UNAVAILABLE;
	}
	signal(SIGPIPE, SIG_IGN); /* libfcgi has set a handler of its own */
	server.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	server.listener = open_listener(&server);
	if (server.wake >= 0 && server.listener >= 0) {
		err = run(&server);
	}
	if (server.listener >= 0) {
		close(server.listener);
	}
	if (server.wake >= 0) {
		close(server.wake);
	}
	return err;
}
