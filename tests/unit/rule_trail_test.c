/* What an action of the trail is about says which rows two filters have in common. */
#include "rule/trail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_action_is_about_one_type_of_target(void **state)
{
	(void)state;
	assert_int_equal(trail_meets("client.update", "client"), TRAIL_EACH);
	assert_int_equal(trail_meets("client.update", "user"), TRAIL_NEVER);
	assert_int_equal(trail_meets("client.update", ""), TRAIL_NEVER);
	assert_int_equal(trail_meets("mail.resend", "user"), TRAIL_EACH);
	assert_int_equal(trail_meets("request.refused", ""), TRAIL_EACH);
	assert_int_equal(trail_meets("request.refused", "user"), TRAIL_NEVER);
}

static void who_signs_in_may_be_nobody(void **state)
{
	(void)state;
	assert_int_equal(trail_meets("session.sign_in", "user"), TRAIL_SOME);
	assert_int_equal(trail_meets("session.sign_in", ""), TRAIL_SOME);
	assert_int_equal(trail_meets("session.sign_in", "client"), TRAIL_NEVER);
}

static void of_an_unknown_action_nothing_is_known(void **state)
{
	(void)state;
	assert_int_equal(trail_meets("client.invent", "client"), TRAIL_SOME);
	assert_int_equal(trail_meets("", ""), TRAIL_SOME);
}

static void a_row_says_only_what_is_known_of_its_action(void **state)
{
	(void)state;
	assert_true(trail_may_say("user.update", "user"));
	assert_true(trail_may_say("session.sign_in", "user"));
	assert_true(trail_may_say("session.sign_in", ""));
	assert_true(trail_may_say("delay.end", ""));
	assert_false(trail_may_say("user.update", ""));
	assert_false(trail_may_say("user.update", "client"));
	assert_false(trail_may_say("client.invent", "client"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_action_is_about_one_type_of_target),
		cmocka_unit_test(who_signs_in_may_be_nobody),
		cmocka_unit_test(of_an_unknown_action_nothing_is_known),
		cmocka_unit_test(a_row_says_only_what_is_known_of_its_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
