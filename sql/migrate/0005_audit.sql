-- Who did what, when, from where; written in the transaction of the change, never altered: the web
-- account may INSERT and SELECT, nothing else. Names of people are not copied here; ids are.

CREATE TABLE IF NOT EXISTS {audit} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	at DATETIME(6) NOT NULL,
	actor_id BIGINT UNSIGNED NULL COMMENT 'NULL: nobody signed in, or the command line',
	action VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	result VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ok, or why not',
	target_type VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	target_id BIGINT UNSIGNED NULL,
	remote_address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	user_agent VARCHAR(255) NOT NULL DEFAULT '',
	request_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	before_json MEDIUMTEXT NULL,
	after_json MEDIUMTEXT NULL,
	PRIMARY KEY (id),
	KEY audit_at (at),
	KEY audit_actor (actor_id, id),
	KEY audit_target (target_type, target_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
