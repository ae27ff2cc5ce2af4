-- Users, their groups and what groups may do.
-- Every statement of a migration may run twice: an interrupted migration is run again from its start.
-- Key columns that people type (email) are binary: under the usual collations 'admin' equals 'ádmin'.
-- Times are UTC. Numbers of status and two_factor are those of rule/account.h.

CREATE TABLE IF NOT EXISTS {user} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	email VARBINARY(254) NOT NULL COMMENT 'normalised: lower case, domain as A-labels',
	name VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL DEFAULT '',
	password VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'Argon2id, PHC form',
	password_must_change TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'somebody else knew it',
	password_expires_at DATETIME(6) NULL COMMENT 'an initial password unused until then is void',
	status TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT '0 disabled, 1 enabled',
	two_factor TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT '0 disabled, 1 email, 2 TOTP',
	mask_data TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'sees personal data of clients as asterisks',
	language VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'en',
	creator_id BIGINT UNSIGNED NULL COMMENT 'NULL: made on the command line, or the creator is gone',
	created_at DATETIME(6) NOT NULL,
	last_sign_in_at DATETIME(6) NULL,
	version BIGINT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (id),
	UNIQUE KEY user_email (email),
	KEY user_name (name, id),
	KEY user_status (status, id),
	KEY user_two_factor (two_factor, id),
	KEY user_created (created_at, id),
	KEY user_find (email, name),
	KEY user_creator (creator_id),
	CONSTRAINT {user_creator_exists} FOREIGN KEY (creator_id) REFERENCES {user} (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- GROUPS is a reserved word in MySQL 8.
CREATE TABLE IF NOT EXISTS {user_group} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL,
	version BIGINT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (id),
	UNIQUE KEY user_group_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS {user_group_permission} (
	group_id BIGINT UNSIGNED NOT NULL,
	permission VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (group_id, permission),
	CONSTRAINT {user_group_permission_group} FOREIGN KEY (group_id) REFERENCES {user_group} (id)
		ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS {user_group_member} (
	user_id BIGINT UNSIGNED NOT NULL,
	group_id BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (user_id, group_id),
	KEY user_group_member_group (group_id, user_id),
	CONSTRAINT {user_group_member_user} FOREIGN KEY (user_id) REFERENCES {user} (id) ON DELETE CASCADE,
	CONSTRAINT {user_group_member_group} FOREIGN KEY (group_id) REFERENCES {user_group} (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Guard rows: invariants over several rows are kept by a row that every such change *writes*,
-- because row locks do not cross the nodes of a cluster.
-- authz_epoch grows with every change of rights; caches are valid for one epoch.
CREATE TABLE IF NOT EXISTS {authz_epoch} (
	id TINYINT UNSIGNED NOT NULL,
	epoch BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (id)
) ENGINE=InnoDB;

INSERT IGNORE INTO {authz_epoch} (id, epoch) VALUES (1, 1);

-- The number of enabled administrators. No row until the first one exists; never below one after.
CREATE TABLE IF NOT EXISTS {admin_count} (
	id TINYINT UNSIGNED NOT NULL,
	admins BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT {an_administrator_remains} CHECK (admins >= 1)
) ENGINE=InnoDB;

INSERT IGNORE INTO {user_group} (id, name) VALUES
	(1, 'Administrators'), (2, 'Managers'), (3, 'Support'), (4, 'Auditors');

-- Administrators has every permission by being group 1, so it needs no rows.
INSERT IGNORE INTO {user_group_permission} (group_id, permission) VALUES
	(2, 'users.view'), (2, 'users.create'), (2, 'users.update'), (2, 'groups.view'),
	(2, 'clients.view'), (2, 'clients.create'), (2, 'clients.update'),
	(2, 'sessions.view'), (2, 'sessions.delete'), (2, 'mail.view'),
	(3, 'clients.view'), (3, 'clients.update'),
	(4, 'users.view'), (4, 'groups.view'), (4, 'audit.view'), (4, 'mail.view');
