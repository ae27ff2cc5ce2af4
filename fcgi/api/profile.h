/* What the files about one's own account share. */
#ifndef API_PROFILE_H
#define API_PROFILE_H

#include "api/call.h"
#include "store/user.h"

/* Loads the viewer and has them prove who they are by their password: 422 {field: password.wrong},
 * 429 after too many tries. */
enum err api_profile_ask_password(struct call *call, const char *field, const char *password,
	struct user_secret *viewer) MUST_USE;

/* Asks for the same by a code of the viewer's app, or a recovery code: 422 {code: code.wrong},
 * 429. */
enum err api_profile_ask_code(struct call *call, const char *code, struct user_secret *viewer)
	MUST_USE;

#endif
