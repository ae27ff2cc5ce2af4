#include "api/serve.h"

#include "api/idempotency.h"
#include "api/metrics.h"
#include "api/routes.h"
#include "auth/cache.h"
#include "auth/guard.h"
#include "auth/login.h"
#include "auth/password.h"
#include "auth/session.h"
#include "auth/audit.h"
#include "auth/tries.h"
#include "base/clock.h"
#include "base/hash_memory.h"
#include "base/log.h"
#include "base/wake.h"
#include "http/cookie.h"
#include "http/listen.h"
#include "http/origin.h"
#include "http/query.h"
#include "rule/network.h"
#include "view/json.h"

#include <stdlib.h>
#include <string.h>

/* What a thread holds between requests. */
struct serve_thread {
	const struct serve *serve;
	struct db *db;
	struct auth_cache *cache;
	struct secret_sealer sealer;
};

/* Loads the keys of a file, or says what to do. */
static enum err serve_load_keys(const char *file, struct secret_ring *keys)
{
	enum err err = secret_ring_load(file, keys);

	if (err != ERR_OK) {
		log_event(LOG_ERROR, "keys", "file=%s error=%s", file, err_name(err));
		log_say(LOG_ERROR, "the key %s is missing, broken or not to be read: run backoffice-admin "
			"keys, or bring it back from a backup", file);
	}
	return err;
}

enum err api_serve_init(struct serve *serve, const struct conf *conf)
{
	struct secret_ring mail_keys;

	serve->conf = conf;
	TRY(serve_load_keys(conf->server_key_file, &serve->server_keys));
	TRY(serve_load_keys(conf->mail_key_file, &mail_keys));
	serve->mail_key = mail_keys.key[0];
	auth_password_dummy(conf, serve->dummy_password);
	return ERR_OK;
}

void *api_serve_thread_open(void *shared)
{
	struct serve_thread *thread = calloc(1, sizeof(*thread));

	if (thread == NULL) {
		return NULL;
	}
	thread->serve = shared;
	thread->db = db_open(thread->serve->conf, DB_WEB);
	thread->cache = auth_cache_open();
	secret_sealer_init(&thread->sealer, &thread->serve->mail_key);
	if (thread->db == NULL || thread->cache == NULL) {
		api_serve_thread_close(thread);
		return NULL;
	}
	return thread;
}

void api_serve_thread_close(void *shared)
{
	struct serve_thread *thread = shared;

	hash_memory_drop();
	db_close(thread->db);
	auth_cache_close(thread->cache);
	free(thread);
}

size_t api_serve_find(void *shared, struct request *request)
{
	const struct api_route *route;

	(void)shared;
	request->match = route_find(api_routes, sizeof(api_routes[0]), api_routes_count, request);
	route = request->match->row;
	return route != NULL && route->csv ? REQUEST_TABLE_MAX : REQUEST_BODY_MAX;
}

static enum err serve_take_route(struct call *call)
{
	const struct route_match *match = call->request->match;

	call->route = match->row;
	if (call->route == NULL && match->methods[0] == '\0') {
		return reply_refuse(call->reply, PROBLEM_NOT_FOUND);
	}
	if (call->route == NULL) {
		reply_allow(call->reply, match->methods);
		return reply_refuse(call->reply, PROBLEM_METHOD_NOT_ALLOWED);
	}
	call->perm = call->route->perm;
	call->id = match->ids[0];
	call->sub_id = match->ids[1];
	call->guard = call->route->guard;
	call->idempotency_key = call->route->idempotent ? call->request->idempotency_key : "";
	return ERR_OK;
}

static enum err serve_refuse_other_sites(struct call *call)
{
	return origin_allows(call->request, call->conf->url) ? ERR_OK
		: reply_refuse(call->reply, PROBLEM_CROSS_SITE);
}

/* Who asks. Nobody is an answer too: the guard decides whether that is enough. */
static enum err serve_find_viewer(struct call *call)
{
	enum err err;

	if (call->perm == PERM_ANYONE || call->perm == PERM_HOST) {
		return ERR_OK; /* must also work while the session cannot be read */
	}
	err = call->route->find_viewer != NULL ? call->route->find_viewer(call)
		: auth_session_find(call);
	return err == ERR_UNAUTHENTICATED ? ERR_OK : err;
}

/* Somebody between the steps of signing in is told which step is missing (ASVS 6.4.1). */
static enum err serve_refuse_nobody(struct call *call)
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
		if (auth_login_step(call, missing[i].stage, &step, &login) == ERR_OK) {
			return reply_refuse(call->reply, missing[i].problem);
		}
	}
	return reply_refuse(call->reply, PROBLEM_UNAUTHENTICATED);
}

/* May they, and is it still them? */
static enum err serve_guard(struct call *call)
{
	enum err err = auth_guard(&call->viewer, call->perm);

	if (err == ERR_UNAUTHENTICATED) {
		return serve_refuse_nobody(call);
	}
	if (err == ERR_FORBIDDEN) {
		return reply_forbid(call->reply, perm_name(call->perm));
	}
	return err == ERR_OK && call->route->step_up ? api_ask_step_up(call) : err;
}

/* Whoever is not signed in may be made to wait; whoever is has shown who they are. */
static enum err serve_ask_network(struct call *call)
{
	unsigned seconds;

	if (!call->route->hashes || call->viewer.user_id != 0) {
		return ERR_OK;
	}
	TRY(auth_tries_network_wait(call, &seconds));
	if (seconds > 0) {
		reply_retry_after(call->reply, seconds);
		return reply_refuse(call->reply, PROBLEM_TOO_MANY);
	}
	return ERR_OK;
}

/* The body, by the table of the row. A form in which something is wrong hears of all of it. */
static enum err serve_read_body(struct call *call)
{
	const struct api_route *route = call->route;
	void *input = arena_alloc(call->arena, API_INPUT_SIZE);
	enum err err;

	call->input = input;
	call->state = arena_alloc(call->arena, API_STATE_SIZE);
	if (route->csv || route->at.method == METHOD_GET ||
	    (route->at.method == METHOD_DELETE && route->fields == NULL)) {
		return ERR_OK;
	}
	if (route->at.method == METHOD_PATCH && call->request->body_len == 0 &&
	    !call->request->body_too_large) {
		return reply_refuse(call->reply, PROBLEM_MALFORMED);
	}
	err = body_read(call->request, route->fields, call->viewer.masked, input, API_INPUT_SIZE,
		call->reply);
	if (call->reply->problem == PROBLEM_INVALID && route->fields != NULL && route->check != NULL &&
	    route->check(call) != ERR_OK) {
		log_event(LOG_WARNING, "check", "path=%s result=partial", route->at.path);
	}
	return err;
}

/* The body, then the query string, by the table of the row too. */
static enum err serve_read(struct call *call)
{
	const struct list *list = call->route->query;

	TRY(serve_read_body(call));
	if (list == NULL) {
		return ERR_OK;
	}
	call->query = arena_alloc(call->arena, sizeof(*call->query));
	return query_read(call->request, list, call->route->also, call->query, call->reply);
}

/* Whether there is a password to work on: a body that might have brought one, and did not, has
 * none. */
static bool serve_has_password(const struct call *call)
{
	const struct field *field = call->route->fields;

	if (!call->route->hashes) {
		return false;
	}
	for (; field != NULL && field->kind != FIELD_END; field++) {
		if (field->kind == FIELD_SECRET && strcmp(field->name, "password") == 0) {
			return ((const struct in_text *)(const void *)((const char *)call->input +
				field->offset))->given;
		}
	}
	return true;
}

/* Whether it is about many records, and not only about what the query string says. */
static bool serve_lists(const struct call *call)
{
	return call->route->query != NULL && call->route->query->sorts[0].name != NULL;
}

/* Whether it is a list with a filter that looks into every value. */
static bool serve_searches(const struct call *call)
{
	const struct list *list = call->route->query;
	bool searches = false;

	for (size_t i = 0; serve_lists(call) && list->filters[i].kind != COLUMN_END; i++) {
		searches |= call->query->values[i].given && list_filter_scans(&list->filters[i]);
	}
	return searches;
}

static enum err serve_allow(struct call *call)
{
	return call->route->allow == NULL ? ERR_OK : call->route->allow(call);
}

static enum err serve_check(struct call *call)
{
	if (call->route->check == NULL) {
		return ERR_OK;
	}
	TRY(call->route->check(call));
	return reply_has_fields(call->reply) ? reply_refuse(call->reply, PROBLEM_INVALID) : ERR_OK;
}

static enum err serve_hash(struct call *call)
{
	return call->password == NULL ? ERR_OK
		: auth_password_hash(call, call->password, call->password_hash);
}

/* May they still? */
static enum err serve_guard_again(struct call *call)
{
	switch (call->guard) {
	case GUARD_USE:
		return auth_guard_use(call);
	case GUARD_CHANGE:
		return auth_guard_change(call);
	case GUARD_NONE:
		break;
	}
	return ERR_OK;
}

/* In the transaction; once more from here where the database gave it up. */
static enum err serve_write(struct call *call)
{
	call->record_id = 0;
	call->audit.action = NULL;
	TRY(serve_guard_again(call));
	TRY(call->route->change(call));
	TRY(api_idempotency_save(call));
	return api_record_change(call);
}

static enum err serve_change(struct call *call)
{
	enum err err;

	if (call->route->change == NULL) {
		return ERR_OK;
	}
	err = api_transact(call, serve_write);
	if (err == ERR_CONFLICT) {
		return api_idempotency_resolve_conflict(call);
	}
	if (err == ERR_OK && call->route->mails) {
		wake_ring(call->conf->mail_wake);
	}
	return err;
}

static enum err serve_answer(struct call *call)
{
	const struct answer *answer = &call->route->answer;

	call->reply->status = answer->status;
	TRY(call->route->answer_with == NULL ? ERR_OK : call->route->answer_with(call));
	if (answer->collection != NULL && call->record_id != 0) {
		reply_created(call->reply, call->request, answer->collection, call->record_id);
		call->reply->status = answer->status;
	}
	return ERR_OK;
}

/*
 * THE STORY. Each step goes on, or ends the request with a refusal. What the stages of a handler
 * are, allow, check, change and answer_with, stands in api/routes.h.
 */
static enum err serve_enter(struct call *call)
{
	TRY(serve_take_route(call));         /* what is asked for; found before the body was read */
	TRY(serve_refuse_other_sites(call));
	TRY(serve_find_viewer(call));        /* by whom */
	return serve_guard(call);            /* who may do such a thing */
}

static enum err serve_act(struct call *call)
{
	TRY(serve_allow(call));              /* and may do it to this one */
	TRY(api_idempotency_begin(call));    /* unless it was done before */
	if (!call->repeated) {
		TRY(serve_check(call));          /* what is wrong with the fields */
		TRY(serve_hash(call));           /* a new password, which takes long */
		TRY(serve_change(call));         /* all of it, with its key and its row of the trail */
	}
	return serve_answer(call);
}

/* The first telling, as far as it is known whether there is a password to work on. */
static enum err serve_admit(struct call *call)
{
	TRY(serve_enter(call));
	TRY(serve_ask_network(call));
	return serve_read(call);
}

/* The second one, for a request that has waited: who asks may have lost their rights meanwhile. */
static enum err serve_again(struct call *call)
{
	TRY(serve_enter(call));
	TRY(serve_read(call));
	return serve_act(call);
}

/* What somebody may not do is worth a row; the change itself was rolled back with its own. */
static void serve_audit_refusal(struct call *call)
{
	const struct request *request = call->request;
	struct text text = text_in(call->arena);
	enum err err;

	if (call->viewer.user_id == 0 || call->reply->problem != PROBLEM_FORBIDDEN) {
		return;
	}
	view_json(&text, "{'method':'%s','path':", method_name(request->method));
	text_put_json(&text, request->path);
	view_json(&text, ",'permission':'%s'}", perm_name(call->perm));
	err = auth_audit_record(call, &(struct audit_event){ .action = "request.refused",
		.result = "forbidden", .after = text.bytes });
	if (err != ERR_OK) {
		log_event(LOG_ERROR, "audit", "error=%s", err_name(err));
	}
}

static struct call serve_open_call(struct serve_thread *thread,
	const struct request *request, struct reply *reply)
{
	return (struct call){
		.db = thread->db,
		.arena = request->arena,
		.conf = thread->serve->conf,
		.server_key = &thread->serve->server_keys.key[0],
		.server_keys = &thread->serve->server_keys,
		.sealer = &thread->sealer,
		.dummy_password = thread->serve->dummy_password,
		.cache = thread->cache,
		.viewer = viewer_nobody(),
		.remote_address = request->remote_address,
		.user_agent = request->user_agent,
		.request_id = request->id,
		.session_tokens = cookie_read(request, COOKIE_SESSION),
		.sign_in_tokens = cookie_read(request, COOKIE_SIGN_IN),
		.device_tokens = cookie_read(request, COOKIE_DEVICE),
		.room_tokens = cookie_read(request, COOKIE_ROOM),
		.request = request,
		.reply = reply,
	};
}

static void serve_close_call(struct call *call, enum err err, int64_t begun)
{
	if (err != ERR_OK) {
		reply_error(call->reply, err);
	}
	call->reply->viewer_id = call->viewer.user_id;
	api_metrics_request(call->route, clock_running() - begun);
	serve_audit_refusal(call);
}

/* Gives the lane that the request takes, and whose seat there; LISTEN_ANSWERED for none. */
static unsigned serve_choose_lane(const struct call *call, uint64_t *party)
{
	*party = call->viewer.user_id;
	if (serve_has_password(call)) {
		*party = network_household(call->remote_address);
		return API_LANE_HASHES;
	}
	if (serve_lists(call) && call->route->answer.kind == ANSWER_FILE) {
		return API_LANE_EXPORTS;
	}
	return serve_searches(call) ? (unsigned)API_LANE_SEARCHES : LISTEN_ANSWERED;
}

unsigned api_serve(void *thread, const struct request *request, struct reply *reply,
	uint64_t *party)
{
	struct call call = serve_open_call(thread, request, reply);
	int64_t begun = clock_running();
	enum err err = serve_admit(&call);
	unsigned lane = err == ERR_OK ? serve_choose_lane(&call, party) : LISTEN_ANSWERED;

	if (lane == LISTEN_ANSWERED) {
		err = err == ERR_OK ? serve_act(&call) : err;
		serve_close_call(&call, err, begun);
	}
	return lane;
}

void api_serve_slow(void *thread, const struct request *request, struct reply *reply)
{
	struct call call = serve_open_call(thread, request, reply);
	int64_t begun = clock_running();

	hash_memory_keep();
	serve_close_call(&call, serve_again(&call), begun);
}

void api_serve_idle(void *thread)
{
	hash_memory_drop();
	db_rest(((struct serve_thread *)thread)->db);
}

void api_serve_renew(void *thread)
{
	db_renew(((struct serve_thread *)thread)->db);
}

void api_serve_stop(void *by, void *thread)
{
	db_stop(((struct serve_thread *)by)->db, ((struct serve_thread *)thread)->db);
}
