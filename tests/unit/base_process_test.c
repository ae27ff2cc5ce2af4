/* What the kernel says of this process. */
#include "base/process.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_process_has_begun_and_takes_memory(void **state)
{
	struct process process;

	(void)state;
	process_read(&process);
	assert_true(process.started_at > clock_host() - CLOCK_HOUR);
	assert_true(process.started_at <= clock_host() + CLOCK_SECOND);
	assert_true(process.resident_bytes > 0);
	assert_true(process.virtual_bytes >= process.resident_bytes);
}

static void what_is_opened_is_counted(void **state)
{
	struct process before, after;
	FILE *file;

	(void)state;
	process_read(&before);
	file = fopen("/dev/null", "re");
	process_read(&after);
	assert_non_null(file);
	assert_int_equal(after.open_files, before.open_files + 1);
	assert_true(after.open_files_max == 0 || after.open_files <= after.open_files_max);
	(void)fclose(file);
}

static void work_is_time_of_the_processor(void **state)
{
	struct process before, after;
	volatile unsigned sum = 0;

	(void)state;
	process_read(&before);
	do {
		for (unsigned i = 0; i < 1000000; i++) {
			sum += i;
		}
		process_read(&after);
	} while (after.cpu == before.cpu);
	assert_true(after.cpu > before.cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_has_begun_and_takes_memory),
		cmocka_unit_test(what_is_opened_is_counted),
		cmocka_unit_test(work_is_time_of_the_processor),
	};

	return cmocka_run_group_tests_name("base_process", tests, NULL, NULL);
}
