/* Where the database is: one server, or those of a cluster, one after the other. */
#include "store/servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct conf hosts(const char *list)
{
	return (struct conf){ .db_socket = "", .db_host = list, .db_port = 3306 };
}

static void assert_place(const struct conf *conf, size_t number, const char *host, unsigned port)
{
	struct server_place place;

	servers_find(conf, number, &place);
	assert_string_equal(place.host, host);
	assert_int_equal(place.port, port);
}

static void a_list_names_hosts_and_ports(void **state)
{
	struct conf conf = hosts("db1, db2:3307,[2001:db8::2]:3308 [2001:db8::3], 2001:db8::4 "
		"192.0.2.1:1");

	(void)state;
	assert_int_equal(servers_count(&conf), 6);
	assert_place(&conf, 0, "db1", 3306);
	assert_place(&conf, 1, "db2", 3307);
	assert_place(&conf, 2, "2001:db8::2", 3308);
	assert_place(&conf, 3, "2001:db8::3", 3306);
	assert_place(&conf, 4, "2001:db8::4", 3306);
	assert_place(&conf, 5, "192.0.2.1", 1);
}

static void one_host_is_a_list_of_one(void **state)
{
	struct conf one = hosts("db.example"), none = hosts(""), socket = hosts("db1, db2");

	(void)state;
	socket.db_socket = "/run/mysqld/mysqld.sock";
	assert_int_equal(servers_count(&one), 1);
	assert_place(&one, 0, "db.example", 3306);
	assert_int_equal(servers_count(&none), 1);
	assert_place(&none, 0, "", 3306);
	assert_int_equal(servers_count(&socket), 1);
}

static void who_fails_is_left_once_and_the_round_goes_on(void **state)
{
	struct conf conf = hosts("db1, db2, db3"), one = hosts("db1");

	(void)state;
	assert_int_equal(servers_now(), 0);
	servers_leave(&one, 0);
	assert_int_equal(servers_now(), 0);
	servers_leave(&conf, 0);
	servers_leave(&conf, 0); /* a second thread, which met the same */
	assert_int_equal(servers_now(), 1);
	servers_leave(&conf, 1);
	servers_leave(&conf, 2);
	assert_int_equal(servers_now(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_names_hosts_and_ports),
		cmocka_unit_test(one_host_is_a_list_of_one),
		cmocka_unit_test(who_fails_is_left_once_and_the_round_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
