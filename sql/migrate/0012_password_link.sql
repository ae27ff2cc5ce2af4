-- Links with which people choose a password, each good for one use. A user has at most one of a kind:
-- the next one takes its place. The token is kept as BLAKE2b-256 only, as those of sessions are.
-- Of outbox, kind 4 brings a link from an administrator, 5 one that was asked for at signing in,
-- 6 tells that a password was changed.

CREATE TABLE IF NOT EXISTS {password_link} (
	user_id BIGINT UNSIGNED NOT NULL,
	kind TINYINT UNSIGNED NOT NULL COMMENT '1 given by somebody else, 2 forgotten password',
	token_hash BINARY(32) NOT NULL,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	PRIMARY KEY (user_id, kind),
	UNIQUE KEY password_link_token (token_hash),
	KEY password_link_expires (expires_at),
	CONSTRAINT {password_link_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id)
		ON DELETE CASCADE
) ENGINE=InnoDB;
