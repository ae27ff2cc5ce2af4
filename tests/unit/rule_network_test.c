/* Networks: what is one, how it is written, and who is in it. */
#include "rule/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_normal(const char *text, const char *expected)
{
	char out[NETWORK_TEXT_MAX];

	if (!network_normal(text, out)) {
		fail_msg("%s is a network", text);
	}
	assert_string_equal(out, expected);
	assert_true(network_normal(expected, out)); /* what is normal stays as it is */
	assert_string_equal(out, expected);
}

static void a_network_has_one_written_form(void **state)
{
	(void)state;
	assert_normal("192.0.2.1", "192.0.2.1");
	assert_normal("192.0.2.1/32", "192.0.2.1");
	assert_normal("192.0.2.77/24", "192.0.2.0/24");
	assert_normal("192.0.2.255/25", "192.0.2.128/25");
	assert_normal("0.0.0.0/0", "0.0.0.0/0");
	assert_normal("203.0.113.9/1", "128.0.0.0/1");
	assert_normal("2001:DB8:0:0:0:0:0:1", "2001:db8::1");
	assert_normal("2001:db8::1/128", "2001:db8::1");
	assert_normal("2001:db8:ffff::1/33", "2001:db8:8000::/33");
	assert_normal("::/0", "::/0");
	assert_normal("::1", "::1");
}

static void an_ipv4_address_in_its_coat_is_the_ipv4_address(void **state)
{
	(void)state;
	assert_normal("::ffff:192.0.2.1", "192.0.2.1");
	assert_normal("::ffff:c000:201/120", "192.0.2.0/24");
	assert_normal("::ffff:0:0/96", "0.0.0.0/0");
	assert_true(network_list_has("192.0.2.0/24", "::ffff:192.0.2.9"));
}

static void what_came_along_around_a_network_is_dropped(void **state)
{
	(void)state;
	assert_normal(" 192.0.2.1", "192.0.2.1");
	assert_normal("192.0.2.0/24 \t\r\n", "192.0.2.0/24");
	assert_normal("\u200e2001:db8::1\u00a0\ufeff", "2001:db8::1");
}

static void what_is_no_network_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", " ", "/", "/24", "192.0.2.1/", "192.0.2.1/33", "192.0.2.1/-1", "192.0.2.1/+8",
		"192.0.2.1/08", "192.0.2.1 /8", "192.0.2.1 10.0.0.1", "192.0.2",
		"192.0.2.1.1", "192.0.2.256",
		"192.0.2.01", "0x7f.1", "192.0.2.1/24/24", "192.0.2.1/255.255.255.0", "2001:db8::/129",
		"2001:db8::1::", ":::", "fe80::1%eth0", "localhost", "*", "192.0.2.*", "192.0.2.1,10.0.0.1",
		"192.0.2.1/99999999999999999999", "::ffff:192.0.2.1/999", "[::1]",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
	};
	char out[NETWORK_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (network_normal(wrong[i], out)) {
			fail_msg("\"%s\" is no network", wrong[i]);
		}
	}
}

static void the_longest_network_fits(void **state)
{
	(void)state;
	assert_normal("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127");
}

static void an_address_is_in_its_networks_and_in_no_others(void **state)
{
	static const char list[] = "192.0.2.128/25 198.51.100.7 2001:db8::/33";

	(void)state;
	assert_true(network_list_has(list, "192.0.2.128"));
	assert_true(network_list_has(list, "192.0.2.255"));
	assert_false(network_list_has(list, "192.0.2.127"));
	assert_true(network_list_has(list, "198.51.100.7"));
	assert_false(network_list_has(list, "198.51.100.8"));
	assert_true(network_list_has(list, "2001:db8:7fff::1"));
	assert_false(network_list_has(list, "2001:db8:8000::1"));
	assert_false(network_list_has(list, "::1"));
}

static void everything_of_one_kind_is_nothing_of_the_other(void **state)
{
	(void)state;
	assert_true(network_list_has("0.0.0.0/0", "203.0.113.1"));
	assert_false(network_list_has("0.0.0.0/0", "2001:db8::1"));
	assert_true(network_list_has("::/0", "2001:db8::1"));
	assert_true(network_list_has("::/0", "::1"));
	assert_false(network_list_has("::/0", "203.0.113.1"));
	assert_true(network_list_has("::/0 0.0.0.0/0", "203.0.113.1"));
}

static void no_list_holds_everybody_and_no_address_is_nowhere(void **state)
{
	(void)state;
	assert_true(network_list_has("", "203.0.113.1"));
	assert_true(network_list_has("", "unix:"));
	assert_false(network_list_has("0.0.0.0/0 ::/0", "unix:"));
	assert_false(network_list_has("0.0.0.0/0", ""));
}

static void lists_of_the_same_networks_are_the_same_in_any_order(void **state)
{
	static const char list[] = "192.0.2.128/25 198.51.100.7 2001:db8::/33";

	(void)state;
	assert_true(network_list_same("", ""));
	assert_true(network_list_same(list, list));
	assert_true(network_list_same(list, "2001:db8::/33 192.0.2.128/25 198.51.100.7"));
	assert_false(network_list_same(list, ""));
	assert_false(network_list_same("", list));
	assert_false(network_list_same(list, "192.0.2.128/25 198.51.100.7"));
	assert_false(network_list_same(list, "2001:db8::/33 192.0.2.128/25 198.51.100.8"));
	assert_false(network_list_same("10.0.0.1 10.0.0.12", "10.0.0.2 10.0.0.12"));
	assert_false(network_list_same("10.0.0.1 10.0.0.12", "10.0.0.1 10.0.0.11"));
}

static void a_household_is_an_ipv4_address_or_an_ipv6_64(void **state)
{
	static const struct {
		const char *address;
		uint64_t number;
	} cases[] = {
		{ "192.0.2.1", 0xc0000201 },
		{ "::ffff:192.0.2.1", 0xc0000201 },
		{ "192.0.2.2", 0xc0000202 },
		{ "2001:db8:1:2::1", 0x20010db800010002 },
		{ "2001:db8:1:2:ffff:ffff:ffff:ffff", 0x20010db800010002 },
		{ "2001:db8:1:3::1", 0x20010db800010003 },
		{ "::1", 0 },
		{ "unix:", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(network_household(cases[i].address) == cases[i].number);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_has_one_written_form),
		cmocka_unit_test(an_ipv4_address_in_its_coat_is_the_ipv4_address),
		cmocka_unit_test(what_came_along_around_a_network_is_dropped),
		cmocka_unit_test(what_is_no_network_is_refused),
		cmocka_unit_test(the_longest_network_fits),
		cmocka_unit_test(an_address_is_in_its_networks_and_in_no_others),
		cmocka_unit_test(everything_of_one_kind_is_nothing_of_the_other),
		cmocka_unit_test(no_list_holds_everybody_and_no_address_is_nowhere),
		cmocka_unit_test(lists_of_the_same_networks_are_the_same_in_any_order),
		cmocka_unit_test(a_household_is_an_ipv4_address_or_an_ipv6_64),
	};

	return cmocka_run_group_tests_name("rule_network", tests, NULL, NULL);
}
