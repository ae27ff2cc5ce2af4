/* Files of more than one key. */
#include "base/secret.h"

#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEX = 2 * SECRET_KEY_SIZE, LINE = HEX + 16, FILE_MAX = SECRET_KEYS_MAX * LINE };

/* What a line begins with. */
static const char *const ring_words[] = { "", "next ", "old ", "retired " };

/* Tells what the words of a line are; SECRET_IN_USE for none of the others. */
static enum secret_state ring_state(const char *line, size_t size)
{
	for (int state = SECRET_RETIRED; state > SECRET_IN_USE; state--) {
		size_t len = strlen(ring_words[state]);

		if (size > len && memcmp(line, ring_words[state], len) == 0) {
			return (enum secret_state)state;
		}
	}
	return SECRET_IN_USE;
}

/* Takes a line; false when it is none, or stands where it must not. */
static bool ring_take_line(struct secret_ring *ring, const char *line, size_t size)
{
	enum secret_state state = ring_state(line, size);
	size_t skip = strlen(ring_words[state]), at = ring->count;

	if (at == SECRET_KEYS_MAX || (at == 0) != (state == SECRET_IN_USE) ||
	    (at > 0 && ring->state[at - 1] > state) ||
	    secret_key_parse(line + skip, size - skip, &ring->key[at]) != ERR_OK) {
		return false;
	}
	ring->state[at] = state;
	ring->count++;
	ring->opening += state != SECRET_RETIRED;
	return true;
}

enum err secret_ring_parse(const char *bytes, size_t size, struct secret_ring *ring)
{
	const char *end = bytes + size;

	memset(ring, 0, sizeof(*ring));
	while (bytes < end) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t len = (size_t)((stop == NULL ? end : stop) - bytes);

		if (!ring_take_line(ring, bytes, len)) {
			return ERR_INVALID;
		}
		bytes += len + (stop != NULL);
	}
	return ring->count > 0 ? ERR_OK : ERR_INVALID;
}

enum err secret_ring_load(const char *path, struct secret_ring *ring)
{
	char bytes[FILE_MAX];
	FILE *file = fopen(path, "re");
	size_t size;
	enum err err;

	if (file == NULL) {
		return ERR_INVALID;
	}
	size = fread(bytes, 1, sizeof(bytes), file);
	err = ferror(file) ? ERR_INVALID : secret_ring_parse(bytes, size, ring);
	fclose(file);
	secret_wipe(bytes, sizeof(bytes));
	return err;
}

enum err secret_ring_save(const char *path, const struct secret_ring *ring)
{
	struct arena arena;
	struct text text;
	enum err err;

	if (access(path, F_OK) != 0) {
		return ERR_UNAVAILABLE;
	}
	arena_init(&arena);
	text = text_in(&arena);
	for (size_t i = 0; i < ring->count; i++) {
		text_putf(&text, "%s%s\n", ring_words[ring->state[i]],
			secret_to_hex(&arena, ring->key[i].bytes, SECRET_KEY_SIZE));
	}
	err = file_renew(path, text.bytes, text.len);
	arena_release(&arena);
	return err;
}

void secret_fingerprint(const struct secret_key *key, char out[static SECRET_FINGERPRINT])
{
	struct secret_hash hash = secret_keyed(key, "fingerprint", "", 0);

	for (size_t i = 0; i < SECRET_FINGERPRINT / 2; i++) {
		snprintf(out + 2 * i, 3, "%02x", hash.bytes[i]);
	}
}
