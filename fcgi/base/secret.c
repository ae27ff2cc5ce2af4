#include "base/secret.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/hash_memory.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(SECRET_HASH_SIZE == crypto_generichash_BYTES, "BLAKE2b-256");
_Static_assert(SECRET_KEY_SIZE == crypto_secretbox_KEYBYTES, "key of an old box");
_Static_assert(SECRET_KEY_SIZE == crypto_kdf_KEYBYTES, "key that others come from");
_Static_assert(crypto_secretbox_NONCEBYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
	crypto_secretbox_MACBYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "old boxes and new");
_Static_assert(SECRET_KEY_SIZE == crypto_box_PUBLICKEYBYTES, "public key");
_Static_assert(SECRET_KEY_SIZE == crypto_box_SECRETKEYBYTES, "secret key");
_Static_assert(SECRET_PHC_MAX >= crypto_pwhash_STRBYTES, "room for a PHC string");

enum {
	BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	PASSES_MAX = 16,
	PHC_HASH_SIZE = 32,
	KIBIBYTES_MAX = 1024 * 1024
};

const char *secret_library(void)
{
	static char name[64];

	snprintf(name, sizeof(name), "libsodium %s", sodium_version_string());
	return name;
}

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

struct secret_hash secret_keyed_after(const struct secret_key *key, const char *purpose,
	const char *head, const void *bytes, size_t size)
{
	crypto_generichash_state state;
	struct secret_hash hash;

	crypto_generichash_init(&state, key->bytes, sizeof(key->bytes), sizeof(hash.bytes));
	crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&state, (const unsigned char *)head, strlen(head));
	crypto_generichash_update(&state, bytes, size);
	crypto_generichash_final(&state, hash.bytes, sizeof(hash.bytes));
	return hash;
}

struct secret_hash secret_keyed(const struct secret_key *key, const char *purpose,
	const void *bytes, size_t size)
{
	return secret_keyed_after(key, purpose, "", bytes, size);
}

enum err secret_password_hash(const char *password, uint64_t passes, size_t memory,
	char out[static SECRET_PHC_MAX])
{
	int failed;

	hash_memory_lend();
	failed = crypto_pwhash_str(out, password, strlen(password), passes, memory);
	hash_memory_take_back();
	return failed == 0 ? ERR_OK : ERR_UNAVAILABLE;
}

/* What a PHC string is made of, as crypto_pwhash_str() writes it. */
struct phc {
	unsigned kibibytes;
	unsigned passes;
	int head; /* length of what stands before salt and hash */
	unsigned char salt[crypto_pwhash_SALTBYTES];
	unsigned char hash[PHC_HASH_SIZE];
};

/* Reads what the hash asks for; false for what is none, or asks for too much. */
static bool phc_read_head(const char *text, struct phc *phc)
{
	return sscanf(text, "$argon2id$v=19$m=%9u,t=%9u,p=1$%n", &phc->kibibytes, &phc->passes,
		&phc->head) == 2 && phc->kibibytes <= KIBIBYTES_MAX && phc->passes <= PASSES_MAX;
}

static bool phc_read_part(const char *text, size_t len, unsigned char *out, size_t size)
{
	size_t got;

	return sodium_base642bin(out, size, text, len, NULL, &got, NULL,
		sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 && got == size;
}

/* Reads salt and hash; false where there is none that can be checked. */
static bool phc_read_rest(const char *text, struct phc *phc)
{
	const char *salt = text + phc->head, *end = strchr(salt, '$');

	return end != NULL && phc->passes >= crypto_pwhash_OPSLIMIT_MIN &&
		phc->kibibytes >= crypto_pwhash_MEMLIMIT_MIN / 1024 &&
		phc_read_part(salt, (size_t)(end - salt), phc->salt, sizeof(phc->salt)) &&
		phc_read_part(end + 1, strlen(end + 1), phc->hash, sizeof(phc->hash));
}

void secret_password_dummy(uint64_t passes, size_t memory, char out[static SECRET_PHC_MAX])
{
	enum { PLAIN = sodium_base64_VARIANT_ORIGINAL_NO_PADDING };
	unsigned char salt[crypto_pwhash_SALTBYTES], hash[PHC_HASH_SIZE];
	char salt_text[sodium_base64_ENCODED_LEN(sizeof(salt), PLAIN)];
	char hash_text[sodium_base64_ENCODED_LEN(sizeof(hash), PLAIN)];

	randombytes_buf(salt, sizeof(salt));
	randombytes_buf(hash, sizeof(hash));
	sodium_bin2base64(salt_text, sizeof(salt_text), salt, sizeof(salt), PLAIN);
	sodium_bin2base64(hash_text, sizeof(hash_text), hash, sizeof(hash), PLAIN);
	snprintf(out, SECRET_PHC_MAX, "$argon2id$v=19$m=%zu,t=%" PRIu64 ",p=1$%s$%s", memory / 1024,
		passes, salt_text, hash_text);
}

bool secret_password_is_hash(const char *phc)
{
	struct phc read = { 0 };

	return phc_read_head(phc, &read);
}

/* Not crypto_pwhash_str_verify(): where memory ran out it says that the password is a wrong one. */
enum err secret_password_verify(const char *password, const char *phc, bool *match)
{
	unsigned char hash[PHC_HASH_SIZE];
	struct phc read = { 0 };
	int failed;

	*match = false;
	if (!phc_read_head(phc, &read)) {
		return ERR_BUG;
	}
	if (!phc_read_rest(phc, &read)) {
		return ERR_OK;
	}
	hash_memory_lend();
	failed = crypto_pwhash(hash, sizeof(hash), password, strlen(password), read.salt, read.passes,
		(size_t)read.kibibytes * 1024, crypto_pwhash_ALG_ARGON2ID13);
	hash_memory_take_back();
	if (failed != 0) {
		return ERR_UNAVAILABLE;
	}
	*match = sodium_memcmp(hash, read.hash, sizeof(hash)) == 0;
	return ERR_OK;
}

bool secret_password_is_old(const char *phc, uint64_t passes, size_t memory)
{
	return crypto_pwhash_str_needs_rehash(phc, passes, memory) != 0;
}

/* What a box begins with, and where its parts are. */
enum {
	SEAL_MARK = 'M',
	SEAL_KEY = 1,
	SEAL_NUMBER = SEAL_KEY + crypto_box_PUBLICKEYBYTES,
	SEAL_BOX = SEAL_NUMBER + 1
};

_Static_assert(SECRET_SEAL_EXTRA == SEAL_BOX + crypto_secretbox_MACBYTES, "overhead of a box");
_Static_assert(SECRET_KEY_SIZE == crypto_box_BEFORENMBYTES, "room for a shared key");
_Static_assert(SECRET_KEY_SIZE == crypto_kdf_KEYBYTES, "room for a derived key");
_Static_assert(SECRET_KEY_SIZE == crypto_secretbox_KEYBYTES, "room for the key of a box");

/* Of a key that is used once; a number tells boxes apart by their keys. */
static const unsigned char seal_nonce[crypto_secretbox_NONCEBYTES];

/* Takes the key of a box out of next, and makes next the one of the box after it. */
static void seal_step(struct secret_key *next, struct secret_key *key)
{
	enum { THIS = 1, NEXT = 2 };
	static const char context[crypto_kdf_CONTEXTBYTES] = "letters_";
	struct secret_key from = *next;

	crypto_kdf_derive_from_key(key->bytes, sizeof(key->bytes), THIS, context, from.bytes);
	crypto_kdf_derive_from_key(next->bytes, sizeof(next->bytes), NEXT, context, from.bytes);
	sodium_memzero(&from, sizeof(from));
}

void secret_sealer_init(struct secret_sealer *sealer, const struct secret_key *holder)
{
	*sealer = (struct secret_sealer){ .holder = *holder, .sealed = SECRET_SEALER_MOST };
}

static void seal_begin(struct secret_sealer *sealer)
{
	struct secret_key own;

	crypto_box_keypair(sealer->public_key.bytes, own.bytes);
	if (crypto_box_beforenm(sealer->next.bytes, sealer->holder.bytes, own.bytes) != 0) {
		secret_random(&sealer->next, sizeof(sealer->next)); /* no holder's: nobody opens it */
	}
	sodium_memzero(&own, sizeof(own));
	sealer->since = clock_running();
	sealer->sealed = 0;
}

void secret_seal(struct secret_sealer *sealer, const void *bytes, size_t size, unsigned char *out)
{
	struct secret_key key;

	if (sealer->sealed == SECRET_SEALER_MOST ||
	    clock_running() - sealer->since > CLOCK_MINUTE) {
		seal_begin(sealer);
	}
	seal_step(&sealer->next, &key);
	out[0] = SEAL_MARK;
	memcpy(out + SEAL_KEY, sealer->public_key.bytes, sizeof(sealer->public_key.bytes));
	out[SEAL_NUMBER] = (unsigned char)sealer->sealed++;
	crypto_secretbox_easy(out + SEAL_BOX, bytes, size, seal_nonce, key.bytes);
	sodium_memzero(&key, sizeof(key));
}

/* Opens a box of a sealer. X25519 does not look at the last bit of a public key: it is to be as
 * we wrote it. */
static bool unseal(const struct secret_key *secret_key, const unsigned char *box, size_t size,
	unsigned char *out)
{
	struct secret_key next, key;
	bool opened;

	if (size < SECRET_SEAL_EXTRA || box[0] != SEAL_MARK || (box[SEAL_NUMBER - 1] & 0x80) != 0 ||
	    crypto_box_beforenm(next.bytes, box + SEAL_KEY, secret_key->bytes) != 0) {
		return false;
	}
	for (int i = 0; i <= box[SEAL_NUMBER]; i++) {
		seal_step(&next, &key);
	}
	opened = crypto_secretbox_open_easy(out, box + SEAL_BOX, size - SEAL_BOX, seal_nonce,
		key.bytes) == 0;
	sodium_memzero(&next, sizeof(next));
	sodium_memzero(&key, sizeof(key));
	return opened;
}

/* One in 256 of those of before begins as ours do. */
bool secret_unseal(const struct secret_key *secret_key, const unsigned char *box, size_t size,
	unsigned char *out, size_t *opened)
{
	struct secret_key public_key;

	if (unseal(secret_key, box, size, out)) {
		*opened = size - SECRET_SEAL_EXTRA;
		return true;
	}
	*opened = size < crypto_box_SEALBYTES ? 0 : size - crypto_box_SEALBYTES;
	if (size < crypto_box_SEALBYTES) {
		return false;
	}
	secret_public(secret_key, &public_key);
	return crypto_box_seal_open(out, box, size, public_key.bytes, secret_key->bytes) == 0;
}

/* Derives the key of one purpose (crypto_kdf). */
static void secret_derive(const struct secret_key *key, enum secret_purpose purpose,
	unsigned char subkey[static crypto_aead_xchacha20poly1305_ietf_KEYBYTES])
{
	static const char context[crypto_kdf_CONTEXTBYTES] = "backoffi";

	crypto_kdf_derive_from_key(subkey, crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
		(uint64_t)purpose, context, key->bytes);
}

char *secret_wrap(struct arena *arena, const struct secret_key *key, enum secret_purpose purpose,
	uint64_t owner, const void *bytes, size_t size)
{
	unsigned char subkey[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	size_t boxed = NONCE + TAG + size;
	unsigned char *box = arena_alloc(arena, boxed);

	secret_derive(key, purpose, subkey);
	randombytes_buf(box, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE, NULL, bytes, size,
		(const unsigned char *)&owner, sizeof(owner), NULL, box, subkey);
	sodium_memzero(subkey, sizeof(subkey));
	return secret_to_text(arena, box, boxed);
}

/* Reads the bytes of a box from text; *size is their number. NULL when the text is too short for
 * one. */
static unsigned char *secret_take_box(struct arena *arena, const char *text, size_t *size)
{
	unsigned char *box;

	*size = strlen(text);
	box = arena_alloc(arena, *size);
	return secret_from_text(text, box, size) && *size >= NONCE + TAG ? box : NULL;
}

void *secret_unwrap(struct arena *arena, const struct secret_key *key, enum secret_purpose purpose,
	uint64_t owner, const char *text, size_t *size)
{
	unsigned char subkey[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	size_t boxed;
	unsigned char *box = secret_take_box(arena, text, &boxed), *bytes;
	bool ours;

	if (box == NULL) {
		return NULL;
	}
	*size = boxed - NONCE - TAG;
	bytes = arena_alloc(arena, *size);
	secret_derive(key, purpose, subkey);
	ours = crypto_aead_xchacha20poly1305_ietf_decrypt(bytes, NULL, NULL, box + NONCE,
		boxed - NONCE, (const unsigned char *)&owner, sizeof(owner), box, subkey) == 0;
	sodium_memzero(subkey, sizeof(subkey));
	return ours ? bytes : NULL;
}

void *secret_unwrap_old(struct arena *arena, const struct secret_key *key, const char *text,
	size_t *size)
{
	size_t boxed;
	unsigned char *box = secret_take_box(arena, text, &boxed), *bytes;

	if (box == NULL) {
		return NULL;
	}
	*size = boxed - NONCE - TAG;
	bytes = arena_alloc(arena, *size);
	return crypto_secretbox_open_easy(bytes, box + NONCE, boxed - NONCE, box, key->bytes) == 0
		? bytes : NULL;
}

void secret_pair(struct secret_key *public_key, struct secret_key *secret_key)
{
	crypto_box_keypair(public_key->bytes, secret_key->bytes);
}

void secret_public(const struct secret_key *secret_key, struct secret_key *public_key)
{
	crypto_scalarmult_base(public_key->bytes, secret_key->bytes);
}

enum err secret_key_parse(const char *hex, size_t size, struct secret_key *key)
{
	size_t len = 0;

	return sodium_hex2bin(key->bytes, sizeof(key->bytes), hex, size, NULL, &len, NULL) == 0 &&
		len == sizeof(key->bytes) ? ERR_OK : ERR_INVALID;
}

enum err secret_key_load(const char *path, struct secret_key *key)
{
	char hex[2 * SECRET_KEY_SIZE + 2] = "";
	FILE *file = fopen(path, "re");
	bool whole;

	if (file == NULL) {
		return ERR_INVALID;
	}
	whole = fgets(hex, sizeof(hex), file) != NULL;
	fclose(file);
	whole = whole && secret_key_parse(hex, strcspn(hex, "\n"), key) == ERR_OK;
	sodium_memzero(hex, sizeof(hex));
	return whole ? ERR_OK : ERR_INVALID;
}

enum err secret_key_save(const char *path, const struct secret_key *key, unsigned mode)
{
	char hex[2 * SECRET_KEY_SIZE + 2];
	enum err err;

	sodium_bin2hex(hex, sizeof(hex), key->bytes, sizeof(key->bytes));
	hex[2 * SECRET_KEY_SIZE] = '\n';
	err = file_make(path, mode, hex, 2 * SECRET_KEY_SIZE + 1);
	sodium_memzero(hex, sizeof(hex));
	return err;
}
