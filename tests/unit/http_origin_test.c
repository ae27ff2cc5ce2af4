/* Another site's page changes nothing here, whatever its browser sends. */
#include "http/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char site[] = "https://office.example.com/backoffice/";

struct row {
	enum method method;
	const char *sec_fetch_site;
	const char *origin;
	const char *site;
	bool allowed;
};

static void assert_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct request request = { .method = rows[i].method,
			.sec_fetch_site = rows[i].sec_fetch_site, .origin = rows[i].origin };

		if (origin_allows(&request, rows[i].site) != rows[i].allowed) {
			fail_msg("%s with Sec-Fetch-Site \"%s\" and Origin \"%s\" at %s was %s",
				method_name(rows[i].method), rows[i].sec_fetch_site, rows[i].origin, rows[i].site,
				rows[i].allowed ? "refused" : "allowed");
		}
	}
}

static void reading_is_always_allowed(void **state)
{
	static const struct row rows[] = {
		{ METHOD_GET, "", "", site, true },
		{ METHOD_GET, "cross-site", "https://evil.example", site, true },
		{ METHOD_HEAD, "cross-site", "https://evil.example", site, true },
	};

	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_other_method_needs_step_up(void **state)
{
	static const struct row rows[] = {
		{ METHOD_POST, "", "", site, false },
		{ METHOD_PUT, "", "", site, false },
		{ METHOD_PATCH, "", "", site, false },
		{ METHOD_DELETE, "", "", site, false },
		{ METHOD_OTHER, "", "", site, false },
		{ METHOD_POST, "same-origin", "", site, true },
		{ METHOD_PUT, "same-origin", "", site, true },
		{ METHOD_PATCH, "same-origin", "", site, true },
		{ METHOD_DELETE, "same-origin", "", site, true },
	};

	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* The browser's word counts even when Origin says something else. */
static void only_the_same_origin_may_change_something(void **state)
{
	static const struct row rows[] = {
		{ METHOD_POST, "same-origin", "", site, true },
		{ METHOD_POST, "same-site", "", site, false },
		{ METHOD_POST, "cross-site", "", site, false },
		{ METHOD_POST, "none", "", site, false },
		{ METHOD_POST, "Same-Origin", "", site, false },
		{ METHOD_POST, "same-origin, cross-site", "", site, false },
		{ METHOD_POST, " same-origin", "", site, false },
		{ METHOD_POST, "same-site", "https://office.example.com", site, false },
		{ METHOD_POST, "cross-site", "https://office.example.com", site, false },
	};

	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void without_fetch_metadata_the_origin_must_be_the_sites(void **state)
{
	static const struct row rows[] = {
		{ METHOD_POST, "", "https://office.example.com", site, true },
		{ METHOD_POST, "", "https://OFFICE.example.com", site, true },
		{ METHOD_POST, "", "null", site, false },
		{ METHOD_POST, "", "http://office.example.com", site, false },
		{ METHOD_POST, "", "https://office.example.com:8443", site, false },
		{ METHOD_POST, "", "https://office.example.com.evil.example", site, false },
		{ METHOD_POST, "", "https://office.example.co", site, false },
		{ METHOD_POST, "", "https://example.com", site, false },
		{ METHOD_POST, "", "https://a.office.example.com", site, false },
		{ METHOD_POST, "", "https://office.example.com/", site, false },
		{ METHOD_POST, "", "https://office.example.com/backoffice/", site, false },
		{ METHOD_POST, "", "office.example.com", site, false },
		{ METHOD_POST, "", "http://127.0.0.1:8080", "http://127.0.0.1:8080/", true },
		{ METHOD_POST, "", "http://127.0.0.1", "http://127.0.0.1:8080/", false },
		{ METHOD_POST, "", "http://127.0.0.1:808", "http://127.0.0.1:8080/", false },
	};

	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void without_an_address_of_ours_nothing_matches(void **state)
{
	static const struct row rows[] = {
		{ METHOD_POST, "", "", "", false },
		{ METHOD_POST, "", "", "office", false },
		{ METHOD_POST, "", "office", "office", false },
	};

	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_is_always_allowed),
		cmocka_unit_test(every_other_method_needs_step_up),
		cmocka_unit_test(only_the_same_origin_may_change_something),
		cmocka_unit_test(without_fetch_metadata_the_origin_must_be_the_sites),
		cmocka_unit_test(without_an_address_of_ours_nothing_matches),
	};

	return cmocka_run_group_tests_name("http_origin", tests, NULL, NULL);
}
