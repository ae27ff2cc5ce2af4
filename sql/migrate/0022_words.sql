-- The words by which users and clients are found. What they are no SQL can tell: names without case
-- and accents, addresses from each of their parts on, numbers from the last digit on. The programs
-- write them beside their record; `backoffice-admin migrate` adds those of records that have none.
-- No foreign key: a view may take the place of client.

CREATE TABLE IF NOT EXISTS {user_word} (
	word VARBINARY(255) NOT NULL,
	id BIGINT UNSIGNED NOT NULL COMMENT 'of the user',
	PRIMARY KEY (word, id),
	KEY user_word_of (id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS {client_word} (
	word VARBINARY(255) NOT NULL,
	id BIGINT UNSIGNED NOT NULL COMMENT 'of the client',
	PRIMARY KEY (word, id),
	KEY client_word_of (id)
) ENGINE=InnoDB;
