#include "base/locked.h"

#include "base/memory.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MARK = 20, SALT = crypto_pwhash_SALTBYTES, COST = 4,
	STREAM = crypto_secretstream_xchacha20poly1305_HEADERBYTES, PROOF = 32, SUM = 32,
	EXTRA = crypto_secretstream_xchacha20poly1305_ABYTES,
	PASSES_MOST = 16,
	KIBIBYTES_MOST = 1024 * 1024
};

static const char mark[MARK + 1] = "backoffice backup 1\n";

/* The beginning of a file, as it stands there. */
struct head {
	unsigned char mark[MARK];
	unsigned char salt[SALT];
	unsigned char passes[COST];
	unsigned char kibibytes[COST];
	unsigned char stream[STREAM];
	unsigned char proof[PROOF];
	unsigned char sum[SUM];
};

_Static_assert(sizeof(struct head) == MARK + SALT + 2 * COST + STREAM + PROOF + SUM, "no gaps");

struct locked {
	FILE *file;
	crypto_secretstream_xchacha20poly1305_state state;
	enum locked_fault fault;
	bool in_part;
	size_t filled;                             /* of plain, while a part is written */
	unsigned char plain[LOCKED_PIECE];
	unsigned char box[LOCKED_PIECE + EXTRA];
};

static void locked_put_number(unsigned char out[static COST], uint32_t number)
{
	for (int i = 0; i < COST; i++) {
		out[i] = (unsigned char)(number >> 8 * i);
	}
}

static uint32_t locked_take_number(const unsigned char in[static COST])
{
	return in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

/* Computes the key that the passphrase gives with the salt and the cost of the head. */
static bool head_key(const struct head *head, const char *passphrase,
	unsigned char key[static crypto_secretstream_xchacha20poly1305_KEYBYTES])
{
	return crypto_pwhash(key, crypto_secretstream_xchacha20poly1305_KEYBYTES, passphrase,
		strlen(passphrase), head->salt, locked_take_number(head->passes),
		(size_t)locked_take_number(head->kibibytes) * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* That whoever has the key has begun this file. */
static void head_prove(const struct head *head,
	const unsigned char key[static crypto_secretstream_xchacha20poly1305_KEYBYTES],
	unsigned char proof[static PROOF])
{
	crypto_generichash(proof, PROOF, (const unsigned char *)head, offsetof(struct head, proof),
		key, crypto_secretstream_xchacha20poly1305_KEYBYTES);
}

/* That the head is as it was written: without it a changed one is taken for another passphrase. */
static void head_sum(const struct head *head, unsigned char sum[static SUM])
{
	crypto_generichash(sum, SUM, (const unsigned char *)head, offsetof(struct head, sum), NULL, 0);
}

static bool locked_write_head(struct locked *locked, struct head *head, const char *passphrase)
{
	unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
	bool made = head_key(head, passphrase, key);

	if (made) {
		crypto_secretstream_xchacha20poly1305_init_push(&locked->state, head->stream, key);
		head_prove(head, key, head->proof);
		head_sum(head, head->sum);
		made = fwrite(head, sizeof(*head), 1, locked->file) == 1;
	}
	sodium_memzero(key, sizeof(key));
	return made;
}

struct locked *locked_create(FILE *file, const char *passphrase, uint64_t passes, size_t memory)
{
	struct locked *locked = memory_zeroed(sizeof(*locked));
	struct head head;

	locked->file = file;
	memcpy(head.mark, mark, MARK);
	randombytes_buf(head.salt, SALT);
	locked_put_number(head.passes, (uint32_t)passes);
	locked_put_number(head.kibibytes, (uint32_t)(memory / 1024));
	if (!locked_write_head(locked, &head, passphrase)) {
		locked_close(locked);
		return NULL;
	}
	return locked;
}

static enum err locked_push(struct locked *locked, const void *bytes, size_t size,
	unsigned char tag)
{
	unsigned char length[COST];

	crypto_secretstream_xchacha20poly1305_push(&locked->state, locked->box, NULL, bytes, size, NULL,
		0, tag);
	locked_put_number(length, (uint32_t)(size + EXTRA));
	return fwrite(length, sizeof(length), 1, locked->file) == 1 &&
		fwrite(locked->box, size + EXTRA, 1, locked->file) == 1 ? ERR_OK : ERR_UNAVAILABLE;
}

enum err locked_begin(struct locked *locked, const char *name)
{
	return locked_push(locked, name, strlen(name),
		crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

/* Writes what has come together; an empty piece would end the part. */
static enum err locked_flush(struct locked *locked)
{
	size_t size = locked->filled;

	locked->filled = 0;
	return size == 0 ? ERR_OK : locked_push(locked, locked->plain, size,
		crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

enum err locked_put(struct locked *locked, const void *bytes, size_t size)
{
	const unsigned char *rest = bytes;

	while (size > 0) {
		size_t room = LOCKED_PIECE - locked->filled, part = size < room ? size : room;

		memcpy(locked->plain + locked->filled, rest, part);
		locked->filled += part;
		rest += part;
		size -= part;
		if (locked->filled == LOCKED_PIECE) {
			TRY(locked_flush(locked));
		}
	}
	return ERR_OK;
}

enum err locked_end(struct locked *locked)
{
	TRY(locked_flush(locked));
	return locked_push(locked, NULL, 0, crypto_secretstream_xchacha20poly1305_TAG_PUSH);
}

enum err locked_finish(struct locked *locked)
{
	TRY(locked_push(locked, NULL, 0, crypto_secretstream_xchacha20poly1305_TAG_FINAL));
	return fflush(locked->file) == 0 && fsync(fileno(locked->file)) == 0 ? ERR_OK
		: ERR_UNAVAILABLE;
}

/* Looks whether the head is whole, and what it asks for is not more than we ever wrote. */
static enum locked_fault head_read(FILE *file, struct head *head)
{
	unsigned char sum[SUM];
	size_t size = fread(head, 1, sizeof(*head), file);

	if (size < MARK || memcmp(head->mark, mark, MARK) != 0) {
		return LOCKED_STRANGER;
	}
	if (size < sizeof(*head)) {
		return LOCKED_CUT;
	}
	head_sum(head, sum);
	return memcmp(sum, head->sum, SUM) == 0 && locked_take_number(head->passes) <= PASSES_MOST &&
		locked_take_number(head->kibibytes) <= KIBIBYTES_MOST ? LOCKED_WHOLE : LOCKED_CHANGED;
}

/* Begins the stream with the key of the passphrase; *fault says what is wrong with that. */
static bool locked_unlock(struct locked *locked, const struct head *head, const char *passphrase,
	enum locked_fault *fault)
{
	unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES], proof[PROOF];
	bool made = head_key(head, passphrase, key);

	head_prove(head, key, proof);
	if (made && sodium_memcmp(proof, head->proof, PROOF) != 0) {
		*fault = LOCKED_PASSPHRASE;
	}
	if (made && *fault == LOCKED_WHOLE &&
	    crypto_secretstream_xchacha20poly1305_init_pull(&locked->state, head->stream, key) != 0) {
		*fault = LOCKED_CHANGED;
	}
	sodium_memzero(key, sizeof(key));
	return made && *fault == LOCKED_WHOLE;
}

struct locked *locked_open(FILE *file, const char *passphrase, enum locked_fault *fault)
{
	struct locked *locked = memory_zeroed(sizeof(*locked));
	struct head head;

	locked->file = file;
	*fault = head_read(file, &head);
	if (*fault == LOCKED_WHOLE && locked_unlock(locked, &head, passphrase, fault)) {
		return locked;
	}
	locked_close(locked);
	return NULL;
}

static enum err locked_blame(struct locked *locked, enum locked_fault fault)
{
	locked->fault = fault;
	return ERR_INVALID;
}

/* Reads a piece into plain. */
static enum err locked_pull(struct locked *locked, size_t *size, unsigned char *tag)
{
	unsigned char length[COST];
	unsigned long long opened;
	size_t boxed;

	if (fread(length, sizeof(length), 1, locked->file) != 1) {
		return locked_blame(locked, LOCKED_CUT);
	}
	boxed = locked_take_number(length);
	if (boxed < EXTRA || boxed > sizeof(locked->box)) {
		return locked_blame(locked, LOCKED_CHANGED);
	}
	if (fread(locked->box, boxed, 1, locked->file) != 1) {
		return locked_blame(locked, LOCKED_CUT);
	}
	if (crypto_secretstream_xchacha20poly1305_pull(&locked->state, locked->plain, &opened, tag,
			locked->box, boxed, NULL, 0) != 0) {
		return locked_blame(locked, LOCKED_CHANGED);
	}
	*size = (size_t)opened;
	return ERR_OK;
}

enum err locked_next(struct locked *locked, char name[static LOCKED_NAME_MAX])
{
	const void *bytes;
	unsigned char tag;
	size_t size = 1;

	name[0] = '\0';
	while (locked->in_part && size > 0) {
		TRY(locked_take(locked, &bytes, &size));
	}
	TRY(locked_pull(locked, &size, &tag));
	if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
		return fgetc(locked->file) == EOF ? ERR_OK : locked_blame(locked, LOCKED_CHANGED);
	}
	if (size == 0 || size >= LOCKED_NAME_MAX) {
		return locked_blame(locked, LOCKED_CHANGED);
	}
	memcpy(name, locked->plain, size);
	name[size] = '\0';
	locked->in_part = true;
	return ERR_OK;
}

enum err locked_take(struct locked *locked, const void **bytes, size_t *size)
{
	unsigned char tag;

	*bytes = locked->plain;
	*size = 0;
	if (!locked->in_part) {
		return ERR_OK;
	}
	TRY(locked_pull(locked, size, &tag));
	locked->in_part = tag == crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
	return ERR_OK;
}

enum locked_fault locked_fault(const struct locked *locked)
{
	return locked->fault;
}

void locked_close(struct locked *locked)
{
	if (locked != NULL) {
		sodium_memzero(locked, sizeof(*locked));
		free(locked);
	}
}
