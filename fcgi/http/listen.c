/*
 * Threads and requests. A worker accepts, reads the request into its arena and answers; a slow
 * request is handed over whole, FastCGI request, arena and all, through the waiting room of its
 * lane to a thread of that, which finishes it: libfcgi allows another thread to.
 *
 * The socket is published when every thread has opened what it needs, so that a start that fails
 * takes nothing away from a process that runs.
 */
#include "http/listen.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"
#include "http/lane.h"
#include "http/socket.h"

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
enum { PATIENCE = 60 * 1000 }; /* ms without a request, after which a thread gives back */

struct server {
	const struct listen_options *options;
	const struct listen_handler *handler;
	struct listener listener;
	struct lane lanes[LISTEN_LANES];
	struct readers readers; /* who wait in them */
	struct pace pace; /* of the workers */
	int wake; /* eventfd, readable once we stop */
	atomic_bool stopping;
	sem_t opened; /* posted by each thread once */
	atomic_bool failed; /* one of them could not open */
	struct start *starts; /* all of them */
	size_t count;
	size_t started;
	bool anew; /* SIGHUP has ended it */
};

/* A thread and what it begins with. */
struct start {
	pthread_t thread;
	struct server *server;
	struct lane *lane; /* NULL: of none */
	void *(*run)(void *start);
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

/* Gives the worker's exchange away, to a seat of the party's, and takes a fresh one. false: there
 * is none of these, and the exchange is still the worker's. */
static bool worker_hand_over(struct worker *worker, struct lane *lane, uint64_t party)
{
	struct exchange *fresh = exchange_open();

	if (fresh == NULL || !lane_enter(lane, worker->exchange, party)) {
		exchange_close(fresh);
		return false;
	}
	worker->exchange = fresh;
	return true;
}

/* Reads the request of a connection and answers it, or hands it over. */
static void worker_dispatch(struct worker *worker, int connection)
{
	struct server *server = worker->server;
	const struct listen_handler *handler = server->handler;
	struct exchange *exchange = worker->exchange;
	struct request *request = &exchange->request;
	uint64_t party;
	unsigned lane;

	if (!exchange_accept(exchange, connection)) {
		return;
	}
	request_read_body(request, &exchange->fcgi, handler->find(handler->shared, request));
	exchange_begin(exchange);
	lane = handler->serve(worker->thread, request, &exchange->reply, &party);
	if (lane != LISTEN_ANSWERED) {
		log_request_set(NULL);
		if (worker_hand_over(worker, &server->lanes[lane], party)) {
			return;
		}
		exchange_begin(exchange);
		(void)reply_refuse(&exchange->reply, PROBLEM_UNAVAILABLE);
	}
	exchange_send(exchange);
	exchange_finish(exchange);
	pace_note(&server->pace);
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

/* Sleeps until there is something to accept and takes it, or is idle. false: the work is over. */
static bool worker_take_request(struct worker *worker)
{
	const struct server *server = worker->server;
	struct epoll_event event;
	bool stopping;
	int connection;

	if (epoll_wait(worker->poll, &event, 1, PATIENCE) == 0) {
		exchange_rest(worker->exchange);
		server->handler->idle(worker->thread);
		return true;
	}
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
	struct server *server = ((struct start *)context)->server;
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

/* A thread that serves a lane until that is shut and empty. */
static void *slow_run(void *context)
{
	struct start *start = context;
	const struct listen_handler *handler = start->server->handler;
	void *thread = handler->thread_open(handler->shared);

	server_report(start->server, thread != NULL);
	if (thread != NULL) {
		setpriority(PRIO_PROCESS, (id_t)gettid(), NICE_OF_SLOW);
		lane_serve(start->lane, thread);
		handler->thread_close(thread);
	}
	return NULL;
}

/* The thread that looks whether those who wait are still there. */
static void *watch_run(void *context)
{
	struct server *server = ((struct start *)context)->server;
	void *thread = server->handler->thread_open(server->handler->shared);

	server_report(server, thread != NULL);
	if (thread != NULL) {
		readers_watch(&server->readers, thread);
		server->handler->thread_close(thread);
	}
	return NULL;
}

/* Starts all threads and waits until each has opened. */
static enum err server_start_threads(struct server *server)
{
	bool failed = false;

	while (server->started < server->count && !failed) {
		struct start *start = &server->starts[server->started];

		failed = pthread_create(&start->thread, NULL, start->run, start) != 0;
		server->started += !failed;
	}
	for (size_t i = 0; i < server->started; i++) {
		sem_wait(&server->opened);
	}
	return failed || server->failed ? ERR_UNAVAILABLE : ERR_OK;
}

/* Gives the signal that ended it. */
static int listen_wait_for_signal(void)
{
	sigset_t signals;
	int got;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigwait(&signals, &got);
	log_event(LOG_INFO, "stop", "signal=%d", got);
	return got;
}

/* Waits for the threads that run this. */
static void server_join(struct server *server, void *(*run)(void *))
{
	for (size_t i = 0; i < server->started; i++) {
		if (server->starts[i].run == run) {
			pthread_join(server->starts[i].thread, NULL);
		}
	}
}

/* Stops the workers first: they may still have slow requests to hand over. */
static void server_stop_threads(struct server *server)
{
	server->stopping = true;
	eventfd_write(server->wake, 1);
	server_join(server, worker_run);
	for (size_t i = 0; i < LISTEN_LANES; i++) {
		lane_shut(&server->lanes[i]);
	}
	server_join(server, slow_run);
	readers_shut(&server->readers);
	server_join(server, watch_run);
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
			server->count - server->options->threads);
		server->anew = listen_wait_for_signal() == SIGHUP;
		socket_leave(&server->listener);
	}
	server_stop_threads(server);
	return err;
}

static void server_add(struct server *server, size_t count, void *(*run)(void *),
	struct lane *lane)
{
	while (count-- > 0) {
		server->starts[server->count++] = (struct start){ .server = server, .run = run,
			.lane = lane };
	}
}

/* Makes what the threads share. Whatever the result, it can be released. */
static enum err server_open(struct server *server)
{
	const struct listen_options *options = server->options;
	size_t count = options->threads + 1;
	enum err err = ERR_OK;

	for (size_t i = 0; i < LISTEN_LANES; i++) {
		enum err made = lane_init(&server->lanes[i], &options->lanes[i], server->handler,
			&server->readers, &server->pace);

		err = err == ERR_OK ? made : err;
		count += options->lanes[i].threads;
	}
	readers_init(&server->readers, lane_evict, server->handler->stop);
	sem_init(&server->opened, 0, 0);
	server->starts = calloc(count, sizeof(*server->starts));
	server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (err != ERR_OK || server->starts == NULL || server->wake < 0) {
		return ERR_UNAVAILABLE;
	}
	server_add(server, options->threads, worker_run, NULL);
	for (size_t i = 0; i < LISTEN_LANES; i++) {
		server_add(server, options->lanes[i].threads, slow_run, &server->lanes[i]);
	}
	server_add(server, 1, watch_run, NULL);
	return ERR_OK;
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

enum err listen_run(const struct listen_options *options, const struct listen_handler *handler,
	bool *anew)
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
	free(server.starts);
	sem_destroy(&server.opened);
	for (size_t i = 0; i < LISTEN_LANES; i++) {
		lane_release(&server.lanes[i]);
	}
	readers_release(&server.readers);
	*anew = server.anew;
	return err;
}
