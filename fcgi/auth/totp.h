/*
 * The second factor by an app, and the recovery codes for the day when the app is lost. The secret
 * is kept encrypted under the server's key, recovery codes as keyed hashes; both are shown once.
 * An enrolment counts when the app has proved itself by a code; until then all is as it was.
 *
 * The functions that change something work in the caller's transaction. Codes are as check_code
 * (rule/field.h) gives them.
 */
#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include "auth/call.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { RECOVERY_CODES = 10, RECOVERY_TEXT = 20 }; /* "abcd-efgh-jkmn-pqrs" with its NUL: 80 bits */

struct recovery_codes {
	char text[RECOVERY_CODES][RECOVERY_TEXT];
};

/* What an app needs to know, as text to type and as an address to scan. */
struct totp_enrolment {
	const char *secret; /* base32 */
	const char *uri;    /* otpauth://totp/... */
};

/* Asks whether the settings demand an app of this user ([session] require_totp). */
enum err auth_totp_required(const struct call *call, uint64_t user_id, bool *required) MUST_USE;

/* Begins an enrolment: makes a secret, and says it and the address as an app reads them. */
enum err auth_totp_begin(const struct call *call, uint64_t user_id, const char *email,
	struct totp_enrolment *enrolment) MUST_USE;

/* Makes the app the second factor, with new recovery codes; sessions and sign-ins of the user end,
 * but the session except (0: none). ERR_INVALID when the code is wrong, or nothing was begun
 * within half an hour. */
enum err auth_totp_confirm(const struct call *call, uint64_t user_id, const char *code,
	uint64_t except, struct recovery_codes *codes) MUST_USE;

/* Tells whether code has the form of a recovery code. */
bool auth_totp_is_recovery_code(const char *code);

/* Uses up a code of the app or a recovery code. ERR_INVALID when it is none, or was used before. */
enum err auth_totp_use(const struct call *call, uint64_t user_id, const char *code) MUST_USE;

/* What became of the seeds that other keys had wrapped. */
struct totp_rewrapped {
	uint64_t count; /* wrapped anew */
	uint64_t lost;  /* that no key opens: their users enrol anew */
};

/* Wraps all seeds with the key in use, outside of any transaction. */
enum err auth_totp_rewrap(const struct call *call, struct totp_rewrapped *rewrapped) MUST_USE;

/* Makes new recovery codes; voids the old ones and what is under way (store/pending.h), but the
 * session except (0: none). */
enum err auth_totp_new_codes(const struct call *call, uint64_t user_id, uint64_t except,
	struct recovery_codes *codes) MUST_USE;

/* Takes the app out of use: back to codes by mail, or to none where there is no mail. Voids what is
 * under way, but the session except (0: none). */
enum err auth_totp_end(const struct call *call, uint64_t user_id, uint64_t except) MUST_USE;

#endif
