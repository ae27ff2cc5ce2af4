#include "rule/totp.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/secret.h"

#include <oath.h>
#include <string.h>

enum { SECONDS = 30, EARLIER = 1, AHEAD = 4 };

uint64_t totp_latest(uint64_t step)
{
	return step + AHEAD;
}

uint64_t totp_step(const unsigned char secret[static TOTP_SECRET_SIZE], int64_t now, uint64_t used,
	const char *code)
{
	uint64_t present = (uint64_t)(now / (SECONDS * CLOCK_SECOND));
	char right[TOTP_DIGITS + 1];

	if (strlen(code) != TOTP_DIGITS) {
		return 0;
	}
	if (used > totp_latest(present)) {
		used = 0;
	}
	for (uint64_t step = present - EARLIER; step <= present; step++) {
		if (oath_hotp_generate((const char *)secret, TOTP_SECRET_SIZE, step, TOTP_DIGITS, false,
				OATH_HOTP_DYNAMIC_TRUNCATION, right) != OATH_OK) {
			memory_give_up(0); /* nothing else can fail: what it gets is always right */
		}
		if (step > used && secret_equal(right, code, TOTP_DIGITS)) {
			return step;
		}
	}
	return 0;
}

const char *totp_text(struct arena *arena, const unsigned char secret[static TOTP_SECRET_SIZE])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char *text = arena_alloc(arena, TOTP_SECRET_SIZE * 8 / 5 + 1);
	char *at = text;
	uint64_t bits;

	for (size_t i = 0; i < TOTP_SECRET_SIZE; i += 5) {
		bits = 0;
		for (size_t j = 0; j < 5; j++) {
			bits = bits << 8 | secret[i + j];
		}
		for (int shift = 35; shift >= 0; shift -= 5) {
			*at++ = letters[bits >> shift & 31];
		}
	}
	return text;
}
