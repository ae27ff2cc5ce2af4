-- Letters to send. The payload (address, values) is a sealed box that only the mailer opens; it is
-- wiped when the letter is settled. state: 0 ready, 1 leased, 2 sent, 3 dead, 4 expired.

CREATE TABLE IF NOT EXISTS {outbox} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	message_id BINARY(16) NOT NULL COMMENT 'left part of Message-ID, in hex',
	kind TINYINT UNSIGNED NOT NULL COMMENT '1 credentials, 2 code',
	user_id BIGINT UNSIGNED NULL COMMENT 'whom it is about',
	priority TINYINT UNSIGNED NOT NULL COMMENT 'lower goes first',
	state TINYINT UNSIGNED NOT NULL DEFAULT 0,
	payload VARBINARY(8192) NULL,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	next_at DATETIME(6) NOT NULL COMMENT 'not before; of a leased row: when the lease is over',
	attempts INT UNSIGNED NOT NULL DEFAULT 0,
	lease BINARY(16) NULL,
	smtp_code SMALLINT UNSIGNED NOT NULL DEFAULT 0,
	reason VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	settled_at DATETIME(6) NULL,
	PRIMARY KEY (id),
	UNIQUE KEY outbox_message (message_id),
	KEY outbox_due (state, priority, next_at),
	KEY outbox_user (user_id, id),
	CONSTRAINT {outbox_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
