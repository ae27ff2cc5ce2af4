#include "api/serve.h"

#include "api/metrics.h"
#include "api/routes.h"
#include "auth/cache.h"
#include "auth/guard.h"
#include "auth/login.h"
#include "auth/session.h"
#include "auth/trail.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/cookie.h"
#include "http/origin.h"
#include "rule/network.h"
#include "store/work.h"

#include <stdlib.h>

/* What a thread holds between requests. */
struct thread {
	const struct serve *serve;
	struct db *db;
	struct auth_cache *cache;
	int64_t swept_at;
};

enum err api_serve_init(struct serve *serve, const struct conf *conf)
{
	char password[SECRET_TOKEN_TEXT];
	enum err err = secret_key_load(conf->server_key_file, &serve->server_key);

	serve->conf = conf;
	if (err != ERR_OK) {
		log_event(LOG_ERROR, "keys", "file=%s error=%s", conf->server_key_file, err_name(err));
		return err;
	}
	err = secret_key_load(conf->mail_key_file, &serve->mail_key);
	if (err != ERR_OK) {
		log_event(LOG_ERROR, "keys", "file=%s error=%s", conf->mail_key_file, err_name(err));
		return err;
	}
	secret_token(password);
	return secret_password_hash(password, conf->hash_passes, (size_t)conf->hash_memory << 20,
		serve->dummy_password);
}

void *api_serve_thread_open(void *shared)
{
	struct thread *thread = calloc(1, sizeof(*thread));

	if (thread == NULL) {
		return NULL;
	}
	thread->serve = shared;
	thread->db = db_open(thread->serve->conf, DB_WEB);
	thread->cache = auth_cache_open();
	if (thread->db == NULL || thread->cache == NULL) {
		api_serve_thread_close(thread);
		return NULL;
	}
	return thread;
}

void api_serve_thread_close(void *shared)
{
	struct thread *thread = shared;

	db_close(thread->db);
	auth_cache_close(thread->cache);
	free(thread);
}

static int find_route(const struct request *request, struct reply *reply,
	uint64_t ids[static ROUTE_IDS])
{
	return route_match(api_routes, sizeof(api_routes[0]), api_routes_count, request, reply, ids);
}

/* NULL when there is none, which api_serve() will say. */
static const struct api_route *route_of(const struct request *request)
{
	struct reply unused;
	uint64_t ids[ROUTE_IDS];
	int found;

	reply_init(&unused, request->arena);
	found = find_route(request, &unused, ids);
	return found < 0 ? NULL : &api_routes[found];
}

size_t api_serve_body_most(void *shared, const struct request *request)
{
	const struct api_route *route = route_of(request);

	(void)shared;
	return route != NULL && route->csv ? REQUEST_TABLE_MAX : REQUEST_BODY_MAX;
}

bool api_serve_is_slow(void *shared, const struct request *request)
{
	const struct api_route *route = route_of(request);

	(void)shared;
	return route != NULL && route->hashes;
}

/* Who asks. Nobody is an answer too: the guard decides whether that is enough. */
static enum err find_viewer(struct call *call)
{
	enum err err;

	if (call->perm == PERM_ANYONE || call->perm == PERM_HOST) {
		return ERR_OK; /* must also work while the session cannot be read */
	}
	err = auth_session_find(&call->auth, &call->viewer);
	return err == ERR_UNAUTHENTICATED ? ERR_OK : err;
}

/* Somebody between the steps of signing in is told which step is missing (ASVS 6.4.1). */
static enum err refuse_nobody(struct call *call)
{
	static const struct {
		enum challenge_stage stage;
		enum problem problem;
	} missing[] = {
		{ CHALLENGE_PASSWORD, PROBLEM_PASSWORD_CHANGE_REQUIRED },
		{ CHALLENGE_ENROLMENT, PROBLEM_TOTP_ENROLMENT_REQUIRED },
	};
	struct login_step step;
	struct login login;

	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		if (auth_login_step(&call->auth, missing[i].stage, &step, &login) == ERR_OK) {
			return reply_refuse(call->reply, missing[i].problem);
		}
	}
	return reply_refuse(call->reply, PROBLEM_UNAUTHENTICATED);
}

static enum err guard(struct call *call, const struct api_route *route)
{
	enum err err = auth_guard(&call->viewer, call->perm);

	if (err == ERR_UNAUTHENTICATED) {
		return refuse_nobody(call);
	}
	if (err == ERR_FORBIDDEN) {
		return reply_forbid(call->reply, perm_name(call->perm));
	}
	return err == ERR_OK && route->proof ? api_ask_proof(call) : err;
}

static enum err read_input(struct call *call, const struct api_route *route)
{
	void *input = arena_alloc(call->arena, API_INPUT_SIZE);
	enum err err;

	call->input = input;
	if (route->csv || route->at.method == METHOD_GET ||
	    (route->at.method == METHOD_DELETE && route->fields == NULL)) {
		return ERR_OK;
	}
	if (route->at.method == METHOD_PATCH && call->request->body_len == 0 &&
	    !call->request->body_too_large) {
		return reply_refuse(call->reply, PROBLEM_MALFORMED);
	}
	err = body_read(call->request, route->fields, input, API_INPUT_SIZE, call->reply);
	if (call->reply->problem == PROBLEM_INVALID && route->check != NULL &&
	    route->check(call) != ERR_OK) {
		log_event(LOG_WARNING, "check", "path=%s result=partial", route->at.path);
	}
	return err;
}

/* As far as the guard: find the route, keep strangers' pages out, find out who asks. */
static enum err reach(struct call *call)
{
	uint64_t ids[ROUTE_IDS];
	int found = find_route(call->request, call->reply, ids);

	if (found < 0) {
		return ERR_INVALID;
	}
	call->route = &api_routes[found];
	call->perm = call->route->perm;
	call->id = ids[0];
	call->sub_id = ids[1];
	if (!origin_allows(call->request, call->auth.conf->url)) {
		return reply_refuse(call->reply, PROBLEM_CROSS_SITE);
	}
	TRY(find_viewer(call));
	return guard(call, call->route);
}

/* THE STORY: get as far as the guard, read, act. Each step goes on or ends the request. */
static enum err answer(struct call *call)
{
	TRY(reach(call));
	TRY(read_input(call, call->route));
	return call->route->run(call);
}

/* Whoever is not signed in may be made to wait; whoever is has shown who they are. */
static enum err ask_network(struct call *call)
{
	unsigned seconds;

	if (call->viewer.user_id != 0) {
		return ERR_OK;
	}
	TRY(auth_tries_network_wait(&call->auth, &seconds));
	if (seconds > 0) {
		reply_retry_after(call->reply, seconds);
		return reply_refuse(call->reply, PROBLEM_TOO_MANY);
	}
	return ERR_OK;
}

/* What somebody may not do is worth a row; the change itself was rolled back with its own. */
static void note_refusal(struct call *call)
{
	const struct request *request = call->request;
	struct text text = text_in(call->arena);
	enum err err;

	if (call->viewer.user_id == 0 || call->reply->problem != PROBLEM_FORBIDDEN) {
		return;
	}
	text_puts(&text, "{\"method\":");
	text_put_json(&text, method_name(request->method));
	text_puts(&text, ",\"path\":");
	text_put_json(&text, request->path);
	text_puts(&text, ",\"permission\":");
	text_put_json(&text, perm_name(call->perm));
	text_putc(&text, '}');
	err = auth_trail(&call->auth, &(struct trail){ .actor_id = call->viewer.user_id,
		.action = "request.refused", .result = "forbidden", .after = text.bytes });
	if (err != ERR_OK) {
		log_event(LOG_ERROR, "audit", "error=%s", err_name(err));
	}
}

/* Every ten minutes, and first after the start, some request pays for taking out what is over, and
 * for noting how far the trail has come. */
static void sweep(struct thread *thread, const struct auth *auth)
{
	int64_t now = clock_running();

	if (thread->swept_at != 0 && now - thread->swept_at < 10 * CLOCK_MINUTE) {
		return;
	}
	thread->swept_at = now;
	if (auth_session_sweep(thread->db, thread->serve->conf) != ERR_OK ||
	    store_work_sweep(thread->db) != ERR_OK) {
		log_event(LOG_WARNING, "sweep", "result=failed");
		return;
	}
	auth_trail_note(auth);
}

static struct call call_of(const struct thread *thread, const struct request *request,
	struct reply *reply)
{
	return (struct call){
		.request = request,
		.reply = reply,
		.arena = request->arena,
		.db = thread->db,
		.auth = {
			.db = thread->db,
			.arena = request->arena,
			.conf = thread->serve->conf,
			.server_key = &thread->serve->server_key,
			.mail_key = &thread->serve->mail_key,
			.dummy_password = thread->serve->dummy_password,
			.request = request,
			.cache = thread->cache,
		},
		.viewer = viewer_nobody(),
	};
}

static void end(struct call *call, enum err err, int64_t begun)
{
	if (err != ERR_OK) {
		reply_error(call->reply, err);
	}
	api_metrics_request(call->route, clock_running() - begun);
	note_refusal(call);
}

bool api_serve_admit(void *shared, const struct request *request, struct reply *reply,
	uint64_t *party)
{
	struct call call = call_of(shared, request, reply);
	int64_t begun = clock_running();
	enum err err = reach(&call);

	*party = network_household(request->remote_address);
	if (err == ERR_OK) {
		err = ask_network(&call);
	}
	if (err == ERR_OK) {
		err = read_input(&call, call.route);
	}
	if (err != ERR_OK) {
		end(&call, err, begun);
	}
	return err == ERR_OK;
}

void api_serve(void *shared, const struct request *request, struct reply *reply)
{
	struct thread *thread = shared;
	struct call call = call_of(thread, request, reply);
	int64_t begun = clock_running();
	enum err err = answer(&call);

	end(&call, err, begun);
	if (err != ERR_UNAVAILABLE) {
		sweep(thread, &call.auth); /* a database that is away would only be waited for again */
	}
}
