-- What a change of many users made of each of them, so that it can be taken back: one row a user that
-- it changed, for as long as the work is kept. A user who is deleted leaves the row, and is missed by
-- whoever takes the change back.
CREATE TABLE IF NOT EXISTS {work_undo} (
	work_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	version BIGINT UNSIGNED NOT NULL COMMENT 'of the user, as the work left them',
	changed TINYINT UNSIGNED NOT NULL
		COMMENT 'what became otherwise: 1 status, 2 mask, 4 a group added, 8 a group removed',
	PRIMARY KEY (work_id, user_id),
	CONSTRAINT {work_undo_of} FOREIGN KEY (work_id) REFERENCES {work} (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
