/*
 * The outbox as the people see it who look after the mail: what became of each letter, to which
 * address it went and what the mail server said, never what it says itself. A letter that has not
 * been sent can be cancelled, which wipes it.
 */
#ifndef STORE_MAIL_H
#define STORE_MAIL_H

#include "base/arena.h"
#include "base/err.h"
#include "store/db.h"
#include "store/outbox.h"
#include "store/noun.h"

#include <stdbool.h>
#include <stdint.h>

struct mail {
	uint64_t id;
	enum letter_kind kind;
	uint64_t user_id; /* whom it is about; of a test, who sent it; 0: nobody who is left */
	const char *user_name;
	const char *user_email;
	enum outbox_state state;
	uint64_t attempts;
	int64_t next_at;    /* of a queued one; else 0 */
	int64_t created_at;
	int64_t sent_at;    /* 0: not sent */
	int64_t settled_at; /* sent, given up or cancelled; 0: not yet */
	uint64_t smtp_code; /* 0: the server never spoke */
	const char *reason; /* as struct outbox_outcome, and "deleted", "replaced", "void"; ""
	                       at first */
	const char *to;     /* the address it goes to; "" for a letter older than this column */
	const char *reply;  /* what the server said beside its last code; "" for nothing */
	bool may_have_arrived; /* not sent for certain, but a try ended without a word */
	bool former_address;   /* of a delivery: it went to another address than the user has now */
	unsigned may;       /* what the viewer may do with it (rule/may.h), if somebody fills it in */
};

/* Of struct mail, what the table and the user's row say. */
extern const struct column mail_columns[];
extern const struct noun mail_noun;

enum err store_mail_load(struct db *db, struct arena *arena, uint64_t id, struct mail *mail)
	MUST_USE;

/* This and what follows is for the caller's transaction. ERR_CONFLICT when it is not queued (any
 * more). */
enum err store_mail_cancel(struct db *db, uint64_t id, const char *reason) MUST_USE;

/* Cancels all letters of a kind to a user that are not settled, also one that the mailer is
 * sending: that one may still arrive, and is not tried again. */
enum err store_mail_cancel_all(struct db *db, uint64_t user_id, enum letter_kind kind,
	const char *reason) MUST_USE;

/* Cancels those of every kind that brings a password or a link to choose one: they are replaced. */
enum err store_mail_cancel_credentials(struct db *db, uint64_t user_id) MUST_USE;

/* Makes a letter due now. ERR_CONFLICT when it is settled and wiped, being sent, or too old. */
enum err store_mail_retry(struct db *db, uint64_t id) MUST_USE;

/* Has mail been failing: has a letter been waiting for 10 minutes, or was none of the newest three
 * that were settled sent? */
enum err store_mail_failing(struct db *db, struct arena *arena, bool *failing) MUST_USE;

/* How many letters wait, are being sent or failed for good (by state; of others 0), and when the
 * oldest of those that are not sent yet was put (0: there is none). */
struct mail_depths {
	uint64_t count[OUTBOX_CANCELLED + 1];
	int64_t oldest;
};

enum err store_mail_depths(struct db *db, struct arena *arena, struct mail_depths *depths) MUST_USE;

/* How many letters came to an end since an instant, for each end and last code of the server. */
enum { MAIL_ENDS_MAX = 64 };

struct mail_ends {
	size_t count;
	struct {
		enum outbox_state state; /* OUTBOX_SENT or beyond */
		uint64_t smtp_code;      /* 0: the server never spoke */
		uint64_t letters;
	} of[MAIL_ENDS_MAX];
};

enum err store_mail_ends(struct db *db, struct arena *arena, int64_t since,
	struct mail_ends *ends) MUST_USE;

/* Gives how many letters of this kind a user was sent since then; for limits. */
enum err store_mail_recent(struct db *db, struct arena *arena, uint64_t user_id,
	enum letter_kind kind, int64_t since, uint64_t *count) MUST_USE;

extern const struct statement *const mail_statements[]; /* ended by NULL */

#endif
