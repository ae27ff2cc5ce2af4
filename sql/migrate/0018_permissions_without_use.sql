-- Permissions that no route ever asked for: boxes that granted nothing.
DELETE FROM {user_group_permission} WHERE permission IN ('audit.create', 'audit.update', 'audit.delete',
	'sessions.create', 'sessions.update');
