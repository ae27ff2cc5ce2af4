-- What a letter says, sealed, and who is sending it stand in a table of their own: MariaDB's HANDLER
-- shows every column of a table to whoever may SELECT one of them. MySQL has no DROP COLUMN IF
-- EXISTS, so each statement is put together only where its work is still to do.

CREATE TABLE IF NOT EXISTS {outbox_payload} (
	letter_id BIGINT UNSIGNED NOT NULL,
	payload VARBINARY(8192) NULL COMMENT 'NULL: wiped, because the letter is settled',
	lease BINARY(16) NULL COMMENT 'of the mailer that is sending it',
	PRIMARY KEY (letter_id),
	CONSTRAINT {outbox_payload_letter} FOREIGN KEY (letter_id) REFERENCES {outbox} (id) ON DELETE CASCADE
) ENGINE=InnoDB;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{outbox}' AND column_name = 'payload') = 0, 'DO 0',
	'INSERT IGNORE INTO {outbox_payload} (letter_id, payload, lease)
	SELECT id, payload, lease FROM {outbox}');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{outbox}' AND column_name = 'payload') = 0, 'DO 0',
	'ALTER TABLE {outbox} DROP COLUMN payload, DROP COLUMN lease');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
