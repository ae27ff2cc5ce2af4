/* How a second factor by an app looks: its state, and what is shown once and never again. */
#ifndef VIEW_TOTP_H
#define VIEW_TOTP_H

#include "auth/totp.h"
#include "rule/account.h"
#include "view/table.h"

struct totp_state {
	enum two_factor method;
	uint64_t recovery_codes; /* left */
	bool required;           /* by the settings */
};

extern const struct view_field view_totp_state[];
extern const struct view_field view_totp_enrolment[]; /* struct totp_enrolment */
extern const struct view_field view_recovery_codes[]; /* struct recovery_codes */

/* Writes the codes as an array, within another object. */
void view_put_recovery_codes(struct text *out, const void *codes);

#endif
