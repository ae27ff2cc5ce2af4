#include "api/metrics.h"

#include "api/handlers.h"
#include "api/routes.h"
#include "auth/session.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "base/meter.h"
#include "base/process.h"
#include "store/audit.h"
#include "store/mail.h"
#include "store/session.h"
#include "view/exposition.h"
#include "view/session.h"

#include <inttypes.h>

#define METRICS_RECENT (5 * CLOCK_MINUTE) /* longer than scrapes are apart */

enum { STATES = LOGIN_ENROLMENT_REQUIRED + 1 };

static struct meter sign_ins[STATES];
static struct meter sign_ins_refused;
static struct meter_times elsewhere; /* requests that no route fits */

void api_metrics_request(const struct api_route *route, int64_t microseconds)
{
	meter_time(route == NULL ? &elsewhere : &api_routes_times[route - api_routes], microseconds);
}

void api_metrics_sign_in(enum login_state state)
{
	meter_add(&sign_ins[state]);
}

void api_metrics_sign_in_refused(void)
{
	meter_add(&sign_ins_refused);
}

static const char *metrics_label(struct text *out, const char *name, const char *value)
{
	return arena_printf(out->arena, "%s=\"%s\"", name, value);
}

/* Puts a family of one sample without labels. */
static void metrics_put(struct text *out, const char *type, const char *name, uint64_t value,
	const char *help)
{
	exposition_family(out, name, type, help);
	exposition_sample(out, name, "", value);
}

static void metrics_put_sign_ins(struct text *out)
{
	static const char name[] = "backoffice_sign_ins_total";

	exposition_family(out, name, "counter", "Steps of signing in, by what they came to.");
	for (int i = 0; i < STATES; i++) {
		exposition_sample(out, name, metrics_label(out, "result",
			view_sign_in_word((enum login_state)i)), meter_read(&sign_ins[i]));
	}
	exposition_sample(out, name, metrics_label(out, "result", "refused"),
		meter_read(&sign_ins_refused));
}

static void metrics_put_refusals(struct text *out)
{
	static const char name[] = "backoffice_refusals_total";

	exposition_family(out, name, "counter", "Refused requests, by the code of the problem.");
	for (int i = PROBLEM_NONE + 1; i < PROBLEM_END; i++) {
		enum problem problem = (enum problem)i;

		exposition_sample(out, name, metrics_label(out, "code", reply_code(problem)),
			reply_sent(problem));
	}
}

static void metrics_put_requests(struct text *out)
{
	static const char name[] = "backoffice_requests_duration_seconds";

	exposition_family(out, name, "histogram", "How long requests took until they were answered.");
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct route *at = &api_routes[i].at;

		exposition_times(out, name, arena_printf(out->arena, "method=\"%s\",route=\"%s\"",
			method_name(at->method), at->path), &api_routes_times[i]);
	}
	exposition_times(out, name, "method=\"\",route=\"none\"", &elsewhere);
}

static void metrics_put_seconds(struct text *out, const char *type, const char *name,
	int64_t microseconds, const char *help)
{
	exposition_family(out, name, type, help);
	exposition_seconds(out, name, microseconds);
}

static void metrics_put_build(struct text *out)
{
	static const char name[] = "backoffice_build_info";

	exposition_family(out, name, "gauge", "Which release this program is, and its schema.");
	exposition_sample(out, name, arena_printf(out->arena, "version=\"%s\",schema=\"%d\"", VERSION,
		SCHEMA_VERSION), 1);
}

static void metrics_put_process(struct text *out)
{
	struct process process;

	process_read(&process);
	metrics_put_seconds(out, "counter", "process_cpu_seconds_total", process.cpu,
		"Time of the processors that this program has taken.");
	metrics_put_seconds(out, "gauge", "process_start_time_seconds", process.started_at,
		"When this program began, since 1970.");
	metrics_put(out, "gauge", "process_resident_memory_bytes", process.resident_bytes,
		"Memory that this program has.");
	metrics_put(out, "gauge", "process_virtual_memory_bytes", process.virtual_bytes,
		"Addresses that this program has.");
	metrics_put(out, "gauge", "process_open_fds", process.open_files,
		"Files and connections that are open.");
	metrics_put(out, "gauge", "process_max_fds", process.open_files_max,
		"How many may be open; 0: any number.");
}

static void metrics_put_connections(struct text *out)
{
	struct db_counts counts = db_counts();

	metrics_put(out, "gauge", "backoffice_database_connections", counts.open,
		"Connections to the database that are open.");
	metrics_put(out, "gauge", "backoffice_database_connections_busy", counts.busy,
		"Those that are at work on a statement or a transaction.");
	metrics_put(out, "counter", "backoffice_database_reconnects_total", counts.reconnects,
		"Connections that were lost and opened again.");
	metrics_put_seconds(out, "gauge", "backoffice_clock_skew_seconds", clock_skew(),
		"How far the clock of this host is ahead of the clock of the database.");
}

/* How long ago an instant was; 0 for none (0) and for what is still to come. */
static int64_t metrics_age(int64_t instant)
{
	int64_t age = instant == 0 ? 0 : clock_now() - instant;

	return age < 0 ? 0 : age;
}

static void metrics_put_queue(struct text *out, const struct mail_depths *depths)
{
	static const enum outbox_state states[] = { OUTBOX_READY, OUTBOX_LEASED, OUTBOX_DEAD };
	static const char name[] = "backoffice_mail_letters";

	exposition_family(out, name, "gauge", "Letters that wait, are being sent, or failed for good.");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		exposition_sample(out, name, metrics_label(out, "state", outbox_state_words[states[i]]),
			depths->count[states[i]]);
	}
	metrics_put(out, "gauge", "backoffice_mail_oldest_unsent_seconds",
		(uint64_t)(metrics_age(depths->oldest) / CLOCK_SECOND),
		"Age of the oldest letter that is not sent.");
}

static void metrics_put_ends(struct text *out, const struct mail_ends *ends)
{
	static const char name[] = "backoffice_mail_settled_letters";

	exposition_family(out, name, "gauge", "Letters that came to an end in the last five minutes, "
		"by the last code of the mail server; 0: it never spoke.");
	for (size_t i = 0; i < ends->count; i++) {
		exposition_sample(out, name, arena_printf(out->arena, "state=\"%s\",code=\"%" PRIu64 "\"",
			outbox_state_words[ends->of[i].state], ends->of[i].smtp_code), ends->of[i].letters);
	}
}

/* What all hosts share. */
static enum err metrics_put_records(struct call *call, struct text *out)
{
	struct mail_depths depths;
	struct mail_ends ends;
	uint64_t sessions;
	int64_t newest;

	TRY(store_mail_depths(call->db, call->arena, &depths));
	TRY(store_mail_ends(call->db, call->arena, clock_now() - METRICS_RECENT, &ends));
	TRY(store_session_count_used(call->db, call->arena, auth_session_live(call->conf).idle,
		&sessions));
	TRY(store_audit_newest(call->db, call->arena, &newest));
	metrics_put_queue(out, &depths);
	metrics_put_ends(out, &ends);
	metrics_put(out, "gauge", "backoffice_sessions", sessions,
		"Sessions that were in use within the time after which one ends by itself.");
	metrics_put_seconds(out, "gauge", "backoffice_audit_age_seconds", metrics_age(newest),
		"Age of the newest row of the trail.");
	return ERR_OK;
}

/* Without the database everything is told but what it keeps. */
enum err api_metrics(struct call *call)
{
	struct text *out = &call->reply->body;

	call->reply->content_type = EXPOSITION_TYPE;
	metrics_put_build(out);
	metrics_put_process(out);
	metrics_put_sign_ins(out);
	metrics_put(out, "counter", "backoffice_delays_total", meter_read(&auth_tries_delayed),
		"Tries that came before their delay was over.");
	metrics_put_refusals(out);
	metrics_put_requests(out);
	metrics_put_connections(out);
	metrics_put(out, "gauge", "backoffice_database_up", metrics_put_records(call, out) == ERR_OK,
		"Whether the database answers.");
	return ERR_OK;
}
