/* How a letter (struct mail of store/mail.h) looks from outside. */
#ifndef VIEW_MAIL_H
#define VIEW_MAIL_H

#include "store/mail.h"
#include "view/table.h"

extern const struct view_field view_mail[];

extern const struct view_field view_mail_delivery[];

/* {"kind": "link", "state": "sent", "smtp_code": 250, "at": ..., "signed_in_since": false} or null:
 * how a letter with credentials fared, and whether its user has signed in since it was put. */
void view_delivery(struct text *out, const struct mail *mail, int64_t last_sign_in_at);

#endif
