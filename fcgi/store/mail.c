#include "store/mail.h"

#include "base/clock.h"

#include <string.h>

enum { WAITING_MINUTES = 10 };

#define AT(member) offsetof(struct mail, member)

const struct column mail_columns[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = AT(id), .sql = "o.id" },
	{ .name = "kind", .kind = COLUMN_WORD, .offset = AT(kind), .sql = "o.kind",
		.words = letter_kind_words },
	{ .name = "user", .kind = COLUMN_ID, .offset = AT(user_id), .sql = "o.user_id" },
	{ .name = "user_name", .kind = COLUMN_TEXT, .offset = AT(user_name), .sql = "u.name" },
	{ .name = "user_email", .kind = COLUMN_BYTES, .offset = AT(user_email), .sql = "u.email" },
	{ .name = "state", .kind = COLUMN_WORD, .offset = AT(state), .sql = "o.state",
		.words = outbox_state_words },
	{ .name = "attempts", .kind = COLUMN_NUMBER, .offset = AT(attempts), .sql = "o.attempts" },
	{ .name = "next_at", .kind = COLUMN_TIME, .offset = AT(next_at), .sql = "o.next_at" },
	{ .name = "created_at", .kind = COLUMN_TIME, .offset = AT(created_at),
		.sql = "o.created_at" },
	{ .name = "settled_at", .kind = COLUMN_TIME, .offset = AT(settled_at),
		.sql = "o.settled_at" },
	{ .name = "smtp_code", .kind = COLUMN_NUMBER, .offset = AT(smtp_code), .sql = "o.smtp_code" },
	{ .name = "reason", .kind = COLUMN_TEXT, .offset = AT(reason), .sql = "o.reason" },
	{ .name = "to", .kind = COLUMN_BYTES, .offset = AT(to), .sql = "o.recipient" },
	{ .name = "reply", .kind = COLUMN_TEXT, .offset = AT(reply), .sql = "o.reply" },
	{ .name = "may_have_arrived", .kind = COLUMN_FLAG, .offset = AT(may_have_arrived),
		.sql = "o.may_have_arrived" },
	{ .kind = COLUMN_END },
};

/* next_at of a letter that is being sent is the end of a lease, and of a settled one it is over. */
static enum err complete_mails(struct db *db, struct arena *arena, bool masked,
	void *records, size_t count)
{
	struct mail *mails = records;

	(void)db, (void)arena, (void)masked;
	for (size_t i = 0; i < count; i++) {
		bool sent = mails[i].state == OUTBOX_SENT;

		mails[i].next_at = mails[i].state == OUTBOX_READY ? mails[i].next_at : 0;
		mails[i].sent_at = sent ? mails[i].settled_at : 0;
		mails[i].may_have_arrived = mails[i].may_have_arrived && !sent;
	}
	return ERR_OK;
}

const struct noun mail_noun = {
	.name = "mail",
	.programs = DB_WEB | DB_ADMIN,
	.columns = mail_columns,
	.size = sizeof(struct mail),
	.table = "{outbox}",
	.alias = "o",
	.joins = " LEFT JOIN {user} u ON u.id = o.user_id",
	.list = {
		.sorts = (const struct list_sort[]){
			{ .name = "id", .unique = true, .index = "PRIMARY" },
			{ .name = "created_at", .index = "outbox_created" },
			{ .name = "state", .index = "outbox_state" },
			{ .name = NULL },
		},
		.descending = true,
		.filters = (const struct list_filter[]){
			{ .name = "state", .kind = COLUMN_WORD, .words = outbox_state_words,
				.along = "id", .index = "outbox_state" },
			{ .name = "kind", .kind = COLUMN_WORD, .words = letter_kind_words, .along = "id",
				.index = "outbox_kind" },
			{ .name = "user", .kind = COLUMN_ID, .along = "id", .index = "outbox_user" },
			{ .name = "smtp_code", .kind = COLUMN_ID, .along = "id", .index = "outbox_code" },
			{ .name = "created_since", .kind = COLUMN_TIME, .column = "created_at",
				.condition = "o.created_at >= ?" },
			{ .name = "created_until", .kind = COLUMN_TIME, .column = "created_at",
				.condition = "o.created_at < ?" },
			{ .name = "settled_since", .kind = COLUMN_TIME, .column = "settled_at",
				.condition = "o.settled_at >= ?" },
			{ .name = "settled_until", .kind = COLUMN_TIME, .column = "settled_at",
				.condition = "o.settled_at < ?" },
			{ .kind = COLUMN_END },
		},
		.pairs = (const struct list_pair[]){
			{ { "state", "kind" }, "outbox_state_kind", "id" },
			{ { "kind", "user" }, "outbox_kind_user", "id" },
			{ .index = NULL },
		},
	},
	.complete = complete_mails,
};

enum err store_mail_load(struct db *db, struct arena *arena, uint64_t id, struct mail *mail)
{
	return store_load(db, arena, &mail_noun, false, id, mail);
}

/* To cancel a letter is to wipe it. The page's program may not look into the payloads, so it has no
 * WHERE there, nor ON DUPLICATE KEY, for which MariaDB wants SELECT: it puts an empty row. */
static const struct statement mail_cancel = { "mail_cancel", DB_WEB, "tsu", "",
	"UPDATE {outbox} SET state = 5, settled_at = ?, reason = ? WHERE id = ? AND state = 0" };

static const struct statement mail_cancel_wipe = { "mail_cancel_wipe", DB_WEB, "u", "",
	"REPLACE INTO {outbox_payload} (letter_id) VALUES (?)" };

enum err store_mail_cancel(struct db *db, uint64_t id, const char *reason)
{
	TRY(db_run_or(db, &mail_cancel, DB_IN(in_time(clock_now()), in_text(reason), in_number(id)),
		ERR_CONFLICT));
	return db_run(db, &mail_cancel_wipe, DB_IN(in_number(id)));
}

static const struct statement mail_cancel_all = { "mail_cancel_all", DB_WEB | DB_ADMIN, "tsuu", "",
	"UPDATE {outbox} SET may_have_arrived = IF(state = 1, 1, may_have_arrived), state = 5, "
	"settled_at = ?, reason = ? WHERE user_id = ? AND kind = ? AND state IN (0, 1)" };

static const struct statement mail_cancel_all_wipe = {
	"mail_cancel_all_wipe", DB_WEB | DB_ADMIN, "uut", "",
	"REPLACE INTO {outbox_payload} (letter_id) SELECT id FROM {outbox} "
	"WHERE user_id = ? AND kind = ? AND state = 5 AND settled_at = ?" };

enum err store_mail_cancel_all(struct db *db, uint64_t user_id, enum letter_kind kind,
	const char *reason)
{
	int64_t now = clock_now(); /* by it the second statement knows what the first one cancelled */

	TRY(db_run(db, &mail_cancel_all, DB_IN(in_time(now), in_text(reason),
		in_number(user_id), in_number(kind))));
	return db_affected(db) == 0 ? ERR_OK
		: db_run(db, &mail_cancel_all_wipe,
			DB_IN(in_number(user_id), in_number(kind), in_time(now)));
}

enum err store_mail_cancel_credentials(struct db *db, uint64_t user_id)
{
	static const enum letter_kind kinds[] = { LETTER_CREDENTIALS, LETTER_LINK, LETTER_FORGOTTEN };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		TRY(store_mail_cancel_all(db, user_id, kinds[i], "replaced"));
	}
	return ERR_OK;
}

static const struct statement mail_retry = { "mail_retry", DB_ADMIN, "tut", "",
	"UPDATE {outbox} o STRAIGHT_JOIN {outbox_payload} p ON p.letter_id = o.id SET o.state = 0, "
	"o.next_at = ?, o.settled_at = NULL WHERE o.id = ? AND o.state IN (0, 3) AND p.payload IS NOT "
	"NULL AND o.expires_at > ?" };

enum err store_mail_retry(struct db *db, uint64_t id)
{
	int64_t now = clock_now();

	return db_run_or(db, &mail_retry, DB_IN(in_time(now), in_number(id), in_time(now)),
		ERR_CONFLICT);
}

static const struct statement mail_failing = { "mail_failing", DB_WEB, "tt", "u",
	"SELECT EXISTS (SELECT 1 FROM {outbox} WHERE state IN (0, 1) "
	"AND (created_at < ? OR reason = 'settings')) "
	"OR COALESCE((SELECT MIN(s.state) FROM (SELECT state FROM {outbox} FORCE INDEX "
	"(outbox_settled) WHERE settled_at <= ? AND state IN (2, 3, 4) ORDER BY settled_at DESC LIMIT "
	"3) s), 2) > 2" };

enum err store_mail_failing(struct db *db, struct arena *arena, bool *failing)
{
	int64_t now = clock_now();

	*failing = false;
	return db_first(db, &mail_failing, DB_IN(
		in_time(now - WAITING_MINUTES * CLOCK_MINUTE), in_time(now)), arena,
		DB_INTO(into_flag(failing)));
}

static const struct statement mail_depths = { "mail_depths", DB_WEB, "", "uut",
	"SELECT state, COUNT(*), MIN(created_at) FROM {outbox} WHERE state IN (0, 1, 3) GROUP BY "
	"state" };

enum err store_mail_depths(struct db *db, struct arena *arena, struct mail_depths *depths)
{
	struct db_rows rows;
	enum db_step step;

	*depths = (struct mail_depths){ .oldest = 0 };
	TRY(db_query(db, &mail_depths, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		uint64_t state = 0, count = 0;
		int64_t oldest = 0;

		db_take(&rows, DB_INTO(into_number(&state), into_number(&count), into_time(&oldest)));
		depths->count[state] = count;
		if (state != OUTBOX_DEAD && (depths->oldest == 0 || oldest < depths->oldest)) {
			depths->oldest = oldest;
		}
	}
	return db_rows_end(&rows, step);
}

static const struct statement mail_ends = { "mail_ends", DB_WEB, "ttu", "uuu",
	"SELECT state, smtp_code, COUNT(*) FROM {outbox} FORCE INDEX (outbox_settled) "
	"WHERE settled_at > ? AND settled_at <= ? GROUP BY state, smtp_code LIMIT ?" };

enum err store_mail_ends(struct db *db, struct arena *arena, int64_t since,
	struct mail_ends *ends)
{
	struct db_rows rows;
	enum db_step step;

	ends->count = 0;
	TRY(db_query(db, &mail_ends, DB_IN(in_time(since), in_time(clock_now()),
		in_number(MAIL_ENDS_MAX)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		uint64_t state = 0, code = 0, letters = 0;

		db_take(&rows, DB_INTO(into_number(&state), into_number(&code), into_number(&letters)));
		ends->of[ends->count].state = (enum outbox_state)state;
		ends->of[ends->count].smtp_code = code;
		ends->of[ends->count].letters = letters;
		ends->count++;
	}
	return db_rows_end(&rows, step);
}

static const struct statement mail_recent = { "mail_recent", DB_WEB, "uutt", "u",
	"SELECT COUNT(*) FROM {outbox} WHERE user_id = ? AND kind = ? AND created_at > ? "
	"AND created_at <= ?" };

enum err store_mail_recent(struct db *db, struct arena *arena, uint64_t user_id,
	enum letter_kind kind, int64_t since, uint64_t *count)
{
	*count = 0;
	return db_first(db, &mail_recent, DB_IN(in_number(user_id), in_number(kind),
		in_time(since), in_time(clock_latest(clock_now()))), arena, DB_INTO(into_number(count)));
}

const struct statement *const mail_statements[] = {
	&mail_cancel, &mail_cancel_wipe, &mail_cancel_all, &mail_cancel_all_wipe,
	&mail_retry, &mail_failing, &mail_depths, &mail_ends, &mail_recent, NULL,
};
