/* A user agent becomes two names that a reader knows. */
#include "rule/browser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_user_agent_is_told_in_two_names(void **state)
{
	static const struct {
		const char *user_agent;
		const char *name;
		const char *system;
	} rows[] = {
		{ "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox",
			"Linux" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
			"Chrome/140.0.0.0 Safari/537.36", "Chrome", "Windows" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
			"Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge", "Windows" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like "
			"Gecko) Version/18.0 Safari/605.1.15", "Safari", "macOS" },
		{ "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) "
			"SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", "Samsung Internet",
			"Android" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
			"like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome", "iOS" },
		{ "curl/8.5.0", "curl", "" },
		{ "<b>click me</b> http://evil.example", "", "" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(browser_name(rows[i].user_agent), rows[i].name);
		assert_string_equal(browser_system(rows[i].user_agent), rows[i].system);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_agent_is_told_in_two_names),
	};

	return cmocka_run_group_tests_name("rule_browser", tests, NULL, NULL);
}
