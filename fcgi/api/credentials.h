/* Credentials for somebody who exists, by an administrator on the page. */
#ifndef API_CREDENTIALS_H
#define API_CREDENTIALS_H

#include "act/credentials.h"
#include "api/call.h"

/* Inside a transaction that holds a guard row: by the rules for editing a user (not oneself,
 * nobody who holds more), gives the user the password that was hashed, or the link, and the letter
 * if it is to be sent. call->audit says it. */
enum err api_credentials_give(struct call *call, struct credentials *credentials) MUST_USE;

/* Answers with the record, and with the link if there is one to show. */
enum err api_credentials_answer(struct call *call, struct user *user, const char *link) MUST_USE;

#endif
