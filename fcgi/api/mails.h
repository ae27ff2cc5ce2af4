/* What the files about letters share. */
#ifndef API_MAILS_H
#define API_MAILS_H

#include "api/call.h"

/* Answers with the record of a letter. */
enum err api_mail_answer(struct call *call, uint64_t id) MUST_USE;

#endif
