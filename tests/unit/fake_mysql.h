/*
 * A client library of the database that says what a test tells it to, in place of the real one: a
 * program's own functions come before those of a shared library. One connection, no network.
 */
#ifndef FAKE_MYSQL_H
#define FAKE_MYSQL_H

#include "store/prefix.h"
#include "store/statements.h"

#include <mysql.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What a statement comes to, in the order in which statements are executed. */
struct fake_answer {
	unsigned rows;
	unsigned error;     /* in place of an answer */
	unsigned end_error; /* in place of the end of the rows, known to the connection alone */
	bool gone;          /* the server is in no transaction any more */
};

static struct {
	const struct fake_answer *answers;
	size_t answer_count;
	size_t executed; /* statements since the answers were given */
	unsigned begun, committed, rolled_back, dialled;
	unsigned link_error;
	unsigned statement_error;
	unsigned rows_left;
	unsigned end_error;
	MYSQL_TIME time; /* the first parameter that was bound, if it was one */
	bool reading; /* rows, or what stands in place of their end, are on the wire */
	MYSQL link;
} fake;

#ifdef MARIADB_BASE_VERSION
typedef my_bool fake_bool;
typedef char *fake_info;
typedef my_ulonglong fake_count;
#else
typedef bool fake_bool;
typedef const char *fake_info;
typedef uint64_t fake_count;
#endif

enum { FAKE_STATEMENTS = 256 };

/* Those that are prepared, and which each of them is. */
static MYSQL_STMT fake_prepared[FAKE_STATEMENTS];
static const struct statement *fake_which[FAKE_STATEMENTS];
static size_t fake_prepared_count;

/* Whether the statement is prepared by this text, where tables have no prefix. */
static inline bool fake_is_of(const struct statement *statement, const char *sql)
{
	struct arena arena;
	bool same;

	arena_init(&arena);
	same = strcmp(prefix_put(&arena, "", statement->sql), sql) == 0;
	arena_release(&arena);
	return same;
}

/* The statement of the house with this name, or with this text. */
static inline const struct statement *fake_statement(const char *name, const char *sql)
{
	for (size_t i = 0; store_statements[i] != NULL; i++) {
		for (size_t j = 0; store_statements[i][j] != NULL; j++) {
			const struct statement *statement = store_statements[i][j];

			if ((name != NULL && strcmp(statement->name, name) == 0) ||
			    (sql != NULL && fake_is_of(statement, sql))) {
				return statement;
			}
		}
	}
	return NULL;
}

static inline void fake_say(const struct fake_answer *answers, size_t count)
{
	fake.answers = answers;
	fake.answer_count = count;
	fake.executed = 0;
}

static const struct statement *fake_row(const MYSQL_STMT *prepared)
{
	return fake_which[prepared - fake_prepared];
}

MYSQL *STDCALL mysql_init(MYSQL *link)
{
	(void)link;
	fake.link.server_status = 0;
	fake.link_error = 0;
	fake.reading = false;
	fake_prepared_count = 0;
	return &fake.link;
}

MYSQL *STDCALL mysql_real_connect(MYSQL *link, const char *host, const char *user,
	const char *password, const char *name, unsigned port, const char *socket, unsigned long flags)
{
	(void)host, (void)user, (void)password, (void)name, (void)port, (void)socket, (void)flags;
	fake.dialled++;
	return link;
}

unsigned long STDCALL mysql_thread_id(MYSQL *link)
{
	(void)link;
	return fake.dialled;
}

void STDCALL mysql_close(MYSQL *link)
{
	(void)link;
}

unsigned STDCALL mysql_errno(MYSQL *link)
{
	(void)link;
	return fake.link_error;
}

const char *STDCALL mysql_error(MYSQL *link)
{
	(void)link;
	return "";
}

MYSQL_STMT *STDCALL mysql_stmt_init(MYSQL *link)
{
	(void)link;
	return &fake_prepared[fake_prepared_count++];
}

int STDCALL mysql_stmt_prepare(MYSQL_STMT *prepared, const char *sql, unsigned long len)
{
	(void)len;
	fake_which[prepared - fake_prepared] = fake_statement(NULL, sql);
	return 0;
}

unsigned long STDCALL mysql_stmt_param_count(MYSQL_STMT *prepared)
{
	return strlen(fake_row(prepared)->in);
}

unsigned STDCALL mysql_stmt_field_count(MYSQL_STMT *prepared)
{
	return (unsigned)strlen(fake_row(prepared)->out);
}

unsigned STDCALL mysql_stmt_errno(MYSQL_STMT *prepared)
{
	(void)prepared;
	return fake.statement_error;
}

const char *STDCALL mysql_stmt_error(MYSQL_STMT *prepared)
{
	(void)prepared;
	return "";
}

/* What a connection begins with is no part of a test's story. */
static bool fake_is_of_session(const char *sql)
{
	return strncmp(sql, "SET ", 4) == 0 || strstr(sql, "UTC_TIMESTAMP") != NULL ||
	       strstr(sql, "performance_schema") != NULL;
}

/* A statement that meets the rows of another is out of order, as with the real library. */
int STDCALL mysql_stmt_execute(MYSQL_STMT *prepared)
{
	static const struct fake_answer well, one_row = { .rows = 1 };
	bool told = !fake_is_of_session(fake_row(prepared)->sql);
	const struct fake_answer *answer = told && fake.executed < fake.answer_count
		? &fake.answers[fake.executed] : told ? &well : &one_row;

	fake.executed += told;
	fake.link_error = 0;
	fake.statement_error = fake.reading ? 2014 : answer->error;
	if (answer->gone) {
		fake.link.server_status &= ~(unsigned)SERVER_STATUS_IN_TRANS;
	}
	if (fake.statement_error != 0) {
		return 1;
	}
	fake.rows_left = answer->rows;
	fake.end_error = answer->end_error;
	fake.reading = fake_row(prepared)->out[0] != '\0';
	return 0;
}

int STDCALL mysql_stmt_fetch(MYSQL_STMT *prepared)
{
	(void)prepared;
	if (fake.rows_left > 0) {
		fake.rows_left--;
		return 0;
	}
	fake.reading = false;
	fake.link_error = fake.end_error;
	return fake.end_error != 0 ? 1 : MYSQL_NO_DATA;
}

/* Drops what is left, and an error among it, as the real one does. */
fake_bool STDCALL mysql_stmt_free_result(MYSQL_STMT *prepared)
{
	(void)prepared;
	fake.reading = false;
	return 0;
}

fake_info STDCALL mysql_get_server_info(MYSQL *link)
{
	static char name[] = "fake";

	(void)link;
	return name;
}

int STDCALL mysql_options(MYSQL *link, enum mysql_option option, const void *value)
{
	(void)link, (void)option, (void)value;
	return 0;
}

void STDCALL mysql_thread_end(void)
{
}

fake_bool STDCALL mysql_stmt_close(MYSQL_STMT *prepared)
{
	(void)prepared;
	return 0;
}

fake_bool STDCALL mysql_stmt_bind_param(MYSQL_STMT *prepared, MYSQL_BIND *bind)
{
	if (mysql_stmt_param_count(prepared) > 0 && bind[0].buffer_type == MYSQL_TYPE_DATETIME) {
		memcpy(&fake.time, bind[0].buffer, sizeof(fake.time));
	}
	return 0;
}

fake_bool STDCALL mysql_stmt_bind_result(MYSQL_STMT *prepared, MYSQL_BIND *bind)
{
	(void)prepared, (void)bind;
	return 0;
}

fake_count STDCALL mysql_stmt_affected_rows(MYSQL_STMT *prepared)
{
	(void)prepared;
	return 1;
}

fake_count STDCALL mysql_stmt_insert_id(MYSQL_STMT *prepared)
{
	(void)prepared;
	return 1;
}

int STDCALL mysql_real_query(MYSQL *link, const char *sql, unsigned long len)
{
	(void)sql, (void)len;
	fake.begun++;
	link->server_status |= SERVER_STATUS_IN_TRANS;
	return 0;
}

fake_bool STDCALL mysql_commit(MYSQL *link)
{
	fake.committed++;
	link->server_status &= ~(unsigned)SERVER_STATUS_IN_TRANS;
	return 0;
}

fake_bool STDCALL mysql_rollback(MYSQL *link)
{
	fake.rolled_back++;
	link->server_status &= ~(unsigned)SERVER_STATUS_IN_TRANS;
	return 0;
}

#endif
