/*
 * The payload is a sealed box around a JSON-free list of strings: each is its length in four bytes,
 * then its bytes. The first ones repeat message id, kind and expiry of the row, so that a box that
 * was moved to another row is found out.
 */
#include "store/payload.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

enum { PAYLOAD_MAX = 8192 };

static void put_string(struct text *out, const char *string)
{
	uint32_t len = (uint32_t)strlen(string);

	text_put(out, (const char *)&len, sizeof(len));
	text_put(out, string, len);
}

static const char *context_of(struct arena *arena, const struct letter *letter)
{
	return arena_printf(arena, "%s %d %" PRId64, letter->message_id, (int)letter->kind,
		letter->expires_at);
}

static struct text pack(struct arena *arena, const struct letter *letter)
{
	struct text out = text_in(arena);

	put_string(&out, context_of(arena, letter));
	put_string(&out, letter->to);
	put_string(&out, letter->language);
	for (size_t i = 0; i < OUTBOX_VALUES_MAX && letter->values[i].key != NULL; i++) {
		put_string(&out, letter->values[i].key);
		put_string(&out, letter->values[i].value);
	}
	return out;
}

/* The next string of a payload, NULL at its end or when it is cut off. */
static const char *take_string(struct arena *arena, const unsigned char **at,
	const unsigned char *end)
{
	const unsigned char *from = *at;
	uint32_t len;

	if ((size_t)(end - from) < sizeof(len)) {
		return NULL;
	}
	memcpy(&len, from, sizeof(len));
	from += sizeof(len);
	if (len > (size_t)(end - from)) {
		return NULL;
	}
	*at = from + len;
	return arena_copy(arena, (const char *)from, len);
}

/* false when the payload is cut off or was sealed for another row. */
static bool unpack(struct arena *arena, const unsigned char *bytes, size_t size,
	struct letter *letter)
{
	const unsigned char *end = bytes + size;
	const char *context = take_string(arena, &bytes, end);

	letter->to = take_string(arena, &bytes, end);
	letter->language = take_string(arena, &bytes, end);
	if (letter->language == NULL || strcmp(context, context_of(arena, letter)) != 0) {
		return false;
	}
	for (size_t i = 0; i < OUTBOX_VALUES_MAX && bytes < end; i++) {
		letter->values[i].key = take_string(arena, &bytes, end);
		letter->values[i].value = take_string(arena, &bytes, end);
		if (letter->values[i].value == NULL) {
			return false;
		}
	}
	return bytes == end;
}

enum err payload_seal(struct arena *arena, struct secret_sealer *sealer,
	const struct letter *letter, struct db_bytes *payload)
{
	struct text plain = pack(arena, letter);
	size_t size = plain.len + SECRET_SEAL_EXTRA;
	unsigned char *box = arena_alloc(arena, size);

	secret_seal(sealer, plain.bytes, plain.len, box);
	*payload = (struct db_bytes){ .bytes = box, .len = size };
	return size > PAYLOAD_MAX ? ERR_INVALID : ERR_OK;
}

/* Opens the box with the first of the keys that does; its number, or that of all when none does. */
static size_t open_box(const struct secret_ring *keys, const struct db_bytes *payload,
	unsigned char *plain, size_t *size)
{
	size_t i = 0;

	while (i < keys->opening &&
	       !secret_unseal(&keys->key[i], payload->bytes, payload->len, plain, size)) {
		i++;
	}
	return i;
}

enum outbox_payload payload_open(struct arena *arena, const struct secret_ring *keys,
	const struct db_bytes *payload, struct letter *letter)
{
	unsigned char *plain = arena_alloc(arena, payload->len);
	size_t size;

	if (payload->len < SECRET_SEAL_EXTRA) {
		return OUTBOX_PAYLOAD_WRONG; /* wiped, or no box: no key will ever open it */
	}
	if (open_box(keys, payload, plain, &size) == keys->opening) {
		return OUTBOX_PAYLOAD_LOCKED;
	}
	return unpack(arena, plain, size, letter) ? OUTBOX_PAYLOAD_OPEN : OUTBOX_PAYLOAD_WRONG;
}

bool payload_reseal(struct arena *arena, const struct secret_ring *keys,
	struct secret_sealer *sealer, const struct db_bytes *payload, struct db_bytes *anew)
{
	unsigned char *plain = arena_alloc(arena, payload->len), *box;
	size_t size, opened_by = open_box(keys, payload, plain, &size);

	*anew = (struct db_bytes){ 0 };
	if (opened_by > 0 && opened_by < keys->opening) {
		box = arena_alloc(arena, size + SECRET_SEAL_EXTRA);
		secret_seal(sealer, plain, size, box);
		*anew = (struct db_bytes){ .bytes = box, .len = size + SECRET_SEAL_EXTRA };
	}
	secret_wipe(plain, payload->len);
	return opened_by < keys->opening;
}
