/*
 * What a letter says, on its way from who puts it into the outbox to the mailer, who alone can open
 * it.
 */
#ifndef STORE_PAYLOAD_H
#define STORE_PAYLOAD_H

#include "store/outbox.h"

/* Seals a letter, which has its message_id: the payload is in arena. ERR_INVALID when it is too
 * long. */
enum err payload_seal(struct arena *arena, struct secret_sealer *sealer,
	const struct letter *letter, struct db_bytes *payload) MUST_USE;

/* Opens a payload into the letter, whose message_id, kind and expiry are those of its row. LOCKED
 * when none of the keys opens it, WRONG when it is cut off or was sealed for another row. */
enum outbox_payload payload_open(struct arena *arena, const struct secret_ring *keys,
	const struct db_bytes *payload, struct letter *letter) MUST_USE;

/* Seals a payload anew where it was sealed for another key than the one in use; *anew is then the
 * one to be kept, else empty. false when none of the keys opens it. */
bool payload_reseal(struct arena *arena, const struct secret_ring *keys,
	struct secret_sealer *sealer, const struct db_bytes *payload, struct db_bytes *anew) MUST_USE;

#endif
