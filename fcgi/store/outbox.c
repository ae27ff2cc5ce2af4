#include "store/outbox.h"

#include "base/clock.h"
#include "store/payload.h"
#include "store/rows.h"

#include <inttypes.h>
#include <string.h>

enum { MESSAGE_ID_BYTES = 16, PRIORITY_CODE = 1, PRIORITY_OTHER = 5,
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

static const struct statement outbox_put = { "outbox_put", DB_WEB | DB_ADMIN, "buuubttt", "",
	"INSERT INTO {outbox} (message_id, kind, user_id, priority, recipient, created_at, expires_at, "
	"next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" };

static const struct statement outbox_put_payload = {
	"outbox_put_payload", DB_WEB | DB_ADMIN, "ub", "",
	"INSERT INTO {outbox_payload} (letter_id, payload) VALUES (?, ?)" };

enum { LETTER_WIDTH = 8, PAYLOAD_WIDTH = 2 };

static unsigned priority_of(const struct letter *letter)
{
	return letter->kind == LETTER_CODE ? PRIORITY_CODE /* somebody waits for it now */
		: letter->kind == LETTER_CHANGED ? PRIORITY_NOTICE : PRIORITY_OTHER;
}

/* Makes the operands of a letter's row. */
static void put_letter(struct arena *arena, struct letter *letter, struct db_in *in)
{
	unsigned char *message_id = arena_alloc(arena, MESSAGE_ID_BYTES);

	secret_random(message_id, MESSAGE_ID_BYTES);
	memcpy(letter->message_id, secret_to_hex(arena, message_id, MESSAGE_ID_BYTES),
		sizeof(letter->message_id));
	letter->created_at = clock_now();
	memcpy(in, (const struct db_in[]){ in_bytes(message_id, MESSAGE_ID_BYTES),
		in_number(letter->kind), in_id(letter->user_id), in_number(priority_of(letter)),
		in_bytes(letter->to, strlen(letter->to)), in_time(letter->created_at),
		in_time(letter->expires_at), in_time(letter->created_at) }, LETTER_WIDTH * sizeof(*in));
}

static enum err put_all(struct db *db, struct arena *arena, struct secret_sealer *sealer,
	struct letter *letters, size_t count)
{
	struct db_in *in = arena_array(arena, count * LETTER_WIDTH, sizeof(*in));
	uint64_t *ids = arena_array(arena, count, sizeof(*ids));

	for (size_t i = 0; i < count; i++) {
		put_letter(arena, &letters[i], in + i * LETTER_WIDTH);
	}
	TRY(rows_put(db, &outbox_put, in, count, ids));
	for (size_t i = 0; i < count; i++) {
		struct db_bytes payload;

		TRY(payload_seal(arena, sealer, &letters[i], &payload));
		letters[i].id = ids[i];
		in[i * PAYLOAD_WIDTH] = in_id(ids[i]);
		in[i * PAYLOAD_WIDTH + 1] = in_bytes(payload.bytes, payload.len);
	}
	return rows_put(db, &outbox_put_payload, in, count, NULL);
}

enum err store_outbox_put(struct db *db, struct secret_sealer *sealer, struct letter *letters,
	size_t count)
{
	struct arena arena;
	enum err err;

	arena_init(&arena);
	err = put_all(db, &arena, sealer, letters, count);
	arena_release(&arena);
	return err;
}

/* Some ids in one statement. Not a list of DB_IDS_MAX: few go at a time, and often. */
#define BATCH_IN "uuuuuuuuuuuuuuuu"
#define BATCH_TEXTS "ssssssssssssssss"
#define BATCH_LEASES "bbbbbbbbbbbbbbbb"
#define BATCH "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
_Static_assert(sizeof(BATCH_IN) - 1 == OUTBOX_BATCH, "a parameter for each");

/* Letters whose turn it is, as they were seen. */
struct outbox_due {
	uint64_t id[OUTBOX_BATCH];
	enum outbox_state state[OUTBOX_BATCH];
	size_t count;
};

/* Puts the ids of those in this state and gives how many they are; the first one fills the list
 * up. */
static size_t put_ids(struct db_in *in, const struct outbox_due *due, enum outbox_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < due->count; i++) {
		if (due->state[i] == state) {
			in[count++] = in_number(due->id[i]);
		}
	}
	for (size_t i = count; count > 0 && i < OUTBOX_BATCH; i++) {
		in[i] = in[0];
	}
	return count;
}

/* Due is also what would wait for longer than anybody lets it wait: then a clock was wrong. By
 * state, so that the index has what waits in the order in which it goes: only what is taken is
 * read, however many wait. */
static const struct statement outbox_due = { "outbox_due", DB_MAILER, "ttuttuu", "uu",
	"SELECT id, state FROM ((SELECT o.id, o.state, o.priority, o.next_at FROM {outbox} o "
	"STRAIGHT_JOIN {outbox_payload} p ON p.letter_id = o.id WHERE o.state = 0 AND (o.next_at <= ? "
	"OR o.next_at > ?) ORDER BY o.priority, o.next_at, o.id LIMIT ?) UNION ALL "
	"(SELECT o.id, o.state, o.priority, o.next_at FROM {outbox} o STRAIGHT_JOIN {outbox_payload} p "
	"ON p.letter_id = o.id WHERE o.state = 1 AND (o.next_at <= ? OR o.next_at > ?) "
	"ORDER BY o.priority, o.next_at, o.id LIMIT ?)) due ORDER BY priority, next_at, id LIMIT ?" };

/* A lease may seem to be longer than it is by what two hosts' clocks differ: less than a minute. */
static struct db_in too_long(enum outbox_state state, int64_t now, int64_t lease)
{
	return in_time(now + (state == OUTBOX_READY ? OUTBOX_PAUSE_MAX : lease + CLOCK_MINUTE));
}

static enum err find_due(struct db *db, const struct outbox_claim *claim, struct outbox_due *due)
{
	int64_t now = clock_now();
	struct db_rows rows;
	enum db_step step;

	due->count = 0;
	TRY(db_query(db, &outbox_due, DB_IN(in_time(now), too_long(OUTBOX_READY, now, claim->lease),
		in_number(claim->most), in_time(now), too_long(OUTBOX_LEASED, now, claim->lease),
		in_number(claim->most), in_number(claim->most)), NULL, &rows));
	while ((step = db_next(&rows)) == DB_ROW && due->count < OUTBOX_BATCH) {
		db_take(&rows, DB_INTO(into_number(&due->id[due->count]),
			into_word(&due->state[due->count])));
		due->count++;
	}
	return db_rows_end(&rows, step);
}

static const struct statement outbox_claim = { "outbox_claim", DB_MAILER,
	"btu" BATCH_IN "utt", "",
	"UPDATE {outbox} o FORCE INDEX (PRIMARY) STRAIGHT_JOIN {outbox_payload} p ON p.letter_id = "
	"o.id SET o.state = 1, p.lease = ?, o.next_at = ?, o.attempts = o.attempts + 1, "
	"o.may_have_arrived = GREATEST(o.may_have_arrived, ?) WHERE o.id IN (" BATCH
	") AND o.state = ? AND (o.next_at <= ? OR o.next_at > ?)" };

/* One conditional UPDATE is the claim, of those that are due as they were seen; nothing is sent
 * before it is committed (autocommit: a host that dies between two statements of a transaction
 * would leave its locks to all others). Who had a letter before and never said how it went may have
 * sent it. */
static enum err claim_due(struct db *db, const struct outbox_claim *claim,
	const struct outbox_due *due, enum outbox_state state, const unsigned char *lease)
{
	struct db_in in[OUTBOX_BATCH + 6];
	int64_t now = clock_now();

	if (put_ids(in + 3, due, state) == 0) {
		return ERR_OK;
	}
	in[0] = in_bytes(lease, OUTBOX_LEASE);
	in[1] = in_time(now + claim->lease);
	in[2] = in_number(state == OUTBOX_LEASED);
	in[3 + OUTBOX_BATCH] = in_number(state);
	in[4 + OUTBOX_BATCH] = in_time(now);
	in[5 + OUTBOX_BATCH] = too_long(state, now, claim->lease);
	return db_run(db, &outbox_claim, in, sizeof(in) / sizeof(in[0]));
}

static const struct statement outbox_load = { "outbox_load", DB_MAILER, BATCH_IN "b", "ububttu",
	"SELECT o.id, o.message_id, o.kind, p.payload, o.created_at, o.expires_at, o.attempts FROM "
	"{outbox} o FORCE INDEX (PRIMARY) STRAIGHT_JOIN {outbox_payload} p ON p.letter_id = o.id "
	"WHERE o.id IN (" BATCH ") AND p.lease = ? ORDER BY o.priority, o.created_at, o.id" };

/* Takes the present row; the letter's own memory has what it points to. */
static void take_row(const struct db_rows *rows, const struct outbox_claim *claim,
	struct outbox_row *row)
{
	struct letter *letter = &row->letter;
	struct db_bytes message_id, payload;

	arena_init(&row->arena);
	db_take(rows, DB_INTO(into_number(&row->id), into_bytes(&message_id), into_word(&letter->kind),
		into_bytes(&payload), into_time(&letter->created_at), into_time(&letter->expires_at),
		into_number(&row->attempts)));
	if (message_id.len == MESSAGE_ID_BYTES) {
		memcpy(letter->message_id, secret_to_hex(&row->arena, message_id.bytes, MESSAGE_ID_BYTES),
			OUTBOX_MESSAGE_ID);
	}
	row->payload = payload_open(&row->arena, claim->keys, &payload, letter);
}

static enum err load(struct db *db, struct arena *arena, struct outbox_claim *claim,
	const struct outbox_due *due, const unsigned char *lease)
{
	struct db_in in[OUTBOX_BATCH + 1];
	struct db_rows rows;
	enum db_step step;

	for (size_t i = 0; i < OUTBOX_BATCH; i++) {
		in[i] = in_number(due->id[i < due->count ? i : 0]);
	}
	in[OUTBOX_BATCH] = in_bytes(lease, OUTBOX_LEASE);
	TRY(db_query(db, &outbox_load, in, sizeof(in) / sizeof(in[0]), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW && claim->count < OUTBOX_BATCH) {
		struct outbox_row *row = &claim->rows[claim->count++];

		*row = (struct outbox_row){ .settled = ERR_UNAVAILABLE };
		memcpy(row->lease, lease, OUTBOX_LEASE);
		take_row(&rows, claim, row);
	}
	return db_rows_end(&rows, step);
}

static enum err claim_once(struct db *db, struct outbox_claim *claim)
{
	unsigned char lease[OUTBOX_LEASE];
	struct outbox_due due;
	struct arena arena;
	enum err err;

	TRY(find_due(db, claim, &due));
	if (due.count == 0) {
		return ERR_NOT_FOUND;
	}
	secret_random(lease, sizeof(lease));
	TRY(claim_due(db, claim, &due, OUTBOX_READY, lease));
	TRY(claim_due(db, claim, &due, OUTBOX_LEASED, lease));
	arena_init(&arena);
	err = load(db, &arena, claim, &due, lease);
	arena_release(&arena);
	return err == ERR_OK && claim->count == 0 ? ERR_CONFLICT : err;
}

enum err store_outbox_claim(struct db *db, struct outbox_claim *claim)
{
	enum err err = ERR_CONFLICT;

	claim->count = 0;
	/* Another mailer may be faster: then there are next ones, or none. */
	for (int tries = 0; err == ERR_CONFLICT && tries < CLAIM_TRIES; tries++) {
		err = claim_once(db, claim);
	}
	while (err != ERR_OK && claim->count > 0) {
		arena_release(&claim->rows[--claim->count].arena);
	}
	return err == ERR_CONFLICT ? ERR_RETRY : err;
}

static const struct statement outbox_back = { "outbox_back", DB_MAILER, "tub", "",
	"UPDATE {outbox} o STRAIGHT_JOIN {outbox_payload} p ON p.letter_id = o.id SET o.state = 0, "
	"o.next_at = ?, o.attempts = o.attempts - 1, p.lease = NULL WHERE o.id = ? AND p.lease = ?" };

static const struct statement outbox_later = { "outbox_later", DB_MAILER, "utussuub", "",
	"UPDATE {outbox} o STRAIGHT_JOIN {outbox_payload} p ON p.letter_id = o.id SET o.state = ?, "
	"o.next_at = ?, o.smtp_code = ?, o.reason = ?, o.reply = ?, o.may_have_arrived = "
	"GREATEST(o.may_have_arrived, ?), p.lease = NULL WHERE o.id = ? AND p.lease = ?" };

static const struct statement outbox_end = { "outbox_end", DB_MAILER, "utussuub", "",
	"UPDATE {outbox} o STRAIGHT_JOIN {outbox_payload} p ON p.letter_id = o.id SET o.state = ?, "
	"o.settled_at = ?, o.smtp_code = ?, o.reason = ?, o.reply = ?, o.may_have_arrived = "
	"GREATEST(o.may_have_arrived, ?), p.lease = NULL, p.payload = NULL WHERE o.id = ? AND p.lease "
	"= ?" };

static enum err settle_one(struct db *db, const struct outbox_row *row)
{
	const struct outbox_outcome *outcome = &row->outcome;
	bool over = outcome->state != OUTBOX_READY;
	struct db_in id = in_number(row->id), lease = in_bytes(row->lease, sizeof(row->lease));

	if (outcome->untried) {
		return db_run_or(db, &outbox_back, DB_IN(in_time(clock_now()), id, lease), ERR_STALE);
	}
	return db_run_or(db, over ? &outbox_end : &outbox_later,
		DB_IN(in_number(outcome->state), in_time(over ? clock_now() : outcome->next_at),
			in_number(outcome->smtp_code), in_text(outcome->reason),
			in_text(outcome->reply == NULL ? "" : outcome->reply),
			in_number(outcome->may_have_arrived), id, lease), ERR_STALE);
}

/* Most letters are taken with one code; what the server said beside it is each one's own. */
static const struct statement outbox_sent = { "outbox_sent", DB_MAILER,
	"tus" BATCH_IN BATCH_TEXTS BATCH_IN BATCH_LEASES, "",
	"UPDATE {outbox} o FORCE INDEX (PRIMARY) STRAIGHT_JOIN {outbox_payload} p ON p.letter_id = "
	"o.id SET o.state = 2, o.settled_at = ?, o.smtp_code = ?, o.reason = ?, o.reply = "
	"ELT(FIELD(o.id, " BATCH "), " BATCH "), p.lease = NULL, p.payload = NULL "
	"WHERE o.id IN (" BATCH ") AND p.lease IN (" BATCH ")" };

/* Settles what was sent with the same code as the first one. Both rows of a letter change. */
static enum err settle_sent(struct db *db, struct outbox_row *const *rows, size_t count)
{
	struct db_in in[3 + 4 * OUTBOX_BATCH];
	const struct outbox_outcome *first = &rows[0]->outcome;
	enum err settled;

	in[0] = in_time(clock_now());
	in[1] = in_number(first->smtp_code);
	in[2] = in_text(first->reason);
	for (size_t i = 0; i < OUTBOX_BATCH; i++) {
		const struct outbox_row *row = rows[i < count ? i : 0];
		struct db_in *at = in + 3 + i;

		at[0] = in_number(row->id);
		at[OUTBOX_BATCH] = in_text(row->outcome.reply);
		at[2 * OUTBOX_BATCH] = in_number(row->id);
		at[3 * OUTBOX_BATCH] = in_bytes(row->lease, OUTBOX_LEASE);
	}
	TRY(db_run(db, &outbox_sent, in, sizeof(in) / sizeof(in[0])));
	settled = db_affected(db) == 2 * count ? ERR_OK : ERR_STALE;
	for (size_t i = 0; i < count; i++) {
		rows[i]->settled = settled;
	}
	return ERR_OK;
}

/* Takes those that may be settled with the first one that is not: itself at least. */
static size_t settle_together(struct outbox_row *const *rows, size_t count,
	struct outbox_row **together)
{
	size_t taken = 0;

	for (size_t i = 0; i < count && taken < OUTBOX_BATCH; i++) {
		const struct outbox_outcome *outcome = &rows[i]->outcome;

		if (rows[i]->settled == ERR_UNAVAILABLE && (taken == 0 ||
		    (together[0]->outcome.state == OUTBOX_SENT && outcome->state == OUTBOX_SENT &&
		     together[0]->outcome.smtp_code == outcome->smtp_code))) {
			together[taken++] = rows[i];
		}
	}
	return taken;
}

enum err store_outbox_settle(struct db *db, struct outbox_row *const *rows, size_t count)
{
	struct outbox_row *together[OUTBOX_BATCH];
	size_t taken;

	while ((taken = settle_together(rows, count, together)) > 0) {
		enum err err = taken > 1 ? settle_sent(db, together, taken) : settle_one(db, together[0]);

		if (err != ERR_OK && err != ERR_STALE) {
			return err;
		}
		if (taken == 1) {
			together[0]->settled = err;
		}
	}
	return ERR_OK;
}

/* The index knows the first of each priority: what waits behind it is not read. */
static const struct statement outbox_next = { "outbox_next", DB_MAILER, "", "t",
	"SELECT MIN(next_at) FROM (SELECT MIN(next_at) AS next_at FROM {outbox} WHERE state IN (0, 1) "
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

static const struct statement outbox_sealed = { "outbox_sealed", DB_ADMIN, "u", "ub",
	"SELECT letter_id, payload FROM {outbox_payload} WHERE letter_id > ? AND payload IS NOT NULL "
	"ORDER BY letter_id LIMIT 1" };

static const struct statement outbox_reseal = { "outbox_reseal", DB_ADMIN, "bub", "",
	"UPDATE {outbox_payload} SET payload = ? WHERE letter_id = ? AND payload = ?" };

/* One letter; one that is sent meanwhile is wiped, and stays so. */
static enum err reseal(struct db *db, struct arena *arena, const struct secret_ring *keys,
	struct secret_sealer *sealer, uint64_t *id, struct outbox_resealed *resealed)
{
	struct db_bytes payload, anew;

	TRY(db_first(db, &outbox_sealed, DB_IN(in_number(*id)), arena,
		DB_INTO(into_number(id), into_bytes(&payload))));
	if (!payload_reseal(arena, keys, sealer, &payload, &anew)) {
		resealed->lost++;
	}
	if (anew.len == 0) {
		return ERR_OK;
	}
	TRY(db_run(db, &outbox_reseal, DB_IN(in_bytes(anew.bytes, anew.len), in_number(*id),
		in_bytes(payload.bytes, payload.len))));
	resealed->count += db_affected(db);
	return ERR_OK;
}

enum err store_outbox_reseal(struct db *db, const struct secret_ring *keys,
	struct secret_sealer *sealer, struct outbox_resealed *resealed)
{
	struct arena arena;
	uint64_t id = 0;
	enum err err = ERR_OK;

	*resealed = (struct outbox_resealed){ 0 };
	arena_init(&arena);
	while (err == ERR_OK) {
		err = reseal(db, &arena, keys, sealer, &id, resealed);
		arena_reset(&arena);
	}
	arena_release(&arena);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

const struct statement *const outbox_statements[] = {
	&outbox_put, &outbox_put_payload, &outbox_due, &outbox_claim, &outbox_load,
	&outbox_back, &outbox_sent, &outbox_later, &outbox_end, &outbox_next, &outbox_sealed,
	&outbox_reseal, NULL,
};
