/* How a user comes in: the password, the second factor, and the hold on the row while they do. */
#include "store/user.h"

#include "store/pending.h"
#include "store/session.h"

#include <string.h>

/* Where the columns of a secret go. */
#define USER_SECRET_INTO(secret) into_number(&(secret)->id), into_text(&(secret)->email), \
	into_text(&(secret)->name), into_text(&(secret)->password), \
	into_flag(&(secret)->password_must_change), into_time(&(secret)->password_expires_at), \
	into_word(&(secret)->status), into_word(&(secret)->two_factor), \
	into_text(&(secret)->ip_allow_list), into_text(&(secret)->language), \
	into_time(&(secret)->last_sign_in_at), into_number(&(secret)->version)

static const struct statement user_secret = { "user_secret", DB_WEB | DB_ADMIN, "b", "ubssutuusstu",
	"SELECT id, email, name, password, password_must_change, password_expires_at, status, "
	"two_factor, ip_allow_list, language, last_sign_in_at, version FROM {user} WHERE email = ?" };

enum err store_user_secret(struct db *db, struct arena *arena, const char *email,
	struct user_secret *secret)
{
	*secret = (struct user_secret){ 0 };
	return db_first(db, &user_secret, DB_IN(in_bytes(email, strlen(email))), arena,
		DB_INTO(USER_SECRET_INTO(secret)));
}

static const struct statement user_secret_by_id = {
	"user_secret_by_id", DB_WEB | DB_ADMIN, "u", "ubssutuusstu",
	"SELECT id, email, name, password, password_must_change, password_expires_at, status, "
	"two_factor, ip_allow_list, language, last_sign_in_at, version FROM {user} WHERE id = ?" };

enum err store_user_secret_by_id(struct db *db, struct arena *arena, uint64_t id,
	struct user_secret *secret)
{
	*secret = (struct user_secret){ 0 };
	return db_first(db, &user_secret_by_id, DB_IN(in_number(id)), arena,
		DB_INTO(USER_SECRET_INTO(secret)));
}

static const struct statement user_lock = { "user_lock", DB_WEB, "u", "u",
	"SELECT version FROM {user} WHERE id = ? FOR UPDATE" };

enum err store_user_lock(struct db *db, struct arena *arena, uint64_t id)
{
	return db_first(db, &user_lock, DB_IN(in_number(id)), arena, DB_NONE);
}

enum err store_user_hold(struct db *db, struct arena *arena, const struct user_secret *user)
{
	uint64_t version = 0;
	enum err err = db_first(db, &user_lock, DB_IN(in_number(user->id)), arena,
		DB_INTO(into_number(&version)));

	if (err == ERR_NOT_FOUND || (err == ERR_OK && version != user->version)) {
		return ERR_STALE;
	}
	return err;
}

static const struct statement user_set_password = {
	"user_set_password", DB_WEB | DB_ADMIN, "sutu", "",
	"UPDATE {user} SET password = ?, password_must_change = ?, password_expires_at = ?, "
	"version = version + 1 WHERE id = ?" };

enum err store_user_set_password(struct db *db, uint64_t id, const char *password,
	bool must_change, int64_t expires_at, uint64_t except)
{
	bool credentials;

	TRY(db_run(db, &user_set_password, DB_IN(in_text(password),
		in_number(must_change), in_time(expires_at), in_number(id))));
	TRY(store_pending_void(db, id, except, &credentials));
	return store_session_end_all(db, id, except);
}

static const struct statement user_rehash = { "user_rehash", DB_WEB, "sus", "",
	"UPDATE {user} SET password = ? WHERE id = ? AND password = ?" };

enum err store_user_rehash(struct db *db, const struct user_secret *user, const char *password)
{
	return db_run(db, &user_rehash,
		DB_IN(in_text(password), in_number(user->id), in_text(user->password)));
}

static const struct statement user_set_two_factor = { "user_set_two_factor", DB_WEB, "uu", "",
	"UPDATE {user} SET two_factor = ?, version = version + 1 WHERE id = ?" };

enum err store_user_set_two_factor(struct db *db, uint64_t id, enum two_factor two_factor,
	uint64_t except)
{
	bool credentials;

	TRY(db_run(db, &user_set_two_factor,
		DB_IN(in_number(two_factor), in_number(id))));
	return store_pending_void(db, id, except, &credentials);
}

const struct statement *const user_secret_statements[] = {
	&user_secret, &user_secret_by_id, &user_set_password, &user_lock, &user_rehash,
	&user_set_two_factor, NULL,
};
