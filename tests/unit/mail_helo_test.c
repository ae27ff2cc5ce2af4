/* The name by which the mailer presents itself: never one that a strict server refuses. */
#include "mail/helo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void the_first_whole_name_is_taken(void **state)
{
	static const struct {
		const char *setting, *host, *url, *from, *chosen;
	} rows[] = {
		{ "out.example.com", "vm.example.net", "https://site.example/", "a@x.example",
			"out.example.com" },
		{ "", "vm.example.net", "https://site.example/", "a@x.example", "vm.example.net" },
		{ "", "vm", "https://site.example:8443/staff/", "a@x.example", "site.example" },
		{ "", "", "https://site.example/", "a@x.example", "site.example" },
		{ "", "vm.localdomain", "http://127.0.0.1:8080/", "a@x.example", "x.example" },
		{ "", "localhost", "http://localhost/", "backoffice@x.example", "x.example" },
		{ "", "10.0.0.1", "http://[::1]/", "backoffice@localhost", "[127.0.0.1]" },
		{ "", "a..b", "http://intranet/", "backoffice@localhost", "[127.0.0.1]" },
		{ "", ".b", "http://intranet/", "backoffice@vm.", "[127.0.0.1]" },
		{ "", "b_c.example", "http://intranet/", "backoffice@vm", "[127.0.0.1]" },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct conf conf = { .mail_helo = rows[i].setting, .url = rows[i].url,
			.mail_from = rows[i].from };

		assert_string_equal(helo_choose(&arena, &conf, rows[i].host), rows[i].chosen);
	}
	arena_release(&arena);
}

static void the_hosts_own_name_is_always_some_text(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_non_null(helo_host(&arena));
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_whole_name_is_taken),
		cmocka_unit_test(the_hosts_own_name_is_always_some_text),
	};

	return cmocka_run_group_tests_name("mail_helo", tests, NULL, NULL);
}
