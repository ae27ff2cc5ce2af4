-- What two filters of a list leave has an index of both, however many rows either leaves alone: the
-- lists name it. MySQL has no CREATE INDEX IF NOT EXISTS, so each statement is put together only where
-- its work is still to do; a view that stands in the place of client has no index.

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{user}' AND index_name = 'user_status_mask') > 0, 'DO 0',
	'ALTER TABLE {user} ADD KEY user_status_two_factor (status, two_factor, id),
	ADD KEY user_status_mask (status, mask_data, id),
	ADD KEY user_two_factor_mask (two_factor, mask_data, id),
	ADD KEY user_status_seen (status, last_sign_in_at, created_at),
	ADD KEY user_two_factor_seen (two_factor, last_sign_in_at, created_at),
	ADD KEY user_mask_seen (mask_data, last_sign_in_at, created_at)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()
	AND table_name = '{client}' AND table_type = 'BASE TABLE') = 0
	OR (SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{client}' AND index_name = 'client_country_status') > 0, 'DO 0',
	'ALTER TABLE {client} ADD KEY client_country_status (country, status, id),
	ADD KEY client_manager_country (manager_id, country, id),
	ADD KEY client_manager_status (manager_id, status, id)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{outbox}' AND index_name = 'outbox_state_kind') > 0, 'DO 0',
	'ALTER TABLE {outbox} ADD KEY outbox_state_kind (state, kind, id)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;

-- The trail has more pairs than indexes are worth their place. Those of which one filter alone may
-- leave many rows say beside each what the others ask for, so that rows are looked at there.
SET @todo = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
	AND table_name = '{audit}' AND index_name = 'audit_result' AND column_name = 'action') > 0, 'DO 0',
	'ALTER TABLE {audit} DROP KEY audit_at, DROP KEY audit_actor, DROP KEY audit_result,
	DROP KEY audit_address, DROP KEY audit_action, ADD KEY audit_at (at, id, remote_address),
	ADD KEY audit_action (action, at, id, remote_address),
	ADD KEY audit_actor (actor_id, at, id, action, target_type, remote_address),
	ADD KEY audit_result (result, at, id, actor_id, action, target_type, remote_address),
	ADD KEY audit_address (remote_address, at, id, action, target_type)');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
