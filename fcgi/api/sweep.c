#include "api/sweep.h"

#include "auth/audit.h"
#include "auth/call.h"
#include "auth/session.h"
#include "base/log.h"
#include "store/job.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Milliseconds: the start is over by then; a database that is away may be back, and who was in the
 * way done. */
enum { FIRST = 1000, EVERY = 10 * 60 * 1000, AGAIN = 10 * 1000 };

/* A sweep takes at most so many thousand rows of each table: it is no one's to take for ever. */
enum { ROUNDS = 200 };

/* Waits so long; true: it is over. */
static bool sweep_stopped(const struct sweep *sweep, int milliseconds)
{
	struct pollfd stop = { .fd = sweep->stop, .events = POLLIN };

	return poll(&stop, 1, milliseconds) != 0;
}

/* Takes out some of everything, again and again until nothing is left. */
static enum err sweep_all(const struct sweep *sweep, const struct call *call)
{
	bool more = true;

	for (int round = 0; more && round < ROUNDS && !sweep_stopped(sweep, 0); round++) {
		more = false;
		TRY(auth_session_sweep(call->db, call->conf, &more));
		TRY(store_job_sweep(call->db, call->arena, &more));
	}
	return ERR_OK;
}

/* One sweep, over a connection that is closed after it. */
static enum err sweep_once(const struct sweep *sweep)
{
	struct arena arena;
	struct call call = {
		.db = db_open(sweep->serve->conf, DB_WEB),
		.arena = &arena,
		.conf = sweep->serve->conf,
		.server_key = &sweep->serve->server_keys.key[0],
		.server_keys = &sweep->serve->server_keys,
	};
	enum err err = ERR_UNAVAILABLE;

	arena_init(&arena);
	if (call.db != NULL) {
		err = sweep_all(sweep, &call);
	}
	if (err == ERR_OK) {
		auth_audit_log_head(&call);
	} else {
		log_event(LOG_WARNING, "sweep", "result=failed error=%s", err_name(err));
	}
	arena_release(&arena);
	db_close(call.db);
	return err;
}

static void *sweep_run(void *context)
{
	const struct sweep *sweep = context;
	int wait = FIRST;

	while (!sweep_stopped(sweep, wait)) {
		wait = sweep_once(sweep) == ERR_OK ? EVERY : AGAIN;
	}
	return NULL;
}

enum err api_sweep_start(struct sweep *sweep, const struct serve *serve)
{
	*sweep = (struct sweep){ .serve = serve, .stop = eventfd(0, EFD_CLOEXEC) };
	if (sweep->stop < 0) {
		return ERR_UNAVAILABLE;
	}
	if (pthread_create(&sweep->thread, NULL, sweep_run, sweep) != 0) {
		close(sweep->stop);
		return ERR_UNAVAILABLE;
	}
	return ERR_OK;
}

void api_sweep_stop(struct sweep *sweep)
{
	eventfd_write(sweep->stop, 1);
	pthread_join(sweep->thread, NULL);
	close(sweep->stop);
}
