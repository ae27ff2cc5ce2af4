/*
 * The payload is a sealed box around a JSON-free list of strings: each is its length in four bytes,
 * then its bytes. The first ones repeat message id, kind and expiry of the row, so that a box that
 * was moved to another row is found out.
 */
#include "store/outbox.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

enum { MESSAGE_ID_BYTES = 16, PAYLOAD_MAX = 8192, PRIORITY_CODE = 1, PRIORITY_OTHER = 5,
	PRIORITY_NOTICE = 7 };

/* So often another mailer may be faster; then we look again later. */
enum { CLAIM_TRIES = 8 };

const char *const letter_kind_words[] = {
	[0] = "unknown",
	[LETTER_CREDENTIALS] = "credentials",
	[LETTER_CODE] = "code",
	[LETTER_TEST] = "test",
	[LETTER_LINK] = "link",
	[LETTER_FORGOTTEN] = "forgotten",
	[LETTER_CHANGED] = "changed",
	NULL,
};

const char *const outbox_state_words[] = {
	[OUTBOX_READY] = "queued",
	[OUTBOX_LEASED] = "sending",
	[OUTBOX_SENT] = "sent",
	[OUTBOX_DEAD] = "failed",
	[OUTBOX_EXPIRED] = "expired",
	[OUTBOX_CANCELLED] = "cancelled",
	NULL,
};

bool letter_is_personal(enum letter_kind kind)
{
	return kind != LETTER_CREDENTIALS && kind != LETTER_LINK && kind != LETTER_TEST;
}

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

static const struct statement outbox_put = { "outbox_put", DB_WEB | DB_ADMIN, "buuubttt", "",
	"INSERT INTO outbox (message_id, kind, user_id, priority, recipient, created_at, expires_at, "
	"next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" };

static const struct statement outbox_put_payload = {
	"outbox_put_payload", DB_WEB | DB_ADMIN, "ub", "",
	"INSERT INTO outbox_payload (letter_id, payload) VALUES (?, ?)" };

static enum err outbox_insert(struct db *db, struct arena *arena, const struct secret_key *mail_key,
	uint64_t user_id, struct letter *letter, const unsigned char *message_id)
{
	struct text plain = pack(arena, letter);
	size_t size = plain.len + SECRET_SEAL_EXTRA;
	unsigned char *box = arena_alloc(arena, size);
	unsigned priority = letter->kind == LETTER_CODE ? PRIORITY_CODE /* somebody waits for it now */
		: letter->kind == LETTER_CHANGED ? PRIORITY_NOTICE : PRIORITY_OTHER;

	if (size > PAYLOAD_MAX) {
		return ERR_INVALID;
	}
	secret_seal(mail_key, plain.bytes, plain.len, box);
	TRY(db_run(db, &outbox_put, DB_IN(in_bytes(message_id, MESSAGE_ID_BYTES),
		in_number(letter->kind), in_id(user_id), in_number(priority),
		in_bytes(letter->to, strlen(letter->to)), in_time(letter->created_at),
		in_time(letter->expires_at), in_time(letter->created_at))));
	letter->id = db_insert_id(db);
	return db_run(db, &outbox_put_payload, DB_IN(in_id(letter->id), in_bytes(box, size)));
}

enum err store_outbox_put(struct db *db, const struct secret_key *mail_key, uint64_t user_id,
	struct letter *letter)
{
	unsigned char message_id[MESSAGE_ID_BYTES];
	struct arena arena;
	enum err err;

	arena_init(&arena);
	secret_random(message_id, sizeof(message_id));
	memcpy(letter->message_id, secret_to_hex(&arena, message_id, sizeof(message_id)),
		sizeof(letter->message_id));
	letter->created_at = clock_now();
	err = outbox_insert(db, &arena, mail_key, user_id, letter, message_id);
	arena_release(&arena);
	return err;
}

static const struct statement outbox_recent = { "outbox_recent", DB_WEB, "uutt", "u",
	"SELECT COUNT(*) FROM outbox WHERE user_id = ? AND kind = ? AND created_at > ? "
	"AND created_at <= ?" };

enum err store_outbox_recent(struct db *db, struct arena *arena, uint64_t user_id,
	enum letter_kind kind, int64_t since, uint64_t *count)
{
	*count = 0;
	return db_first(db, &outbox_recent, DB_IN(in_number(user_id), in_number(kind),
		in_time(since), in_time(clock_latest(clock_now()))), arena, DB_INTO(into_number(count)));
}

static const struct statement outbox_load = { "outbox_load", DB_MAILER, "ub", "bubttu",
	"SELECT o.message_id, o.kind, p.payload, o.created_at, o.expires_at, o.attempts FROM outbox o "
	"STRAIGHT_JOIN outbox_payload p ON p.letter_id = o.id WHERE o.id = ? AND p.lease = ?" };

static enum err load(struct db *db, const struct secret_key *public_key,
	const struct secret_key *secret_key, struct arena *arena, struct outbox_row *row)
{
	struct letter *letter = &row->letter;
	struct db_bytes message_id, payload;
	unsigned char *plain;

	*letter = (struct letter){ 0 };
	row->readable = false;
	TRY(db_first(db, &outbox_load, DB_IN(in_number(row->id),
		in_bytes(row->lease, sizeof(row->lease))), arena,
		DB_INTO(into_bytes(&message_id), into_word(&letter->kind), into_bytes(&payload),
			into_time(&letter->created_at), into_time(&letter->expires_at),
			into_number(&row->attempts))));
	if (message_id.len == MESSAGE_ID_BYTES) {
		memcpy(letter->message_id, secret_to_hex(arena, message_id.bytes, MESSAGE_ID_BYTES),
			OUTBOX_MESSAGE_ID);
	}
	if (payload.len >= SECRET_SEAL_EXTRA) {
		plain = arena_alloc(arena, payload.len);
		row->readable = secret_unseal(public_key, secret_key, payload.bytes, payload.len, plain) &&
			unpack(arena, plain, payload.len - SECRET_SEAL_EXTRA, letter);
	}
	return ERR_OK;
}

static const struct statement outbox_claim = { "outbox_claim", DB_MAILER, "btuuut", "",
	"UPDATE outbox o STRAIGHT_JOIN outbox_payload p ON p.letter_id = o.id SET o.state = 1, p.lease "
	"= ?, o.next_at = ?, o.attempts = o.attempts + 1, o.may_have_arrived = "
	"GREATEST(o.may_have_arrived, ?) WHERE o.id = ? AND o.state = ? AND o.next_at = ?" };

/* A letter whose turn it is, as it was seen. */
struct outbox_due {
	uint64_t id;
	enum outbox_state state;
	int64_t next_at;
};

/* One conditional UPDATE is the claim, of the row as it was seen; nothing is sent before it is
 * committed (autocommit). Who had it before and never said how it went may have sent it. */
static enum err claim(struct db *db, const struct outbox_due *due, int64_t lease,
	struct outbox_row *row)
{
	row->id = due->id;
	secret_random(row->lease, sizeof(row->lease));
	return db_run_or(db, &outbox_claim, DB_IN(in_bytes(row->lease, sizeof(row->lease)),
		in_time(clock_now() + lease), in_number(due->state == OUTBOX_LEASED),
		in_number(due->id), in_number(due->state), in_time(due->next_at)), ERR_CONFLICT);
}

/* Due is also what would wait for longer than anybody lets it wait: then a clock was wrong. By
 * state, so that the index has what waits in the order in which it goes: one row of each is read,
 * however many wait. */
static const struct statement outbox_due = { "outbox_due", DB_MAILER, "tttt", "uut",
	"SELECT id, state, next_at FROM ((SELECT o.id, o.state, o.priority, o.next_at FROM outbox o "
	"STRAIGHT_JOIN outbox_payload p ON p.letter_id = o.id WHERE o.state = 0 AND (o.next_at <= ? "
	"OR o.next_at > ?) ORDER BY o.priority, o.next_at, o.id LIMIT 1) UNION ALL "
	"(SELECT o.id, o.state, o.priority, o.next_at FROM outbox o STRAIGHT_JOIN outbox_payload p "
	"ON p.letter_id = o.id WHERE o.state = 1 AND (o.next_at <= ? OR o.next_at > ?) "
	"ORDER BY o.priority, o.next_at, o.id LIMIT 1)) due ORDER BY priority, next_at, id LIMIT 1" };

/* A lease may seem to be longer than it is by what two hosts' clocks differ: less than a minute. */
static enum err find_due(struct db *db, int64_t lease, struct arena *arena, struct outbox_due *due)
{
	int64_t now = clock_now();

	return db_first(db, &outbox_due, DB_IN(in_time(now), in_time(now + OUTBOX_PAUSE_MAX),
		in_time(now), in_time(now + lease + CLOCK_MINUTE)), arena,
		DB_INTO(into_number(&due->id), into_word(&due->state), into_time(&due->next_at)));
}

enum err store_outbox_claim(struct db *db, const struct secret_key *public_key,
	const struct secret_key *secret_key, int64_t lease, struct arena *arena,
	struct outbox_row *row)
{
	enum err err = ERR_CONFLICT;
	struct outbox_due due;

	/* Another mailer may be faster: then there is a next row, or none. */
	for (int tries = 0; err == ERR_CONFLICT && tries < CLAIM_TRIES; tries++) {
		err = find_due(db, lease, arena, &due);
		if (err == ERR_OK) {
			err = claim(db, &due, lease, row);
		}
	}
	if (err == ERR_CONFLICT) {
		return ERR_RETRY;
	}
	return err == ERR_OK ? load(db, public_key, secret_key, arena, row) : err;
}

static const struct statement outbox_later = { "outbox_later", DB_MAILER, "utussuub", "",
	"UPDATE outbox o STRAIGHT_JOIN outbox_payload p ON p.letter_id = o.id SET o.state = ?, "
	"o.next_at = ?, o.smtp_code = ?, o.reason = ?, o.reply = ?, o.may_have_arrived = "
	"GREATEST(o.may_have_arrived, ?), p.lease = NULL WHERE o.id = ? AND p.lease = ?" };

static const struct statement outbox_end = { "outbox_end", DB_MAILER, "utussuub", "",
	"UPDATE outbox o STRAIGHT_JOIN outbox_payload p ON p.letter_id = o.id SET o.state = ?, "
	"o.settled_at = ?, o.smtp_code = ?, o.reason = ?, o.reply = ?, o.may_have_arrived = "
	"GREATEST(o.may_have_arrived, ?), p.lease = NULL, p.payload = NULL WHERE o.id = ? AND p.lease "
	"= ?" };

enum err store_outbox_settle(struct db *db, const struct outbox_row *row,
	const struct outbox_outcome *outcome)
{
	bool over = outcome->state != OUTBOX_READY;

	return db_run_or(db, over ? &outbox_end : &outbox_later,
		DB_IN(in_number(outcome->state), in_time(over ? clock_now() : outcome->next_at),
			in_number(outcome->smtp_code), in_text(outcome->reason),
			in_text(outcome->reply == NULL ? "" : outcome->reply),
			in_number(outcome->may_have_arrived), in_number(row->id),
			in_bytes(row->lease, sizeof(row->lease))), ERR_STALE);
}

/* The index knows the first of each priority: what waits behind it is not read. */
static const struct statement outbox_next = { "outbox_next", DB_MAILER, "", "t",
	"SELECT MIN(next_at) FROM (SELECT MIN(next_at) AS next_at FROM outbox WHERE state IN (0, 1) "
	"GROUP BY state, priority) front" };

enum err store_outbox_wait(struct db *db, int64_t limit, int64_t *wait)
{
	int64_t next = 0;

	*wait = limit;
	TRY(db_first(db, &outbox_next, DB_NONE, NULL, DB_INTO(into_time(&next))));
	if (next != 0) {
		int64_t until = next - clock_now();

		*wait = until < 0 ? 0 : until < limit ? until : limit;
	}
	return ERR_OK;
}

const struct statement *const outbox_statements[] = {
	&outbox_put, &outbox_put_payload, &outbox_recent, &outbox_due, &outbox_claim, &outbox_load,
	&outbox_later, &outbox_end, &outbox_next, NULL,
};
