#include "store/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct conf at_socket = { .db_socket = "/run/db.sock", .db_host = "db.example",
	.db_port = 3306, .db_name = "ours", .db_timeout = 2, .web = { .user = "w" },
	.mailer = { .user = "m" }, .admin = { .user = "a" } };

/* The settings with the database at a host. */
static struct conf at_host(void)
{
	struct conf conf = at_socket;

	conf.db_socket = "";
	return conf;
}

static void assert_tells(const struct conf *conf, unsigned number, const char *words)
{
	const struct db_fault fault = { .number = number, .words = "said" };
	struct arena arena;

	arena_init(&arena);
	assert_non_null(strstr(store_fault_connect(&arena, conf, DB_WEB, &fault), words));
	arena_release(&arena);
}

static void each_cause_has_a_sentence_of_its_own(void **state)
{
	struct conf host = at_host();

	(void)state;
	assert_tells(&at_socket, 2002, "listens at the socket /run/db.sock");
	assert_tells(&host, 2002, "answers at db.example, port 3306");
	assert_tells(&host, 2003, "answers at db.example, port 3306");
	assert_tells(&host, 2005, "nobody knows the host db.example");
	assert_tells(&host, 2013, "does not answer within 2 seconds");
	assert_tells(&host, 2026, "TLS with the database fails ([database] ca): said");
	assert_tells(&host, 1045, "refuses the account w: ");
	assert_tells(&host, 1698, "([web] password_file)");
	assert_tells(&host, 1044, "no database ours ([database] name)");
	assert_tells(&host, 1049, "no database ours ([database] name)");
	assert_tells(&host, 1130, "takes nobody from this host");
	assert_tells(&host, 1234, "error 1234, said");
}

static void assert_lacks(unsigned number, const char *said, const char *lack)
{
	struct db_fault fault = { .number = number };
	struct arena arena;

	arena_init(&arena);
	(void)snprintf(fault.words, sizeof(fault.words), "%s", said);
	assert_string_equal(store_fault_lack(&arena, &fault), lack);
	arena_release(&arena);
}

static void a_grant_is_named_whatever_server_says_that_it_is_missing(void **state)
{
	(void)state;
	assert_lacks(1142, "SELECT command denied to user 'w'@'localhost' for table `ours`.`user`",
		"SELECT on user");
	assert_lacks(1142, "SELECT, INSERT command denied to user 'w'@'localhost' for table 'user'",
		"SELECT, INSERT on user");
	assert_lacks(1143, "UPDATE command denied to user ''@'' for column 'lease' in table "
		"'outbox_payload'", "UPDATE (lease) on outbox_payload");
	assert_lacks(1146, "Table 'ours.client' doesn't exist", "the table or view client");
	assert_lacks(1356, "View 'ours.x' references", "error 1356, View 'ours.x' references");
}

/* Words that nobody has said yet must not be read past their end. */
static void what_is_said_otherwise_is_repeated(void **state)
{
	(void)state;
	assert_lacks(1142, "", "error 1142, ");
	assert_lacks(1142, "X command denied", "X on ");
	assert_lacks(1143, "X command denied for column", "X () on ");
	assert_lacks(1146, "Table ", "the table or view ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cause_has_a_sentence_of_its_own),
		cmocka_unit_test(a_grant_is_named_whatever_server_says_that_it_is_missing),
		cmocka_unit_test(what_is_said_otherwise_is_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
