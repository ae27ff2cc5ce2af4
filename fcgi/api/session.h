/* What signing in and links share. */
#ifndef API_SESSION_H
#define API_SESSION_H

#include "api/call.h"
#include "auth/login.h"

/* Refuses, as login says why; gives err where it says nothing. */
enum err api_session_refuse(struct call *call, const struct login *login, enum err err) MUST_USE;

#endif
