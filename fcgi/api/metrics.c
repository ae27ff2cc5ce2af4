#include "api/metrics.h"

#include "api/handlers.h"
#include "api/routes.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "base/meter.h"
#include "store/mail.h"
#include "view/exposition.h"
#include "view/session.h"

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

static void metrics_put_queue(struct text *out, const struct mail_depths *depths)
{
	static const enum outbox_state states[] = { OUTBOX_READY, OUTBOX_LEASED, OUTBOX_DEAD };
	static const char name[] = "backoffice_mail_letters";
	int64_t age = depths->oldest == 0 ? 0 : clock_now() - depths->oldest;

	exposition_family(out, name, "gauge", "Letters that wait, are being sent, or failed for good.");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		exposition_sample(out, name, metrics_label(out, "state", outbox_state_words[states[i]]),
			depths->count[states[i]]);
	}
	metrics_put(out, "gauge", "backoffice_mail_oldest_unsent_seconds",
		age < 0 ? 0 : (uint64_t)(age / CLOCK_SECOND), "Age of the oldest letter that is not sent.");
}

/* Without the database everything is told but its queue. */
enum err api_metrics(struct call *call)
{
	static const char build[] = "backoffice_build_info", skew[] = "backoffice_clock_skew_seconds";
	struct text *out = &call->reply->body;
	struct db_counts counts = db_counts();
	struct mail_depths depths;
	enum err err = store_mail_depths(call->db, call->arena, &depths);

	call->reply->content_type = EXPOSITION_TYPE;
	exposition_family(out, build, "gauge", "What this program was built for.");
	exposition_sample(out, build, arena_printf(out->arena, "schema=\"%d\"", SCHEMA_VERSION), 1);
	metrics_put_sign_ins(out);
	metrics_put(out, "counter", "backoffice_delays_total", meter_read(&auth_tries_delayed),
		"Tries that came before their delay was over.");
	metrics_put_refusals(out);
	metrics_put_requests(out);
	metrics_put(out, "gauge", "backoffice_database_connections", counts.open,
		"Connections to the database that are open.");
	metrics_put(out, "gauge", "backoffice_database_connections_busy", counts.busy,
		"Those that are at work on a statement or a transaction.");
	metrics_put(out, "counter", "backoffice_database_reconnects_total", counts.reconnects,
		"Connections that were lost and opened again.");
	exposition_family(out, skew, "gauge",
		"How far the clock of this host is ahead of the clock of the database.");
	exposition_seconds(out, skew, clock_skew());
	metrics_put(out, "gauge", "backoffice_database_up", err == ERR_OK,
		"Whether the database answers.");
	if (err == ERR_OK) {
		metrics_put_queue(out, &depths);
	}
	return ERR_OK;
}
