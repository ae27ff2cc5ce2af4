/* What goes into an SMTP command is a plain address and nothing else. */
#include "mail/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ADDRESS_MAX = 254 };

static void a_plain_address_passes(void **state)
{
	static const char *const addresses[] = {
		"a@b", "anna@example.com", "Anna.Smith@Example.COM", "a+b@example.com",
		"!#$%&'*+-/=?^_`{|}~@example.com", "1@2.3", "anna@xn--mnchen-3ya.de",
		"anna@mail-1.example.com",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		if (!address_is_plain(addresses[i])) {
			fail_msg("%s was refused", addresses[i]);
		}
	}
}

static void anything_that_could_end_or_change_the_command_is_refused(void **state)
{
	static const char *const addresses[] = {
		"", "@", "anna", "anna@", "@example.com", "a@b@c", "anna@@example.com",
		"anna@example.com\r\nRCPT TO:<eve@example.com>", "anna@example.com\n", "anna\r@example.com",
		"anna@example.com\r", "\nanna@example.com", "anna@example.com> <eve@example.com",
		"<anna@example.com>", "Anna <anna@example.com>", "anna @example.com", "anna@ example.com",
		" anna@example.com", "anna@example.com ", "anna@example.com,eve@example.com",
		"anna@example.com;eve@example.com", "\"anna\"@example.com", "anna\\@example.com",
		"anna(note)@example.com", "anna@[127.0.0.1]", "anna@example.com:25", "anna@exa_mple.com",
		"anna\t@example.com", "anna\x7f@example.com", "ann\xc3\xa4@example.com",
		"anna@ex\xc3\xa4mple.com", "anna\x80@example.com", "an:na@example.com",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		if (address_is_plain(addresses[i])) {
			fail_msg("%s passed", addresses[i]);
		}
	}
}

static void an_address_of_exactly_the_most_bytes_passes(void **state)
{
	static const char domain[] = "@example.com";
	char address[ADDRESS_MAX + 2] = "";

	(void)state;
	memset(address, 'a', ADDRESS_MAX - strlen(domain));
	strcat(address, domain);
	assert_int_equal(strlen(address), ADDRESS_MAX);
	assert_true(address_is_plain(address));
	strcat(address, "m");
	assert_false(address_is_plain(address));
}

static void the_domain_is_what_follows_the_at(void **state)
{
	(void)state;
	assert_string_equal(address_domain("anna@example.com"), "example.com");
	assert_string_equal(address_domain("a.b+c@mail.example.com"), "mail.example.com");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_address_passes),
		cmocka_unit_test(anything_that_could_end_or_change_the_command_is_refused),
		cmocka_unit_test(an_address_of_exactly_the_most_bytes_passes),
		cmocka_unit_test(the_domain_is_what_follows_the_at),
	};

	return cmocka_run_group_tests_name("mail_address", tests, NULL, NULL);
}
