#include "store/pending.h"

#include "base/clock.h"
#include "store/link.h"
#include "store/mail.h"
#include "store/outbox.h"
#include "store/session.h"
#include "store/totp.h"
#include "store/user.h"

/* Counts what it cancels of this kind. */
static enum err cancel_letters(struct db *db, uint64_t user_id, enum letter_kind kind,
	uint64_t *count)
{
	enum err err = store_mail_cancel_all(db, user_id, kind, "void");

	*count += err == ERR_OK ? db_affected(db) : 0;
	return err;
}

/* Letters that hold a secret: all but tests and notices. given counts those with credentials. */
static enum err cancel_secrets(struct db *db, uint64_t user_id, uint64_t *given)
{
	uint64_t asked_for = 0;
	enum err err = cancel_letters(db, user_id, LETTER_CREDENTIALS, given);

	if (err == ERR_OK) {
		err = cancel_letters(db, user_id, LETTER_LINK, given);
	}
	if (err == ERR_OK) {
		err = cancel_letters(db, user_id, LETTER_FORGOTTEN, &asked_for);
	}
	return err == ERR_OK ? cancel_letters(db, user_id, LETTER_CODE, &asked_for) : err;
}

static enum err void_links(struct db *db, uint64_t user_id, uint64_t *given)
{
	enum err err = store_link_void(db, user_id, LINK_GIVEN);

	*given += err == ERR_OK ? db_affected(db) : 0;
	return err == ERR_OK ? store_link_void(db, user_id, LINK_FORGOTTEN) : err;
}

enum err store_pending_void(struct db *db, uint64_t user_id, uint64_t except, bool *credentials)
{
	uint64_t given = 0;
	enum err err = store_challenge_end_all(db, user_id);

	if (err == ERR_OK) {
		err = void_links(db, user_id, &given);
	}
	if (err == ERR_OK) {
		err = cancel_secrets(db, user_id, &given);
	}
	if (err == ERR_OK) {
		err = store_totp_break_off(db, user_id);
	}
	*credentials = given > 0;
	return err == ERR_OK ? store_session_void_proofs(db, user_id, except) : err;
}

enum err store_pending_void_mailed_password(struct db *db, uint64_t user_id, bool *was_mailed)
{
	enum err err = db_run(db, STMT_USER_VOID_MAILED_PASSWORD,
		DB_IN(in_text(USER_NO_PASSWORD), in_number(user_id), in_number(LETTER_CREDENTIALS)));

	*was_mailed = err == ERR_OK && db_affected(db) > 0;
	return err;
}
