/*
 * Codes of an app: TOTP (RFC 6238) as every app has it, SHA-1, 6 digits, 30 seconds. liboath's only
 * door. A code is good in its own half minute and in the next one (people are slow; RFC 6238 5.2
 * allows one step of delay), never before its time, and never at or before a step that was used
 * already.
 */
#ifndef RULE_TOTP_H
#define RULE_TOTP_H

#include "base/arena.h"

#include <stdint.h>

enum { TOTP_DIGITS = 6, TOTP_SECRET_SIZE = 20 };

/* Gives the latest step that can have been used when a code of this one is given; a later one was
 * used while a clock was wrong, and forbids nothing. */
uint64_t totp_latest(uint64_t step);

/* Gives the step (half minute since 1970) that the code belongs to, if that is the present one or
 * the one before and later than used; 0 otherwise. */
uint64_t totp_step(const unsigned char secret[static TOTP_SECRET_SIZE], int64_t now, uint64_t used,
	const char *code);

/* Gives the secret as people and apps take it: base32 (RFC 4648), 32 characters. */
const char *totp_text(struct arena *arena, const unsigned char secret[static TOTP_SECRET_SIZE]);

#endif
