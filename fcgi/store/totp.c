#include "store/totp.h"

#include "rule/totp.h"

static const struct statement totp_load = { "totp_load", DB_WEB, "u", "sust",
	"SELECT secret, last_step, next_secret, next_at FROM {user_totp} WHERE user_id = ?" };

enum err store_totp_load(struct db *db, struct arena *arena, uint64_t user_id, struct totp *totp)
{
	enum err err;

	*totp = (struct totp){ .secret = "", .next_secret = "" };
	err = db_first(db, &totp_load, DB_IN(in_number(user_id)), arena,
		DB_INTO(into_text(&totp->secret), into_number(&totp->last_step),
			into_text(&totp->next_secret), into_time(&totp->next_at)));
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static const struct statement totp_begin = { "totp_begin", DB_WEB, "ustst", "",
	"INSERT INTO {user_totp} (user_id, next_secret, next_at) VALUES (?, ?, ?) "
	"ON DUPLICATE KEY UPDATE next_secret = ?, next_at = ?" };

enum err store_totp_begin(struct db *db, uint64_t user_id, const char *next_secret, int64_t now)
{
	return db_run(db, &totp_begin, DB_IN(in_number(user_id), in_text(next_secret),
		in_time(now), in_text(next_secret), in_time(now)));
}

static const struct statement totp_confirm = { "totp_confirm", DB_WEB, "suus", "",
	"UPDATE {user_totp} SET secret = ?, last_step = ?, next_secret = NULL, next_at = NULL "
	"WHERE user_id = ? AND next_secret = ?" };

enum err store_totp_confirm(struct db *db, uint64_t user_id, const char *next_secret,
	uint64_t step)
{
	return db_run_or(db, &totp_confirm, DB_IN(in_text(next_secret), in_number(step),
		in_number(user_id), in_text(next_secret)), ERR_STALE);
}

static const struct statement totp_use = { "totp_use", DB_WEB, "ususuu", "",
	"UPDATE {user_totp} SET last_step = ?, secret = ? "
	"WHERE user_id = ? AND secret = ? AND (last_step < ? OR last_step > ?)" };

enum err store_totp_use(struct db *db, uint64_t user_id, const char *secret, uint64_t step,
	const char *anew)
{
	return db_run_or(db, &totp_use, DB_IN(in_number(step), in_text(anew), in_number(user_id),
		in_text(secret), in_number(step), in_number(totp_latest(step))), ERR_STALE);
}

static const struct statement totp_next = { "totp_next", DB_ADMIN, "u", "uss",
	"SELECT user_id, COALESCE(secret, ''), COALESCE(next_secret, '') FROM {user_totp} "
	"WHERE user_id > ? ORDER BY user_id LIMIT 1" };

enum err store_totp_next(struct db *db, struct arena *arena, uint64_t after,
	struct totp_seeds *seeds)
{
	return db_first(db, &totp_next, DB_IN(in_number(after)), arena,
		DB_INTO(into_number(&seeds->user_id), into_text(&seeds->secret),
			into_text(&seeds->next_secret)));
}

static const struct statement totp_rewrap = { "totp_rewrap", DB_ADMIN, "ssuss", "",
	"UPDATE {user_totp} SET secret = NULLIF(?, ''), next_secret = NULLIF(?, '') WHERE user_id = ? "
	"AND COALESCE(secret, '') = ? AND COALESCE(next_secret, '') = ?" };

enum err store_totp_rewrap(struct db *db, const struct totp_seeds *seeds,
	const struct totp_seeds *anew)
{
	return db_run_or(db, &totp_rewrap, DB_IN(in_text(anew->secret), in_text(anew->next_secret),
		in_number(seeds->user_id), in_text(seeds->secret), in_text(seeds->next_secret)), ERR_STALE);
}

static const struct statement totp_break_off = { "totp_break_off", DB_WEB | DB_ADMIN, "u", "",
	"UPDATE {user_totp} SET next_secret = NULL, next_at = NULL WHERE user_id = ?" };

enum err store_totp_break_off(struct db *db, uint64_t user_id)
{
	return db_run(db, &totp_break_off, DB_IN(in_number(user_id)));
}

static const struct statement totp_delete = { "totp_delete", DB_WEB | DB_ADMIN, "u", "",
	"DELETE FROM {user_totp} WHERE user_id = ?" };

static const struct statement recovery_delete_all = {
	"recovery_delete_all", DB_WEB | DB_ADMIN, "u", "",
	"DELETE FROM {recovery_code} WHERE user_id = ?" };

enum err store_totp_delete(struct db *db, uint64_t user_id)
{
	TRY(db_run(db, &totp_delete, DB_IN(in_number(user_id))));
	return db_run(db, &recovery_delete_all, DB_IN(in_number(user_id)));
}

static const struct statement recovery_insert = { "recovery_insert", DB_WEB, "ub", "",
	"INSERT INTO {recovery_code} (user_id, code_hash) VALUES (?, ?)" };

enum err store_recovery_codes_put(struct db *db, uint64_t user_id, const struct secret_hash *codes,
	size_t count)
{
	TRY(db_run(db, &recovery_delete_all, DB_IN(in_number(user_id))));
	for (size_t i = 0; i < count; i++) {
		TRY(db_run(db, &recovery_insert,
			DB_IN(in_number(user_id), in_bytes(codes[i].bytes, sizeof(codes[i].bytes)))));
	}
	return ERR_OK;
}

static const struct statement recovery_use = { "recovery_use", DB_WEB, "ub", "",
	"DELETE FROM {recovery_code} WHERE user_id = ? AND code_hash = ?" };

enum err store_recovery_code_use(struct db *db, uint64_t user_id, const struct secret_hash *code)
{
	return db_run_or(db, &recovery_use,
		DB_IN(in_number(user_id), in_bytes(code->bytes, sizeof(code->bytes))), ERR_STALE);
}

static const struct statement recovery_count = { "recovery_count", DB_WEB, "u", "u",
	"SELECT COUNT(*) FROM {recovery_code} WHERE user_id = ?" };

enum err store_recovery_codes_count(struct db *db, struct arena *arena, uint64_t user_id,
	uint64_t *count)
{
	*count = 0;
	return db_first(db, &recovery_count, DB_IN(in_number(user_id)), arena,
		DB_INTO(into_number(count)));
}

const struct statement *const totp_statements[] = {
	&totp_load, &totp_begin, &totp_confirm, &totp_use, &totp_next, &totp_rewrap, &totp_break_off,
	&totp_delete, &recovery_insert, &recovery_use, &recovery_count, &recovery_delete_all, NULL,
};
