-- Two imports at once must not both find that nobody has an address, and make two clients of one. Of
-- clients an address is not unique, so no index tells: whoever imports clients writes this guard row
-- first, beside those of acts by rights (2 to 33), and looks for the addresses when the import
-- before has ended, on this node or another.
-- expand

INSERT IGNORE INTO {authz_epoch} (id, epoch) VALUES (34, 0);
