-- Rooms: other pages of this host that our users enter through nginx's auth_request. What a group may
-- enter is a right like any other, so it is compared in one piece: each room has a bit of its own, the
-- lowest one that is free, and the rights of a user are those of their groups together.
-- expand

CREATE TABLE IF NOT EXISTS {room} (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL,
	address VARBINARY(200) NOT NULL COMMENT 'a path of this host, with a slash at both ends',
	bit BIGINT UNSIGNED NOT NULL COMMENT 'a power of two',
	version BIGINT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (id),
	UNIQUE KEY room_name (name),
	UNIQUE KEY room_address (address),
	UNIQUE KEY room_bit (bit)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- The bit stands here too, so that the rights of a user need no join more.
CREATE TABLE IF NOT EXISTS {room_group} (
	group_id BIGINT UNSIGNED NOT NULL,
	room_id BIGINT UNSIGNED NOT NULL,
	bit BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (group_id, room_id),
	KEY room_group_room (room_id, group_id),
	CONSTRAINT {room_group_group_exists} FOREIGN KEY (group_id) REFERENCES {user_group} (id)
		ON DELETE CASCADE,
	CONSTRAINT {room_group_room_exists} FOREIGN KEY (room_id) REFERENCES {room} (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Which rooms a session has entered, so that the trail says so once: ",3,17,". MySQL has no ADD COLUMN
-- IF NOT EXISTS.
SET @todo = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND table_name = '{session}' AND column_name = 'rooms') > 0, 'DO 0',
	'ALTER TABLE {session} ADD rooms VARCHAR(1500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
	DEFAULT '',''');
PREPARE todo FROM @todo;
EXECUTE todo;
DEALLOCATE PREPARE todo;
