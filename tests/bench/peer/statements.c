/*
 * The floor of the database: runs the statements of recorded requests again and again, without a
 * web server or a program around them. Each is prepared once a connection.
 *
 *   statements SOCKET DATABASE ACCOUNT CONNECTIONS SECONDS <FILE    password in DB_PASSWORD
 *
 * The file has a statement a line. Those before the first empty line make a connection ready; an
 * empty line ends each request. Prints "ready" when all is prepared, and in the end requests,
 * seconds, p50 and p99 in ms, and ms of CPU of this client, as JSON.
 */
#include <mysql.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { CONNECTIONS_MAX = 64, STATEMENTS_MAX = 4096, SAMPLES_MAX = 1000000, COLUMNS_MAX = 64,
	CELL = 4096 };

struct script {
	char *line[STATEMENTS_MAX];
	size_t count;
	size_t ready; /* the first so many lines make a connection ready */
};

struct connection {
	pthread_t thread;
	size_t number;
	MYSQL *mysql;
	MYSQL_STMT *prepared[STATEMENTS_MAX]; /* NULL: the line is run as it is, or empty */
	char cell[CELL];                      /* where every column goes: nobody looks at it */
	double *samples;                      /* ms a request */
	size_t sampled;
};

static struct script script;
static char **argument;
static double end;
static pthread_barrier_t ready;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void give_up(const char *what, const char *why)
{
	fprintf(stderr, "statements: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static void script_read(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) > 0 && script.count < STATEMENTS_MAX) {
		line[len - 1] = '\0';
		if (line[0] == '\0' && script.ready == 0) {
			script.ready = script.count;
		} else {
			script.line[script.count++] = strdup(line);
		}
	}
	free(line);
}

static void run_as_it_is(struct connection *connection, const char *line)
{
	MYSQL_RES *result;

	if (mysql_query(connection->mysql, line) != 0) {
		give_up(line, mysql_error(connection->mysql));
	}
	result = mysql_store_result(connection->mysql);
	mysql_free_result(result);
}

/* BEGIN and its like the server does not prepare in every version. */
static bool is_prepared(const char *line)
{
	static const char *const verbs[] = { "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strncmp(line, verbs[i], strlen(verbs[i])) == 0) {
			return true;
		}
	}
	return false;
}

static MYSQL_STMT *prepare(struct connection *connection, const char *line)
{
	MYSQL_BIND columns[COLUMNS_MAX] = { 0 };
	MYSQL_STMT *statement = mysql_stmt_init(connection->mysql);

	if (mysql_stmt_prepare(statement, line, strlen(line)) != 0) {
		give_up(line, mysql_stmt_error(statement));
	}
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		columns[i].buffer_type = MYSQL_TYPE_STRING;
		columns[i].buffer = connection->cell;
		columns[i].buffer_length = CELL;
	}
	mysql_stmt_bind_result(statement, columns);
	return statement;
}

static void connection_open(struct connection *connection)
{
	connection->mysql = mysql_init(NULL);
	connection->samples = malloc(SAMPLES_MAX * sizeof(*connection->samples));
	if (mysql_real_connect(connection->mysql, NULL, argument[3], getenv("DB_PASSWORD"),
			argument[2], 0, argument[1], 0) == NULL) {
		give_up("connection", mysql_error(connection->mysql));
	}
	for (size_t i = 0; i < script.count; i++) {
		if (i < script.ready) {
			run_as_it_is(connection, script.line[i]);
		} else if (is_prepared(script.line[i])) {
			connection->prepared[i] = prepare(connection, script.line[i]);
		}
	}
}

static void run(struct connection *connection, size_t i)
{
	MYSQL_STMT *statement = connection->prepared[i];

	if (statement == NULL) {
		run_as_it_is(connection, script.line[i]);
		return;
	}
	if (mysql_stmt_execute(statement) != 0) {
		give_up(script.line[i], mysql_stmt_error(statement));
	}
	while (mysql_stmt_field_count(statement) > 0) {
		int got = mysql_stmt_fetch(statement);

		if (got != 0 && got != MYSQL_DATA_TRUNCATED) {
			break;
		}
	}
	mysql_stmt_free_result(statement);
}

/* Runs the request that begins at a line, and gives the line after it. */
static size_t run_request(struct connection *connection, size_t at)
{
	while (at < script.count && script.line[at][0] != '\0') {
		run(connection, at++);
	}
	return at + 1 < script.count ? at + 1 : script.ready;
}

static void *connection_run(void *context)
{
	struct connection *connection = context;
	size_t at = script.ready;

	connection_open(connection);
	for (size_t i = 0; i < connection->number; i++) {
		at = run_request(connection, at); /* each begins elsewhere */
	}
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&ready); /* main has looked at the clock */
	for (double begun = now(), over; begun < end; begun = over) {
		at = run_request(connection, at);
		over = now();
		if (connection->sampled < SAMPLES_MAX) {
			connection->samples[connection->sampled++] = (over - begun) * 1000;
		}
	}
	mysql_close(connection->mysql);
	return NULL;
}

static double cpu_ms(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(struct connection *all, size_t count, double seconds, double cpu)
{
	size_t total = 0, at = 0;
	double *samples;

	for (size_t i = 0; i < count; i++) {
		total += all[i].sampled;
	}
	samples = malloc((total + 1) * sizeof(*samples));
	for (size_t i = 0; i < count; i++) {
		memcpy(samples + at, all[i].samples, all[i].sampled * sizeof(*samples));
		at += all[i].sampled;
	}
	qsort(samples, total, sizeof(*samples), compare);
	printf("{\"requests\":%zu,\"seconds\":%f,\"p50\":%f,\"p99\":%f,\"cpu\":%f}\n", total, seconds,
		samples[total / 2], samples[total * 99 / 100], cpu);
	free(samples);
}

int main(int argc, char **argv)
{
	static struct connection all[CONNECTIONS_MAX];
	size_t count = argc == 6 ? (size_t)atoi(argv[4]) : 0;
	double begun, cpu;

	if (count == 0 || count > CONNECTIONS_MAX || mysql_library_init(0, NULL, NULL) != 0) {
		give_up("usage", "SOCKET DATABASE ACCOUNT CONNECTIONS SECONDS <FILE");
	}
	argument = argv;
	script_read();
	pthread_barrier_init(&ready, NULL, (unsigned)count + 1);
	for (size_t i = 0; i < count; i++) {
		all[i].number = i;
		pthread_create(&all[i].thread, NULL, connection_run, &all[i]);
	}
	pthread_barrier_wait(&ready);
	printf("ready\n");
	fflush(stdout);
	begun = now();
	end = begun + atof(argv[5]);
	cpu = cpu_ms();
	pthread_barrier_wait(&ready);
	for (size_t i = 0; i < count; i++) {
		pthread_join(all[i].thread, NULL);
	}
	print(all, count, now() - begun, cpu_ms() - cpu);
	return EXIT_SUCCESS;
}
