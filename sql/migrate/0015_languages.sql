-- The language of a user; empty: the one that the settings say. Nobody could choose one until now.
ALTER TABLE {user} ALTER COLUMN language SET DEFAULT '';

UPDATE {user} SET language = '' WHERE language = 'en';
