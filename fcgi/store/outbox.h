/*
 * The queue of letters: a table, and one beside it for what they say. The web program puts a
 * letter in the transaction of the change it reports; the payload (address and values) is sealed
 * for the mailer's public key, so that neither the web program nor a reader of the database can
 * open it. The mailer claims a few letters with one conditional UPDATE, sends, settles them, and
 * their payloads are wiped. What only the mailer may see, payload and lease, is in outbox_payload:
 * the web program's account puts rows there and cannot look.
 *
 *   ready --claim--> leased --sent--> sent
 *     ^                 |----later--> ready (next_at grows)
 *     |                 |----dead---> dead  (refused for good, or not its own)
 *     '--lease over-----'             expired (too late to be of use)
 *
 * A letter that has not been sent may be cancelled (store/mail.h). One that was claimed and not
 * begun goes back as it was.
 *
 * At least once: a crash between the server's acceptance and the recorded result sends again, with
 * the same Message-ID and Date (RFC 1047).
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/secret.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

enum letter_kind { LETTER_CREDENTIALS = 1, LETTER_CODE = 2, LETTER_TEST = 3, LETTER_LINK = 4,
	LETTER_FORGOTTEN = 5, LETTER_CHANGED = 6, LETTER_END };
enum outbox_state { OUTBOX_READY = 0, OUTBOX_LEASED = 1, OUTBOX_SENT = 2, OUTBOX_DEAD = 3,
	OUTBOX_EXPIRED = 4, OUTBOX_CANCELLED = 5 };

/* "credentials", "code", "test", "link", "forgotten", "changed" and "queued", "sending", "sent",
 * "failed", "expired", "cancelled": the contract's words */
extern const char *const letter_kind_words[];
extern const char *const outbox_state_words[];

/* Nobody makes a letter wait for longer than this (microseconds): what would is due, because then a
 * clock was wrong. */
#define OUTBOX_PAUSE_MAX (3 * CLOCK_HOUR)

/* Is it between the product and its reader alone: a code, a forgotten password, a notice? What
 * somebody else sends (credentials, a link, a test) is not. */
bool letter_is_personal(enum letter_kind kind);

#define OUTBOX_VALUES_MAX 10
#define OUTBOX_LEASE 16
#define OUTBOX_BATCH 16 /* letters in one statement */
#define OUTBOX_MESSAGE_ID 33 /* 32 hex digits and NUL: the left part of Message-ID */

struct letter_value {
	const char *key;
	const char *value;
};

/* What the mailer needs to write the letter. */
struct letter {
	uint64_t id;
	uint64_t user_id; /* 0: none */
	enum letter_kind kind;
	char message_id[OUTBOX_MESSAGE_ID];
	int64_t created_at;
	int64_t expires_at;
	const char *to;       /* address, as check_email gives it */
	const char *language; /* "" for the one that the settings say */
	struct letter_value values[OUTBOX_VALUES_MAX]; /* ended by key NULL or by the array's end */
};

/* What became of a try. */
struct outbox_outcome {
	enum outbox_state state;
	int64_t next_at;       /* with OUTBOX_READY: try again then */
	const char *reason;    /* stable word: "accepted", "refused", "settings", "deferred",
	                          "unreachable", "tls", "unreadable", "unknown", "expired" */
	unsigned smtp_code;    /* the server's reply code, 0 for none */
	const char *reply;     /* what it said beside that, fit to be shown; NULL or "" for nothing */
	bool may_have_arrived; /* nobody knows whether the server took it */
	bool untried;          /* it was not begun, and goes back as it was: with OUTBOX_READY */
};

/* What a letter says was opened; is locked, for no key of the mailer opens it; or belongs to
 * another row. */
enum outbox_payload { OUTBOX_PAYLOAD_OPEN, OUTBOX_PAYLOAD_LOCKED, OUTBOX_PAYLOAD_WRONG };

/* A claimed row. */
struct outbox_row {
	uint64_t id;
	uint64_t attempts; /* this one included */
	enum outbox_payload payload;
	struct letter letter;
	unsigned char lease[OUTBOX_LEASE];
	struct arena arena; /* has what the letter points to; who is done with the row releases it */
	struct outbox_outcome outcome; /* for store_outbox_settle() */
	enum err settled; /* by it: ERR_OK, or ERR_STALE where the lease is not ours any more, or that
	                     of another one that was settled with it; ERR_UNAVAILABLE: not yet */
};

/* What a mailer claims. */
struct outbox_claim {
	const struct secret_ring *keys;
	int64_t lease; /* microseconds; after that another mailer may claim what was not settled */
	size_t most;   /* OUTBOX_BATCH at most */
	struct outbox_row rows[OUTBOX_BATCH]; /* in the order in which they are to go */
	size_t count;
};

/* Puts letters in the caller's transaction. id, message_id and created_at are filled in. Sealed
 * with message id, kind and expiry inside, so that payloads cannot be swapped. */
enum err store_outbox_put(struct db *db, struct secret_sealer *sealer, struct letter *letters,
	size_t count) MUST_USE;

/* Claims the next letters that are due: codes first, then by due time.
 * ERR_NOT_FOUND when none is, ERR_RETRY when other mailers were faster each time. The caller fills
 * in all but rows and count. */
enum err store_outbox_claim(struct db *db, struct outbox_claim *claim) MUST_USE;

/* Records the outcomes of rows whose lease is still ours. After an error it may be called again,
 * and goes on with what is not recorded yet. state SENT, DEAD and EXPIRED wipe the payload;
 * READY means "again at next_at". What may have arrived once stays so. */
enum err store_outbox_settle(struct db *db, struct outbox_row *const *rows, size_t count) MUST_USE;

/* Microseconds until a letter is due, at most limit. */
enum err store_outbox_wait(struct db *db, int64_t limit, int64_t *wait) MUST_USE;

/* What became of the letters under way that were sealed for other keys. */
struct outbox_resealed {
	uint64_t count; /* sealed anew */
	uint64_t lost;  /* that none of the keys opens */
};

/* Seals all letters under way for the key in use, outside of any transaction. Who is sending one
 * meanwhile has opened it already. */
enum err store_outbox_reseal(struct db *db, const struct secret_ring *keys,
	struct secret_sealer *sealer, struct outbox_resealed *resealed) MUST_USE;

extern const struct statement *const outbox_statements[]; /* ended by NULL */

#endif
