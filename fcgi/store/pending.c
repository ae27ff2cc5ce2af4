#include "store/pending.h"

#include "base/clock.h"
#include "store/link.h"
#include "store/mail.h"
#include "store/outbox.h"
#include "store/session.h"
#include "store/totp.h"
#include "store/user.h"

/* Cancels the letters of this kind and adds their number to *count. */
static enum err cancel_letters(struct db *db, uint64_t user_id, enum letter_kind kind,
	uint64_t *count)
{
	TRY(store_mail_cancel_all(db, user_id, kind, "void"));
	*count += db_affected(db);
	return ERR_OK;
}

/* Of letters those that hold a secret are cancelled: all but tests and notices. What somebody asked
 * for is not among the credentials that were given. */
enum err store_pending_void(struct db *db, uint64_t user_id, uint64_t except, bool *credentials)
{
	uint64_t given = 0, asked_for = 0;

	TRY(store_challenge_end_all(db, user_id));
	TRY(store_link_void(db, user_id, LINK_GIVEN));
	given += db_affected(db);
	TRY(store_link_void(db, user_id, LINK_FORGOTTEN));
	TRY(cancel_letters(db, user_id, LETTER_CREDENTIALS, &given));
	TRY(cancel_letters(db, user_id, LETTER_LINK, &given));
	TRY(cancel_letters(db, user_id, LETTER_FORGOTTEN, &asked_for));
	TRY(cancel_letters(db, user_id, LETTER_CODE, &asked_for));
	*credentials = given > 0;
	TRY(store_totp_break_off(db, user_id));
	return store_session_void_step_ups(db, user_id, except);
}

/* The letter that brought a password is known by its expiry, which is the password's. */
static const struct statement user_void_mailed_password = {
	"user_void_mailed_password", DB_WEB | DB_ADMIN, "suu", "",
	"UPDATE {user} SET password = ?, password_must_change = 0, password_expires_at = NULL "
	"WHERE id = ? AND password_must_change = 1 AND EXISTS (SELECT 1 FROM {outbox} o "
	"WHERE o.user_id = {user}.id AND o.kind = ? AND o.expires_at = {user}.password_expires_at)" };

enum err store_pending_void_mailed_password(struct db *db, uint64_t user_id, bool *was_mailed)
{
	*was_mailed = false;
	TRY(db_run(db, &user_void_mailed_password,
		DB_IN(in_text(USER_NO_PASSWORD), in_number(user_id), in_number(LETTER_CREDENTIALS))));
	*was_mailed = db_affected(db) > 0;
	return ERR_OK;
}

const struct statement *const pending_statements[] = {
	&user_void_mailed_password, NULL,
};
