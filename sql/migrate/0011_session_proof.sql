-- When a session last proved by password or code who holds it: NULL is not since it began.
SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{session}' AND column_name = 'proved_at') > 0, 'DO 0',
	'ALTER TABLE {session} ADD COLUMN proved_at DATETIME(6) NULL
	COMMENT ''last proof of who holds it; NULL: not since created_at''');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
