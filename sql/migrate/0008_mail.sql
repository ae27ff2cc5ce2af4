-- What System > Mail asks for: letters by time and by state, the newest that were settled (has mail
-- been failing?), and the newest of a kind to a user. Of outbox, kind 3 is a test, state 5 cancelled.
-- MySQL has no CREATE INDEX IF NOT EXISTS.

SET @made = (SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{outbox}' AND index_name = 'outbox_settled');
SET @make = IF(@made > 0, 'DO 0', 'ALTER TABLE {outbox} ADD KEY outbox_created (created_at, id),
	ADD KEY outbox_state (state, id), ADD KEY outbox_user_kind (user_id, kind, id),
	ADD KEY outbox_settled (settled_at, state)');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
