-- Clients: the people whose personal data the masks are about. A provider who has such a table
-- already may put a view of this shape in its place.

CREATE TABLE IF NOT EXISTS {client} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	name VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL DEFAULT '',
	email VARBINARY(254) NOT NULL DEFAULT '',
	phone VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
	country CHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
	status TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT '0 disabled, 1 enabled',
	manager_id BIGINT UNSIGNED NULL,
	created_at DATETIME(6) NOT NULL,
	version BIGINT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (id),
	KEY client_name (name, id),
	KEY client_email (email, id),
	KEY client_phone (phone, id),
	KEY client_country (country, id),
	KEY client_status (status, id),
	KEY client_manager (manager_id, id),
	KEY client_created (created_at, id),
	KEY client_find (email, name, phone),
	CONSTRAINT {client_manager_exists} FOREIGN KEY (manager_id) REFERENCES {user} (id)
		ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
