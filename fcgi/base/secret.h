/*
 * libsodium's only door: randomness, tokens, password hashes, keyed hashes, boxes. Nothing here
 * invents cryptography; each function names the libsodium construction that it is.
 *
 * Secrets are compared with secret_equal() and wiped with secret_wipe().
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_KEY_SIZE 32     /* a server key, a public key, a secret key */
#define SECRET_HASH_SIZE 32    /* BLAKE2b-256 */
#define SECRET_TOKEN_TEXT 44   /* 32 random bytes as base64url without padding, with NUL */
#define SECRET_PHC_MAX 128     /* crypto_pwhash_STRBYTES: "$argon2id$v=19$m=...", with NUL */
#define SECRET_SEAL_EXTRA 50   /* a mark, a public key, a number, and crypto_secretbox's tag */

struct secret_key {
	unsigned char bytes[SECRET_KEY_SIZE];
};

struct secret_hash {
	unsigned char bytes[SECRET_HASH_SIZE];
};

/* What the keys of a file are for. One in use writes and opens; the next one, which will take its
 * place, and the old one, whose place it took, open as well; a retired one proves what it has
 * sealed, and opens nothing. */
enum secret_state { SECRET_IN_USE, SECRET_NEXT, SECRET_OLD, SECRET_RETIRED };

#define SECRET_KEYS_MAX 16

/* The keys of one file: the one in use, those that open, the retired ones, newest first. */
struct secret_ring {
	struct secret_key key[SECRET_KEYS_MAX];
	enum secret_state state[SECRET_KEYS_MAX];
	size_t opening; /* how many write or open */
	size_t count;   /* of all */
};

#define SECRET_FINGERPRINT 17 /* 16 hex digits and NUL */

/* Names the library and its release: "libsodium 1.0.18". */
const char *secret_library(void);

/* Once, before threads. Fails only when the system has no randomness. */
enum err secret_init(void) MUST_USE;

/* Fills bytes with randomness of the system (randombytes_buf). */
void secret_random(void *bytes, size_t size);

/* Gives a uniform number below bound (randombytes_uniform: no modulo bias). */
uint32_t secret_below(uint32_t bound);

/* Makes 256 random bits as 43 characters of base64url (ASVS 7.2.3). */
void secret_token(char out[static SECRET_TOKEN_TEXT]);

/* Overwrites a secret that is needed no more, which no compiler leaves out. */
void secret_wipe(void *bytes, size_t size);

/* Tells whether a and b are the same, in a time that does not tell where they differ. */
bool secret_equal(const void *a, const void *b, size_t size);

/* Writes bytes as base64url without padding (RFC 4648 section 5). */
char *secret_to_text(struct arena *arena, const void *bytes, size_t size);
/* false when the text is not base64url or does not fit; *size is the room before, the length
 * after. */
bool secret_from_text(const char *text, void *bytes, size_t *size) MUST_USE;
/* Writes bytes as lower-case hex. */
char *secret_to_hex(struct arena *arena, const void *bytes, size_t size);

/* Gives the BLAKE2b-256 of a token that has enough entropy of its own: what the database keeps of
 * it. */
struct secret_hash secret_hash(const void *bytes, size_t size);

/* Gives the keyed BLAKE2b-256, for what could be guessed (codes, addresses). purpose separates uses
 * of the same key; parts are joined unambiguously. */
struct secret_hash secret_keyed(const struct secret_key *key, const char *purpose,
	const void *bytes, size_t size);
/* The same of head and what follows it, which may be long and is not copied. */
struct secret_hash secret_keyed_after(const struct secret_key *key, const char *purpose,
	const char *head, const void *bytes, size_t size);

/* Hashes by Argon2id (RFC 9106) in PHC form. ERR_UNAVAILABLE when the memory cannot be had: never
 * treat that as a wrong password. memory in bytes. */
enum err secret_password_hash(const char *password, uint64_t passes, size_t memory,
	char out[static SECRET_PHC_MAX]) MUST_USE;

/* Writes a hash of such a cost that no password is known to match. It is drawn, not computed: made
 * at once, and verified as slowly as any. */
void secret_password_dummy(uint64_t passes, size_t memory, char out[static SECRET_PHC_MAX]);

/* Tells whether the text is a hash that can be checked: Argon2id of at most 1 GiB and 16 passes,
 * because a hash asks for its own memory and time. An account that shall have no password holds
 * another text, "!" for instance. */
bool secret_password_is_hash(const char *phc);

/* Says in *match whether the password belongs to the hash; costs one Argon2id either way. ERR_BUG
 * for what is not a hash. */
enum err secret_password_verify(const char *password, const char *phc, bool *match) MUST_USE;

/* Tells whether the hash was made with other parameters than these. */
bool secret_password_is_old(const char *phc, uint64_t passes, size_t memory);

/* Seals boxes for the holder of a secret key, one after the other. A sealed box is made with a key
 * pair that is thrown away (crypto_box_seal): two multiplications on the curve, which cost more
 * than all else that a program does for a letter. Here up to 256 boxes within a minute have one
 * pair. What it shares with the holder (crypto_box_beforenm) gives the first box's key and what
 * the next one's comes from (crypto_kdf), and is wiped: a sealer cannot open what it has sealed. */
struct secret_sealer {
	struct secret_key holder;     /* public */
	struct secret_key public_key; /* of the pair */
	struct secret_key next;       /* what the next box's key comes from */
	int64_t since;                /* of the pair, by clock_running() */
	unsigned sealed;              /* boxes with it; SECRET_SEALER_MOST: it is to be made */
};

#define SECRET_SEALER_MOST 256

/* For one thread. Nothing needs to be released. */
void secret_sealer_init(struct secret_sealer *sealer, const struct secret_key *holder);
/* Makes a box (crypto_secretbox); out has size + SECRET_SEAL_EXTRA. */
void secret_seal(struct secret_sealer *sealer, const void *bytes, size_t size, unsigned char *out);

/* Opens a box of a sealer, or one of crypto_box_seal, as they were made before. false when it is
 * not ours or was changed; out has room for size, and *opened is how much of that came out. */
bool secret_unseal(const struct secret_key *secret_key, const unsigned char *box, size_t size,
	unsigned char *out, size_t *opened) MUST_USE;

/* What the server's key wraps. Each purpose has a key of its own that comes from it (crypto_kdf),
 * so that nothing made for one is taken for another; the numbers are for good. Keyed hashes name
 * their purpose in words: secret_keyed(). */
enum secret_purpose {
	SECRET_CURSOR = 1, /* where a page of a list ends; carried by the client */
	SECRET_DEVICE = 2, /* a browser that has signed in before; carried by it */
	SECRET_SEED = 3    /* what an authenticator app knows; kept in the database */
};

/* Authenticated encryption (crypto_aead_xchacha20poly1305_ietf, random nonce) as base64url: for
 * values that somebody else keeps for us and may neither read nor change. It opens for its purpose
 * and owner alone, a user's id or 0 for nobody's. */
char *secret_wrap(struct arena *arena, const struct secret_key *key, enum secret_purpose purpose,
	uint64_t owner, const void *bytes, size_t size);
/* NULL when the text was not made by secret_wrap() with the same key, purpose and owner; *size is
 * the length. */
void *secret_unwrap(struct arena *arena, const struct secret_key *key, enum secret_purpose purpose,
	uint64_t owner, const char *text, size_t *size);
/* The same for what was wrapped before there were purposes (crypto_secretbox under the server's
 * key itself): for seeds that the database has kept since, which are then to be wrapped anew. */
void *secret_unwrap_old(struct arena *arena, const struct secret_key *key, const char *text,
	size_t *size);

/* Makes a new key pair for sealed boxes; a new server key is secret_random(). */
void secret_pair(struct secret_key *public_key, struct secret_key *secret_key);
/* Gives the public key that belongs to a secret key. */
void secret_public(const struct secret_key *secret_key, struct secret_key *public_key);

/* Reads a key file: 64 hex digits and a newline. ERR_INVALID when it is unreadable or none. */
enum err secret_key_load(const char *path, struct secret_key *key) MUST_USE;
/* Reads the 64 hex digits of a key. */
enum err secret_key_parse(const char *hex, size_t size, struct secret_key *key) MUST_USE;
/* Reads all keys of a file: a line of 64 hex digits, then lines "next HEX", "old HEX" and "retired
 * HEX" in that order. ERR_INVALID when it is unreadable or none. */
enum err secret_ring_load(const char *path, struct secret_ring *ring) MUST_USE;
/* The same of what a key file holds. */
enum err secret_ring_parse(const char *bytes, size_t size, struct secret_ring *ring) MUST_USE;
/* Writes it over the file, whose owner and mode stay; whoever reads it meanwhile has the one or the
 * other. ERR_UNAVAILABLE when it cannot be written: errno says why. */
enum err secret_ring_save(const char *path, const struct secret_ring *ring) MUST_USE;
/* Names a key in words that tell nothing of it. */
void secret_fingerprint(const struct secret_key *key, char out[static SECRET_FINGERPRINT]);
/* Creates the file with the given mode, as file_make() does. */
enum err secret_key_save(const char *path, const struct secret_key *key, unsigned mode) MUST_USE;

#endif
