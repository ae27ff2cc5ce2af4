-- Work on many rows that goes on over many requests. input is what is still to be done: the text of
-- a CSV file, or ids; it is wiped as soon as nothing is. results are the refused rows as JSON.
-- kind: 1 users bulk, 2 users import, 3 clients import. state: 0 running, 1 finished, 2 cancelled,
-- 3 expired.
CREATE TABLE IF NOT EXISTS {work} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	user_id BIGINT UNSIGNED NOT NULL,
	kind TINYINT UNSIGNED NOT NULL,
	options TEXT NOT NULL COMMENT 'what is to be set, as JSON; of a file, its first line',
	input MEDIUMBLOB NULL,
	position BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'rows that were dealt with',
	total BIGINT UNSIGNED NOT NULL,
	done BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'rows that changed something',
	failed BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'rows that were refused',
	results LONGTEXT NOT NULL,
	state TINYINT UNSIGNED NOT NULL DEFAULT 0,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	KEY work_user (user_id, state, id),
	KEY work_updated (state, updated_at),
	CONSTRAINT {work_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
