/*
 * Signing in, step by step: password, code, the change of a password that somebody else knew, and
 * the enrolment of an app where the settings demand one. Between the steps a challenge stands in
 * the database and its token in a cookie that opens nothing else (ASVS 7.2). Each step ends its
 * challenge and, if something is still missing, opens the next.
 *
 * Every refusal of the password step is the same answer after the same work, whether the address is
 * unknown, the password wrong, the account disabled, the initial password too old, the account
 * under a delay or the browser outside the user's networks (ASVS 6.3.8).
 *
 * A sign-in rests on the account as it was when it began: whatever changes how its user comes in
 * ends it, and of a step and a change at the same moment the change wins.
 *
 * On anything but ERR_OK, login->problem says how to refuse, PROBLEM_NONE for a fault of ours.
 */
#ifndef AUTH_LOGIN_H
#define AUTH_LOGIN_H

#include "auth/call.h"
#include "auth/totp.h"
#include "base/err.h"
#include "base/secret.h"
#include "rule/problem.h"
#include "store/session.h"
#include "store/user.h"

#include <stdbool.h>

enum login_state { LOGIN_SIGNED_IN, LOGIN_CODE_REQUIRED, LOGIN_PASSWORD_CHANGE_REQUIRED,
	LOGIN_ENROLMENT_REQUIRED };

struct login {
	enum login_state state;
	enum two_factor method;            /* whose code is required */
	char session[SECRET_TOKEN_TEXT];   /* for the session cookie, when signed in */
	char challenge[SECRET_TOKEN_TEXT]; /* for the sign-in cookie, after the password step */
	const char *device;                /* for the device cookie, when signed in or by a link */
	const char *email;                 /* whose link it is, when one was asked about */
	struct recovery_codes *codes;      /* of an app that was just enrolled, or NULL */
	enum problem problem;
	const char *field_key;             /* what is wrong with a new password, or NULL */
	unsigned retry_after;              /* seconds, 0 for none */
};

/* A sign-in under way, found by the token of its cookie. */
struct login_step {
	struct secret_hash token;
	struct challenge challenge;
	struct user_secret user;
};

/* Takes the first step, the address and the password. */
enum err auth_login_password(const struct call *call, const char *email, const char *password,
	struct login *login) MUST_USE;

/* Finds the sign-in that the browser has a token of, if it is at this stage and its user may still
 * sign in; PROBLEM_SIGN_IN_EXPIRED otherwise. */
enum err auth_login_step(const struct call *call, enum challenge_stage stage,
	struct login_step *step, struct login *login) MUST_USE;

/* Takes a code: the mailed one, one of the app, or a recovery code. */
enum err auth_login_code(const struct call *call, const struct login_step *step, const char *code,
	struct login *login) MUST_USE;
/* Mails another code, unless the last one is too new or there were enough. */
enum err auth_login_resend(const struct call *call, const struct login_step *step,
	struct login *login) MUST_USE;
/* Sets the password that the sign-in demands; login->field_key says what is wrong with it. */
enum err auth_login_new_password(const struct call *call, const struct login_step *step,
	const char *password, struct login *login) MUST_USE;
/* Ends the enrolment that auth_totp_begin() began, with a code of the app. */
enum err auth_login_enrol(const struct call *call, const struct login_step *step, const char *code,
	struct login *login) MUST_USE;

/* Tells whether the right password would get this user in from here: enabled, an initial password
 * in its time, within the user's networks. false for an empty user. */
bool auth_login_may_enter(const struct call *call, const struct user_secret *user);

/* Gives an address that was typed, in the normal form of users' addresses. What is no address is
 * nobody's and comes back in small letters: tries of it are counted all the same. */
const char *auth_login_address(const struct call *call, const char *typed);

/* Notes in login why it is refused: problem. Returns err. */
enum err auth_login_refuse(struct login *login, enum problem problem, enum err err) MUST_USE;

#endif
