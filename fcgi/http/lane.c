#include "http/lane.h"

#include "base/clock.h"

#include <stddef.h>
#include <unistd.h>

enum { NAP_MICROSECONDS = 10000 };

/* Nobody is served who has waited so long: nginx is about to give up (fastcgi_read_timeout). */
static const int64_t max_wait = 25 * CLOCK_SECOND;

/* A line in which nobody got an answer for so long stands still. */
static const int64_t max_standstill = 2 * CLOCK_SECOND;

enum err lane_init(struct lane *lane, const struct listen_lane *options,
	const struct listen_handler *handler, struct readers *readers, struct pace *workers)
{
	*lane = (struct lane){ .options = options, .handler = handler, .readers = readers,
		.workers = workers };
	return waiting_init(&lane->waiting, options->seats);
}

bool lane_enter(struct lane *lane, struct exchange *exchange, uint64_t party)
{
	readers_enter(lane->readers, &exchange->reader, exchange->fcgi.ipcFd,
		lane->options->reads ? lane : NULL);
	if (waiting_enter(&lane->waiting, exchange, party)) {
		return true;
	}
	readers_leave(lane->readers, &exchange->reader);
	return false;
}

/* Tells whether it is too late to begin with the exchange. */
static bool lane_is_late(const struct lane *lane, const struct exchange *exchange)
{
	int64_t now = clock_running(), moved = lane->moved_at;

	return now - exchange->begun > max_wait ||
		now - (moved > exchange->begun ? moved : exchange->begun) > max_standstill;
}

/* Answers, unless nobody waits for that any more. */
static void lane_answer(struct lane *lane, void *thread, struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;

	exchange_begin(exchange);
	if (!exchange->reader.gone && lane_is_late(lane, exchange)) {
		(void)reply_refuse(reply, PROBLEM_UNAVAILABLE);
	} else if (!exchange->reader.gone) {
		lane->handler->serve_slow(thread, &exchange->request, reply);
	}
	if (!exchange->reader.gone) {
		exchange_send(exchange);
	}
	if (reply->problem != PROBLEM_UNAVAILABLE) {
		lane->moved_at = clock_running();
	}
}

/* Becomes one of those who serve. Sleeps before that while there is one and the lane gives way. */
static void lane_join(struct lane *lane)
{
	unsigned nobody = 0;

	while (!atomic_compare_exchange_strong(&lane->serving, &nobody, 1)) {
		if (!lane->options->gives_way || !pace_is_brisk(lane->workers)) {
			lane->serving++;
			return;
		}
		usleep(NAP_MICROSECONDS);
		nobody = 0;
	}
}

/* Takes who is next; NULL once the lane is shut and empty. */
static struct exchange *lane_next(struct lane *lane, void *thread)
{
	lane_join(lane);
	return waiting_next(&lane->waiting, lane->handler->idle, thread);
}

/* Rests for as long as it has worked while the lane gives way, as one who serves: nobody else does
 * meanwhile. */
static void lane_rest(const struct lane *lane, int64_t worked)
{
	int64_t until = clock_running() + worked;

	while (lane->options->gives_way && !lane->closed && pace_is_brisk(lane->workers) &&
	       clock_running() < until) {
		usleep(NAP_MICROSECONDS);
	}
}

void lane_serve(struct lane *lane, void *thread)
{
	struct exchange *exchange;
	int64_t begun;

	while ((exchange = lane_next(lane, thread)) != NULL) {
		lane->handler->renew(thread);
		readers_serve(lane->readers, &exchange->reader, thread);
		begun = clock_running();
		lane_answer(lane, thread, exchange);
		readers_leave(lane->readers, &exchange->reader);
		exchange_finish(exchange);
		exchange_close(exchange);
		lane_rest(lane, clock_running() - begun);
		lane->serving--;
	}
	lane->serving--;
}

void lane_shut(struct lane *lane)
{
	lane->closed = true;
	waiting_shut(&lane->waiting);
}

void lane_release(struct lane *lane)
{
	waiting_release(&lane->waiting);
}

void lane_evict(void *context, struct reader *reader)
{
	struct lane *lane = context;
	struct exchange *exchange = (struct exchange *)(void *)((char *)reader -
		offsetof(struct exchange, reader));

	if (waiting_leave(&lane->waiting, exchange)) {
		exchange_begin(exchange);
		exchange_finish(exchange);
		exchange_close(exchange);
	}
}
