/*
 * The policy is length, then how many guesses an attacker needs who knows the usual lists and the
 * user (zxcvbn). Characters outside ASCII count for zxcvbn as bytes, which is generous to emoji and
 * hurts nobody.
 */
#include "rule/password.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <zxcvbn.h>

enum {
	WORDS_MAX = 32,
	WORD_BYTES = 64,
	WORD_MIN = 3,
	GUESSED_MAX = 100 /* zxcvbn's time grows with the square of the length: the rest is a bonus */
};

/* 2^30 guesses: out of reach through a sign-in that delays, and a year of a core against
 * Argon2id. */
static const double min_bits = 30.0;

const char password_letters[] = "abcdefghijkmnpqrstuvwxyz23456789";

_Static_assert(PASSWORD_GROUPS * (PASSWORD_GROUP + 1) <= PASSWORD_GENERATED_MAX,
	"room for the dashes and NUL");

struct password_words {
	const char *list[WORDS_MAX + 1]; /* NULL-terminated, as zxcvbn wants it */
	char text[WORDS_MAX][WORD_BYTES];
	size_t count;
};

static void password_add_word(struct password_words *words, const char *word, size_t len)
{
	char *to;

	if (len < WORD_MIN || len >= WORD_BYTES || words->count == WORDS_MAX) {
		return;
	}
	to = words->text[words->count];
	memcpy(to, word, len);
	to[len] = '\0';
	words->list[words->count++] = to;
}

/* Adds a word whole, and its parts: "anna.smith@example.com" is known by each of its pieces. */
static void password_add_words(struct password_words *words, const char *from)
{
	password_add_word(words, from, strlen(from));
	while (*from != '\0') {
		size_t len = strcspn(from, " .,_-+@");

		password_add_word(words, from, len);
		from += len + (from[len] != '\0');
	}
}

/* Gives the key of what most of the password is made of. */
static const char *password_key_of(const ZxcMatch_t *match)
{
	const ZxcMatch_t *longest = match;

	for (; match != NULL; match = match->Next) {
		if (match->Length > longest->Length) {
			longest = match;
		}
	}
	if (longest == NULL) {
		return "password.guessable";
	}
	switch ((int)longest->Type & ~MULTIPLE_MATCH) {
	case DICTIONARY_MATCH:
	case DICT_LEET_MATCH:
		return "password.common";
	case USER_MATCH:
	case USER_LEET_MATCH:
		return "password.personal";
	case REPEATS_MATCH:
		return "password.repeated";
	case SEQUENCE_MATCH:
	case SPATIAL_MATCH:
	case DATE_MATCH:
	case YEAR_MATCH:
		return "password.sequence";
	default:
		return "password.guessable";
	}
}

/* Whether the password is one short piece over and over. */
static bool password_is_repeated(const char *password, size_t len)
{
	for (size_t period = 1; period <= len / 3; period++) {
		if (memcmp(password, password + period, len - period) == 0) {
			return true;
		}
	}
	return false;
}

/* Gives the key of what makes the password easy to guess; NULL when nothing does. */
static const char *password_guess(const char *password, const char *const words[])
{
	struct password_words known = { .count = 0 };
	char head[GUESSED_MAX + 1];
	ZxcMatch_t *matches = NULL;
	const char *key = NULL;
	size_t len = strnlen(password, GUESSED_MAX);

	memcpy(head, password, len);
	head[len] = '\0';
	for (; *words != NULL; words++) {
		password_add_words(&known, *words);
	}
	if (ZxcvbnMatch(head, known.list, &matches) < min_bits) {
		key = password_key_of(matches);
	}
	ZxcvbnFreeInfo(matches);
	explicit_bzero(head, sizeof(head));
	return key;
}

const char *password_check(const char *password, const char *const words[])
{
	size_t len = strlen(password), points = text_points(password);

	if (len == 0) {
		return "password.required";
	}
	if (points < PASSWORD_MIN) {
		return "password.too_short";
	}
	if (points > PASSWORD_MAX || len > PASSWORD_BYTES) {
		return "password.too_long";
	}
	if (password_is_repeated(password, len)) {
		return "password.repeated";
	}
	return password_guess(password, words);
}

void password_generate(char out[static PASSWORD_GENERATED_MAX], unsigned (*pick)(unsigned bound))
{
	enum { STEP = PASSWORD_GROUP + 1, SIZE = PASSWORD_GROUPS * STEP };

	for (size_t i = 0; i < SIZE; i++) {
		out[i] = i % STEP == PASSWORD_GROUP ? '-'
			: password_letters[pick(sizeof(password_letters) - 1)];
	}
	out[SIZE - 1] = '\0';
}
