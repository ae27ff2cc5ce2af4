-- A page of users shows how the newest letter with a password or a link to each of them fared: the
-- letters of a kind to users with neighbouring ids lie together, so that those of a page are one look
-- into the index for each kind. The index in the order of user and kind served nothing else that this
-- one does not.

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{outbox}' AND index_name = 'outbox_kind_user') > 0, 'DO 0',
	'ALTER TABLE {outbox} ADD KEY outbox_kind_user (kind, user_id, id), DROP KEY outbox_user_kind');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
