/* How a letter looks from outside: what became of it (struct mail of store/mail.h), and what its
 * reader sees (struct letter_parts of mail/letter.h). */
#ifndef VIEW_MAIL_H
#define VIEW_MAIL_H

#include "mail/letter.h"
#include "store/mail.h"
#include "view/table.h"

extern const struct view_field view_mail[];
/* Without what may be done: for the command line. */
extern const struct view_field view_mail_bare[];

extern const struct view_field view_mail_delivery[];

extern const struct view_field view_letter_preview[];

/* Writes {"kind": "link", "state": "sent", "smtp_code": 250, "may_have_arrived": false,
 * "former_address": false, "at": ..., "signed_in_since": false} or null: how a letter with
 * credentials fared, and whether its user has signed in since it was put. */
void view_delivery(struct text *out, const struct mail *mail, int64_t last_sign_in_at);

#endif
