-- The audit trail as a chain, one for each node that writes it: each link seals its row and the link
-- before it with the server's key, so that backoffice-admin audit verify can name the first row that
-- was changed, removed or inserted behind the programs' back.

CREATE TABLE IF NOT EXISTS audit_chain (
	node VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	seq BIGINT UNSIGNED NOT NULL COMMENT '1 for the first row of the node, without gaps',
	audit_id BIGINT UNSIGNED NOT NULL COMMENT 'no foreign key: a row that is gone shall show',
	hash BINARY(32) NOT NULL COMMENT 'keyed BLAKE2b-256 of the hash before and of the row',
	PRIMARY KEY (node, seq),
	UNIQUE KEY audit_chain_row (audit_id)
) ENGINE=InnoDB;

-- The newest link of each node. Every writer updates it, so writers of a node wait for each other.
CREATE TABLE IF NOT EXISTS audit_head (
	node VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	seq BIGINT UNSIGNED NOT NULL,
	hash BINARY(32) NOT NULL,
	first_id BIGINT UNSIGNED NOT NULL COMMENT 'of the first row that the node ever chained',
	seal BINARY(32) NOT NULL COMMENT 'keyed BLAKE2b-256 of the above: a head cannot be set back',
	PRIMARY KEY (node)
) ENGINE=InnoDB;

-- The last link that was pruned: where verification begins. No row: at the first link.
CREATE TABLE IF NOT EXISTS audit_anchor (
	node VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	seq BIGINT UNSIGNED NOT NULL,
	hash BINARY(32) NOT NULL,
	first_id BIGINT UNSIGNED NOT NULL,
	seal BINARY(32) NOT NULL,
	PRIMARY KEY (node)
) ENGINE=InnoDB;
