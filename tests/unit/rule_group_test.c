/* Nobody rises by way of a group, and nobody locks themselves out of groups. */
#include "rule/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SOME_GROUP = 7 };

static struct rights with(struct rights rights, enum perm perm)
{
	return rights_add(rights, perm);
}

static struct rights editor(void)
{
	return with(with(rights_none(), PERM_GROUPS_UPDATE), PERM_USERS_VIEW);
}

static void administrators_is_fixed_even_for_who_holds_everything(void **state)
{
	struct rights administrator = rights_add_administrator(rights_none());
	struct rights all = rights_add_unmasked(administrator);

	(void)state;
	assert_string_equal(group_touch(all, GROUP_ADMINISTRATORS, administrator),
		"group.fixed");
	assert_null(group_touch(all, SOME_GROUP, administrator));
}

static void a_group_that_holds_more_is_out_of_reach(void **state)
{
	struct rights more = with(editor(), PERM_USERS_DELETE);

	(void)state;
	assert_null(group_touch(editor(), SOME_GROUP, editor()));
	assert_string_equal(group_touch(editor(), SOME_GROUP, more), "group.above_yours");
}

static void only_what_one_holds_can_be_given(void **state)
{
	(void)state;
	for (int i = PERM_SIGNED_IN + 1; i < PERM_END; i++) {
		enum perm perm = (enum perm)i;
		struct rights one = with(rights_none(), perm);

		if (rights_have(editor(), perm)) {
			assert_null(group_give(editor(), one));
		} else {
			assert_string_equal(group_give(editor(), one), "permissions.above_yours");
		}
	}
}

static void own_rights_do_not_grow(void **state)
{
	(void)state;
	assert_string_equal(group_own(editor(), with(editor(), PERM_MAIL_VIEW)),
		"permissions.own_grow");
	assert_null(group_own(editor(), editor()));
}

static void the_last_way_to_edit_groups_stays(void **state)
{
	struct rights viewer = with(rights_none(), PERM_USERS_VIEW);

	(void)state;
	assert_string_equal(group_own(editor(), viewer), "permissions.own_last");
	assert_null(group_own(editor(), with(rights_none(), PERM_GROUPS_UPDATE)));
	assert_null(group_own(viewer, rights_none()));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(administrators_is_fixed_even_for_who_holds_everything),
		cmocka_unit_test(a_group_that_holds_more_is_out_of_reach),
		cmocka_unit_test(only_what_one_holds_can_be_given),
		cmocka_unit_test(own_rights_do_not_grow),
		cmocka_unit_test(the_last_way_to_edit_groups_stays),
	};

	return cmocka_run_group_tests_name("rule_group", tests, NULL, NULL);
}
