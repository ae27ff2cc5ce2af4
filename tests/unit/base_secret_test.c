/* What libsodium promises, kept through our door. */
#include "base/clock.h"
#include "base/secret.h"

#include <ftw.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* The least that Argon2id takes: the tests are about right and wrong, not about cost. */
enum { PASSES = 1, MEMORY = 8192 };

static struct arena arena;
static char folder[] = "/tmp/secret_test.XXXXXX";

static int prepare(void **state)
{
	(void)state;
	arena_init(&arena);
	return mkdtemp(folder) == NULL || secret_init() != ERR_OK ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

static int clean(void **state)
{
	(void)state;
	arena_release(&arena);
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *path_of(const char *name)
{
	return arena_printf(&arena, "%s/%s", folder, name);
}

static struct secret_key new_key(void)
{
	struct secret_key key;

	secret_random(&key, sizeof(key));
	return key;
}

static int compare_tokens(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void ten_thousand_tokens_all_differ(void **state)
{
	enum { COUNT = 10000 };
	char (*tokens)[SECRET_TOKEN_TEXT] = arena_array(&arena, COUNT, sizeof(*tokens));

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		secret_token(tokens[i]);
	}
	qsort(tokens, COUNT, sizeof(*tokens), compare_tokens);
	for (size_t i = 1; i < COUNT; i++) {
		assert_string_not_equal(tokens[i - 1], tokens[i]);
	}
}

static void a_token_is_256_bits_in_43_characters_that_a_url_may_hold(void **state)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-_";
	char token[SECRET_TOKEN_TEXT];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		unsigned char bytes[64];
		size_t size = sizeof(bytes);

		secret_token(token);
		assert_int_equal(strlen(token), 43);
		assert_int_equal(strspn(token, alphabet), 43);
		assert_true(secret_from_text(token, bytes, &size));
		assert_int_equal(size, 32);
	}
}

/* 8,000 bits of which each is set about half the time; a stuck one is set always or never. */
static void random_bytes_have_no_stuck_bit(void **state)
{
	unsigned char all_set[32], ever_set[32] = { 0 };

	(void)state;
	memset(all_set, 0xff, sizeof(all_set));
	for (int i = 0; i < 250; i++) {
		unsigned char bytes[32];

		secret_random(bytes, sizeof(bytes));
		for (size_t j = 0; j < sizeof(bytes); j++) {
			all_set[j] &= bytes[j];
			ever_set[j] |= bytes[j];
		}
	}
	for (size_t j = 0; j < sizeof(all_set); j++) {
		assert_int_equal(all_set[j], 0);
		assert_int_equal(ever_set[j], 0xff);
	}
}

static void a_number_below_a_bound_reaches_every_value_and_no_other(void **state)
{
	bool seen[10] = { false };

	(void)state;
	for (int i = 0; i < 10000; i++) {
		uint32_t number = secret_below(10);

		assert_in_range(number, 0, 9);
		seen[number] = true;
	}
	for (size_t i = 0; i < 10; i++) {
		assert_true(seen[i]);
	}
	assert_int_equal(secret_below(1), 0);
}

static void equal_is_every_byte_equal(void **state)
{
	unsigned char a[32], b[32];

	(void)state;
	secret_random(a, sizeof(a));
	memcpy(b, a, sizeof(a));
	assert_true(secret_equal(a, b, sizeof(a)));
	for (size_t bit = 0; bit < 8 * sizeof(b); bit++) {
		b[bit / 8] ^= (unsigned char)(1U << bit % 8);
		assert_false(secret_equal(a, b, sizeof(a)));
		b[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
	assert_true(secret_equal(a, "other", 0));
}

static void wiped_memory_is_zero_and_its_neighbours_are_not(void **state)
{
	unsigned char bytes[4] = { 1, 2, 3, 4 };

	(void)state;
	secret_wipe(bytes + 1, 2);
	assert_memory_equal(bytes, "\1\0\0\4", 4);
}

static void bytes_become_base64url_and_come_back(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *text;
	} rows[] = {
		{ "", 0, "" },
		{ "f", 1, "Zg" },
		{ "fo", 2, "Zm8" },
		{ "foo", 3, "Zm9v" },
		{ "foobar", 6, "Zm9vYmFy" },
		{ "\xfb\xff\xfe", 3, "-__-" },
		{ "\0\0", 2, "AAA" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char bytes[16];
		size_t size = sizeof(bytes);

		assert_string_equal(secret_to_text(&arena, rows[i].bytes, rows[i].size), rows[i].text);
		assert_true(secret_from_text(rows[i].text, bytes, &size));
		assert_int_equal(size, rows[i].size);
		assert_memory_equal(bytes, rows[i].bytes, size);
	}
}

static void what_is_not_base64url_is_refused(void **state)
{
	static const char *const texts[] = { "Z", "Zg==", "Zm9=", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n",
		"Zm9v.", "Zh", "\xc3\xa4" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		unsigned char bytes[16];
		size_t size = sizeof(bytes);

		if (secret_from_text(texts[i], bytes, &size)) {
			fail_msg("\"%s\" was taken", texts[i]);
		}
	}
}

static void base64url_that_does_not_fit_is_refused(void **state)
{
	unsigned char bytes[4] = { 0, 0, 0, 0x55 };
	size_t size = 3;

	(void)state;
	assert_true(secret_from_text("Zm9v", bytes, &size));
	size = 3;
	assert_false(secret_from_text("Zm9vYg", bytes, &size));
	assert_int_equal(bytes[3], 0x55);
}

static void hex_is_lower_case(void **state)
{
	(void)state;
	assert_string_equal(secret_to_hex(&arena, "", 0), "");
	assert_string_equal(secret_to_hex(&arena, "\0\x0f\xab\xff", 4), "000fabff");
}

/* The digests were made with Python's hashlib.blake2b(digest_size=32). */
static void a_hash_is_blake2b_256(void **state)
{
	struct secret_hash empty = secret_hash("", 0), abc = secret_hash("abc", 3);

	(void)state;
	assert_string_equal(secret_to_hex(&arena, empty.bytes, sizeof(empty.bytes)),
		"0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	assert_string_equal(secret_to_hex(&arena, abc.bytes, sizeof(abc.bytes)),
		"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static bool same(struct secret_hash a, struct secret_hash b)
{
	return secret_equal(a.bytes, b.bytes, sizeof(a.bytes));
}

static void a_keyed_hash_depends_on_key_purpose_and_bytes(void **state)
{
	const struct secret_key key = new_key(), other = new_key();
	struct secret_hash hash = secret_keyed(&key, "code", "123456", 6);

	(void)state;
	assert_true(same(hash, secret_keyed(&key, "code", "123456", 6)));
	assert_false(same(hash, secret_keyed(&other, "code", "123456", 6)));
	assert_false(same(hash, secret_keyed(&key, "address", "123456", 6)));
	assert_false(same(hash, secret_keyed(&key, "code", "123457", 6)));
	assert_false(same(hash, secret_keyed(&key, "code", "123456", 5)));
	assert_false(same(hash, secret_hash("123456", 6)));
}

static void purpose_and_bytes_cannot_be_shifted_into_each_other(void **state)
{
	const struct secret_key key = new_key();
	struct secret_hash hash = secret_keyed(&key, "code", "1234", 4);

	(void)state;
	assert_false(same(hash, secret_keyed(&key, "code1", "234", 3)));
	assert_false(same(hash, secret_keyed(&key, "cod", "e1234", 5)));
	assert_false(same(hash, secret_keyed(&key, "", "code1234", 8)));
	assert_false(same(hash, secret_keyed(&key, "code1234", "", 0)));
}

static void assert_verify(const char *password, const char *phc, bool expected)
{
	bool match = !expected;

	assert_int_equal(secret_password_verify(password, phc, &match), ERR_OK);
	assert_int_equal(match, expected);
}

static void the_right_password_matches_its_hash_and_no_other_does(void **state)
{
	char phc[SECRET_PHC_MAX];

	(void)state;
	assert_int_equal(secret_password_hash("correct horse", PASSES, MEMORY, phc), ERR_OK);
	assert_true(secret_password_is_hash(phc));
	assert_verify("correct horse", phc, true);
	assert_verify("correct horsf", phc, false);
	assert_verify("Correct horse", phc, false);
	assert_verify("correct horse ", phc, false);
	assert_verify("", phc, false);
}

static void a_long_password_counts_to_its_last_byte(void **state)
{
	char password[1025] = "", phc[SECRET_PHC_MAX];

	(void)state;
	memset(password, 'x', 1024);
	assert_int_equal(secret_password_hash(password, PASSES, MEMORY, phc), ERR_OK);
	assert_verify(password, phc, true);
	password[1023] = 'y';
	assert_verify(password, phc, false);
}

static void a_hash_is_argon2id_with_the_given_cost_and_a_salt_of_its_own(void **state)
{
	char one[SECRET_PHC_MAX], two[SECRET_PHC_MAX];

	(void)state;
	assert_int_equal(secret_password_hash("same", 2, 64 * 1024, one), ERR_OK);
	assert_int_equal(secret_password_hash("same", 2, 64 * 1024, two), ERR_OK);
	assert_memory_equal(one, "$argon2id$v=19$m=64,t=2,p=1$", 28);
	assert_string_not_equal(one, two);
	assert_null(strstr(one, "same"));
}

static void a_dummy_looks_and_costs_as_a_hash_does_and_matches_nothing(void **state)
{
	char hash[SECRET_PHC_MAX], one[SECRET_PHC_MAX], two[SECRET_PHC_MAX];

	(void)state;
	assert_int_equal(secret_password_hash("any", PASSES, MEMORY, hash), ERR_OK);
	secret_password_dummy(PASSES, MEMORY, one);
	secret_password_dummy(PASSES, MEMORY, two);
	assert_int_equal(strlen(one), strlen(hash));
	assert_memory_equal(one, hash, (size_t)(strstr(hash, ",p=1$") - hash));
	assert_true(secret_password_is_hash(one));
	assert_false(secret_password_is_old(one, PASSES, MEMORY));
	assert_verify("any", one, false);
	assert_verify("", one, false);
	assert_string_not_equal(one, two);
}

static void memory_that_cannot_be_had_is_no_wrong_password(void **state)
{
	char phc[SECRET_PHC_MAX];

	(void)state;
	assert_int_equal(secret_password_hash("any", PASSES, SIZE_MAX, phc), ERR_UNAVAILABLE);
}

static void the_dearest_hash_that_is_allowed_is_a_hash(void **state)
{
	(void)state;
	assert_true(secret_password_is_hash("$argon2id$v=19$m=1048576,t=16,p=1$c2FsdHNhbHQ$AAAA"));
}

static void what_asks_for_too_much_or_is_no_hash_is_not_run(void **state)
{
	static const char *const hashes[] = {
		"$argon2id$v=19$m=1048577,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA",
		"$argon2id$v=19$m=999999999999,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA",
		"$argon2id$v=19$m=8,t=17,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA",
		"$argon2id$v=19$m=8,t=4294967295,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA",
		"$argon2id$v=19$m=-1,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA",
		"$argon2i$v=19$m=8,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA",
		"$2y$10$abcdefghijklmnopqrstuv",
		"plain",
		"!",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		bool match = true;

		assert_false(secret_password_is_hash(hashes[i]));
		assert_int_equal(secret_password_verify("any", hashes[i], &match), ERR_BUG);
		assert_false(match);
	}
}

static void a_damaged_hash_matches_nothing(void **state)
{
	char phc[SECRET_PHC_MAX];
	size_t len;

	(void)state;
	assert_int_equal(secret_password_hash("any", PASSES, MEMORY, phc), ERR_OK);
	len = strlen(phc);
	phc[len - 3] = phc[len - 3] == 'A' ? 'B' : 'A';
	assert_verify("any", phc, false);
	phc[len - 8] = '\0';
	assert_verify("any", phc, false);
	assert_verify("any", "$argon2id$v=19$m=8,t=1,p=1$", false);
}

static void a_hash_is_old_when_its_cost_is_another(void **state)
{
	char phc[SECRET_PHC_MAX];

	(void)state;
	assert_int_equal(secret_password_hash("any", 2, 2 * MEMORY, phc), ERR_OK);
	assert_false(secret_password_is_old(phc, 2, 2 * MEMORY));
	assert_true(secret_password_is_old(phc, 3, 2 * MEMORY));
	assert_true(secret_password_is_old(phc, 1, 2 * MEMORY));
	assert_true(secret_password_is_old(phc, 2, 4 * MEMORY));
	assert_true(secret_password_is_old(phc, 2, MEMORY));
	assert_true(secret_password_is_old("plain", 2, 2 * MEMORY));
}

enum { SEAL_HEAD = 1 + SECRET_KEY_SIZE + 1 }; /* what stands before that which is sealed */

static void a_sealed_box_opens_for_its_owner(void **state)
{
	static const char letter[] = "the code is 123456";
	struct secret_key public_key, secret_key;
	struct secret_sealer sealer;
	unsigned char box[sizeof(letter) + SECRET_SEAL_EXTRA], opened[sizeof(box)];
	size_t size = 0;

	(void)state;
	secret_pair(&public_key, &secret_key);
	secret_sealer_init(&sealer, &public_key);
	secret_seal(&sealer, letter, sizeof(letter), box);
	assert_null(memmem(box, sizeof(box), "123456", 6));
	assert_true(secret_unseal(&secret_key, box, sizeof(box), opened, &size));
	assert_int_equal(size, sizeof(letter));
	assert_string_equal((const char *)opened, letter);
}

/* More than have one pair, and each looked at in another order than it was sealed in. */
static void each_of_many_boxes_opens_by_itself(void **state)
{
	enum { MANY = 2 * SECRET_SEALER_MOST + 3, SIZE = sizeof(int) + SECRET_SEAL_EXTRA };
	static unsigned char boxes[MANY][SIZE];
	struct secret_key public_key, secret_key;
	struct secret_sealer sealer;
	int opened[SIZE] = { 0 }, pairs = 1;
	size_t size;

	(void)state;
	secret_pair(&public_key, &secret_key);
	secret_sealer_init(&sealer, &public_key);
	for (int i = 0; i < MANY; i++) {
		secret_seal(&sealer, &i, sizeof(i), boxes[i]);
		pairs += i > 0 && memcmp(boxes[i], boxes[i - 1], SEAL_HEAD - 1) != 0;
	}
	assert_int_equal(pairs, 3);
	for (int i = MANY - 1; i >= 0; i--) {
		assert_true(secret_unseal(&secret_key, boxes[i], SIZE,
			(unsigned char *)opened, &size));
		assert_int_equal(size, sizeof(i));
		assert_int_equal(opened[0], i);
	}
}

/* Also what begins alike comes out different, and a box is not its neighbour's. */
static void no_two_boxes_have_the_same_key(void **state)
{
	enum { SIZE = 32 + SECRET_SEAL_EXTRA };
	static const unsigned char same[32];
	unsigned char one[SIZE], other[SIZE], opened[SIZE];
	struct secret_key public_key, secret_key;
	struct secret_sealer sealer;
	size_t size;

	(void)state;
	secret_pair(&public_key, &secret_key);
	secret_sealer_init(&sealer, &public_key);
	secret_seal(&sealer, same, sizeof(same), one);
	secret_seal(&sealer, same, sizeof(same), other);
	assert_memory_equal(one, other, SEAL_HEAD - 1);
	assert_memory_not_equal(one + SEAL_HEAD, other + SEAL_HEAD, SIZE - SEAL_HEAD);
	one[SEAL_HEAD - 1]++;
	assert_false(secret_unseal(&secret_key, one, SIZE, opened, &size));
}

/* Nor does the pair last: whoever reads a program's memory reads no letters of an hour ago. */
static void a_sealer_cannot_open_what_it_has_sealed(void **state)
{
	enum { SIZE = 4 + SECRET_SEAL_EXTRA };
	unsigned char before[SIZE], after[SIZE];
	struct secret_key public_key, secret_key;
	struct secret_sealer sealer, copy;

	(void)state;
	secret_pair(&public_key, &secret_key);
	secret_sealer_init(&sealer, &public_key);
	secret_seal(&sealer, "code", 4, before);
	copy = sealer;
	copy.sealed = before[SEAL_HEAD - 1];
	secret_seal(&copy, "code", 4, after);
	assert_memory_equal(before, after, SEAL_HEAD);
	assert_memory_not_equal(before + SEAL_HEAD, after + SEAL_HEAD, SIZE - SEAL_HEAD);
	sealer.since -= 61 * CLOCK_SECOND;
	secret_seal(&sealer, "code", 4, after);
	assert_memory_not_equal(before, after, SEAL_HEAD - 1);
}

/* One in 256 of them begins as those of today do. */
static void boxes_of_before_open_whatever_they_begin_with(void **state)
{
	enum { SIZE = 40 };
	struct secret_key public_key, secret_key;
	unsigned char box[SIZE + crypto_box_SEALBYTES], opened[sizeof(box)] = { 0 };
	unsigned char begun[256] = { 0 };
	size_t size = 0, met = 0;

	(void)state;
	secret_pair(&public_key, &secret_key);
	for (int tries = 0; met < 256 && tries < 10000; tries++) {
		crypto_box_seal(box, opened, SIZE, public_key.bytes);
		met += begun[box[0]] == 0;
		begun[box[0]] = 1;
		assert_true(secret_unseal(&secret_key, box, sizeof(box), opened, &size));
		assert_int_equal(size, SIZE);
	}
	assert_int_equal(met, 256);
	assert_false(secret_unseal(&secret_key, box, sizeof(box) - 1, opened, &size));
	assert_false(secret_unseal(&secret_key, box, crypto_box_SEALBYTES - 1, opened,
		&size));
}

static void nothing_can_be_sealed_too(void **state)
{
	struct secret_key public_key, secret_key;
	struct secret_sealer sealer;
	unsigned char box[SECRET_SEAL_EXTRA], opened[sizeof(box)];
	size_t size = 1;

	(void)state;
	secret_pair(&public_key, &secret_key);
	secret_sealer_init(&sealer, &public_key);
	secret_seal(&sealer, "", 0, box);
	assert_true(secret_unseal(&secret_key, box, sizeof(box), opened, &size));
	assert_int_equal(size, 0);
}

static void a_sealed_box_with_one_bit_flipped_does_not_open(void **state)
{
	struct secret_key public_key, secret_key;
	struct secret_sealer sealer;
	unsigned char box[4 + SECRET_SEAL_EXTRA], opened[sizeof(box)];
	size_t size;

	(void)state;
	secret_pair(&public_key, &secret_key);
	secret_sealer_init(&sealer, &public_key);
	secret_seal(&sealer, "code", 4, box);
	for (size_t bit = 0; bit < 8 * sizeof(box); bit++) {
		box[bit / 8] ^= (unsigned char)(1U << bit % 8);
		if (secret_unseal(&secret_key, box, sizeof(box), opened, &size)) {
			fail_msg("bit %zu", bit);
		}
		box[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
	assert_true(secret_unseal(&secret_key, box, sizeof(box), opened, &size));
}

static void a_sealed_box_cut_short_or_for_another_does_not_open(void **state)
{
	struct secret_key public_key, secret_key, other_public, other_secret;
	struct secret_sealer sealer;
	unsigned char box[4 + SECRET_SEAL_EXTRA], opened[sizeof(box)];
	size_t opened_size;

	(void)state;
	secret_pair(&public_key, &secret_key);
	secret_pair(&other_public, &other_secret);
	secret_sealer_init(&sealer, &public_key);
	secret_seal(&sealer, "code", 4, box);
	assert_false(secret_unseal(&other_secret, box, sizeof(box), opened,
		&opened_size));
	for (size_t size = 0; size < sizeof(box); size++) {
		assert_false(secret_unseal(&secret_key, box, size, opened, &opened_size));
	}
}

static void a_wrapped_value_comes_back_and_shows_nothing(void **state)
{
	const struct secret_key key = new_key();
	const char *text = secret_wrap(&arena, &key, SECRET_CURSOR, 7, "cursor 42", 9);
	unsigned char raw[256];
	size_t size = sizeof(raw);

	(void)state;
	assert_true(secret_from_text(text, raw, &size));
	assert_null(memmem(raw, size, "cursor", 6));
	assert_memory_equal(secret_unwrap(&arena, &key, SECRET_CURSOR, 7, text, &size), "cursor 42", 9);
	assert_int_equal(size, 9);
	assert_string_not_equal(secret_wrap(&arena, &key, SECRET_CURSOR, 7, "cursor 42", 9), text);
	text = secret_wrap(&arena, &key, SECRET_CURSOR, 7, "", 0);
	assert_non_null(secret_unwrap(&arena, &key, SECRET_CURSOR, 7, text, &size));
	assert_int_equal(size, 0);
}

static void a_wrapped_value_that_was_touched_is_refused(void **state)
{
	const struct secret_key key = new_key(), other = new_key();
	char *text = secret_wrap(&arena, &key, SECRET_CURSOR, 7, "cursor 42", 9);
	size_t size;

	(void)state;
	assert_null(secret_unwrap(&arena, &other, SECRET_CURSOR, 7, text, &size));
	for (size_t i = 0; text[i] != '\0'; i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		assert_null(secret_unwrap(&arena, &key, SECRET_CURSOR, 7, text, &size));
		text[i] = '\0';
		assert_null(secret_unwrap(&arena, &key, SECRET_CURSOR, 7, text, &size));
		text[i] = was;
	}
	assert_null(secret_unwrap(&arena, &key, SECRET_CURSOR, 7, "no base64!", &size));
	assert_non_null(secret_unwrap(&arena, &key, SECRET_CURSOR, 7, text, &size));
}

/* Every purpose and owner against every other. */
static void what_was_wrapped_for_one_opens_for_no_other(void **state)
{
	static const enum secret_purpose purposes[] = { SECRET_CURSOR, SECRET_DEVICE, SECRET_SEED };
	static const uint64_t owners[] = { 0, 1, 2, UINT64_MAX };
	const struct secret_key key = new_key();
	size_t size;

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		const char *text = secret_wrap(&arena, &key, purposes[i / 4], owners[i % 4], "value", 5);

		assert_null(secret_unwrap_old(&arena, &key, text, &size));
		for (size_t j = 0; j < 12; j++) {
			const void *opened = secret_unwrap(&arena, &key, purposes[j / 4], owners[j % 4], text,
				&size);

			assert_true((opened != NULL) == (i == j));
		}
	}
}

/* Made by crypto_secretbox_easy() with the key 0, 1, ... 31 and the nonce 100, 101, ... 123. */
static void what_was_wrapped_before_there_were_purposes_opens_as_that_alone(void **state)
{
	static const char old[] = "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7Ya5qGc9MyWxqJF82py9U4DOLqv0PgPnRic0"
		"SpgSwli4JkgGX";
	struct secret_key key, other = new_key();
	size_t size;

	(void)state;
	for (unsigned char i = 0; i < SECRET_KEY_SIZE; i++) {
		key.bytes[i] = i;
	}
	assert_memory_equal(secret_unwrap_old(&arena, &key, old, &size), "12345678901234567890", 20);
	assert_int_equal(size, 20);
	assert_null(secret_unwrap_old(&arena, &other, old, &size));
	assert_null(secret_unwrap(&arena, &key, SECRET_SEED, 0, old, &size));
	assert_null(secret_unwrap_old(&arena, &key, "ZGVm", &size));
}

static void the_public_key_follows_from_the_secret_key(void **state)
{
	struct secret_key public_key, secret_key, derived;

	(void)state;
	secret_pair(&public_key, &secret_key);
	secret_public(&secret_key, &derived);
	assert_memory_equal(derived.bytes, public_key.bytes, SECRET_KEY_SIZE);
	assert_memory_not_equal(secret_key.bytes, public_key.bytes, SECRET_KEY_SIZE);
}

static void a_saved_key_loads_back(void **state)
{
	const char *path = path_of("saved.key");
	const struct secret_key key = new_key();
	struct secret_key loaded;

	(void)state;
	assert_int_equal(secret_key_save(path, &key, 0400), ERR_OK);
	assert_int_equal(secret_key_load(path, &loaded), ERR_OK);
	assert_memory_equal(loaded.bytes, key.bytes, SECRET_KEY_SIZE);
}

static void a_key_file_has_the_mode_that_was_asked_for_whatever_the_umask(void **state)
{
	static const unsigned modes[] = { 0400, 0440, 0600, 0644 };
	static const mode_t masks[] = { 0, 022, 077 };
	const char *path = path_of("mode.key");
	const struct secret_key key = new_key();
	mode_t before = umask(0);
	struct stat stat_of_key;

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		for (size_t j = 0; j < sizeof(masks) / sizeof(masks[0]); j++) {
			umask(masks[j]);
			assert_int_equal(secret_key_save(path, &key, modes[i]), ERR_OK);
			assert_int_equal(stat(path, &stat_of_key), 0);
			assert_int_equal(stat_of_key.st_mode & 07777, modes[i]);
			unlink(path);
		}
	}
	umask(before);
}

static void a_key_file_is_64_hex_digits_and_a_newline(void **state)
{
	const char *path = path_of("text.key");
	struct secret_key key;
	char text[128] = "";
	FILE *file;

	(void)state;
	for (size_t i = 0; i < SECRET_KEY_SIZE; i++) {
		key.bytes[i] = (unsigned char)(i + 0xa0);
	}
	assert_int_equal(secret_key_save(path, &key, 0600), ERR_OK);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fread(text, 1, sizeof(text), file), 65);
	fclose(file);
	assert_string_equal(text,
		"a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf\n");
}

static void a_key_that_exists_is_never_overwritten(void **state)
{
	const char *path = path_of("once.key");
	const struct secret_key first = new_key(), second = new_key();
	struct secret_key loaded;

	(void)state;
	assert_int_equal(secret_key_save(path, &first, 0600), ERR_OK);
	assert_int_equal(secret_key_save(path, &second, 0600), ERR_CONFLICT);
	assert_int_equal(secret_key_load(path, &loaded), ERR_OK);
	assert_memory_equal(loaded.bytes, first.bytes, SECRET_KEY_SIZE);
	assert_int_equal(secret_key_save(path_of("no/such/folder.key"), &first, 0600), ERR_UNAVAILABLE);
}

#define DIGITS_62 "00112233445566778899aabbccddeeff00112233445566778899aabbccddee"

static void what_is_no_key_file_is_refused(void **state)
{
	static const struct {
		const char *content;
		enum err err;
	} rows[] = {
		{ DIGITS_62 "ff\n", ERR_OK },
		{ DIGITS_62 "FF\n", ERR_OK },
		{ DIGITS_62 "ff", ERR_OK }, /* an editor may have dropped the newline */
		{ "", ERR_INVALID },
		{ "\n", ERR_INVALID },
		{ "\n" DIGITS_62 "ff\n", ERR_INVALID },
		{ DIGITS_62 "\n", ERR_INVALID },
		{ DIGITS_62 "f\n", ERR_INVALID },
		{ DIGITS_62 "fff\n", ERR_INVALID },
		{ DIGITS_62 "ffff\n", ERR_INVALID },
		{ DIGITS_62 "fg\n", ERR_INVALID },
		{ " " DIGITS_62 "ff\n", ERR_INVALID },
		{ "-----BEGIN PRIVATE KEY-----\n", ERR_INVALID },
	};
	const char *path = path_of("any.key");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FILE *file = fopen(path, "w");
		struct secret_key key;

		assert_non_null(file);
		fputs(rows[i].content, file);
		fclose(file);
		if (secret_key_load(path, &key) != rows[i].err) {
			fail_msg("row %zu: \"%s\"", i, rows[i].content);
		}
	}
}

static void a_key_file_that_cannot_be_read_is_invalid(void **state)
{
	struct secret_key key;

	(void)state;
	assert_int_equal(secret_key_load(path_of("absent.key"), &key), ERR_INVALID);
	assert_int_equal(secret_key_load(folder, &key), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_tokens_all_differ),
		cmocka_unit_test(a_token_is_256_bits_in_43_characters_that_a_url_may_hold),
		cmocka_unit_test(random_bytes_have_no_stuck_bit),
		cmocka_unit_test(a_number_below_a_bound_reaches_every_value_and_no_other),
		cmocka_unit_test(equal_is_every_byte_equal),
		cmocka_unit_test(wiped_memory_is_zero_and_its_neighbours_are_not),
		cmocka_unit_test(bytes_become_base64url_and_come_back),
		cmocka_unit_test(what_is_not_base64url_is_refused),
		cmocka_unit_test(base64url_that_does_not_fit_is_refused),
		cmocka_unit_test(hex_is_lower_case),
		cmocka_unit_test(a_hash_is_blake2b_256),
		cmocka_unit_test(a_keyed_hash_depends_on_key_purpose_and_bytes),
		cmocka_unit_test(purpose_and_bytes_cannot_be_shifted_into_each_other),
		cmocka_unit_test(the_right_password_matches_its_hash_and_no_other_does),
		cmocka_unit_test(a_long_password_counts_to_its_last_byte),
		cmocka_unit_test(a_hash_is_argon2id_with_the_given_cost_and_a_salt_of_its_own),
		cmocka_unit_test(a_dummy_looks_and_costs_as_a_hash_does_and_matches_nothing),
		cmocka_unit_test(memory_that_cannot_be_had_is_no_wrong_password),
		cmocka_unit_test(the_dearest_hash_that_is_allowed_is_a_hash),
		cmocka_unit_test(what_asks_for_too_much_or_is_no_hash_is_not_run),
		cmocka_unit_test(a_damaged_hash_matches_nothing),
		cmocka_unit_test(a_hash_is_old_when_its_cost_is_another),
		cmocka_unit_test(a_sealed_box_opens_for_its_owner),
		cmocka_unit_test(each_of_many_boxes_opens_by_itself),
		cmocka_unit_test(no_two_boxes_have_the_same_key),
		cmocka_unit_test(a_sealer_cannot_open_what_it_has_sealed),
		cmocka_unit_test(boxes_of_before_open_whatever_they_begin_with),
		cmocka_unit_test(nothing_can_be_sealed_too),
		cmocka_unit_test(a_sealed_box_with_one_bit_flipped_does_not_open),
		cmocka_unit_test(a_sealed_box_cut_short_or_for_another_does_not_open),
		cmocka_unit_test(a_wrapped_value_comes_back_and_shows_nothing),
		cmocka_unit_test(a_wrapped_value_that_was_touched_is_refused),
		cmocka_unit_test(what_was_wrapped_for_one_opens_for_no_other),
		cmocka_unit_test(what_was_wrapped_before_there_were_purposes_opens_as_that_alone),
		cmocka_unit_test(the_public_key_follows_from_the_secret_key),
		cmocka_unit_test(a_saved_key_loads_back),
		cmocka_unit_test(a_key_file_has_the_mode_that_was_asked_for_whatever_the_umask),
		cmocka_unit_test(a_key_file_is_64_hex_digits_and_a_newline),
		cmocka_unit_test(a_key_that_exists_is_never_overwritten),
		cmocka_unit_test(what_is_no_key_file_is_refused),
		cmocka_unit_test(a_key_file_that_cannot_be_read_is_invalid),
	};

	return cmocka_run_group_tests_name("base_secret", tests, prepare, clean);
}
