-- What lists can be filtered by since now: what a request did, the language of users, who may sign in
-- from some networks alone, what the mail server answered. Of the id of a request the beginning tells it
-- from all others, and of networks whether there are any. MySQL has no CREATE INDEX IF NOT EXISTS, so each
-- statement is put together only where its work is still to do.
-- expand

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{user}' AND index_name = 'user_language') > 0, 'DO 0',
	'ALTER TABLE {user} ADD KEY user_language (language, id), ADD KEY user_networks (ip_allow_list(1))');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{audit}' AND index_name = 'audit_request') > 0, 'DO 0',
	'ALTER TABLE {audit} ADD KEY audit_request (request_id(8))');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{outbox}' AND index_name = 'outbox_code') > 0, 'DO 0',
	'ALTER TABLE {outbox} ADD KEY outbox_code (smtp_code, id)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
