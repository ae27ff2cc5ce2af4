#include "store/mail.h"

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
	err = db_query(db, pages[ask->sort].page[store_page_descends(ask)], in, FILTER_COUNT + 5,
		arena, &rows);
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
	TRY(db_first(db, STMT_MAIL_COUNT, in, FILTER_COUNT + 1, arena, &rows));
	*count = rows.col[0].number;
	return ERR_OK;
}

enum err store_mail_load(struct db *db, struct arena *arena, uint64_t id, struct mail *mail)
{
	struct db_rows rows;

	TRY(db_first(db, STMT_MAIL_LOAD, DB_IN(in_number(id)), arena, &rows));
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

enum err store_mail_deliveries(struct db *db, struct arena *arena, const uint64_t *user_ids,
	size_t count, struct mail *mails)
{
	struct db_in in[PAGE_MOST];
	struct db_rows rows;

	if (count == 0) {
		return ERR_OK;
	}
	memset(mails, 0, count * sizeof(*mails));
	TRY(store_page_ids(user_ids, count, in));
	TRY(db_query(db, STMT_MAIL_DELIVERIES, in, PAGE_MOST, arena, &rows));
	return read_deliveries(&rows, user_ids, count, mails);
}

enum err store_mail_cancel(struct db *db, uint64_t id, const char *reason)
{
	TRY(db_run(db, STMT_MAIL_CANCEL, DB_IN(in_time(clock_now()), in_text(reason),
		in_number(id))));
	if (db_affected(db) == 0) {
		return ERR_CONFLICT;
	}
	return db_run(db, STMT_MAIL_CANCEL_WIPE, DB_IN(in_number(id)));
}

enum err store_mail_cancel_all(struct db *db, uint64_t user_id, enum letter_kind kind,
	const char *reason)
{
	int64_t now = clock_now(); /* by it the second statement knows what the first one cancelled */

	TRY(db_run(db, STMT_MAIL_CANCEL_ALL, DB_IN(in_time(now), in_text(reason),
		in_number(user_id), in_number(kind))));
	return db_affected(db) == 0 ? ERR_OK
		: db_run(db, STMT_MAIL_CANCEL_ALL_WIPE,
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

enum err store_mail_retry(struct db *db, uint64_t id)
{
	int64_t now = clock_now();

	TRY(db_run(db, STMT_MAIL_RETRY, DB_IN(in_time(now), in_number(id), in_time(now))));
	return db_affected(db) == 0 ? ERR_CONFLICT : ERR_OK;
}

enum err store_mail_failing(struct db *db, struct arena *arena, bool *failing)
{
	int64_t now = clock_now();
	struct db_rows rows;

	*failing = false;
	TRY(db_first(db, STMT_MAIL_FAILING, DB_IN(
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

enum err store_mail_depths(struct db *db, struct arena *arena, struct mail_depths *depths)
{
	struct db_rows rows;
	enum db_step step;

	*depths = (struct mail_depths){ .oldest = 0 };
	TRY(db_query(db, STMT_MAIL_DEPTHS, DB_NONE, arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		take_depth(rows.col, depths);
	}
	return db_rows_end(&rows, step);
}
