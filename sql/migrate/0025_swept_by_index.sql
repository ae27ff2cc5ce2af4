-- What a clock that was wrong has put into the future is found by an index when it is swept out.
-- MySQL has no CREATE INDEX IF NOT EXISTS, so each statement is put together only where its work is
-- still to do.
SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{sign_in_challenge}' AND index_name = 'sign_in_challenge_created') > 0, 'DO 0',
	'ALTER TABLE {sign_in_challenge} ADD KEY sign_in_challenge_created (created_at)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{password_link}' AND index_name = 'password_link_created') > 0, 'DO 0',
	'ALTER TABLE {password_link} ADD KEY password_link_created (created_at)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
