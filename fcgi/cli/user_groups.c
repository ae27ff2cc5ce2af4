/* In which groups a user is, from the command line. */
#include "cli/user.h"

#include "store/group.h"

#include <inttypes.h>
#include <string.h>

/* Finds the place of a group among those of the user, by id; tells whether it is there. */
static bool cli_user_place(const struct user *user, uint64_t id, size_t *at)
{
	*at = 0;
	while (*at < user->group_count && user->groups[*at].id < id) {
		(*at)++;
	}
	return *at < user->group_count && user->groups[*at].id == id;
}

/* Puts the user in the group, for whom there is room for one more. */
static void cli_user_join(struct user *user, uint64_t id)
{
	size_t at;

	if (!cli_user_place(user, id, &at)) {
		memmove(user->groups + at + 1, user->groups + at,
			(user->group_count - at) * sizeof(*user->groups));
		user->groups[at] = (struct group_name){ .id = id, .name = "" };
		user->group_count++;
	}
}

static void cli_user_leave(struct user *user, uint64_t id)
{
	size_t at;

	if (cli_user_place(user, id, &at)) {
		user->group_count--;
		memmove(user->groups + at, user->groups + at + 1,
			(user->group_count - at) * sizeof(*user->groups));
	}
}

/* Does this with each group that is named; one may be so twice, also in other letters. */
static enum err cli_user_each_group(struct cli *cli, const struct cli_names *groups,
	struct user *user, void (*change)(struct user *user, uint64_t id))
{
	uint64_t id;

	for (size_t i = 0; i < groups->count; i++) {
		enum err err = store_group_find(cli->db, &cli->arena, groups->names[i], &id);

		if (err != ERR_OK) {
			return err == ERR_NOT_FOUND
				? cli_fail(cli, err, "there is no group %s", groups->names[i]) : err;
		}
		change(user, id);
	}
	return ERR_OK;
}

enum err cli_user_join_groups(struct cli *cli, struct user *user, size_t kept)
{
	struct group_name *groups = arena_array(&cli->arena, kept + cli->groups.count,
		sizeof(*groups));

	for (size_t i = 0; i < kept; i++) {
		groups[i] = user->groups[i];
	}
	user->groups = groups;
	user->group_count = kept;
	return cli_user_each_group(cli, &cli->groups, user, cli_user_join);
}

static void cli_user_name_group(struct user *users, size_t count, uint64_t id, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < users[i].group_count; j++) {
			if (users[i].groups[j].id == id) {
				users[i].groups[j].name = name;
			}
		}
	}
}

enum err cli_user_name_groups(struct cli *cli, struct user *users, size_t count)
{
	struct group_name *groups;
	size_t group_count;

	TRY(store_group_names(cli->db, &cli->arena, &groups, &group_count));
	for (size_t i = 0; i < group_count; i++) {
		cli_user_name_group(users, count, groups[i].id, groups[i].name);
	}
	return ERR_OK;
}

enum err cli_user_load(struct cli *cli, uint64_t id, struct user *user)
{
	TRY(store_user_load(cli->db, &cli->arena, id, user));
	return cli_user_name_groups(cli, user, 1);
}

/* Who is named both ways leaves: that takes rights away. */
static enum err cli_user_set_groups(struct cli_user *user, struct user *next)
{
	struct cli *cli = user->cli;

	TRY(cli_user_join_groups(cli, next, cli->only ? 0 : next->group_count));
	TRY(cli_user_each_group(cli, &cli->left, next, cli_user_leave));
	return account_groups(user->before.group_count, next->group_count) == NULL ? ERR_OK
		: cli_fail(cli, ERR_INVALID, "too many groups; at most %d", ACCOUNT_GROUPS_MAX);
}

static enum err cli_user_change_groups(struct cli_user *user)
{
	struct cli *cli = user->cli;

	return cli->only || cli->groups.count + cli->left.count > 0 ? cli_user_update(user)
		: cli_user_load(cli, user->id, &user->after);
}

enum err cli_user_groups(struct cli *cli)
{
	struct cli_user user = { .cli = cli, .set = cli_user_set_groups };
	const char **names;

	TRY(cli_user_find(&user));
	TRY(cli_open_call(cli, &user.call));
	TRY(cli_user_say_last(cli, cli_user_transact(&user, cli_user_change_groups)));
	names = arena_array(&cli->arena, user.after.group_count, sizeof(*names));
	for (size_t i = 0; i < user.after.group_count; i++) {
		names[i] = user.after.groups[i].name;
	}
	cli_open(cli);
	cli_pair(cli, "id", arena_printf(&cli->arena, "%" PRIu64, user.id));
	cli_list(cli, "groups", names, user.after.group_count);
	cli_close(cli);
	return ERR_OK;
}
