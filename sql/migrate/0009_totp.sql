-- The second factor by an app (TOTP, RFC 6238) and the codes for the day when the app is lost.
-- Stages of sign_in_challenge now: 1 code (by mail when it has a code_hash, else by the app),
-- 2 new password, 3 enrolment of an app.

-- Secrets are encrypted under the server's key, which is not in the database.
CREATE TABLE IF NOT EXISTS {user_totp} (
	user_id BIGINT UNSIGNED NOT NULL,
	secret VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'in use; NULL: none yet',
	last_step BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'half minute of the last code: no replay',
	next_secret VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'being enrolled',
	next_at DATETIME(6) NULL,
	PRIMARY KEY (user_id),
	CONSTRAINT {user_totp_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS {recovery_code} (
	user_id BIGINT UNSIGNED NOT NULL,
	code_hash BINARY(32) NOT NULL COMMENT 'keyed BLAKE2b-256; the row goes when the code is used',
	PRIMARY KEY (user_id, code_hash),
	CONSTRAINT {recovery_code_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id)
		ON DELETE CASCADE
) ENGINE=InnoDB;
