-- Which migrations this database has. Run before every migration, so it must stay harmless to repeat.

CREATE TABLE IF NOT EXISTS schema_version (
	version INT UNSIGNED NOT NULL,
	name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	checksum BINARY(32) NOT NULL COMMENT 'BLAKE2b-256 of the file: an applied migration never changes',
	applied_at DATETIME(6) NOT NULL,
	PRIMARY KEY (version)
) ENGINE=InnoDB;
