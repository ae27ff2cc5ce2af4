/* How a letter (struct mail of store/mail.h) looks from outside. */
#ifndef VIEW_MAIL_H
#define VIEW_MAIL_H

#include "store/mail.h"
#include "view/table.h"

extern const struct view_field view_mail[];

extern const struct view_field view_mail_delivery[];

/* {"state": "sent", "smtp_code": 250, "at": ...} or null: how a letter fared, in short. */
void view_delivery(struct text *out, const struct mail *mail);

#endif
