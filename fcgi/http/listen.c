/*
 * Threads and requests. A worker accepts, reads the request into its arena and answers; a slow
 * request is handed over whole, FastCGI request, arena and all, through the waiting room to a slow
 * thread, which finishes it: libfcgi allows another thread to.
 *
 * The socket is published when every thread has opened what it needs, so that a start that fails
 * takes nothing away from a process that runs.
 */
#include "http/listen.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/socket.h"
#include "http/waiting.h"

#include <errno.h>
#include <fcgiapp.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICE_OF_SLOW = 10, FILES_MOST = 1024, PAUSE_MICROSECONDS = 10000 };

/* Who waited longer has gone or is about to: the answer is "busy", so that a database that hangs
 * costs those in line one time-out and not one after another. */
static const int64_t wait_most = 2 * CLOCK_SECOND;

/* A request on its way, from accept to finish. */
struct job {
	FCGX_Request fcgi;
	struct arena arena;
	struct request request;
	int64_t begun;
};

struct server {
	const struct listen_options *options;
	const struct listen_handler *handler;
	struct listener listener;
	struct waiting waiting; /* slow jobs */
	int wake; /* eventfd, readable once we stop */
	atomic_bool stopping;
	sem_t opened; /* posted by each thread once */
	atomic_bool failed; /* one of them could not open */
	pthread_t *threads; /* the workers, then the slow ones */
	size_t started;
};

struct worker {
	struct server *server;
	void *thread; /* the handler's */
	struct job *job;
	int poll;
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

/* libfcgi gets no listener: it would wait for a peer as long as that likes. */
static struct job *job_open(void)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job != NULL && FCGX_InitRequest(&job->fcgi, -1, 0) != 0) {
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
	if (job != NULL) {
		arena_release(&job->arena);
	}
	free(job);
}

/* A path of ours as it is; a made-up one may hold an address or a name and is not logged. */
static const char *loggable(const char *path)
{
	static const char ours[] = "abcdefghijklmnopqrstuvwxyz0123456789/_.-";

	return path[strspn(path, ours)] == '\0' ? path : "?";
}

static void begin(struct job *job, struct reply *reply)
{
	log_request_set(job->request.id);
	reply_init(reply, &job->arena);
}

/* A streamed body that is not whole must not look so. nginx takes a mere end of the connection for
 * the end of the body; a record of no known version makes it break the reader's connection off. */
static void break_off(struct job *job)
{
	static const char no_record[8] = { 0 };

	FCGX_FFlush(job->fcgi.out);
	if (write(job->fcgi.ipcFd, no_record, sizeof(no_record)) < 0) {
		log_event(LOG_DEBUG, "client_gone", "bytes=0");
	}
	FCGX_Free(&job->fcgi, 1);
}

/* Sends the reply and gives the connection back; the job may be used for another request. */
static void finish(struct job *job, struct reply *reply)
{
	bool whole = reply_send(reply, &job->request, &job->fcgi);

	job->fcgi.keepConnection = 0; /* a kept connection would pin its thread */
	if (whole) {
		FCGX_Finish_r(&job->fcgi);
	} else {
		break_off(job);
	}
	log_event(LOG_INFO, "request", "method=%s path=%s status=%d ms=%.1f%s",
		method_name(job->request.method), loggable(job->request.path), reply_status(reply),
		(double)(clock_running() - job->begun) / 1000, whole ? "" : " broken=1");
	log_request_set(NULL);
	arena_reset(&job->arena);
}

static void refuse_busy(struct job *job)
{
	struct reply reply;

	begin(job, &reply);
	(void)reply_refuse(&reply, PROBLEM_UNAVAILABLE);
	finish(job, &reply);
}

/* Gives the worker's job away, to a seat of the party's, and takes a fresh one. */
static void hand_over(struct worker *worker, uint64_t party)
{
	struct job *fresh = job_open(), *job = worker->job;

	log_request_set(NULL);
	if (fresh == NULL || !waiting_enter(&worker->server->waiting, job, party)) {
		job_close(fresh);
		refuse_busy(job);
		return;
	}
	worker->job = fresh;
}

static void dispatch(struct worker *worker)
{
	const struct listen_handler *handler = worker->server->handler;
	struct job *job = worker->job;
	struct reply reply;
	uint64_t party;

	job->begun = clock_running();
	request_read(&job->request, &job->arena, &job->fcgi);
	request_read_body(&job->request, &job->fcgi, handler->find(handler->shared, &job->request));
	begin(job, &reply);
	if (handler->serve(worker->thread, &job->request, &reply, &party)) {
		finish(job, &reply);
	} else {
		hand_over(worker, party);
	}
}

/* Each thread watches on its own; of those that sleep one is woken for a connection, all for the
 * end. */
static int watch(const struct server *server)
{
	struct epoll_event on_request = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	struct epoll_event on_stop = { .events = EPOLLIN };
	int poll = epoll_create1(EPOLL_CLOEXEC);

	if (poll >= 0 && epoll_ctl(poll, EPOLL_CTL_ADD, server->listener.fd, &on_request) == 0 &&
	    epoll_ctl(poll, EPOLL_CTL_ADD, server->wake, &on_stop) == 0) {
		return poll;
	}
	if (poll >= 0) {
		close(poll);
	}
	return -1;
}

/* Reads the request of a connection, or closes it: its peer says nothing, or nonsense. */
static bool take_in(struct job *job, int connection)
{
	job->fcgi.ipcFd = connection;
	job->fcgi.keepConnection = 1; /* or libfcgi closes it before it reads */
	if (FCGX_Accept_r(&job->fcgi) == 0) {
		return true;
	}
	log_event(LOG_WARNING, "connection", "result=no_request");
	return false;
}

/* Sleeps until there is something to accept and takes it. false: the work is over. */
static bool take_request(struct worker *worker)
{
	const struct server *server = worker->server;
	struct epoll_event event;
	bool stopping;
	int connection;

	(void)epoll_wait(worker->poll, &event, 1, -1);
	stopping = server->stopping;
	if (stopping && server->listener.path == NULL) {
		return false; /* the backlog waits for the next process */
	}
	connection = socket_accept(&server->listener);
	if (connection >= 0) {
		if (take_in(worker->job, connection)) {
			dispatch(worker);
		}
		return true;
	}
	if (errno != EAGAIN) {
		log_event(LOG_ERROR, "accept", "error=%d", errno);
		usleep(PAUSE_MICROSECONDS); /* out of files, say: others will give some back */
	}
	return !stopping;
}

/* Tells the starting thread how it went. */
static void report(struct server *server, bool opened)
{
	if (!opened) {
		server->failed = true;
	}
	sem_post(&server->opened);
}

static void *work(void *context)
{
	struct server *server = context;
	struct worker worker = {
		.server = server,
		.thread = server->handler->thread_open(server->handler->shared),
		.job = job_open(),
		.poll = watch(server),
	};
	bool opened = worker.thread != NULL && worker.job != NULL && worker.poll >= 0;

	report(server, opened);
	while (opened && take_request(&worker)) {
		continue;
	}
	if (worker.poll >= 0) {
		close(worker.poll);
	}
	job_close(worker.job);
	if (worker.thread != NULL) {
		server->handler->thread_close(worker.thread);
	}
	return NULL;
}

static void serve_slow(const struct server *server, void *thread, struct job *job)
{
	struct reply reply;

	begin(job, &reply);
	server->handler->serve_slow(thread, &job->request, &reply);
	finish(job, &reply);
}

static void *work_slowly(void *context)
{
	struct server *server = context;
	void *thread = server->handler->thread_open(server->handler->shared);
	struct job *job;

	report(server, thread != NULL);
	if (thread == NULL) {
		return NULL;
	}
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE_OF_SLOW);
	while ((job = waiting_next(&server->waiting)) != NULL) {
		if (clock_running() - job->begun > wait_most) {
			refuse_busy(job);
		} else {
			serve_slow(server, thread, job);
		}
		job_close(job);
	}
	server->handler->thread_close(thread);
	return NULL;
}

/* Starts all threads and waits until each has opened. */
static enum err start_threads(struct server *server)
{
	size_t count = server->options->threads + server->options->slow_threads;
	bool failed = false;

	while (server->started < count && !failed) {
		failed = pthread_create(&server->threads[server->started], NULL,
			server->started < server->options->threads ? work : work_slowly, server) != 0;
		server->started += !failed;
	}
	for (size_t i = 0; i < server->started; i++) {
		sem_wait(&server->opened);
	}
	return failed || server->failed ? ERR_UNAVAILABLE : ERR_OK;
}

static void wait_for_signal(void)
{
	sigset_t signals;
	int got;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigwait(&signals, &got);
	log_event(LOG_INFO, "stop", "signal=%d", got);
}

/* The workers first: they may still have slow requests to hand over. */
static void stop_threads(struct server *server)
{
	size_t i = 0;

	server->stopping = true;
	eventfd_write(server->wake, 1);
	for (; i < server->started && i < server->options->threads; i++) {
		pthread_join(server->threads[i], NULL);
	}
	waiting_shut(&server->waiting);
	for (; i < server->started; i++) {
		pthread_join(server->threads[i], NULL);
	}
}

static enum err run(struct server *server)
{
	enum err err = start_threads(server);

	if (err == ERR_OK) {
		err = socket_publish(&server->listener);
	}
	if (err == ERR_OK) {
		log_event(LOG_INFO, "start", "threads=%zu slow=%zu", server->options->threads,
			server->options->slow_threads);
		wait_for_signal();
		socket_leave(&server->listener);
	}
	stop_threads(server);
	return err;
}

static enum err open_server(struct server *server)
{
	size_t threads = server->options->threads + server->options->slow_threads;
	enum err err = waiting_init(&server->waiting, server->options->slow_queue);

	sem_init(&server->opened, 0, 0);
	server->threads = calloc(threads, sizeof(*server->threads));
	server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (err == ERR_OK && (server->threads == NULL || server->wake < 0)) {
		err = ERR_UNAVAILABLE;
	}
	return err;
}

static void close_server(struct server *server)
{
	if (server->wake >= 0) {
		close(server->wake);
	}
	free(server->threads);
	sem_destroy(&server->opened);
	waiting_release(&server->waiting);
}

/* libfcgi waits with select() in places, which knows 1024 files; and it takes signals for itself
 * that a program with threads must not leave to it. */
static enum err tame_libfcgi(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > FILES_MOST) {
		limit.rlim_cur = FILES_MOST;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (FCGX_Init() != 0) {
		return ERR_UNAVAILABLE;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_DFL);
	return ERR_OK;
}

enum err listen_run(const struct listen_options *options, const struct listen_handler *handler)
{
	struct server server = { .options = options, .handler = handler };
	enum err err = open_server(&server);

	if (err == ERR_OK) {
		err = tame_libfcgi();
	}
	if (err == ERR_OK) {
		err = socket_open(&server.listener, options->path);
		if (err == ERR_OK) {
			err = run(&server);
		}
		socket_close(&server.listener);
	}
	close_server(&server);
	return err;
}
