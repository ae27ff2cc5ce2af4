-- What a user keeps of the lists: filters and order under a name.
CREATE TABLE IF NOT EXISTS {saved_view} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	user_id BIGINT UNSIGNED NOT NULL,
	list VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	name VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL,
	query VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'as in the address of the page',
	PRIMARY KEY (id),
	UNIQUE KEY saved_view_name (user_id, list, name),
	CONSTRAINT {saved_view_user_exists} FOREIGN KEY (user_id) REFERENCES {user} (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
