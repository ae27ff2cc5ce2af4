#include "store/mail.h"
#include "store/pages.h"

#include "base/clock.h"

#include <string.h>

enum { ANY = 9 }; /* switches a filter off that compares with a small number */

enum { WAITING_MINUTES = 10 };

static const struct {
	enum stmt page[2];
	char kind;
} pages[] = {
	[MAIL_SORT_ID] = { { STMT_MAIL_PAGE_ID_ASC, STMT_MAIL_PAGE_ID_DESC }, 'u' },
	[MAIL_SORT_CREATED_AT] = { { STMT_MAIL_PAGE_CREATED_AT_ASC, STMT_MAIL_PAGE_CREATED_AT_DESC },
		't' },
	[MAIL_SORT_STATE] = { { STMT_MAIL_PAGE_STATE_ASC, STMT_MAIL_PAGE_STATE_DESC }, 'u' },
};

/* next_at of a letter that is being sent is the end of a lease, and of a settled one it is over. */
static void take_mail(const struct db_out *col, struct mail *mail)
{
	enum outbox_state state = (enum outbox_state)col[5].number;

	*mail = (struct mail){
		.id = col[0].number,
		.kind = (enum letter_kind)col[1].number,
		.user_id = col[2].number,
		.user_name = col[3].text,
		.user_email = col[4].text,
		.state = state,
		.attempts = col[6].number,
		.next_at = state == OUTBOX_READY ? col[7].time : 0,
		.created_at = col[8].time,
		.sent_at = state == OUTBOX_SENT ? col[9].time : 0,
		.settled_at = col[9].time,
		.smtp_code = col[10].number,
		.reason = col[11].text,
		.to = col[12].text,
		.reply = col[13].text,
		.may_have_arrived = col[14].number != 0 && state != OUTBOX_SENT,
	};
}

/* The parameters that every page and the count begin with (MAIL_FILTERS of stmt.def). */
enum { FILTER_COUNT = 6 };

static void filter_in(const struct mail_filter *filter, struct db_in in[static FILTER_COUNT])
{
	uint64_t state = filter->state < 0 ? ANY : (uint64_t)filter->state;
	uint64_t kind = filter->kind < 0 ? ANY : (uint64_t)filter->kind;
	const struct db_in all[FILTER_COUNT] = {
		in_number(state), in_number(state),
		in_number(kind), in_number(kind),
		in_number(filter->user_id), in_number(filter->user_id),
	};

	memcpy(in, all, sizeof(all));
}

static enum err read_mails(struct db_rows *rows, struct mail *mails, size_t room, size_t *found)
{
	enum db_step step;

	*found = 0;
	while ((step = db_next(rows)) == DB_ROW && *found < room) {
		take_mail(rows->col, &mails[*found]);
		(*found)++;
	}
	return db_rows_end(rows, step);
}

enum err store_mail_list(struct db *db, struct arena *arena, const struct mail_filter *filter,
	const struct page_ask *ask, struct page *page, struct mail **mails)
{
	size_t room = (size_t)ask->size + 1, found = 0;
	struct db_in in[FILTER_COUNT + 5];
	struct db_rows rows;
	enum err err;

	filter_in(filter, in);
	in[FILTER_COUNT] = in_number(ask->has_key);
	in[FILTER_COUNT + 1] = store_page_key(ask, pages[ask->sort].kind);
	in[FILTER_COUNT + 2] = store_page_key(ask, pages[ask->sort].kind);
	in[FILTER_COUNT + 3] = in_number(ask->key_id);
	in[FILTER_COUNT + 4] = in_number(ask->size + 1);
	*mails = arena_array(arena, room, sizeof(**mails));
	err = db_query(db, &store_pages[pages[ask->sort].page[store_page_descends(ask)]], in,
		FILTER_COUNT + 5, arena, &rows);
	if (err == ERR_OK) {
		err = read_mails(&rows, *mails, room, &found);
	}
	store_page_settle(ask, *mails, sizeof(**mails), found, page);
	return err;
}

enum err store_mail_count(struct db *db, struct arena *arena, const struct mail_filter *filter,
	uint64_t limit, uint64_t *count)
{
	struct db_in in[FILTER_COUNT + 1];
	struct db_rows rows;

	filter_in(filter, in);
	in[FILTER_COUNT] = in_number(limit + 1);
	*count = 0;
	TRY(db_first(db, &store_pages[STMT_MAIL_COUNT], in, FILTER_COUNT + 1, arena, &rows));
	*count = rows.col[0].number;
	return ERR_OK;
}

enum err store_mail_load(struct db *db, struct arena *arena, uint64_t id, struct mail *mail)
{
	struct db_rows rows;

	TRY(db_first(db, &store_pages[STMT_MAIL_LOAD], DB_IN(in_number(id)), arena, &rows));
	take_mail(rows.col, mail);
	return ERR_OK;
}

static void take_delivery(const struct db_out *col, struct mail *mail)
{
	*mail = (struct mail){
		.id = col[0].number,
		.kind = (enum letter_kind)col[1].number,
		.user_id = col[2].number,
		.state = (enum outbox_state)col[3].number,
		.created_at = col[4].time,
		.settled_at = col[5].time,
		.smtp_code = col[6].number,
		.may_have_arrived = col[7].number != 0 && col[3].number != OUTBOX_SENT,
		.former_address = col[8].number != 0,
	};
}

/* The rows come by age: of two letters to a user the newer one stays. */
static enum err read_deliveries(struct db_rows *rows, const uint64_t *user_ids, size_t count,
	struct mail *mails)
{
	enum db_step step;

	while ((step = db_next(rows)) == DB_ROW) {
		for (size_t i = 0; i < count; i++) {
			if (user_ids[i] == rows->col[2].number) {
				take_delivery(rows->col, &mails[i]);
			}
		}
	}
	return db_rows_end(rows, step);
}

static const struct statement mail_deliveries = { "mail_deliveries", DB_WEB, "I", "uuuuttuuu",
	"SELECT o.id, o.kind, o.user_id, o.state, o.created_at, o.settled_at, o.smtp_code, "
	"o.may_have_arrived, COALESCE(o.recipient <> u.email, 0) FROM (SELECT MAX(n.id) AS id FROM "
	"outbox n WHERE n.kind IN (1, 4) AND n.user_id IN (?...) GROUP BY n.user_id, n.kind) newest "
	"STRAIGHT_JOIN outbox o ON o.id = newest.id STRAIGHT_JOIN user u ON u.id = o.user_id ORDER BY "
	"o.id" };

enum err store_mail_deliveries(struct db *db, struct arena *arena, const uint64_t *user_ids,
	size_t count, struct mail *mails)
{
	struct db_rows rows;

	if (count == 0) {
		return ERR_OK;
	}
	memset(mails, 0, count * sizeof(*mails));
	TRY(db_query(db, &mail_deliveries, DB_IN(in_ids(user_ids, count)), arena, &rows));
	return read_deliveries(&rows, user_ids, count, mails);
}

/* To cancel a letter is to wipe it. The page's program may not look into the payloads, so it has no
 * WHERE there, nor ON DUPLICATE KEY, for which MariaDB wants SELECT: it puts an empty row. */
static const struct statement mail_cancel = { "mail_cancel", DB_WEB, "tsu", "",
	"UPDATE outbox SET state = 5, settled_at = ?, reason = ? WHERE id = ? AND state = 0" };

static const struct statement mail_cancel_wipe = { "mail_cancel_wipe", DB_WEB, "u", "",
	"REPLACE INTO outbox_payload (letter_id) VALUES (?)" };

enum err store_mail_cancel(struct db *db, uint64_t id, const char *reason)
{
	TRY(db_run(db, &mail_cancel, DB_IN(in_time(clock_now()), in_text(reason),
		in_number(id))));
	if (db_affected(db) == 0) {
		return ERR_CONFLICT;
	}
	return db_run(db, &mail_cancel_wipe, DB_IN(in_number(id)));
}

static const struct statement mail_cancel_all = { "mail_cancel_all", DB_WEB | DB_ADMIN, "tsuu", "",
	"UPDATE outbox SET may_have_arrived = IF(state = 1, 1, may_have_arrived), state = 5, "
	"settled_at = ?, reason = ? WHERE user_id = ? AND kind = ? AND state IN (0, 1)" };

static const struct statement mail_cancel_all_wipe = {
	"mail_cancel_all_wipe", DB_WEB | DB_ADMIN, "uut", "",
	"REPLACE INTO outbox_payload (letter_id) SELECT id FROM outbox "
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
	"UPDATE outbox o STRAIGHT_JOIN outbox_payload p ON p.letter_id = o.id SET o.state = 0, "
	"o.next_at = ?, o.settled_at = NULL WHERE o.id = ? AND o.state IN (0, 3) AND p.payload IS NOT "
	"NULL AND o.expires_at > ?" };

enum err store_mail_retry(struct db *db, uint64_t id)
{
	int64_t now = clock_now();

	TRY(db_run(db, &mail_retry, DB_IN(in_time(now), in_number(id), in_time(now))));
	return db_affected(db) == 0 ? ERR_CONFLICT : ERR_OK;
}

static const struct statement mail_failing = { "mail_failing", DB_WEB, "tt", "u",
	"SELECT EXISTS (SELECT 1 FROM outbox WHERE state IN (0, 1) "
	"AND (created_at < ? OR reason = 'settings')) "
	"OR COALESCE((SELECT MIN(s.state) FROM (SELECT state FROM outbox FORCE INDEX (outbox_settled) "
	"WHERE settled_at <= ? AND state IN (2, 3, 4) ORDER BY settled_at DESC LIMIT 3) s), 2) "
	"> 2" };

enum err store_mail_failing(struct db *db, struct arena *arena, bool *failing)
{
	int64_t now = clock_now();
	struct db_rows rows;

	*failing = false;
	TRY(db_first(db, &mail_failing, DB_IN(
		in_time(now - WAITING_MINUTES * CLOCK_MINUTE), in_time(now)), arena, &rows));
	*failing = rows.col[0].number != 0;
	return ERR_OK;
}

static void take_depth(const struct db_out *col, struct mail_depths *depths)
{
	uint64_t state = col[0].number;

	depths->count[state] = col[1].number;
	if (state != OUTBOX_DEAD && (depths->oldest == 0 || col[2].time < depths->oldest)) {
		depths->oldest = col[2].time;
	}
}

static const struct statement mail_depths = { "mail_depths", DB_WEB, "", "uut",
	"SELECT state, COUNT(*), MIN(created_at) FROM outbox WHERE state IN (0, 1, 3) GROUP BY state" };

enum err store_mail_depths(struct db *db, struct arena *arena, struct mail_depths *depths)
{
	struct db_rows rows;
	enum db_step step;

	*depths = (struct mail_depths){ .oldest = 0 };
	TRY(db_query(db, &mail_depths, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		take_depth(rows.col, depths);
	}
	return db_rows_end(&rows, step);
}

const struct statement *const mail_statements[] = {
	&mail_deliveries, &mail_cancel, &mail_cancel_wipe, &mail_cancel_all, &mail_cancel_all_wipe,
	&mail_retry, &mail_failing, &mail_depths, NULL,
};
