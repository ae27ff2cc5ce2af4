-- The group Administrators (id 1) can be neither deleted, renamed nor given rows of permissions, also
-- not by SQL of the web account: that account reads the tables and writes through these views, which
-- leave group 1 out (sql/grants.sql). A view works with the owner's rights, so the account that runs
-- the migrations stays. Not constraints: a connection may switch them off for itself
-- (foreign_key_checks, check_constraint_checks); not triggers: with a binary log, making one takes
-- SUPER. Privileges are never off.

CREATE OR REPLACE SQL SECURITY DEFINER VIEW {user_group_editable} AS
	SELECT id, name, version FROM {user_group} WHERE id <> 1
	WITH CHECK OPTION;

CREATE OR REPLACE SQL SECURITY DEFINER VIEW {user_group_permission_editable} AS
	SELECT group_id, permission FROM {user_group_permission} WHERE group_id <> 1
	WITH CHECK OPTION;
