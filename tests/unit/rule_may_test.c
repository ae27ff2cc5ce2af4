/* What a viewer may do with a record is what the guards of the acts say. */
#include "rule/may.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SELF = 7, OTHER = 8 };

static struct viewer viewer_with(struct rights rights)
{
	return (struct viewer){ .user_id = SELF, .rights = rights,
		.masked = !rights_unmasked(rights) };
}

static struct rights all_rights(void)
{
	return rights_add_unmasked(rights_add_administrator(rights_none()));
}

static unsigned bit(int act)
{
	return 1U << act;
}

static void every_act_has_a_word_and_every_word_an_act(void **state)
{
	const struct {
		const char *const *words;
		int last;
	} lists[] = {
		{ may_user_words, USER_DELETE }, { may_group_words, GROUP_GIVE },
		{ may_client_words, CLIENT_DELETE }, { may_session_words, SESSION_DELETE },
		{ may_letter_words, MAIL_DELETE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (int act = 0; act <= lists[i].last; act++) {
			assert_non_null(lists[i].words[act]);
		}
		assert_null(lists[i].words[lists[i].last + 1]);
	}
}

static void nobody_may_anything(void **state)
{
	const struct viewer nobody = viewer_nobody();
	const struct letter_facts letter = { .credentials = true, .waiting = true, .user_id = OTHER };

	(void)state;
	assert_int_equal(may_user(&nobody, OTHER, rights_none()), 0);
	assert_int_equal(may_group(&nobody, 3, rights_none(), rights_none()), 0);
	assert_int_equal(may_client(&nobody), 0);
	assert_int_equal(may_session(&nobody, rights_none()), 0);
	assert_int_equal(may_letter(&nobody, &letter), 0);
}

static void an_administrator_may_all_but_some_of_it_to_themselves(void **state)
{
	const struct viewer viewer = viewer_with(all_rights());
	unsigned all = bit(USER_DELETE + 1) - 1;

	(void)state;
	assert_int_equal(may_user(&viewer, OTHER, all_rights()), all);
	assert_int_equal(may_user(&viewer, SELF, all_rights()),
		bit(USER_UPDATE) | bit(USER_UNLOCK) | bit(USER_SESSIONS));
	assert_string_equal(may_user_own(USER_STATUS), "status.self");
	assert_null(may_user_own(USER_UPDATE));
	assert_int_equal(may_group(&viewer, GROUP_ADMINISTRATORS, all_rights(), all_rights()),
		bit(GROUP_GIVE));
	assert_int_equal(may_group(&viewer, 3, rights_none(), rights_none()), bit(GROUP_GIVE + 1) - 1);
}

/* Each permission by itself, against somebody who holds nothing, the same, and more. */
static void nobody_acts_on_who_holds_more(void **state)
{
	(void)state;
	for (int perm = PERM_SIGNED_IN + 1; perm < PERM_END; perm++) {
		struct rights rights = rights_add(rights_none(), (enum perm)perm);
		const struct viewer viewer = viewer_with(rights);
		struct rights more = rights_union(rights, rights_add_unmasked(rights_none()));

		assert_int_equal(may_user(&viewer, OTHER, more), 0);
		assert_int_equal(may_session(&viewer, more), 0);
		assert_int_equal(may_group(&viewer, 3, all_rights(), all_rights()), 0);
		assert_int_equal(may_user(&viewer, OTHER, rights),
			may_user(&viewer, OTHER, rights_none()));
		assert_int_equal((may_user(&viewer, OTHER, rights) & bit(USER_UPDATE)) != 0,
			perm == PERM_USERS_UPDATE);
		assert_int_equal((may_user(&viewer, OTHER, rights) & bit(USER_DELETE)) != 0,
			perm == PERM_USERS_DELETE);
		assert_int_equal(may_session(&viewer, rights) != 0, perm == PERM_SESSIONS_DELETE);
	}
}

/* Also where they hold its permissions. */
static void nobody_gives_a_group_whose_rooms_they_may_not_enter(void **state)
{
	struct rights rights = rights_add(rights_none(), PERM_USERS_UPDATE);
	struct rights room = rights_add_rooms(rights_none(), 1);
	const struct viewer outside = viewer_with(rights);
	const struct viewer inside = viewer_with(rights_union(rights, room));

	(void)state;
	assert_int_equal(may_group(&outside, 3, rights_none(), room), 0);
	assert_int_equal(may_group(&inside, 3, rights_none(), room), bit(GROUP_GIVE));
}

static void the_masked_hand_out_no_sight(void **state)
{
	struct rights rights = rights_add(rights_none(), PERM_USERS_UPDATE);
	const struct viewer masked = viewer_with(rights);
	const struct viewer seeing = viewer_with(rights_add_unmasked(rights));

	(void)state;
	assert_int_equal(may_user(&masked, OTHER, rights_none()) & bit(USER_MASK_DATA), 0);
	assert_true((may_user(&seeing, OTHER, rights_none()) & bit(USER_MASK_DATA)) != 0);
}

static void credentials_are_sent_again_by_who_may_give_them(void **state)
{
	const struct viewer viewer = viewer_with(all_rights());
	struct letter_facts letter = { .credentials = true, .waiting = true, .user_id = OTHER };

	(void)state;
	assert_int_equal(may_letter(&viewer, &letter), bit(MAIL_RESEND) | bit(MAIL_DELETE));
	letter.waiting = false;
	assert_int_equal(may_letter(&viewer, &letter), bit(MAIL_RESEND));
	letter.user_id = 0;
	assert_int_equal(may_letter(&viewer, &letter), 0);
	letter.user_id = SELF;
	assert_int_equal(may_letter(&viewer, &letter), 0);
	letter.user_id = OTHER;
	letter.credentials = false;
	assert_int_equal(may_letter(&viewer, &letter), 0);
}

/* Who could act on its reader may take a letter back, and only its reader a personal one. */
static void a_letter_is_kept_from_nobody_by_who_may_not_act_on_them(void **state)
{
	static const struct {
		uint64_t user_id;
		bool personal, above;
		bool may;
	} rows[] = {
		{ OTHER, false, false, true }, { OTHER, false, true, false },
		{ OTHER, true, false, false }, { OTHER, true, true, false },
		{ SELF, false, false, true }, { SELF, true, false, true },
		{ 0, false, false, true }, { 0, true, false, true },
	};
	const struct viewer viewer = viewer_with(rights_add(rights_none(), PERM_MAIL_DELETE));

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct letter_facts letter = { .waiting = true, .user_id = rows[i].user_id,
			.personal = rows[i].personal, .holds = rows[i].above ? all_rights() : rights_none() };

		assert_int_equal(may_letter(&viewer, &letter), rows[i].may ? bit(MAIL_DELETE) : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_act_has_a_word_and_every_word_an_act),
		cmocka_unit_test(nobody_may_anything),
		cmocka_unit_test(an_administrator_may_all_but_some_of_it_to_themselves),
		cmocka_unit_test(nobody_acts_on_who_holds_more),
		cmocka_unit_test(nobody_gives_a_group_whose_rooms_they_may_not_enter),
		cmocka_unit_test(the_masked_hand_out_no_sight),
		cmocka_unit_test(credentials_are_sent_again_by_who_may_give_them),
		cmocka_unit_test(a_letter_is_kept_from_nobody_by_who_may_not_act_on_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
