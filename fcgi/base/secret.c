#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(SECRET_HASH_SIZE == crypto_generichash_BYTES, "BLAKE2b-256");
_Static_assert(SECRET_KEY_SIZE == crypto_secretbox_KEYBYTES, "key of a box");
_Static_assert(SECRET_KEY_SIZE == crypto_box_PUBLICKEYBYTES, "public key");
_Static_assert(SECRET_KEY_SIZE == crypto_box_SECRETKEYBYTES, "secret key");
_Static_assert(SECRET_SEAL_EXTRA == crypto_box_SEALBYTES, "overhead of a sealed box");
_Static_assert(SECRET_PHC_MAX >= crypto_pwhash_STRBYTES, "room for a PHC string");

enum {
	BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
	PASSES_MOST = 16,
	KIBIBYTES_MOST = 1024 * 1024
};

enum err secret_init(void)
{
	return sodium_init() < 0 ? ERR_UNAVAILABLE : ERR_OK;
}

void secret_random(void *bytes, size_t size)
{
	randombytes_buf(bytes, size);
}

uint32_t secret_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

void secret_token(char out[static SECRET_TOKEN_TEXT])
{
	unsigned char bytes[32];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(out, SECRET_TOKEN_TEXT, bytes, sizeof(bytes), BASE64);
	sodium_memzero(bytes, sizeof(bytes));
}

void secret_wipe(void *bytes, size_t size)
{
	sodium_memzero(bytes, size);
}

bool secret_equal(const void *a, const void *b, size_t size)
{
	return sodium_memcmp(a, b, size) == 0;
}

char *secret_to_text(struct arena *arena, const void *bytes, size_t size)
{
	size_t room = sodium_base64_encoded_len(size, BASE64);

	return sodium_bin2base64(arena_alloc(arena, room), room, bytes, size, BASE64);
}

bool secret_from_text(const char *text, void *bytes, size_t *size)
{
	return sodium_base642bin(bytes, *size, text, strlen(text), NULL, size, NULL, BASE64) == 0;
}

char *secret_to_hex(struct arena *arena, const void *bytes, size_t size)
{
	return sodium_bin2hex(arena_array(arena, 2, size + 1), 2 * size + 1, bytes, size);
}

struct secret_hash secret_hash(const void *bytes, size_t size)
{
	struct secret_hash hash;

	crypto_generichash(hash.bytes, sizeof(hash.bytes), bytes, size, NULL, 0);
	return hash;
}

struct secret_hash secret_keyed(const struct secret_key *key, const char *purpose,
	const void *bytes, size_t size)
{
	crypto_generichash_state state;
	struct secret_hash hash;

	crypto_generichash_init(&state, key->bytes, sizeof(key->bytes), sizeof(hash.bytes));
	crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&state, bytes, size);
	crypto_generichash_final(&state, hash.bytes, sizeof(hash.bytes));
	return hash;
}

enum err secret_password_hash(const char *password, uint64_t passes, size_t memory,
	char out[static SECRET_PHC_MAX])
{
	return crypto_pwhash_str(out, password, strlen(password), passes, memory) == 0 ? ERR_OK
		: ERR_UNAVAILABLE;
}

bool secret_password_is_hash(const char *phc)
{
	unsigned memory, passes;

	return sscanf(phc, "$argon2id$v=19$m=%9u,t=%9u,p=1$", &memory, &passes) == 2 &&
		memory <= KIBIBYTES_MOST && passes <= PASSES_MOST;
}

enum err secret_password_verify(const char *password, const char *phc, bool *match)
{
	*match = false;
	if (!secret_password_is_hash(phc)) {
		return ERR_BUG;
	}
	errno = 0;
	*match = crypto_pwhash_str_verify(phc, password, strlen(password)) == 0;
	return !*match && errno == ENOMEM ? ERR_UNAVAILABLE : ERR_OK;
}

bool secret_password_is_old(const char *phc, uint64_t passes, size_t memory)
{
	return crypto_pwhash_str_needs_rehash(phc, passes, memory) != 0;
}

void secret_seal(const struct secret_key *public_key, const void *bytes, size_t size,
	unsigned char *out)
{
	crypto_box_seal(out, bytes, size, public_key->bytes);
}

bool secret_unseal(const struct secret_key *public_key, const struct secret_key *secret_key,
	const unsigned char *box, size_t size, unsigned char *out)
{
	return crypto_box_seal_open(out, box, size, public_key->bytes, secret_key->bytes) == 0;
}

char *secret_wrap(struct arena *arena, const struct secret_key *key, const void *bytes, size_t size)
{
	size_t boxed = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + size;
	unsigned char *box = arena_alloc(arena, boxed);

	randombytes_buf(box, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, bytes, size, box, key->bytes);
	return secret_to_text(arena, box, boxed);
}

void *secret_unwrap(struct arena *arena, const struct secret_key *key, const char *text,
	size_t *size)
{
	size_t boxed = strlen(text);
	unsigned char *box = arena_alloc(arena, boxed);
	unsigned char *bytes;

	if (!secret_from_text(text, box, &boxed) ||
	    boxed < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) {
		return NULL;
	}
	*size = boxed - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES;
	bytes = arena_alloc(arena, *size);
	if (crypto_secretbox_open_easy(bytes, box + crypto_secretbox_NONCEBYTES,
			boxed - crypto_secretbox_NONCEBYTES, box, key->bytes) != 0) {
		return NULL;
	}
	return bytes;
}

void secret_pair(struct secret_key *public_key, struct secret_key *secret_key)
{
	crypto_box_keypair(public_key->bytes, secret_key->bytes);
}

void secret_public(const struct secret_key *secret_key, struct secret_key *public_key)
{
	crypto_scalarmult_base(public_key->bytes, secret_key->bytes);
}

enum err secret_key_load(const char *path, struct secret_key *key)
{
	char hex[2 * SECRET_KEY_SIZE + 2] = "";
	size_t len = 0;
	FILE *file = fopen(path, "re");
	bool whole;

	if (file == NULL) {
		return ERR_INVALID;
	}
	whole = fgets(hex, sizeof(hex), file) != NULL;
	fclose(file);
	whole = whole && sodium_hex2bin(key->bytes, sizeof(key->bytes), hex, strlen(hex), "\n", &len,
		NULL) == 0 && len == sizeof(key->bytes);
	sodium_memzero(hex, sizeof(hex));
	return whole ? ERR_OK : ERR_INVALID;
}

enum err secret_key_save(const char *path, const struct secret_key *key, unsigned mode)
{
	char hex[2 * SECRET_KEY_SIZE + 2];
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
	bool whole;

	if (file < 0) {
		return errno == EEXIST ? ERR_CONFLICT : ERR_UNAVAILABLE;
	}
	sodium_bin2hex(hex, sizeof(hex), key->bytes, sizeof(key->bytes));
	hex[2 * SECRET_KEY_SIZE] = '\n';
	whole = fchmod(file, (mode_t)mode) == 0 &&
		write(file, hex, 2 * SECRET_KEY_SIZE + 1) == 2 * SECRET_KEY_SIZE + 1 && fsync(file) == 0;
	close(file);
	sodium_memzero(hex, sizeof(hex));
	return whole ? ERR_OK : ERR_UNAVAILABLE;
}
