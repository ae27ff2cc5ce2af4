-- What the list of letters tells besides: to which address each went, and what the mail server said.
-- A letter that a server may have taken before the line broke stays one that may have arrived.

SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{outbox}' AND column_name = 'recipient') > 0, 'DO 0',
	'ALTER TABLE {outbox}
	ADD COLUMN recipient VARBINARY(254) NULL COMMENT ''NULL: put before it was recorded'',
	ADD COLUMN reply VARCHAR(255) NOT NULL DEFAULT '''' COMMENT ''what the server said last'',
	ADD COLUMN may_have_arrived TINYINT UNSIGNED NOT NULL DEFAULT 0');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
