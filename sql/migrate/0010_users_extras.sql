-- Where a user may sign in from, who is under a delay, and the order of last sign-ins. MySQL has no
-- ADD COLUMN IF NOT EXISTS, so each statement is put together only where its work is still to do.

SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{user}' AND column_name = 'ip_allow_list') > 0, 'DO 0',
	'ALTER TABLE {user} ADD COLUMN ip_allow_list VARCHAR(2500) CHARACTER SET ascii
	COLLATE ascii_bin NOT NULL DEFAULT '''' COMMENT ''networks, a space between two; empty: anywhere''');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{user}' AND index_name = 'user_last_sign_in') > 0, 'DO 0',
	'ALTER TABLE {user} ADD KEY user_last_sign_in (last_sign_in_at, id)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

-- The counters of an account and of its devices know whose they are; those of addresses that are
-- nobody's and of networks do not.
SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{attempt}' AND column_name = 'user_id') > 0, 'DO 0',
	'ALTER TABLE {attempt} ADD COLUMN user_id BIGINT UNSIGNED NULL,
	ADD KEY attempt_user (user_id, blocked_until)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
