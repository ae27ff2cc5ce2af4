/* Files that are there whole or not at all: of what mode, in whose place, and on a disk that takes
 * a part of them only. */
#include "base/file.h"

#include <errno.h>
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

#define FIRST "the first text\n"
#define SECOND "another one, which is longer than the first\n"

static char folder[] = "/tmp/base_file_test.XXXXXX";
static char path[sizeof(folder) + 16], beside[sizeof(folder) + 16];

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/file", folder);
	snprintf(beside, sizeof(beside), "%s/file.new", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static int remove_file(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static void assert_holds(const char *text)
{
	char bytes[256] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_int_equal(fread(bytes, 1, sizeof(bytes) - 1, file), strlen(text));
	fclose(file);
	assert_string_equal(bytes, text);
	assert_int_not_equal(access(beside, F_OK), 0);
}

static unsigned mode_of_it(void)
{
	struct stat about;

	assert_int_equal(stat(path, &about), 0);
	return about.st_mode & 07777;
}

static void a_file_is_made_once_with_the_mode_that_was_asked_for(void **state)
{
	mode_t before = umask(077);

	(void)state;
	assert_int_equal(file_make(path, 0640, FIRST, strlen(FIRST)), ERR_OK);
	umask(before);
	assert_int_equal(mode_of_it(), 0640);
	assert_int_equal(file_make(path, 0600, SECOND, strlen(SECOND)), ERR_CONFLICT);
	assert_holds(FIRST);
	assert_int_equal(mode_of_it(), 0640);
}

static void a_file_that_is_renewed_keeps_its_mode_and_a_new_one_is_the_owners_alone(void **state)
{
	(void)state;
	assert_int_equal(file_renew(path, FIRST, strlen(FIRST)), ERR_OK);
	assert_int_equal(mode_of_it(), 0600);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(file_renew(path, SECOND, strlen(SECOND)), ERR_OK);
	assert_int_equal(mode_of_it(), 0644);
	assert_holds(SECOND);
}

static void where_no_file_can_be_the_reason_is_told(void **state)
{
	(void)state;
	assert_int_equal(file_make("/no/such/folder/file", 0600, "", 0), ERR_UNAVAILABLE);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(file_renew("/no/such/folder/file", "", 0), ERR_UNAVAILABLE);
	assert_int_equal(errno, ENOENT);
}

/* Like a disk that is nearly full, it takes a part and refuses the rest. */
static void let_files_grow_to(rlim_t most)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = most;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void of_a_file_that_does_not_fit_nothing_is_left(void **state)
{
	enum err made, renewed;
	int reason;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	let_files_grow_to(strlen(FIRST));
	made = file_make(path, 0600, SECOND, strlen(SECOND));
	reason = errno;
	let_files_grow_to(RLIM_INFINITY);
	assert_int_equal(made, ERR_UNAVAILABLE);
	assert_int_equal(reason, EFBIG);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_not_equal(access(beside, F_OK), 0);
	assert_int_equal(file_make(path, 0600, FIRST, strlen(FIRST)), ERR_OK);
	let_files_grow_to(strlen(FIRST));
	renewed = file_renew(path, SECOND, strlen(SECOND));
	reason = errno;
	let_files_grow_to(RLIM_INFINITY);
	assert_int_equal(renewed, ERR_UNAVAILABLE);
	assert_int_equal(reason, EFBIG);
	assert_holds(FIRST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_file_is_made_once_with_the_mode_that_was_asked_for,
			remove_file),
		cmocka_unit_test_teardown(
			a_file_that_is_renewed_keeps_its_mode_and_a_new_one_is_the_owners_alone, remove_file),
		cmocka_unit_test_teardown(where_no_file_can_be_the_reason_is_told, remove_file),
		cmocka_unit_test_teardown(of_a_file_that_does_not_fit_nothing_is_left, remove_file),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
