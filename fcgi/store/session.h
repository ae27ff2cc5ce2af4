/*
 * Sessions and sign-ins under way. Tokens are known to the database by their hash alone.
 */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/db.h"
#include "store/noun.h"

#include <stdbool.h>
#include <stdint.h>

struct session {
	uint64_t id;
	uint64_t user_id;
	int64_t created_at;
	int64_t last_used_at;
	int64_t stepped_up_at; /* signing in is a proof too */
	uint64_t epoch;    /* of rights, read together with the session */
};

enum err store_session_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	struct session *session) MUST_USE;
enum err store_session_insert(struct db *db, const struct secret_hash *token, uint64_t user_id,
	int64_t now, const char *remote_address, const char *user_agent, uint64_t *id) MUST_USE;
enum err store_session_touch(struct db *db, uint64_t id, int64_t now) MUST_USE;
/* Notes that the session has been proved, and is known by another token from now on. */
enum err store_session_step_up(struct db *db, uint64_t id, const struct secret_hash *token,
	int64_t now) MUST_USE;
/* Makes the user's sessions, but the session except (0: none), prove nothing; they go on. */
enum err store_session_void_step_ups(struct db *db, uint64_t user_id, uint64_t except) MUST_USE;
enum err store_session_end(struct db *db, uint64_t id) MUST_USE;
/* Ends all sessions and sign-ins under way of a user, but the session except (0: none). */
enum err store_session_end_all(struct db *db, uint64_t user_id, uint64_t except) MUST_USE;
/* Removes some of what is over: sessions unused since idle, begun before born; challenges;
 * counters. *more becomes true when there may be more of it. */
enum err store_session_sweep(struct db *db, int64_t now, int64_t idle, int64_t born, bool *more)
	MUST_USE;

/* A live session as those who look after sessions see it. */
struct session_entry {
	uint64_t id;
	uint64_t user_id;
	const char *user_name;
	const char *user_email;
	int64_t created_at;
	int64_t last_used_at;
	const char *remote_address;
	const char *user_agent;
	bool user_masked;
	bool current; /* the viewer's own */
	unsigned may; /* what the viewer may do with it (rule/may.h), if somebody fills it in */
};

/* What is live: what was used or begun before is over. */
struct session_live {
	int64_t idle;
	int64_t born;
};

/* Of struct session_entry; noun.always is about idle and born of struct session_live. */
extern const struct column session_columns[];
extern const struct noun session_noun;

/* Counts the live sessions of the user. */
enum err store_session_count(struct db *db, struct arena *arena, const struct session_live *live,
	uint64_t user_id, uint64_t *count) MUST_USE;
/* Counts those of everybody that were used since then. */
enum err store_session_count_used(struct db *db, struct arena *arena, int64_t since,
	uint64_t *count) MUST_USE;
/* Counts those of at most DB_IDS_MAX users together. */
enum err store_session_count_of(struct db *db, struct arena *arena,
	const struct session_live *live, const uint64_t *user_ids, size_t user_count,
	uint64_t *count) MUST_USE;
/* Reads the live session with the id, if the user (0: anybody) has it. */
enum err store_session_load(struct db *db, struct arena *arena, const struct session_live *live,
	uint64_t user_id, uint64_t id, struct session_entry *session) MUST_USE;

/* A session as its owner sees it. */
struct own_session {
	uint64_t id;
	int64_t created_at;
	int64_t last_used_at;
	const char *remote_address;
	const char *user_agent;
	bool current; /* the one that asks; filled in by the caller */
};

/* Gives at most most sessions of the user that were used since idle and begun since born, the last
 * used first. */
enum err store_session_own(struct db *db, struct arena *arena, uint64_t user_id, int64_t idle,
	int64_t born, size_t max, struct own_session **sessions, size_t *count) MUST_USE;
/* Ends a session of the user; ERR_NOT_FOUND when the user has no such session. */
enum err store_session_end_own(struct db *db, uint64_t id, uint64_t user_id) MUST_USE;

enum challenge_stage { CHALLENGE_CODE = 1, CHALLENGE_PASSWORD = 2, CHALLENGE_ENROLMENT = 3 };

/* One sign-in between its steps. */
struct challenge {
	uint64_t id;
	uint64_t user_id;
	enum challenge_stage stage;
	bool has_code; /* was mailed; else, at CHALLENGE_CODE, the app's is asked for */
	struct secret_hash code;
	int64_t code_expires_at;
	int64_t code_sent_at;
	uint64_t codes_sent;
	uint64_t tries_left;
	int64_t expires_at;
};

/* Begins a sign-in, which ends the user's older ones, so that old codes are void. */
enum err store_challenge_insert(struct db *db, const struct secret_hash *token,
	const struct challenge *challenge, int64_t now, uint64_t *id) MUST_USE;
enum err store_challenge_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	struct challenge *challenge) MUST_USE;
/* Takes one try, by one conditional UPDATE; ERR_TOO_MANY when none is left. */
enum err store_challenge_try(struct db *db, uint64_t id) MUST_USE;
/* Puts a new code; ERR_TOO_MANY when one was sent after not_since or most were sent already. */
enum err store_challenge_new_code(struct db *db, uint64_t id, const struct secret_hash *code,
	int64_t now, int64_t expires_at, int64_t not_since, uint64_t max) MUST_USE;
/* Ends a sign-in under way; ERR_STALE when it is gone already: whoever removes it owns what
 * follows. */
enum err store_challenge_end(struct db *db, uint64_t id) MUST_USE;
/* Ends the user's sign-ins under way. */
enum err store_challenge_end_all(struct db *db, uint64_t user_id) MUST_USE;

extern const struct statement *const session_statements[]; /* ended by NULL */

#endif
