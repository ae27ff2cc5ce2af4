#include "store/user_beside.h"

#include "base/clock.h"
#include "store/mail.h"

#include <string.h>

enum user_part { PART_GROUP, PART_DELAY, PART_LETTER, PART_CREATOR };

struct user_beside {
	enum user_part part;
	uint64_t user_id;
	uint64_t id; /* of the group, the letter */
	int64_t at;  /* until when, when it was put */
	struct mail mail;
	const char *address;
	const char *name;
};

/* The columns that a part does not have: whatever it says there is not read. */
#define NO_LETTER "NULL, NULL, NULL, NULL, NULL"

#define USER_BESIDE(which) \
	"SELECT 0 AS part, m.user_id, m.group_id AS id, UTC_TIMESTAMP(6) AS at, " NO_LETTER \
	", NULL, NULL FROM {user_group_member} m WHERE m.user_id " which " UNION ALL " \
	"SELECT 1, a.user_id, 0, a.blocked_until, " NO_LETTER ", NULL, NULL FROM {attempt} a " \
	"WHERE a.user_id " which " AND a.blocked_until > ? UNION ALL " \
	"SELECT 2, o.user_id, o.id, o.created_at, o.kind, o.state, o.settled_at, o.smtp_code, " \
	"o.may_have_arrived, o.recipient, NULL FROM {outbox} o FORCE INDEX (outbox_kind_user) " \
	"WHERE o.kind IN (1, 4) AND o.user_id " which " UNION ALL " \
	"SELECT 3, c.id, 0, c.created_at, " NO_LETTER ", c.email, c.name FROM {user} c " \
	"WHERE c.id IN (?...)"

static const struct statement user_beside_between = {
	"user_beside_between", DB_WEB | DB_ADMIN, "uuuutuuI", "uuutuutuubs",
	USER_BESIDE("BETWEEN ? AND ?") };

static const struct statement user_beside_in = {
	"user_beside_in", DB_WEB | DB_ADMIN, "IItII", "uuutuutuubs", USER_BESIDE("IN (?...)") };

/* Users of a page, as what stands beside them is asked for. */
struct user_set {
	struct user *users;
	size_t count;
	uint64_t *ids;
	uint64_t min, max; /* of the ids */
	uint64_t *creators; /* each once */
	size_t creator_count;
};

static void add_creator(struct user_set *set, uint64_t id)
{
	size_t at = 0;

	while (at < set->creator_count && set->creators[at] != id) {
		at++;
	}
	if (id != 0 && at == set->creator_count) {
		set->creators[set->creator_count++] = id;
	}
}

static struct user_set set_of(struct arena *arena, struct user *users, size_t count)
{
	struct user_set set = { .users = users, .count = count, .min = UINT64_MAX,
		.ids = arena_array(arena, count, sizeof(*set.ids)),
		.creators = arena_array(arena, count, sizeof(*set.creators)) };

	for (size_t i = 0; i < count; i++) {
		set.ids[i] = users[i].id;
		set.min = users[i].id < set.min ? users[i].id : set.min;
		set.max = users[i].id > set.max ? users[i].id : set.max;
		add_creator(&set, users[i].creator_id);
	}
	return set;
}

/* Where the ids stand close together their range is asked for. */
static enum err ask_beside(struct db *db, struct arena *arena, const struct user_set *set,
	struct db_rows *rows)
{
	const struct db_in min = in_number(set->min), max = in_number(set->max);
	const struct db_in ids = in_ids(set->ids, set->count), now = in_time(clock_now());
	const struct db_in creators = in_ids(set->creators, set->creator_count);

	return set->max - set->min < 4 * set->count
		? db_query(db, &user_beside_between,
			DB_IN(min, max, min, max, now, min, max, creators), arena, rows)
		: db_query(db, &user_beside_in, DB_IN(ids, ids, now, ids, creators), arena, rows);
}

static void take_beside(const struct db_rows *rows, struct user_beside *beside)
{
	struct mail *mail = &beside->mail;

	*beside = (struct user_beside){ .part = PART_GROUP };
	db_take(rows, DB_INTO(into_word(&beside->part), into_number(&beside->user_id),
		into_number(&beside->id), into_time(&beside->at), into_word(&mail->kind),
		into_word(&mail->state), into_time(&mail->settled_at), into_number(&mail->smtp_code),
		into_flag(&mail->may_have_arrived), into_text(&beside->address),
		into_text(&beside->name)));
	mail->id = beside->id;
	mail->user_id = beside->user_id;
	mail->created_at = beside->at;
}

/* Of two letters the newer one stays. */
static void note_delivery(struct arena *arena, struct user *user, const struct user_beside *beside)
{
	struct mail *mail;

	if (user->delivery != NULL && user->delivery->id > beside->id) {
		return;
	}
	mail = arena_alloc(arena, sizeof(*mail));
	*mail = beside->mail;
	mail->may_have_arrived = mail->may_have_arrived && mail->state != OUTBOX_SENT;
	mail->former_address = beside->address[0] != '\0' &&
		strcmp(beside->address, user->email) != 0;
	user->delivery = mail;
}

/* In the order of their ids. */
static void note_group(struct arena *arena, struct user *user, uint64_t id)
{
	enum { FIRST_ROOM = 4 };
	size_t count = user->group_count;
	bool full = count >= FIRST_ROOM && (count & (count - 1)) == 0;

	if (count == 0) {
		user->groups = arena_array(arena, FIRST_ROOM, sizeof(*user->groups));
	} else if (full) {
		user->groups = arena_grow(arena, user->groups, count * sizeof(*user->groups));
	}
	for (; count > 0 && user->groups[count - 1].id > id; count--) {
		user->groups[count] = user->groups[count - 1];
	}
	user->groups[count] = (struct group_name){ .id = id, .name = "" };
	user->group_count++;
}

/* A page is small: to look through it for each row is no more than to sort both. */
static struct user *find_user(const struct user_set *set, uint64_t id)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->users[i].id == id) {
			return &set->users[i];
		}
	}
	return NULL;
}

static void note_creator(const struct user_set *set, const struct user_beside *beside)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->users[i].creator_id == beside->user_id) {
			set->users[i].creator_name = beside->name;
			set->users[i].creator_email = beside->address;
		}
	}
}

static void note_beside(struct arena *arena, const struct user_set *set,
	const struct user_beside *beside)
{
	struct user *user = beside->part == PART_CREATOR ? NULL : find_user(set, beside->user_id);

	if (beside->part == PART_CREATOR) {
		note_creator(set, beside);
	} else if (user == NULL) {
		return; /* somebody between two of the page */
	} else if (beside->part == PART_GROUP) {
		note_group(arena, user, beside->id);
	} else if (beside->part == PART_DELAY) {
		user->locked_until = beside->at > user->locked_until ? beside->at : user->locked_until;
	} else {
		note_delivery(arena, user, beside);
	}
}

enum err store_user_complete(struct db *db, struct arena *arena, bool masked, void *records,
	size_t count)
{
	const struct user_set set = set_of(arena, records, count);
	struct user_beside beside;
	struct db_rows rows;
	enum db_step step;

	(void)masked;
	TRY(ask_beside(db, arena, &set, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		take_beside(&rows, &beside);
		note_beside(arena, &set, &beside);
	}
	return db_rows_end(&rows, step);
}

const struct statement *const user_beside_statements[] = {
	&user_beside_between, &user_beside_in, NULL,
};
