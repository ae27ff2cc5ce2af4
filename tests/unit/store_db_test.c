/* No error of the server is lost, wherever it stands, and no transaction outlives one. */
#include "store/db.h"

#include "base/clock.h"
#include "base/log.h"
#include "fake_mysql.h"
#include "store/server_error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SAY(...) fake_say((const struct fake_answer[]){ __VA_ARGS__ }, \
	sizeof((const struct fake_answer[]){ __VA_ARGS__ }) / sizeof(struct fake_answer))

enum { DEADLOCK = 1213, KILLED = 1317, TIME_LIMIT = 1969, DUPLICATE = 1062, GONE = 2006 };

static const struct conf conf = { .db_timeout = 2, .db_ca = "", .db_prefix = "", .db_socket = "",
	.db_host = "", .db_name = "" };

static struct db *db;
static unsigned runs; /* of the body of a transaction */

static int open_db(void **state)
{
	(void)state;
	db = db_open(&conf, DB_WEB);
	fake_say(NULL, 0);
	if (db == NULL || db_run(db, fake_statement("rights_lock", NULL), DB_NONE) != ERR_OK) {
		return 1;
	}
	fake.begun = fake.committed = fake.rolled_back = fake.dialled = 0;
	runs = 0;
	return 0;
}

static int close_db(void **state)
{
	(void)state;
	db_close(db);
	return 0;
}

static enum err read_first(void)
{
	return db_first(db, fake_statement("schema_newest", NULL), DB_NONE, NULL, DB_NONE);
}

/* Reads as lists do, but at most so many rows. */
static enum err read_some(unsigned max, unsigned *count)
{
	struct db_rows rows;
	enum db_step step;
	enum err err = db_query(db, fake_statement("schema_newest", NULL), DB_NONE, NULL, &rows);

	*count = 0;
	if (err != ERR_OK) {
		return err;
	}
	while ((step = db_next(&rows)) == DB_ROW && *count < max) {
		(*count)++;
	}
	return db_rows_end(&rows, step);
}

static void a_row_that_is_there_is_the_first_and_one_that_is_not_is_not_found(void **state)
{
	(void)state;
	SAY({ .rows = 3 }, { .rows = 0 });
	assert_int_equal(read_first(), ERR_OK);
	assert_int_equal(read_first(), ERR_NOT_FOUND);
}

static void an_error_in_place_of_the_end_is_told_for_each_number_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < server_errors_count; i++) {
		unsigned number = server_errors[i].number, count;
		enum err expected = server_error_means(server_errors[i].kind);

		SAY({ .rows = 1, .end_error = number });
		assert_int_equal(read_first(), expected);
		SAY({ .rows = 0, .end_error = number });
		assert_int_equal(read_first(), expected);
		SAY({ .rows = 3, .end_error = number });
		assert_int_equal(read_some(1, &count), expected);
		SAY({ .rows = 3, .end_error = number });
		assert_int_equal(read_some(3, &count), expected);
		assert_int_equal(count, 3);
	}
}

static void a_limit_of_time_is_known_until_the_next_error(void **state)
{
	static const unsigned limits[] = { KILLED, TIME_LIMIT, 3024 };

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		SAY({ .error = limits[i] });
		assert_int_equal(read_first(), ERR_UNAVAILABLE);
		assert_true(db_was_slow(db));
		SAY({ .error = 1040 });
		assert_int_equal(read_first(), ERR_UNAVAILABLE);
		assert_false(db_was_slow(db));
		SAY({ .rows = 1, .end_error = limits[i] });
		assert_int_equal(read_first(), ERR_UNAVAILABLE);
		assert_true(db_was_slow(db));
		SAY({ .error = DUPLICATE });
		assert_int_equal(read_first(), ERR_CONFLICT);
		assert_false(db_was_slow(db));
	}
}

static void who_stops_early_leaves_nothing_for_the_next_statement_to_meet(void **state)
{
	unsigned count;

	(void)state;
	SAY({ .rows = 5 }, { .rows = 1 });
	assert_int_equal(read_some(2, &count), ERR_OK);
	assert_int_equal(read_first(), ERR_OK);
	assert_int_equal(fake.dialled, 0);
}

static enum err read_and_write(struct db *in, void *context)
{
	enum err err = read_first();

	(void)context;
	runs++;
	return err == ERR_OK ? db_run(in, fake_statement("rights_lock", NULL), DB_NONE) : err;
}

/* Does not look at what became of its reading. */
static enum err go_on(struct db *in, void *context)
{
	(void)context;
	(void)!read_first();
	runs++;
	(void)!db_run(in, fake_statement("rights_lock", NULL), DB_NONE);
	return ERR_OK;
}

static void a_transaction_that_is_lost_at_the_end_of_a_result_set_runs_again_as_a_whole(
	void **state)
{
	(void)state;
	SAY({ .rows = 1, .end_error = DEADLOCK }, { .rows = 1 }, { 0 });
	assert_int_equal(db_transact(db, read_and_write, NULL), ERR_OK);
	assert_int_equal(runs, 2);
	assert_int_equal(fake.begun, 2);
	assert_int_equal(fake.rolled_back, 1);
	assert_int_equal(fake.committed, 1);
	assert_int_equal(fake.executed, 3); /* the first run ended with its reading */
}

static void a_body_that_goes_on_after_an_error_writes_nothing_and_is_not_committed(void **state)
{
	static const unsigned numbers[] = { KILLED, TIME_LIMIT, GONE, 1054 };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		SAY({ .rows = 1, .end_error = numbers[i] });
		assert_int_not_equal(db_transact(db, go_on, NULL), ERR_OK);
		assert_int_equal(fake.executed, 1);
		SAY({ .error = numbers[i] });
		assert_int_not_equal(db_transact(db, go_on, NULL), ERR_OK);
		assert_int_equal(fake.executed, 1);
	}
	assert_int_equal(fake.committed, 0);
	assert_int_equal(runs, 8); /* none of these is run again */
}

static void a_transaction_that_the_server_has_left_is_run_again_and_not_committed(void **state)
{
	(void)state;
	SAY({ .rows = 1, .gone = true }, { .rows = 1 });
	assert_int_equal(db_transact(db, read_and_write, NULL), ERR_OK);
	assert_int_equal(runs, 2);
	assert_int_equal(fake.committed, 1);
	assert_int_equal(fake.executed, 3);
	SAY({ .rows = 1 }, { .gone = true }, { .rows = 1 });
	assert_int_equal(db_transact(db, read_and_write, NULL), ERR_OK);
	assert_int_equal(runs, 4);
	assert_int_equal(fake.committed, 2);
}

static void a_statement_that_was_refused_for_its_value_leaves_the_transaction_alive(void **state)
{
	(void)state;
	SAY({ .rows = 1 }, { .error = DUPLICATE });
	assert_int_equal(db_transact(db, go_on, NULL), ERR_OK);
	assert_int_equal(fake.committed, 1);
}

static void a_transaction_that_is_lost_again_and_again_is_given_up(void **state)
{
	static const struct fake_answer lost[] = {
		{ .error = DEADLOCK }, { .error = DEADLOCK }, { .error = DEADLOCK },
		{ .error = DEADLOCK }, { .error = DEADLOCK }, { .error = DEADLOCK },
		{ .error = DEADLOCK }, { .error = DEADLOCK }, { .error = DEADLOCK },
	};

	(void)state;
	fake_say(lost, sizeof(lost) / sizeof(lost[0]));
	assert_int_equal(db_transact(db, read_and_write, NULL), ERR_UNAVAILABLE);
	assert_in_range(runs, 2, 6);
	assert_int_equal(fake.rolled_back, runs);
	assert_int_equal(fake.committed, 0);
}

static void what_reads_alone_is_read_again_on_a_new_connection(void **state)
{
	(void)state;
	SAY({ .error = GONE });
	assert_int_equal(read_first(), ERR_NOT_FOUND); /* which is what the fake says by itself */
	assert_int_equal(fake.dialled, 1);
}

static void an_instant_of_any_year_is_a_time_that_the_database_knows(void **state)
{
	static const struct {
		int64_t instant;
		unsigned year, month, day, second;
		unsigned long part;
	} rows[] = {
		{ 1, 1970, 1, 1, 0, 1 },
		{ -1, 1969, 12, 31, 59, 999999 },
		{ -86400 * CLOCK_SECOND, 1969, 12, 31, 0, 0 },
		{ -30610224000 * CLOCK_SECOND, 1000, 1, 1, 0, 0 },
		{ -62135596800 * CLOCK_SECOND, 1000, 1, 1, 0, 0 }, /* of the year 1 */
		{ 253402300799 * CLOCK_SECOND, 9999, 12, 31, 59, 0 },
		{ 253402387140 * CLOCK_SECOND, 9999, 12, 31, 59, 999999 }, /* of the year 10000 */
		{ INT64_MAX, 9999, 12, 31, 59, 999999 },
		{ INT64_MIN, 1000, 1, 1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct db_in at = in_time(rows[i].instant);

		assert_int_equal(db_run(db, fake_statement("link_sweep", NULL), DB_IN(at)), ERR_OK);
		assert_int_equal(fake.time.year, rows[i].year);
		assert_int_equal(fake.time.month, rows[i].month);
		assert_int_equal(fake.time.day, rows[i].day);
		assert_int_equal(fake.time.second, rows[i].second);
		assert_int_equal(fake.time.second_part, rows[i].part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define A_TEST(name) cmocka_unit_test_setup_teardown(name, open_db, close_db)
		A_TEST(a_row_that_is_there_is_the_first_and_one_that_is_not_is_not_found),
		A_TEST(an_error_in_place_of_the_end_is_told_for_each_number_of_the_table),
		A_TEST(a_limit_of_time_is_known_until_the_next_error),
		A_TEST(who_stops_early_leaves_nothing_for_the_next_statement_to_meet),
		A_TEST(a_transaction_that_is_lost_at_the_end_of_a_result_set_runs_again_as_a_whole),
		A_TEST(a_body_that_goes_on_after_an_error_writes_nothing_and_is_not_committed),
		A_TEST(a_transaction_that_the_server_has_left_is_run_again_and_not_committed),
		A_TEST(a_statement_that_was_refused_for_its_value_leaves_the_transaction_alive),
		A_TEST(a_transaction_that_is_lost_again_and_again_is_given_up),
		A_TEST(what_reads_alone_is_read_again_on_a_new_connection),
		A_TEST(an_instant_of_any_year_is_a_time_that_the_database_knows),
	};

	log_level_set(LOG_NOTHING);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
