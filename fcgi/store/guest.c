#include "store/guest.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>

/* As of store_session_find(): of what happened in the future nothing counts. */
#define GUEST_WHERE "SELECT s.id, s.user_id, s.created_at, s.last_used_at, " \
	"CASE WHEN s.proved_at <= ? THEN s.proved_at ELSE s.created_at END, e.epoch, s.rooms, " \
	"u.name, u.email, u.language FROM {session} s JOIN {authz_epoch} e ON e.id = 1 " \
	"JOIN {user} u ON u.id = s.user_id WHERE s.created_at <= ? AND s.last_used_at <= ? AND "

#define GUEST_INTO(guest) into_number(&(guest)->session.id), \
	into_number(&(guest)->session.user_id), into_time(&(guest)->session.created_at), \
	into_time(&(guest)->session.last_used_at), into_time(&(guest)->session.stepped_up_at), \
	into_number(&(guest)->session.epoch), into_text(&(guest)->rooms), into_text(&(guest)->name), \
	into_text(&(guest)->email), into_text(&(guest)->language)

static const struct statement guest_find = { "guest_find", DB_WEB, "tttb", "uutttussbs",
	GUEST_WHERE "s.token_hash = ?" };

enum err store_guest_find(struct db *db, struct arena *arena, const struct secret_hash *token,
	struct guest *guest)
{
	struct db_in latest = in_time(clock_latest(clock_now()));

	*guest = (struct guest){ .rooms = "" };
	return db_first(db, &guest_find, DB_IN(latest, latest, latest, in_hash(token)), arena,
		DB_INTO(GUEST_INTO(guest)));
}

static const struct statement guest_of_session = { "guest_of_session", DB_WEB, "tttut",
	"uutttussbs", GUEST_WHERE "s.id = ? AND s.created_at = ?" };

enum err store_guest_of_session(struct db *db, struct arena *arena, uint64_t session_id,
	int64_t created_at, struct guest *guest)
{
	struct db_in latest = in_time(clock_latest(clock_now()));

	*guest = (struct guest){ .rooms = "" };
	return db_first(db, &guest_of_session,
		DB_IN(latest, latest, latest, in_number(session_id), in_time(created_at)), arena,
		DB_INTO(GUEST_INTO(guest)));
}

static const struct statement guest_since = { "guest_since", DB_WEB, "u", "t",
	"SELECT created_at FROM {session} WHERE id = ?" };

enum err store_guest_since(struct db *db, struct arena *arena, uint64_t session_id,
	int64_t *created_at)
{
	*created_at = 0;
	return db_first(db, &guest_since, DB_IN(in_number(session_id)), arena,
		DB_INTO(into_time(created_at)));
}

/* Two requests at once write one after the other, and the second one finds the room there. */
static const struct statement guest_enter = { "guest_enter", DB_WEB, "sus", "",
	"UPDATE {session} SET rooms = CONCAT(rooms, ?) WHERE id = ? AND LOCATE(?, rooms) = 0 "
	"AND LENGTH(rooms) < 1470" };

enum err store_guest_enter(struct db *db, uint64_t session_id, uint64_t room_id, bool *first)
{
	char place[32];

	snprintf(place, sizeof(place), ",%" PRIu64 ",", room_id);
	TRY(db_run(db, &guest_enter, DB_IN(in_text(place + 1), in_number(session_id),
		in_text(place))));
	*first = db_affected(db) != 0;
	return ERR_OK;
}

const struct statement *const guest_statements[] = {
	&guest_find, &guest_of_session, &guest_since, &guest_enter, NULL,
};
