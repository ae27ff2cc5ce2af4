-- A file that is imported is kept in pieces, split between rows: a step reads its piece and no more,
-- and a file may be longer than what the database takes at once. So are the rows that were refused.
CREATE TABLE IF NOT EXISTS {work_piece} (
	work_id BIGINT UNSIGNED NOT NULL,
	position BIGINT UNSIGNED NOT NULL COMMENT 'rows before its first one',
	line BIGINT UNSIGNED NOT NULL COMMENT 'of the file, on which that begins',
	input MEDIUMBLOB NOT NULL,
	PRIMARY KEY (work_id, position),
	CONSTRAINT {work_piece_work} FOREIGN KEY (work_id) REFERENCES {work} (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS {work_refused} (
	work_id BIGINT UNSIGNED NOT NULL,
	position BIGINT UNSIGNED NOT NULL COMMENT 'the first row of the batch in which they were',
	results MEDIUMTEXT NOT NULL COMMENT 'the refused rows, each JSON after a comma',
	PRIMARY KEY (work_id, position),
	CONSTRAINT {work_refused_work} FOREIGN KEY (work_id) REFERENCES {work} (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{work}' AND column_name = 'results') = 0, 'DO 0',
	'REPLACE INTO {work_refused} (work_id, position, results)
	SELECT id, 0, results FROM {work} WHERE results <> ''''');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

-- An import that is under way has its file in one piece, which nobody reads any more: it ends here.
SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{work}' AND column_name = 'results') = 0, 'DO 0',
	'UPDATE {work} SET state = 3, input = NULL WHERE state = 0 AND kind IN (2, 3)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{work}' AND column_name = 'results') = 0, 'DO 0',
	'ALTER TABLE {work} DROP COLUMN results');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
