-- What each program may do: the least that its statements need. `backoffice-admin sql grants` prints
-- it for the accounts, the database and the tables of the settings, and the administrator of the
-- database runs that after every migration; it may be repeated. The accounts exist already.

-- The page's program. It puts letters but cannot read them; it appends to the trail but cannot
-- change it.
GRANT SELECT, INSERT, UPDATE, DELETE ON {user} TO backoffice_web@localhost;
GRANT SELECT ON {user_group} TO backoffice_web@localhost;
GRANT SELECT ON {user_group_permission} TO backoffice_web@localhost;
-- Of groups it writes all but Administrators. Before schema 6 it could write the tables; a REVOKE of
-- what is not there fails, so it is granted first.
GRANT INSERT, UPDATE, DELETE ON {user_group} TO backoffice_web@localhost;
REVOKE INSERT, UPDATE, DELETE ON {user_group} FROM backoffice_web@localhost;
GRANT INSERT, UPDATE, DELETE ON {user_group_permission} TO backoffice_web@localhost;
REVOKE INSERT, UPDATE, DELETE ON {user_group_permission} FROM backoffice_web@localhost;
GRANT SELECT, INSERT (name), UPDATE (name, version), DELETE ON {user_group_editable}
	TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {user_group_permission_editable} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {user_group_member} TO backoffice_web@localhost;
GRANT SELECT, UPDATE ON {authz_epoch} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE ON {admin_count} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON {session} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON {sign_in_challenge} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON {password_link} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON {attempt} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {idempotency} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON {user_totp} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {recovery_code} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON {work} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {work_piece} TO backoffice_web@localhost;
GRANT SELECT, INSERT ON {work_refused} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {work_undo} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {saved_view} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON {room} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {room_group} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON {client} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {user_word} TO backoffice_web@localhost;
GRANT SELECT, INSERT, DELETE ON {client_word} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE (state, reason, settled_at, may_have_arrived)
	ON {outbox} TO backoffice_web@localhost;
-- What a letter says is a table of its own, without SELECT, and not columns: MariaDB's HANDLER knows
-- no columns. To cancel a letter is to wipe it, which is to put an empty one in its place (REPLACE).
GRANT INSERT, DELETE ON {outbox_payload} TO backoffice_web@localhost;
GRANT SELECT, INSERT ON {audit} TO backoffice_web@localhost;
GRANT INSERT ON {audit_chain} TO backoffice_web@localhost;
GRANT SELECT, INSERT, UPDATE ON {audit_head} TO backoffice_web@localhost;
GRANT SELECT ON {schema_version} TO backoffice_web@localhost;

-- The mailer sees letters and nothing else.
GRANT SELECT, UPDATE (state, next_at, attempts, smtp_code, reason, reply, may_have_arrived, settled_at)
	ON {outbox} TO backoffice_mailer@localhost;
GRANT SELECT, UPDATE (payload, lease) ON {outbox_payload} TO backoffice_mailer@localhost;
GRANT SELECT ON {schema_version} TO backoffice_mailer@localhost;

-- The command line: migrations, backups, and the way back in.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, TRIGGER, CREATE VIEW,
	SHOW VIEW ON backoffice.* TO backoffice_admin@localhost;
