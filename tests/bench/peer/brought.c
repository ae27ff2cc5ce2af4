/*
 * The floor of an import of clients: the rows that one has put are read into memory, and put again
 * as new ones by a client that does nothing else. As the product does: a thousand clients a
 * transaction, a thousand rows a statement, words in the order of their table. Each statement is
 * prepared once; what is bound is as the server gave it.
 *
 *   brought SOCKET DATABASE ACCOUNT FIRST ROWS    password in DB_PASSWORD
 *
 * FIRST is the id of the first client, ROWS how many there are, which follow each other. Prints
 * "ready" when all is prepared, and then rows (as requests), seconds and ms of CPU of this client,
 * as JSON.
 */
#include <mysql.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { PIECE = 1000, TABLES = 4, SQL_MAX = 1 << 17 };

/* How many rows a statement puts, as fcgi/store/rows.c has them. */
static const size_t sizes[] = { 1000, 100, 16, 1 };

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

/* Of what is put, id names the column that has the client's number: -1 none. */
static const struct table {
	const char *put;
	const char *read; /* of the clients from one id to another, in this order */
	const char *order;
	int id;
} tables[TABLES] = {
	{ "client (name, email, phone, country, status, manager_id, created_at, version)",
		"SELECT name, email, phone, country, status, manager_id, created_at, version FROM client "
		"WHERE id", "id", -1 },
	{ "client_word (word, id)",
		"SELECT word, id FROM client_word WHERE id", "word, id", 1 },
	{ "audit (at, actor_id, action, result, target_type, target_id, remote_address, user_agent, "
		"request_id, before_json, after_json)",
		"SELECT at, actor_id, action, result, target_type, target_id, remote_address, user_agent, "
		"request_id, before_json, after_json FROM audit WHERE target_type = 'client' "
		"AND action = 'client.create' AND target_id", "target_id", 5 },
	{ "audit_chain (node, seq, audit_id, hash)",
		"SELECT 'floor', target_id, 0, UNHEX(SHA2(id, 256)) FROM audit "
		"WHERE target_type = 'client' AND action = 'client.create' AND target_id", "target_id", 1 },
};

enum { CHAIN = 3, CHAIN_AUDIT_ID = 2 };

/* What goes in: the values of a piece of a table, row by row. */
struct rows {
	MYSQL_RES *result; /* whose bytes they are */
	MYSQL_BIND *bind;
	unsigned long long *numbers;
	unsigned long *lengths;
	size_t count;
	size_t width;
};

static MYSQL *mysql;
static MYSQL_STMT *prepared[TABLES][SIZES];

static void give_up(const char *what, const char *why)
{
	fprintf(stderr, "brought: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static void run(const char *sql)
{
	if (mysql_query(mysql, sql) != 0) {
		give_up(sql, mysql_error(mysql));
	}
}

static double seconds_of(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void prepare(size_t table, size_t size, size_t width)
{
	static char sql[SQL_MAX];
	size_t len = (size_t)snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES ", tables[table].put);
	MYSQL_STMT *statement = mysql_stmt_init(mysql);

	for (size_t row = 0; row < sizes[size]; row++) {
		for (size_t i = 0; i < width; i++) {
			len += (size_t)snprintf(sql + len, sizeof(sql) - len, "%s?", i > 0 ? ", "
				: row > 0 ? "), (" : "(");
		}
	}
	len += (size_t)snprintf(sql + len, sizeof(sql) - len, ")");
	if (mysql_stmt_prepare(statement, sql, len) != 0) {
		give_up(tables[table].put, mysql_stmt_error(statement));
	}
	prepared[table][size] = statement;
}

static void bind(struct rows *rows, size_t at, const MYSQL_FIELD *field, char *value,
	unsigned long length)
{
	MYSQL_BIND *bind = &rows->bind[at];

	rows->lengths[at] = length;
	bind->buffer = value;
	bind->buffer_length = length;
	bind->length = &rows->lengths[at];
	if (value == NULL) {
		bind->buffer_type = MYSQL_TYPE_NULL;
	} else if (IS_NUM(field->type)) {
		rows->numbers[at] = strtoull(value, NULL, 10);
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &rows->numbers[at];
		bind->is_unsigned = 1;
	} else {
		bind->buffer_type = (field->flags & BINARY_FLAG) != 0 && field->charsetnr == 63 &&
			field->type != MYSQL_TYPE_DATETIME ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
	}
}

static struct rows read_rows(size_t table, unsigned long long first, unsigned long long last)
{
	struct rows rows = { 0 };
	char sql[1024];
	MYSQL_ROW row;

	snprintf(sql, sizeof(sql), "%s BETWEEN %llu AND %llu ORDER BY %s", tables[table].read, first,
		last, tables[table].order);
	run(sql);
	rows.result = mysql_store_result(mysql);
	rows.count = (size_t)mysql_num_rows(rows.result);
	rows.width = mysql_num_fields(rows.result);
	rows.bind = calloc(rows.count * rows.width + 1, sizeof(*rows.bind));
	rows.numbers = calloc(rows.count * rows.width + 1, sizeof(*rows.numbers));
	rows.lengths = calloc(rows.count * rows.width + 1, sizeof(*rows.lengths));
	for (size_t at = 0; (row = mysql_fetch_row(rows.result)) != NULL; at += rows.width) {
		for (size_t i = 0; i < rows.width; i++) {
			bind(&rows, at + i, &mysql_fetch_fields(rows.result)[i], row[i],
				mysql_fetch_lengths(rows.result)[i]);
		}
	}
	return rows;
}

/* Makes the client's number in each row that of a new one. */
static void move(const struct rows *rows, int column, unsigned long long by)
{
	for (size_t i = 0; column >= 0 && i < rows->count; i++) {
		rows->numbers[i * rows->width + (size_t)column] += by;
	}
}

/* Puts the rows; gives the number that the first one was given, if the table gives any. */
static unsigned long long put(size_t table, const struct rows *rows)
{
	unsigned long long first = 0;

	for (size_t at = 0, size = 0; at < rows->count; at += sizes[size]) {
		while (rows->count - at < sizes[size]) {
			size++;
		}
		if (mysql_stmt_bind_param(prepared[table][size], rows->bind + at * rows->width) != 0 ||
		    mysql_stmt_execute(prepared[table][size]) != 0) {
			give_up(tables[table].put, mysql_stmt_error(prepared[table][size]));
		}
		first = at == 0 ? mysql_stmt_insert_id(prepared[table][size]) : first;
	}
	return first;
}

/* The rows of the trail are given their numbers while others may be written: of a thousand at once
 * they follow each other. */
static void put_piece(struct rows piece[TABLES], unsigned long long id)
{
	unsigned long long first = 0, by = 0;

	run("START TRANSACTION");
	for (size_t i = 0; i < TABLES; i++) {
		move(&piece[i], tables[i].id, by);
		for (size_t row = 0; i == CHAIN && row < piece[i].count; row++) {
			piece[i].numbers[row * piece[i].width + CHAIN_AUDIT_ID] = first + row;
		}
		first = put(i, &piece[i]);
		by = i == 0 ? first - id : by;
	}
	run("COMMIT");
}

static void measure(struct rows (*pieces)[TABLES], size_t count, unsigned long long first)
{
	double begun, cpu;
	size_t rows = 0;

	printf("ready\n");
	fflush(stdout);
	begun = seconds_of(CLOCK_MONOTONIC);
	cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	for (size_t i = 0; i < count; i++) {
		put_piece(pieces[i], first + i * PIECE);
		rows += pieces[i][0].count;
	}
	printf("{\"requests\":%zu,\"seconds\":%f,\"cpu\":%f}\n", rows,
		seconds_of(CLOCK_MONOTONIC) - begun,
		(seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1000);
}

int main(int argc, char **argv)
{
	unsigned long long first = argc == 6 ? strtoull(argv[4], NULL, 10) : 0;
	size_t rows = argc == 6 ? strtoull(argv[5], NULL, 10) : 0, count = (rows + PIECE - 1) / PIECE;
	struct rows (*pieces)[TABLES] = calloc(count + 1, sizeof(*pieces));

	if (rows == 0) {
		give_up("usage", "SOCKET DATABASE ACCOUNT FIRST ROWS");
	}
	mysql = mysql_init(NULL);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mysql_real_connect(mysql, NULL, argv[3], getenv("DB_PASSWORD"), argv[2], 0, argv[1],
			0) == NULL) {
		give_up("connection", mysql_error(mysql));
	}
	run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
	run("SET SESSION time_zone = '+00:00'");
	for (size_t i = 0; i < count; i++) {
		unsigned long long last = first + (i + 1) * PIECE - 1;

		for (size_t j = 0; j < TABLES; j++) {
			pieces[i][j] = read_rows(j, first + i * PIECE,
				last < first + rows ? last : first + rows - 1);
		}
	}
	for (size_t i = 0; i < TABLES * SIZES; i++) {
		prepare(i / SIZES, i % SIZES, pieces[0][i / SIZES].width);
	}
	measure(pieces, count, first);
	mysql_close(mysql);
	return EXIT_SUCCESS;
}
