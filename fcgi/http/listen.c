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

enum { NICE_OF_SLOW = 10, FILES_MAX = 1024, PAUSE_MICROSECONDS = 10000 };

/* Who waited longer has gone or is about to: the answer is "busy", so that a database that hangs
 * costs those in line one time-out and not one after another. */
static const int64_t max_wait = 2 * CLOCK_SECOND;

/* A request and its answer, from accept to finish. */
struct exchange {
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
	struct exchange *exchange;
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

/* Makes room for an exchange; NULL when there is none. libfcgi gets no listener: it would wait for
 * a peer as long as that likes. */
static struct exchange *exchange_open(void)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	if (exchange != NULL && FCGX_InitRequest(&exchange->fcgi, -1, 0) != 0) {
		free(exchange);
		return NULL;
	}
	if (exchange != NULL) {
		arena_init(&exchange->arena);
	}
	return exchange;
}

static void exchange_close(struct exchange *exchange)
{
	if (exchange != NULL) {
		arena_release(&exchange->arena);
	}
	free(exchange);
}

/* Begins the answer; what is logged from here on is about its request. */
static void exchange_begin(struct exchange *exchange, struct reply *reply)
{
	log_request_set(exchange->request.id);
	reply_init(reply, &exchange->arena);
}

/* Breaks the connection off: a streamed body that is not whole must not look so. nginx takes a mere
 * end of the connection for the end of the body; a record of no known version makes it break the
 * reader's connection off. */
static void exchange_break_off(struct exchange *exchange)
{
	static const char no_record[8] = { 0 };

	FCGX_FFlush(exchange->fcgi.out);
	if (write(exchange->fcgi.ipcFd, no_record, sizeof(no_record)) < 0) {
		log_event(LOG_DEBUG, "client_gone", "bytes=0");
	}
	FCGX_Free(&exchange->fcgi, 1);
}

/* Sends the reply and gives the connection back; the exchange may be used for another request. */
static void exchange_finish(struct exchange *exchange, struct reply *reply)
{
	static const char ours[] = "abcdefghijklmnopqrstuvwxyz0123456789/_.-";
	const char *path = exchange->request.path;
	bool whole = reply_send(reply, &exchange->request, &exchange->fcgi);

	exchange->fcgi.keepConnection = 0; /* a kept connection would pin its thread */
	if (whole) {
		FCGX_Finish_r(&exchange->fcgi);
	} else {
		exchange_break_off(exchange);
	}
	log_event(LOG_INFO, "request", "method=%s path=%s status=%d ms=%.1f%s",
		method_name(exchange->request.method),
		path[strspn(path, ours)] == '\0' ? path : "?", /* it may hold an address or a name */
		reply_status(reply), (double)(clock_running() - exchange->begun) / 1000,
		whole ? "" : " broken=1");
	log_request_set(NULL);
	arena_reset(&exchange->arena);
}

/* Gives the worker's exchange away, to a seat of the party's, and takes a fresh one. false: there
 * is none of these, and the exchange is still the worker's. */
static bool worker_hand_over(struct worker *worker, uint64_t party)
{
	struct exchange *fresh = exchange_open();

	if (fresh == NULL || !waiting_enter(&worker->server->waiting, worker->exchange, party)) {
		exchange_close(fresh);
		return false;
	}
	worker->exchange = fresh;
	return true;
}

/* Reads the request of a connection and answers it, or hands it over. libfcgi closes a connection
 * whose peer says nothing, or nonsense. */
static void worker_dispatch(struct worker *worker, int connection)
{
	const struct listen_handler *handler = worker->server->handler;
	struct exchange *exchange = worker->exchange;
	struct request *request = &exchange->request;
	struct reply reply;
	uint64_t party;

	exchange->fcgi.ipcFd = connection;
	exchange->fcgi.keepConnection = 1; /* or libfcgi closes it before it reads */
	if (FCGX_Accept_r(&exchange->fcgi) != 0) {
		log_event(LOG_WARNING, "connection", "result=no_request");
		return;
	}
	exchange->begun = clock_running();
	request_read(request, &exchange->arena, &exchange->fcgi);
	request_read_body(request, &exchange->fcgi, handler->find(handler->shared, request));
	exchange_begin(exchange, &reply);
	if (!handler->serve(worker->thread, request, &reply, &party)) {
		log_request_set(NULL);
		if (worker_hand_over(worker, party)) {
			return;
		}
		exchange_begin(exchange, &reply);
		(void)reply_refuse(&reply, PROBLEM_UNAVAILABLE);
	}
	exchange_finish(exchange, &reply);
}

/* Makes a thread's own set of what to wait for, or gives -1. Of the threads that sleep one is woken
 * for a connection, all for the end. */
static int worker_watch(const struct server *server)
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

/* Sleeps until there is something to accept and takes it. false: the work is over. */
static bool worker_take_request(struct worker *worker)
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
		worker_dispatch(worker, connection);
		return true;
	}
	if (errno != EAGAIN) {
		log_event(LOG_ERROR, "accept", "error=%d", errno);
		usleep(PAUSE_MICROSECONDS); /* out of files, say: others will give some back */
	}
	return !stopping;
}

/* Tells the starting thread how it went. */
static void server_report(struct server *server, bool opened)
{
	if (!opened) {
		server->failed = true;
	}
	sem_post(&server->opened);
}

/* A thread that takes requests until the end. */
static void *worker_run(void *context)
{
	struct server *server = context;
	struct worker worker = {
		.server = server,
		.thread = server->handler->thread_open(server->handler->shared),
		.exchange = exchange_open(),
		.poll = worker_watch(server),
	};
	bool opened = worker.thread != NULL && worker.exchange != NULL && worker.poll >= 0;

	server_report(server, opened);
	while (opened && worker_take_request(&worker)) {
		continue;
	}
	if (worker.poll >= 0) {
		close(worker.poll);
	}
	exchange_close(worker.exchange);
	if (worker.thread != NULL) {
		server->handler->thread_close(worker.thread);
	}
	return NULL;
}

/* A thread that serves what was handed over, until the room is shut and empty. */
static void *worker_run_slowly(void *context)
{
	struct server *server = context;
	void *thread = server->handler->thread_open(server->handler->shared);
	struct exchange *exchange;
	struct reply reply;

	server_report(server, thread != NULL);
	if (thread == NULL) {
		return NULL;
	}
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE_OF_SLOW);
	while ((exchange = waiting_next(&server->waiting)) != NULL) {
		exchange_begin(exchange, &reply);
		if (clock_running() - exchange->begun > max_wait) {
			(void)reply_refuse(&reply, PROBLEM_UNAVAILABLE);
		} else {
			server->handler->serve_slow(thread, &exchange->request, &reply);
		}
		exchange_finish(exchange, &reply);
		exchange_close(exchange);
	}
	server->handler->thread_close(thread);
	return NULL;
}

/* Starts all threads and waits until each has opened. */
static enum err server_start_threads(struct server *server)
{
	size_t count = server->options->threads + server->options->slow_threads;
	bool failed = false;

	while (server->started < count && !failed) {
		failed = pthread_create(&server->threads[server->started], NULL,
					 server->started < server->options->threads ? worker_run : worker_run_slowly,
					 server) != 0;
		server->started += !failed;
	}
	for (size_t i = 0; i < server->started; i++) {
		sem_wait(&server->opened);
	}
	return failed || server->failed ? ERR_UNAVAILABLE : ERR_OK;
}

static void listen_wait_for_signal(void)
{
	sigset_t signals;
	int got;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigwait(&signals, &got);
	log_event(LOG_INFO, "stop", "signal=%d", got);
}

/* Stops the workers first: they may still have slow requests to hand over. */
static void server_stop_threads(struct server *server)
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

/* Serves until a signal ends it; whatever the result, no thread is left. */
static enum err server_run(struct server *server)
{
	enum err err = server_start_threads(server);

	if (err == ERR_OK) {
		err = socket_publish(&server->listener);
	}
	if (err == ERR_OK) {
		log_event(LOG_INFO, "start", "threads=%zu slow=%zu", server->options->threads,
			server->options->slow_threads);
		listen_wait_for_signal();
		socket_leave(&server->listener);
	}
	server_stop_threads(server);
	return err;
}

/* Makes what the threads share. Whatever the result, it can be released. */
static enum err server_open(struct server *server)
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

/* Keeps libfcgi within its bounds: it waits with select() in places, which knows 1024 files; and it
 * takes signals for itself that a program with threads must not leave to it. */
static enum err listen_tame_libfcgi(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > FILES_MAX) {
		limit.rlim_cur = FILES_MAX;
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
	enum err err = server_open(&server);

	if (err == ERR_OK) {
		err = listen_tame_libfcgi();
	}
	if (err == ERR_OK) {
		err = socket_open(&server.listener, options->path);
		if (err == ERR_OK) {
			err = server_run(&server);
		}
		socket_close(&server.listener);
	}
	if (server.wake >= 0) {
		close(server.wake);
	}
	free(server.threads);
	sem_destroy(&server.opened);
	waiting_release(&server.waiting);
	return err;
}
