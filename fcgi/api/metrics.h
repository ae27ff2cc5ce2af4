/*
 * What this process counts of its requests; GET /metrics shows it with the figures of the queue and
 * the database. Each process tells of itself: of several, each is asked.
 */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "api/call.h"
#include "auth/login.h"

#include <stdint.h>

/* Counts a request that has its answer. route is NULL where none fits. */
void api_metrics_request(const struct api_route *route, int64_t microseconds);

/* Counts that a step of signing in came to a state, or was refused. */
void api_metrics_sign_in(enum login_state state);
void api_metrics_sign_in_refused(void);

#endif
