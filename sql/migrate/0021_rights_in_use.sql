-- Who acts by rights must not commit by rights that were taken away meanwhile, and need not wait for
-- others who only act by theirs. So beside the row that each change of rights writes, 1, there are
-- rows of which an act by rights writes one, and a change of rights all: an act and a change meet in
-- a row, on one node or several, two acts by different connections hardly ever.

SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{authz_epoch}' AND column_name = 'uses') > 0, 'DO 0',
	'ALTER TABLE {authz_epoch} ADD COLUMN uses BIGINT UNSIGNED NOT NULL DEFAULT 0');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

INSERT IGNORE INTO {authz_epoch} (id, epoch) VALUES
	(2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 0), (12, 0),
	(13, 0), (14, 0), (15, 0), (16, 0), (17, 0), (18, 0), (19, 0), (20, 0), (21, 0), (22, 0),
	(23, 0), (24, 0), (25, 0), (26, 0), (27, 0), (28, 0), (29, 0), (30, 0), (31, 0), (32, 0),
	(33, 0);

UPDATE {authz_epoch} e JOIN {authz_epoch} newest ON newest.id = 1 SET e.epoch = newest.epoch;
