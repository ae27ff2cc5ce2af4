/*
 * The story of one request, told in THE STORY of serve.c: who reads that can explain the program.
 * Also what the process and each of its threads hold.
 */
#ifndef API_SERVE_H
#define API_SERVE_H

#include "base/conf.h"
#include "base/err.h"
#include "base/secret.h"
#include "http/reply.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the process; read-only once threads run. */
struct serve {
	const struct conf *conf;
	struct secret_ring server_keys;
	struct secret_key mail_key;
	char dummy_password[SECRET_PHC_MAX];
};

/* Loads the keys and draws the dummy hash. ERR_INVALID, logged, when a key cannot be read. */
enum err api_serve_init(struct serve *serve, const struct conf *conf) MUST_USE;

/* The kinds of slow requests: those that work on a password; lists with a filter that looks into
 * every value; and exports, which stream as much as there is. */
enum api_lane { API_LANE_HASHES, API_LANE_SEARCHES, API_LANE_EXPORTS };

/* Serve as the handler of http/listen (struct listen_handler); shared is a struct serve. On the
 * accepting thread a slow request goes as far as it is known that it will get to its work. */
void *api_serve_thread_open(void *shared);
void api_serve_thread_close(void *thread);
size_t api_serve_find(void *shared, struct request *request);
unsigned api_serve(void *thread, const struct request *request, struct reply *reply,
	uint64_t *party);
void api_serve_slow(void *thread, const struct request *request, struct reply *reply);
void api_serve_idle(void *thread);
void api_serve_stop(void *by, void *thread);
void api_serve_renew(void *thread);

#endif
