-- Sessions, sign-ins under way, and counters of failed tries. No secret is kept: tokens as
-- BLAKE2b-256, codes and typed addresses as keyed BLAKE2b-256.

CREATE TABLE IF NOT EXISTS {session} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	token_hash BINARY(32) NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	created_at DATETIME(6) NOT NULL,
	last_used_at DATETIME(6) NOT NULL COMMENT 'written at most once a minute',
	remote_address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	user_agent VARCHAR(255) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY session_token (token_hash),
	KEY session_user (user_id, id),
	KEY session_last_used (last_used_at),
	CONSTRAINT {session_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One sign-in between its steps. stage: 1 code, 2 new password.
CREATE TABLE IF NOT EXISTS {sign_in_challenge} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	token_hash BINARY(32) NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	stage TINYINT UNSIGNED NOT NULL,
	code_hash BINARY(32) NULL,
	code_expires_at DATETIME(6) NULL,
	code_sent_at DATETIME(6) NULL,
	codes_sent INT UNSIGNED NOT NULL DEFAULT 0,
	tries_left INT UNSIGNED NOT NULL DEFAULT 5,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY sign_in_challenge_token (token_hash),
	KEY sign_in_challenge_user (user_id),
	KEY sign_in_challenge_expires (expires_at),
	CONSTRAINT {sign_in_challenge_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id)
		ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Failures in a row, by keyed hash of what was tried: an account, a device, a network.
CREATE TABLE IF NOT EXISTS {attempt} (
	key_hash BINARY(32) NOT NULL,
	failures BIGINT UNSIGNED NOT NULL,
	last_at DATETIME(6) NOT NULL,
	blocked_until DATETIME(6) NOT NULL,
	PRIMARY KEY (key_hash),
	KEY attempt_last (last_at)
) ENGINE=InnoDB;

-- Answers to repeated requests: the first request with a key writes the row in its transaction.
CREATE TABLE IF NOT EXISTS {idempotency} (
	user_id BIGINT UNSIGNED NOT NULL,
	key_hash BINARY(32) NOT NULL,
	request_hash BINARY(32) NOT NULL COMMENT 'keyed: the request may hold a password',
	record_id BIGINT UNSIGNED NOT NULL,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (user_id, key_hash),
	KEY idempotency_created (created_at),
	CONSTRAINT {idempotency_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id) ON DELETE CASCADE
) ENGINE=InnoDB;
