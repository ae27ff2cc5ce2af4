-- The audit trail as a chain, one for each node that writes it: each link seals its row and the link
-- before it with the server's key, so that backoffice-admin audit verify can name the first row that
-- was changed, removed or inserted behind the programs' back.

CREATE TABLE IF NOT EXISTS {audit_chain} (
	node VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	seq BIGINT UNSIGNED NOT NULL COMMENT '1 for the first row of the node, without gaps',
	audit_id BIGINT UNSIGNED NOT NULL COMMENT 'no foreign key: a row that is gone shall show',
	hash BINARY(32) NOT NULL COMMENT 'keyed BLAKE2b-256 of the hash before and of the row',
	PRIMARY KEY (node, seq),
	UNIQUE KEY audit_chain_row (audit_id)
) ENGINE=InnoDB;

-- The newest link of each node. Every writer updates it, so writers of a node wait for each other.
CREATE TABLE IF NOT EXISTS {audit_head} (
	node VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	seq BIGINT UNSIGNED NOT NULL,
	hash BINARY(32) NOT NULL,
	first_id BIGINT UNSIGNED NOT NULL COMMENT 'of the first row that the node ever chained',
	seal BINARY(32) NOT NULL COMMENT 'keyed BLAKE2b-256 of the above: a head cannot be set back',
	PRIMARY KEY (node)
) ENGINE=InnoDB;

-- The last link that was pruned: where verification begins. No row: at the first link.
CREATE TABLE IF NOT EXISTS {audit_anchor} (
	node VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	seq BIGINT UNSIGNED NOT NULL,
	hash BINARY(32) NOT NULL,
	first_id BIGINT UNSIGNED NOT NULL,
	seal BINARY(32) NOT NULL,
	PRIMARY KEY (node)
) ENGINE=InnoDB;

-- Every filter of the log finds its rows in the order in which they are shown. One ALTER does all, so
-- its last index tells whether it was done.
SET @index_audit = IF((SELECT COUNT(*) FROM information_schema.statistics
		WHERE table_schema = DATABASE() AND table_name = '{audit}' AND index_name = 'audit_address') > 0,
	'DO 0',
	'ALTER TABLE {audit} DROP KEY audit_actor, DROP KEY audit_target,
		ADD KEY audit_actor (actor_id, at), ADD KEY audit_target (target_id, at),
		ADD KEY audit_target_type (target_type, at),
		ADD KEY audit_action (action, at), ADD KEY audit_result (result, at),
		ADD KEY audit_address (remote_address, at)');
PREPARE index_audit FROM @index_audit;
EXECUTE index_audit;
DEALLOCATE PREPARE index_audit;
