/* Where memory has run out, the program ends; what it gets otherwise is memory. */
#include "base/memory.h"

#include "base/log.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* More than any allocator gives, which the sanitizer would otherwise report as a fault. */
static const size_t too_much = SIZE_MAX / 4;

const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void what_is_given_can_be_used(void **state)
{
	char *bytes = memory_alloc(4);

	(void)state;
	memcpy(bytes, "abc", 4);
	bytes = memory_realloc(bytes, 100000);
	assert_string_equal(bytes, "abc");
	free(bytes);
}

static void alloc_too_much(void)
{
	(void)memory_alloc(too_much);
}

static void zero_too_much(void)
{
	(void)memory_zeroed(too_much);
}

static void realloc_too_much(void)
{
	(void)memory_realloc(NULL, too_much);
}

static void give_up(void)
{
	memory_give_up(0);
}

/* In a child, which ends by a signal instead of going on. */
static void assert_ends(void (*act)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		log_level_set(LOG_NOTHING);
		signal(SIGABRT, SIG_DFL);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void what_cannot_be_given_ends_the_program(void **state)
{
	(void)state;
	assert_ends(alloc_too_much);
	assert_ends(zero_too_much);
	assert_ends(realloc_too_much);
	assert_ends(give_up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_can_be_used),
		cmocka_unit_test(what_cannot_be_given_ends_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
