/* Data leaves through one door, and the mask is on the door. */
#include "view/client.h"
#include "view/user.h"

#include "store/client.h"
#include "store/user.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct client anna = {
	.id = 7,
	.name = "Anna \"the\" Smith",
	.email = "anna@example.com",
	.phone = "+15550001",
	.country = "GB",
	.status = STATUS_ENABLED,
	.manager_id = 3,
	.manager_name = "Max",
	.created_at = 1795478400000000,
	.version = 2,
};

static const struct viewer masked = { .user_id = 1, .masked = true };
static const struct viewer unmasked = { .user_id = 1, .masked = false };

static const char *client_json(struct arena *arena, const struct client *client,
	const struct viewer *viewer)
{
	struct text text = text_in(arena);

	view_record(&text, view_client, client, viewer);
	return text.bytes;
}

static void an_unmasked_viewer_sees_the_record(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_string_equal(client_json(&arena, &anna, &unmasked),
		"{\"id\":7,\"name\":\"Anna \\\"the\\\" Smith\",\"email\":\"anna@example.com\","
		"\"phone\":\"+15550001\",\"country\":\"GB\",\"status\":\"enabled\","
		"\"created_at\":\"2026-11-24T00:00:00.000Z\",\"version\":2,"
		"\"manager\":{\"id\":3,\"name\":\"Max\"},\"masked\":false,\"may\":[]}");
	arena_release(&arena);
}

static void a_masked_viewer_sees_the_same_bytes_whoever_the_client_is(void **state)
{
	struct client nobody = anna;
	struct arena arena;
	const char *seen;

	(void)state;
	arena_init(&arena);
	nobody.name = nobody.email = nobody.phone = "";
	seen = client_json(&arena, &anna, &masked);
	assert_non_null(strstr(seen,
		"\"name\":\"*****\",\"email\":\"*****@*****\",\"phone\":\"*****\""));
	assert_string_equal(seen, client_json(&arena, &nobody, &masked));
	arena_release(&arena);
}

static void a_viewer_nobody_knows_sees_masks(void **state)
{
	struct viewer nobody = viewer_nobody();
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_null(strstr(client_json(&arena, &anna, &nobody), "anna"));
	arena_release(&arena);
}

static void the_table_that_masks_says_what_may_not_be_sorted_by(void **state)
{
	(void)state;
	assert_true(view_is_masked(view_client, "name", &masked));
	assert_true(view_is_masked(view_client, "email", &masked));
	assert_true(view_is_masked(view_client, "phone", &masked));
	assert_false(view_is_masked(view_client, "country", &masked));
	assert_false(view_is_masked(view_client, "name", &unmasked));
	assert_false(view_is_masked(view_user, "email", &masked));
}

static void a_list_says_where_it_goes_on(void **state)
{
	const struct view_page page = { .size = 50, .next = "abc", .prev = NULL, .total = 10000,
		.total_exact = false };
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	view_list(&text, view_client, &anna, sizeof(anna), 0, &page, &masked);
	assert_string_equal(text.bytes, "{\"items\":[],\"page\":{\"size\":50,\"next\":\"abc\","
		"\"prev\":null,\"total\":10000,\"total_exact\":false}}");
	arena_release(&arena);
}

static void a_user_who_never_signed_in_has_null_there_and_lists_the_groups(void **state)
{
	struct group_name groups[] = { { 1, "Administrators" }, { 4, "Auditors" } };
	const struct user user = { .id = 1, .email = "a@example.com", .name = "A",
		.status = STATUS_DISABLED, .two_factor = TWO_FACTOR_EMAIL, .language = "en",
		.ip_allow_list = "10.0.0.0/8 ::1", .created_at = 1795478400000000,
		.version = 1, .groups = groups, .group_count = 2 };
	struct arena arena;
	struct text text;

	(void)state;
	arena_init(&arena);
	text = text_in(&arena);
	view_record(&text, view_user, &user, &unmasked);
	assert_non_null(strstr(text.bytes, "\"status\":\"disabled\",\"two_factor\":\"email\""));
	assert_non_null(strstr(text.bytes,
		"\"groups\":[{\"id\":1,\"name\":\"Administrators\"},{\"id\":4,\"name\":\"Auditors\"}]"));
	assert_non_null(strstr(text.bytes, "\"creator\":null"));
	assert_non_null(strstr(text.bytes, "\"last_sign_in_at\":null,\"locked_until\":null,"));
	assert_non_null(strstr(text.bytes, "\"ip_allow_list\":[\"10.0.0.0/8\",\"::1\"]"));
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unmasked_viewer_sees_the_record),
		cmocka_unit_test(a_masked_viewer_sees_the_same_bytes_whoever_the_client_is),
		cmocka_unit_test(a_viewer_nobody_knows_sees_masks),
		cmocka_unit_test(the_table_that_masks_says_what_may_not_be_sorted_by),
		cmocka_unit_test(a_list_says_where_it_goes_on),
		cmocka_unit_test(a_user_who_never_signed_in_has_null_there_and_lists_the_groups),
	};

	return cmocka_run_group_tests_name("view_table", tests, NULL, NULL);
}
