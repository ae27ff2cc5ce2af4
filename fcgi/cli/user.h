/* What the files about users share. */
#ifndef CLI_USER_H
#define CLI_USER_H

#include "cli/call.h"
#include "store/user.h"

/* A user whom a command is about. */
struct cli_user {
	struct cli *cli;
	struct call call;
	uint64_t id;
	struct user user;     /* email alone, but of one who is added */
	struct user_entry entry; /* of one who is added, or who is given another */
	const char *password; /* NULL: a link takes its place */
	const char *link;
	enum err (*change)(struct cli_user *user);
	/* What cli_user_update() changes. */
	enum err (*set)(struct cli_user *user, struct user *next);
	struct user before, after; /* what cli_user_update() found, and left */
};

/* Finds the user whom the command names: ERR_INVALID, ERR_NOT_FOUND with their sentences. */
enum err cli_user_find(struct cli_user *user) MUST_USE;

/* Runs change in a transaction. */
enum err cli_user_transact(struct cli_user *user, enum err (*change)(struct cli_user *user))
	MUST_USE;

/* Loads, lets user->set() make the next record, writes it, its letters and its row of the trail.
 * ERR_CONFLICT: no enabled administrator would remain. */
enum err cli_user_update(struct cli_user *user) MUST_USE;

/* Gives err, with its sentence when it is that of the last administrator. */
enum err cli_user_say_last(struct cli *cli, enum err err) MUST_USE;

/* Loads a user with the names of the groups. */
enum err cli_user_load(struct cli *cli, uint64_t id, struct user *user) MUST_USE;

/* Fills in the names of users' groups, which the store leaves empty. */
enum err cli_user_name_groups(struct cli *cli, struct user *users, size_t count) MUST_USE;

/* Puts the user, who keeps the first kept groups, into those that the command names. ERR_NOT_FOUND
 * with the name of one that there is not. */
enum err cli_user_join_groups(struct cli *cli, struct user *user, size_t kept) MUST_USE;

/* Registers the user whom the command describes. */
enum err cli_user_register(struct cli_user *user) MUST_USE;

/* Prints the pairs of whoever was registered or has a new password: id, address, and how to sign
 * in. */
void cli_user_print_credentials(struct cli_user *user);

#endif
