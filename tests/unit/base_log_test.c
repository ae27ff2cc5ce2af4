/* One event is one line, and a log that nobody reads holds nobody up. */
#include "base/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { MANY = 2000, ROOM = 1 << 20 };

static int reader, kept;

/* stderr is a pipe whose reading end is ours. */
static int begin(void **state)
{
	int ends[2];

	(void)state;
	kept = dup(STDERR_FILENO);
	if (kept < 0 || pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0) {
		return -1;
	}
	close(ends[1]);
	reader = ends[0];
	return fcntl(reader, F_SETFL, O_NONBLOCK);
}

static int end(void **state)
{
	(void)state;
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(reader);
	return 0;
}

/* All that is there; the caller frees it. */
static char *read_log(void)
{
	char *all = calloc(1, ROOM);
	size_t len = 0;
	ssize_t got;

	assert_non_null(all);
	while ((got = read(reader, all + len, ROOM - 1 - len)) > 0) {
		len += (size_t)got;
	}
	return all;
}

static size_t count(const char *all, const char *word)
{
	size_t found = 0;

	for (; (all = strstr(all, word)) != NULL; all++) {
		found++;
	}
	return found;
}

static void an_event_is_one_line_whatever_a_value_holds(void **state)
{
	char *all;

	(void)state;
	log_event(LOG_INFO, "test", "value=%s", "a\nlevel=error\033[31m");
	all = read_log();
	assert_non_null(strstr(all, " level=info event=test value=a?level=error?[31m\n"));
	assert_int_equal(count(all, "\n"), 1);
	free(all);
}

static void a_line_that_is_too_long_ends_in_time(void **state)
{
	char value[5000] = "";
	char *all;

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	log_event(LOG_INFO, "test", "value=%s", value);
	all = read_log();
	assert_int_equal(strlen(all), 1024);
	assert_int_equal(all[1023], '\n');
	free(all);
}

static void a_reader_that_is_stuck_stops_nobody_and_hears_later_what_it_missed(void **state)
{
	char value[512] = "", told[64];
	size_t written;
	char *all;

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	for (size_t i = 0; i < MANY; i++) {
		log_event(LOG_INFO, "test", "value=%s", value); /* a pipe holds a few hundred of them */
	}
	all = read_log();
	written = count(all, "event=test");
	assert_true(written > 0 && written < MANY);
	assert_int_equal(count(all, "event=log"), 0);
	assert_int_equal(count(all, "\n"), written); /* each of them whole */
	free(all);

	log_request_set("0123");
	log_event(LOG_INFO, "after", "");
	log_event(LOG_INFO, "after", "");
	log_request_set(NULL);
	all = read_log();
	snprintf(told, sizeof(told), " level=warning event=log dropped=%zu\n", MANY - written);
	assert_non_null(strstr(all, told));
	assert_int_equal(count(all, "event=log"), 1);
	assert_int_equal(count(all, "event=after"), 2);
	free(all);
}

/* Like a disk that is full, files take no more than so much. */
static void let_files_grow_to(rlim_t most)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = most;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void what_a_full_disk_took_a_part_of_is_counted_and_joined_to_nothing(void **state)
{
	FILE *file = tmpfile();
	char *all, *at;

	(void)state;
	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	signal(SIGXFSZ, SIG_IGN);
	log_event(LOG_INFO, "whole", "");
	let_files_grow_to((rlim_t)lseek(STDERR_FILENO, 0, SEEK_CUR) + 10);
	log_event(LOG_INFO, "part", "");
	log_event(LOG_INFO, "none", "");
	let_files_grow_to(RLIM_INFINITY);
	log_event(LOG_INFO, "after", "");
	all = calloc(1, ROOM);
	assert_non_null(all);
	rewind(file);
	assert_true(fread(all, 1, ROOM - 1, file) > 0);
	assert_int_equal(count(all, " event=whole\n"), 1);
	assert_int_equal(count(all, " event=part") + count(all, " event=none"), 0);
	at = strchr(strchr(all, '\n') + 1, '\n');
	assert_non_null(at);
	assert_string_equal(at + 1 + strcspn(at + 1, " "), strstr(all, " level=warning event=log"));
	assert_non_null(strstr(at, " level=warning event=log dropped=2\n"));
	assert_int_equal(count(at, " event=after\n"), 1);
	free(all);
	fclose(file);
}

/* As systemd names the stream that it has connected to the journal. */
static void name_journal(uintmax_t inode_off)
{
	char name[64];
	struct stat ours;

	assert_int_equal(fstat(STDERR_FILENO, &ours), 0);
	snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)ours.st_dev,
		(uintmax_t)ours.st_ino + inode_off);
	setenv("JOURNAL_STREAM", name, 1);
}

static void the_journal_is_told_the_priority_of_each_line(void **state)
{
	char *all;

	(void)state;
	name_journal(0);
	log_event(LOG_ERROR, "test", "");
	log_event(LOG_WARNING, "test", "");
	log_event(LOG_INFO, "test", "");
	log_say(LOG_ERROR, "no %s", "database");
	all = read_log();
	assert_memory_equal(all, "<3>", 3);
	assert_non_null(strstr(all, "\n<4>"));
	assert_non_null(strstr(all, "\n<6>"));
	assert_non_null(strstr(all, "\n<3>base_log_test: no database\n"));
	free(all);
	name_journal(1); /* stderr leads elsewhere */
	log_event(LOG_ERROR, "test", "");
	all = read_log();
	assert_int_equal(count(all, "<"), 0);
	free(all);
	unsetenv("JOURNAL_STREAM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_event_is_one_line_whatever_a_value_holds, begin, end),
		cmocka_unit_test_setup_teardown(a_line_that_is_too_long_ends_in_time, begin, end),
		cmocka_unit_test_setup_teardown(
			a_reader_that_is_stuck_stops_nobody_and_hears_later_what_it_missed, begin, end),
		cmocka_unit_test_setup_teardown(
			what_a_full_disk_took_a_part_of_is_counted_and_joined_to_nothing, begin, end),
		cmocka_unit_test_setup_teardown(the_journal_is_told_the_priority_of_each_line, begin, end),
	};

	return cmocka_run_group_tests_name("base_log", tests, NULL, NULL);
}
