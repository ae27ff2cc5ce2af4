-- Which migrations this database has. Run before every migration, so it must stay harmless to repeat.

CREATE TABLE IF NOT EXISTS {schema_version} (
	version INT UNSIGNED NOT NULL,
	name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	checksum BINARY(32) NOT NULL COMMENT 'BLAKE2b-256 of the file: an applied migration never changes',
	applied_at DATETIME(6) NOT NULL,
	runs_from INT UNSIGNED NULL COMMENT 'schema of the oldest programs that run on this one; NULL: its own',
	PRIMARY KEY (version)
) ENGINE=InnoDB;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{schema_version}' AND column_name = 'runs_from') > 0, 'DO 0',
	"ALTER TABLE {schema_version} ADD COLUMN runs_from INT UNSIGNED NULL
	COMMENT 'schema of the oldest programs that run on this one; NULL: its own'");
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
