-- Each filter and each order of a list has an index, so that no page reads the whole table: who sees
-- masks, who has not been here for long, who is under a delay, letters of a kind, sessions by time,
-- address and user. MySQL has no CREATE INDEX IF NOT EXISTS, so each statement is put together only
-- where its work is still to do.

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{user}' AND index_name = 'user_seen') > 0, 'DO 0',
	'ALTER TABLE {user} ADD KEY user_mask (mask_data, id),
	ADD KEY user_seen (last_sign_in_at, created_at)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{attempt}' AND index_name = 'attempt_blocked') > 0, 'DO 0',
	'ALTER TABLE {attempt} ADD KEY attempt_blocked (blocked_until, user_id)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{outbox}' AND index_name = 'outbox_kind') > 0, 'DO 0',
	'ALTER TABLE {outbox} ADD KEY outbox_kind (kind, id)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

-- No index goes along two tables. A session has the address of its user beside it, to be sorted by;
-- the foreign key keeps the two the same, whoever changes the user's.
SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{session}' AND column_name = 'user_email') > 0, 'DO 0',
	'ALTER TABLE {session} ADD COLUMN user_email VARBINARY(254) NULL');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

UPDATE {session} s JOIN {user} u ON u.id = s.user_id SET s.user_email = u.email;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{session}' AND index_name = 'session_email') > 0, 'DO 0',
	'ALTER TABLE {session} ADD KEY session_created (created_at, id),
	ADD KEY session_address (remote_address, id), ADD KEY session_email (user_email, id),
	ADD CONSTRAINT {session_email_of_user} FOREIGN KEY (user_email) REFERENCES {user} (email)
	ON DELETE CASCADE ON UPDATE CASCADE');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
