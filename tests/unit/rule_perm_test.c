/* Rights are sets: nobody gets more than was put in. */
#include "rule/perm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { FIRST_REAL = PERM_SIGNED_IN + 1 };

/* The list itself is reviewed elsewhere: a line more in perm.def needs no change here. */
static void every_permission_is_named_after_its_category_and_action(void **state)
{
	char name[64];

	(void)state;
	for (int perm = FIRST_REAL; perm < PERM_END; perm++) {
		const char *category = perm_category((enum perm)perm);
		const char *action = perm_action((enum perm)perm);

		assert_true(category[0] != '\0' && action[0] != '\0');
		snprintf(name, sizeof(name), "%s.%s", category, action);
		assert_string_equal(perm_name((enum perm)perm), name);
	}
}

static void a_name_finds_its_permission(void **state)
{
	(void)state;
	assert_string_equal(perm_name(PERM_USERS_VIEW), "users.view");
	assert_string_equal(perm_name(PERM_SESSIONS_DELETE), "sessions.delete");
	for (int perm = FIRST_REAL; perm < PERM_END; perm++) {
		assert_int_equal(perm_find(perm_name((enum perm)perm)), perm);
	}
}

static void what_is_no_permission_has_a_name_that_finds_nothing(void **state)
{
	static const char *const names[] = { "unset", "anyone", "host", "signed_in" };

	(void)state;
	for (int perm = PERM_UNSET; perm < FIRST_REAL; perm++) {
		assert_string_equal(perm_name((enum perm)perm), names[perm]);
		assert_string_equal(perm_category((enum perm)perm), "");
		assert_string_equal(perm_action((enum perm)perm), "");
		assert_int_equal(perm_find(names[perm]), PERM_UNSET);
	}
}

static void an_unknown_name_finds_nothing(void **state)
{
	static const char *const names[] = { "", ".", "users", "users.", "users.fly", "Users.view",
		"users.view ", "users.viewer", "users.vie" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(perm_find(names[i]), PERM_UNSET);
	}
}

static void a_route_that_says_nothing_is_unset(void **state)
{
	const struct { enum perm perm; } route = { 0 };

	(void)state;
	assert_int_equal(route.perm, PERM_UNSET);
}

static void nobody_may_do_nothing_and_sees_masks(void **state)
{
	struct viewer nobody = viewer_nobody();

	(void)state;
	assert_int_equal(nobody.user_id, 0);
	assert_int_equal(nobody.session_id, 0);
	assert_true(nobody.masked);
	assert_false(rights_unmasked(nobody.rights));
	for (int perm = 0; perm < PERM_END; perm++) {
		assert_false(rights_have(nobody.rights, (enum perm)perm));
	}
}

static void an_added_permission_is_had_and_no_other(void **state)
{
	(void)state;
	for (int added = FIRST_REAL; added < PERM_END; added++) {
		struct rights rights = rights_add(rights_none(), (enum perm)added);

		for (int asked = 0; asked < PERM_END; asked++) {
			assert_int_equal(rights_have(rights, (enum perm)asked), asked == added);
		}
		assert_false(rights_unmasked(rights));
	}
}

static void what_is_no_permission_cannot_be_added_or_had(void **state)
{
	struct rights all = rights_add_unmasked(rights_add_administrator(rights_none()));

	(void)state;
	for (int perm = PERM_UNSET; perm < FIRST_REAL; perm++) {
		assert_int_equal(rights_add(rights_none(), (enum perm)perm).bits, 0);
		assert_false(rights_have(all, (enum perm)perm));
	}
}

static void being_an_administrator_is_more_than_all_permissions(void **state)
{
	struct rights administrator = rights_add_administrator(rights_none()), all = rights_none();

	(void)state;
	for (int perm = FIRST_REAL; perm < PERM_END; perm++) {
		all = rights_add(all, (enum perm)perm);
	}
	assert_true(rights_cover(administrator, all));
	assert_false(rights_cover(all, administrator));
}

static void all_permissions_are_all_but_the_sight_of_personal_data(void **state)
{
	struct rights all = rights_add_administrator(rights_none());

	(void)state;
	for (int perm = FIRST_REAL; perm < PERM_END; perm++) {
		assert_true(rights_have(all, (enum perm)perm));
	}
	assert_false(rights_unmasked(all));
}

static void being_unmasked_is_a_right_of_its_own(void **state)
{
	struct rights unmasked = rights_add_unmasked(rights_none());

	(void)state;
	assert_true(rights_unmasked(unmasked));
	for (int perm = 0; perm < PERM_END; perm++) {
		assert_false(rights_have(unmasked, (enum perm)perm));
	}
}

static void a_user_has_what_any_of_the_groups_has(void **state)
{
	struct rights viewers = rights_add(rights_none(), PERM_CLIENTS_VIEW);
	struct rights editors = rights_add_unmasked(rights_add(rights_none(), PERM_CLIENTS_UPDATE));
	struct rights both = rights_union(viewers, editors);

	(void)state;
	assert_true(rights_have(both, PERM_CLIENTS_VIEW));
	assert_true(rights_have(both, PERM_CLIENTS_UPDATE));
	assert_true(rights_unmasked(both));
	assert_false(rights_have(both, PERM_CLIENTS_DELETE));
	assert_int_equal(both.bits, rights_union(editors, viewers).bits);
	assert_int_equal(both.bits, rights_union(both, rights_none()).bits);
}

static void nobody_covers_who_stands_above(void **state)
{
	const struct rights none = rights_none(), all = rights_add_administrator(rights_none());
	const struct rights view = rights_add(none, PERM_USERS_VIEW);
	const struct rights create = rights_add(none, PERM_USERS_CREATE);
	const struct {
		struct rights a, b;
		bool cover;
	} rows[] = {
		{ none, none, true },
		{ view, none, true },
		{ none, view, false },
		{ view, view, true },
		{ view, create, false },
		{ create, view, false },
		{ view, rights_union(view, create), false },
		{ rights_union(view, create), view, true },
		{ all, view, true },
		{ view, all, false },
		{ all, all, true },
		{ all, rights_add_unmasked(none), false },
		{ rights_add_unmasked(view), rights_add_unmasked(view), true },
		{ rights_add_unmasked(all), rights_add_unmasked(view), true },
		{ rights_add_unmasked(view), view, true },
		{ view, rights_add_unmasked(view), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rights_cover(rows[i].a, rows[i].b) != rows[i].cover) {
			fail_msg("row %zu", i);
		}
	}
}

/* The one permission that is missing, whichever it is, is noticed. */
static void all_but_one_does_not_cover_all(void **state)
{
	struct rights all = rights_add_administrator(rights_none());

	(void)state;
	for (int missing = FIRST_REAL; missing < PERM_END; missing++) {
		struct rights rest = rights_none();

		for (int perm = FIRST_REAL; perm < PERM_END; perm++) {
			rest = perm == missing ? rest : rights_add(rest, (enum perm)perm);
		}
		assert_true(rights_cover(all, rest));
		assert_false(rights_cover(rest, all));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_permission_is_named_after_its_category_and_action),
		cmocka_unit_test(a_name_finds_its_permission),
		cmocka_unit_test(what_is_no_permission_has_a_name_that_finds_nothing),
		cmocka_unit_test(an_unknown_name_finds_nothing),
		cmocka_unit_test(a_route_that_says_nothing_is_unset),
		cmocka_unit_test(nobody_may_do_nothing_and_sees_masks),
		cmocka_unit_test(an_added_permission_is_had_and_no_other),
		cmocka_unit_test(what_is_no_permission_cannot_be_added_or_had),
		cmocka_unit_test(being_an_administrator_is_more_than_all_permissions),
		cmocka_unit_test(all_permissions_are_all_but_the_sight_of_personal_data),
		cmocka_unit_test(being_unmasked_is_a_right_of_its_own),
		cmocka_unit_test(a_user_has_what_any_of_the_groups_has),
		cmocka_unit_test(nobody_covers_who_stands_above),
		cmocka_unit_test(all_but_one_does_not_cover_all),
	};

	return cmocka_run_group_tests_name("rule_perm", tests, NULL, NULL);
}
