/* What each number means; the server's documentation of each is the source. */
#include "store/server_error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LIST(...) (const unsigned[]){ __VA_ARGS__, 0 }

static void assert_means(const unsigned *numbers, enum err expected)
{
	for (; *numbers != 0; numbers++) {
		enum err err = server_error_means(server_error_of(*numbers)->kind);

		if (err != expected) {
			fail_msg("%u: %s in place of %s", *numbers, err_name(err), err_name(expected));
		}
	}
}

static void rows_stand_in_order_and_each_number_once(void **state)
{
	(void)state;
	for (size_t i = 1; i < server_errors_count; i++) {
		assert_true(server_errors[i - 1].number < server_errors[i].number);
	}
	for (size_t i = 0; i < server_errors_count; i++) {
		assert_ptr_equal(server_error_of(server_errors[i].number), &server_errors[i]);
		assert_true(server_errors[i].reason[0] != '\0');
	}
}

static void a_transaction_that_the_server_gave_up_is_run_again(void **state)
{
	(void)state;
	assert_means(LIST(1020, 1205, 1213, 1412, 1614, 1615, 1689, 3101, 3572), ERR_RETRY);
}

static void a_server_that_cannot_now_is_asked_later(void **state)
{
	(void)state;
	/* no room, no memory, no connection, an interruption, a limit */
	assert_means(LIST(1021, 1026, 1030, 1037, 1038, 1040, 1041, 1114, 1135, 1180, 1197, 1203, 1206,
		1226, 1317, 1461, 1598, 1637, 1969, 3024, 3170), ERR_UNAVAILABLE);
	/* read only, no primary, no majority, another password, shutting down, a lost connection */
	assert_means(LIST(1044, 1045, 1047, 1049, 1053, 1077, 1078, 1079, 1123, 1129, 1130, 1152,
		1158, 1159, 1160, 1161, 1184, 1223, 1290, 1698, 1792, 1836, 1927, 3032, 3098, 3100, 3168,
		3169, 4031), ERR_UNAVAILABLE);
	assert_means(LIST(2002, 2003, 2006, 2013, 2014, 2026, 2055, 5000, 5013), ERR_UNAVAILABLE);
}

static void a_value_that_is_taken_is_a_conflict(void **state)
{
	(void)state;
	assert_means(LIST(1022, 1062, 1451, 1452, 1586, 3819, 4025), ERR_CONFLICT);
}

static void a_table_that_takes_no_changes_is_read_only(void **state)
{
	(void)state;
	assert_means(LIST(1142, 1143, 1288, 1348, 1364, 1393, 1395, 1423, 1471), ERR_READ_ONLY);
}

static void a_statement_a_schema_or_a_session_that_is_not_ours_is_a_bug(void **state)
{
	(void)state;
	assert_means(LIST(1048, 1054, 1064, 1104, 1136, 1146, 1149, 1153, 1175, 1193, 1210, 1227, 1231,
		1242, 1264, 1265, 1267, 1270, 1271, 1292, 1295, 1300, 1356, 1366, 1369, 1406, 1449, 1568,
		1644, 1690), ERR_BUG);
}

static void an_unknown_error_is_asked_later_and_one_without_a_number_is_a_bug(void **state)
{
	(void)state;
	for (unsigned number = 1000; number < 70000; number++) {
		const struct server_error *row = server_error_of(number);

		if (row->number == 0) {
			assert_int_equal(server_error_means(row->kind), ERR_UNAVAILABLE);
		}
	}
	assert_int_equal(server_error_means(server_error_of(0)->kind), ERR_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_stand_in_order_and_each_number_once),
		cmocka_unit_test(a_transaction_that_the_server_gave_up_is_run_again),
		cmocka_unit_test(a_server_that_cannot_now_is_asked_later),
		cmocka_unit_test(a_value_that_is_taken_is_a_conflict),
		cmocka_unit_test(a_table_that_takes_no_changes_is_read_only),
		cmocka_unit_test(a_statement_a_schema_or_a_session_that_is_not_ours_is_a_bug),
		cmocka_unit_test(an_unknown_error_is_asked_later_and_one_without_a_number_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
