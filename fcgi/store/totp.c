#include "store/totp.h"

#include "rule/totp.h"

enum err store_totp_load(struct db *db, struct arena *arena, uint64_t user_id, struct totp *totp)
{
	struct db_rows rows;
	enum err err = db_first(db, STMT_TOTP_LOAD, DB_IN(in_number(user_id)), arena, &rows);

	*totp = (struct totp){ .secret = "", .next_secret = "" };
	if (err == ERR_OK) {
		*totp = (struct totp){
			.secret = rows.col[0].text,
			.last_step = rows.col[1].number,
			.next_secret = rows.col[2].text,
			.next_at = rows.col[3].time,
		};
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err store_totp_begin(struct db *db, uint64_t user_id, const char *next_secret, int64_t now)
{
	return db_run(db, STMT_TOTP_BEGIN, DB_IN(in_number(user_id), in_text(next_secret),
		in_time(now), in_text(next_secret), in_time(now)));
}

/* Runs a conditional UPDATE or DELETE. */
static enum err run_if(struct db *db, enum stmt stmt, const struct db_in *in, size_t count)
{
	TRY(db_run(db, stmt, in, count));
	return db_affected(db) == 0 ? ERR_STALE : ERR_OK;
}

enum err store_totp_confirm(struct db *db, uint64_t user_id, const char *next_secret,
	uint64_t step)
{
	return run_if(db, STMT_TOTP_CONFIRM, DB_IN(in_text(next_secret), in_number(step),
		in_number(user_id), in_text(next_secret)));
}

enum err store_totp_use(struct db *db, uint64_t user_id, const char *secret, uint64_t step,
	const char *anew)
{
	return run_if(db, STMT_TOTP_USE, DB_IN(in_number(step), in_text(anew), in_number(user_id),
		in_text(secret), in_number(step), in_number(totp_latest(step))));
}

enum err store_totp_break_off(struct db *db, uint64_t user_id)
{
	return db_run(db, STMT_TOTP_BREAK_OFF, DB_IN(in_number(user_id)));
}

enum err store_totp_delete(struct db *db, uint64_t user_id)
{
	TRY(db_run(db, STMT_TOTP_DELETE, DB_IN(in_number(user_id))));
	return db_run(db, STMT_RECOVERY_DELETE_ALL, DB_IN(in_number(user_id)));
}

enum err store_recovery_codes_put(struct db *db, uint64_t user_id, const struct secret_hash *codes,
	size_t count)
{
	TRY(db_run(db, STMT_RECOVERY_DELETE_ALL, DB_IN(in_number(user_id))));
	for (size_t i = 0; i < count; i++) {
		TRY(db_run(db, STMT_RECOVERY_INSERT,
			DB_IN(in_number(user_id), in_bytes(codes[i].bytes, sizeof(codes[i].bytes)))));
	}
	return ERR_OK;
}

enum err store_recovery_code_use(struct db *db, uint64_t user_id, const struct secret_hash *code)
{
	return run_if(db, STMT_RECOVERY_USE,
		DB_IN(in_number(user_id), in_bytes(code->bytes, sizeof(code->bytes))));
}

enum err store_recovery_codes_count(struct db *db, struct arena *arena, uint64_t user_id,
	uint64_t *count)
{
	struct db_rows rows;

	*count = 0;
	TRY(db_first(db, STMT_RECOVERY_COUNT, DB_IN(in_number(user_id)), arena, &rows));
	*count = rows.col[0].number;
	return ERR_OK;
}
