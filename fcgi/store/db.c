/*
 * One connection, its prepared statements, and the three things that every statement needs: bind
 * what goes in, run it, hand out what comes back. Results are read row by row from the wire; text
 * is measured first and copied once, into the arena of the rows.
 *
 * A server may give a transaction up at any moment, and say so in place of the end of a result set
 * (Galera does, when certification is lost). Whoever does not read that error goes on one statement
 * at a time, each committed by itself. So every result set is read to its end, the first error of a
 * transaction sticks to it, and nothing is committed unless the server is still in it.
 */
#include "store/db.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/meter.h"
#include "base/secret.h"
#include "base/text.h"
#include "store/pool.h"
#include "store/prefix.h"
#include "store/server_error.h"
#include "store/servers.h"

#include <mysql.h>
#include <errmsg.h>
#include <inttypes.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COLUMNS_MAX = 24, TRANSACTION_TRIES = 6 };

/* A list has the same text whatever their number, but there are two, for a common page and
 * for the largest one: three quarters of what would be bound for 50 are not there. */
enum { IDS_OF_PAGE = 50 };

/* A power of two, at least twice of what is prepared: the constant statements of a program and the
 * composed ones of a connection. */
enum { HANDLES_MAX = 1 << 10, HANDLE_SHIFT = 64 - 10 };

struct db_column {
	unsigned long long number;
	MYSQL_TIME time;
	unsigned long length;
	char is_null;
	char truncated;
};

/* What the library is given of a parameter beside its MYSQL_BIND. */
struct parameter {
	MYSQL_TIME time;
	unsigned long length;
	unsigned long long number;
};

/* The library's handle of a statement, found by the statement's address and the room of its lists
 * of ids. */
struct handle {
	const struct statement *statement;
	size_t ids;
	MYSQL_STMT *prepared; /* NULL: it could not be prepared, and is tried again */
};

struct db {
	const struct conf *conf;
	enum db_program program;
	MYSQL *link; /* NULL while not connected */
	struct handle handles[HANDLES_MAX];
	struct pool composed;
	size_t servers; /* how many the settings name */
	bool connected; /* the link is up */
	size_t at; /* which of the servers it leads to */
	bool member; /* of a group of MySQL, or meant to be one */
	bool was_connected;
	_Atomic uint64_t number; /* of the connection at its server; 0: not connected */
	_Atomic uint64_t server; /* a number of that */
	atomic_bool stopped; /* nothing may run */
	bool slow; /* the last error was a limit of time */
	struct db_fault fault; /* the last error */
	unsigned busy; /* what is going on: statements in a transaction */
	bool in_transaction;
	enum err spoiled; /* the first error of the transaction: it may only be rolled back */
	uint64_t affected;
	uint64_t insert_id;
	MYSQL_BIND *bind; /* of the parameters, of which there is room for so many */
	struct parameter *parameters;
	size_t room;
	struct db_column column[COLUMNS_MAX];
	struct db_out row[COLUMNS_MAX];
	MYSQL_BIND result[COLUMNS_MAX];
};

static struct meter opened, at_work, reconnected;

/* One of several servers is asked after this long whether it is still the one to ask. A primary
 * that the network cuts off knows it 1.1 seconds before the others have made another one: who
 * leaves it by then has read nothing old. */
static const int64_t servers_ask = CLOCK_SECOND;

/* What a member says when it could not commit with the others. */
static const unsigned group_commit = 3100;

static const int64_t no_room_counts = 5 * CLOCK_SECOND;
static _Atomic int64_t no_room_at; /* by clock_running(); 0: never */

/* Logs what the caller cannot mend by itself. The server's words are logged only where they cannot
 * quote a value: when a statement is prepared. */
static enum err report(struct db *db, const char *what, unsigned number, const char *words)
{
	const struct server_error *error = server_error_of(number);
	enum err err = server_error_means(error->kind);

	db->slow = error->kind == SERVER_LIMIT;
	db->fault.number = number;
	snprintf(db->fault.words, sizeof(db->fault.words), "%s", words);
	if (error->kind == SERVER_NO_ROOM) {
		no_room_at = clock_running();
	} else if (error->kind == SERVER_NO_WRITES && db->servers > 1) {
		servers_leave(db->conf, db->at);
		/* Nothing is written, and there it may be; but of a group's commit nobody knows. */
		err = db->in_transaction && number != group_commit ? ERR_RETRY : err;
	}
	if (db->stopped) {
		log_event(LOG_INFO, "database", "statement=%s stopped=1", what);
	} else if (err != ERR_CONFLICT && (err != ERR_RETRY || !db->in_transaction)) {
		log_event(LOG_ERROR, "database", "statement=%s error=%u reason=%s%s%s", what, number,
			error->reason, words[0] == '\0' ? "" : " words=", words);
	}
	return err;
}

static bool link_is_lost(unsigned number)
{
	return server_error_of(number)->kind == SERVER_LOST;
}

/* A statement that was refused for what it says leaves the transaction as it was; after any other
 * error nobody knows what is left of it. */
static enum err spoil(struct db *db, enum err err)
{
	if (db->in_transaction && db->spoiled == ERR_OK && err != ERR_CONFLICT) {
		db->spoiled = err;
	}
	return err;
}

/* Whether the transaction may go on, or be committed: by what the server said with its last
 * answer. */
static enum err transaction_lives(struct db *db)
{
	if (db->spoiled == ERR_OK && db->link == NULL) {
		db->spoiled = ERR_UNAVAILABLE; /* lost earlier in this transaction */
	}
	if (db->spoiled == ERR_OK && (db->link->server_status & SERVER_STATUS_IN_TRANS) == 0) {
		log_event(LOG_ERROR, "database", "transaction=gone");
		db->spoiled = ERR_RETRY;
	}
	return db->spoiled;
}

const char *db_library(void)
{
	static char name[64];

#ifdef MARIADB_BASE_VERSION
	snprintf(name, sizeof(name), "MariaDB Connector/C %s", mysql_get_client_info());
#else
	snprintf(name, sizeof(name), "libmysqlclient %s", mysql_get_client_info());
#endif
	return name;
}

struct db *db_open(const struct conf *conf, enum db_program program)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db != NULL) {
		db->conf = conf;
		db->program = program;
		db->servers = servers_count(conf);
		pool_init(&db->composed);
	}
	return db;
}

/* The place of the statement among the handles, whether there is one yet or not. */
static struct handle *find_handle(struct db *db, const struct statement *statement, size_t ids)
{
	size_t i = (size_t)(((uintptr_t)statement + ids) * UINT64_C(0x9e3779b97f4a7c15) >>
		HANDLE_SHIFT);

	while (db->handles[i].statement != NULL &&
	       (db->handles[i].statement != statement || db->handles[i].ids != ids)) {
		i = (i + 1) % HANDLES_MAX;
	}
	return &db->handles[i];
}

static void close_handles(struct db *db)
{
	for (size_t i = 0; i < HANDLES_MAX; i++) {
		if (db->handles[i].prepared != NULL) {
			mysql_stmt_close(db->handles[i].prepared);
		}
		db->handles[i] = (struct handle){ .statement = NULL };
	}
}

const struct statement *db_composed(const struct db *db, const void *of, uint64_t shape)
{
	return pool_find(&db->composed, of, shape);
}

const struct statement *db_compose(struct db *db, const void *of, uint64_t shape,
	const struct statement *statement)
{
	if (db->composed.count == DB_COMPOSED_MAX) {
		close_handles(db);
		pool_empty(&db->composed);
	}
	return pool_add(&db->composed, of, shape, statement);
}

/* Of each the library keeps 10 KiB: of lists in every order, by every filter, a megabyte or two. */
void db_rest(struct db *db)
{
	if (db->composed.count > 0) {
		close_handles(db);
		pool_empty(&db->composed);
		memory_trim();
	}
}

static void disconnect(struct db *db)
{
	db->number = 0;
	close_handles(db);
	if (db->link != NULL) {
		mysql_close(db->link);
		db->link = NULL;
	}
	if (db->connected) {
		meter_take(&opened);
		db->connected = false;
	}
}

/* A transaction and the statements in it count as one. */
static void begin_busy(struct db *db)
{
	if (db->busy++ == 0) {
		meter_add(&at_work);
	}
}

static void end_busy(struct db *db)
{
	if (--db->busy == 0) {
		meter_take(&at_work);
	}
}

struct db_counts db_counts(void)
{
	return (struct db_counts){ .open = meter_read(&opened), .busy = meter_read(&at_work),
		.reconnects = meter_read(&reconnected) };
}

void db_close(struct db *db)
{
	if (db == NULL) {
		return;
	}
	disconnect(db);
	pool_release(&db->composed);
	free(db->bind);
	free(db->parameters);
	mysql_thread_end();
	free(db);
}

/* TLS as soon as a CA is named, verified against the host: "enforce" alone accepts any server. */
static void require_tls(MYSQL *link, const char *ca)
{
#ifdef MARIADB_BASE_VERSION
	char yes = 1;

	mysql_options(link, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
#else
	unsigned mode = SSL_MODE_VERIFY_IDENTITY;

	mysql_options(link, MYSQL_OPT_SSL_MODE, &mode);
#endif
	mysql_options(link, MYSQL_OPT_SSL_CA, ca);
}

/* The server is given the timeout as the limit of a statement; we wait a little longer, so that it
 * is the server who tells, and the connection stays. */
static void set_options(const struct db *db)
{
	unsigned seconds = (unsigned)db->conf->db_timeout, longer = seconds + 1;
	unsigned off = 0;

	mysql_options(db->link, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
	if (db->program != DB_ADMIN) {
		mysql_options(db->link, MYSQL_OPT_READ_TIMEOUT, &longer);
		mysql_options(db->link, MYSQL_OPT_WRITE_TIMEOUT, &longer);
	}
	mysql_options(db->link, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(db->link, MYSQL_OPT_LOCAL_INFILE, &off);
	if (db->conf->db_ca[0] != '\0') {
		require_tls(db->link, db->conf->db_ca);
	}
}

static const struct conf_account *account(const struct db *db)
{
	switch (db->program) {
	case DB_WEB:
		return &db->conf->web;
	case DB_MAILER:
		return &db->conf->mailer;
	case DB_ADMIN:
		break;
	}
	return &db->conf->admin;
}

static bool dial(struct db *db)
{
	const struct conf *conf = db->conf;
	const struct conf_account *as = account(db);
	const char *socket = conf->db_socket[0] != '\0' ? conf->db_socket : NULL;
	const char *name = conf->db_name[0] != '\0' ? conf->db_name : NULL;
	unsigned long flags = db->program == DB_ADMIN ? CLIENT_MULTI_STATEMENTS : 0;
	struct server_place place;

	servers_find(conf, db->at, &place);
	if (mysql_real_connect(db->link, socket != NULL ? NULL : place.host, as->user, as->password,
			name, place.port, socket, flags) == NULL) {
		return false;
	}
	return conf->db_ca[0] == '\0' || mysql_get_ssl_cipher(db->link) != NULL;
}

/* Whatever a server, or its init_connect, may have set otherwise and that would change what a
 * statement does; and how lists are planned: the server looks into the index for a value that is
 * asked for, not for each id of a page; it neither merges whole indexes where one and a look at its
 * rows is less, nor writes down a subquery that is asked for the rows of a page alone. */
static const struct statement connection_settings = { "connection_settings", 0, "", "",
	"SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,"
	"NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', "
	"eq_range_index_dive_limit = 10, optimizer_switch = 'index_merge=off,materialization=off', "
	"innodb_lock_wait_timeout = 5, autocommit = 1, completion_type = 0, sql_safe_updates = 0, "
	"sql_select_limit = 18446744073709551615, max_join_size = 18446744073709551615, "
	"sql_big_selects = 1, max_sort_length = 1024, foreign_key_checks = 1, unique_checks = 1, "
	"sql_auto_is_null = 0" };

static const struct statement connection_names = { "connection_names", 0, "", "",
	"SET NAMES utf8mb4 COLLATE utf8mb4_general_ci" };

static const struct statement connection_isolation = { "connection_isolation", 0, "", "",
	"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE" };

static const struct statement connection_mariadb = { "connection_mariadb", 0, "", "",
	"SET SESSION check_constraint_checks = 1, old_mode = ''" };

/* The limit of a statement. MySQL's is for reading alone: what a change may wait for are locks. */
static const struct statement connection_mariadb_limit = { "connection_mariadb_limit", 0, "u", "",
	"SET SESSION max_statement_time = ?" };

static const struct statement connection_mysql_limit = { "connection_mysql_limit", 0, "uuu", "",
	"SET SESSION max_execution_time = 1000 * ?, lock_wait_timeout = ?, "
	"innodb_lock_wait_timeout = ?" };

/* On a node of a cluster what is read is all that was committed at any node before: a session that
 * another host of ours has just opened, for instance. A server that knows nothing of clusters has
 * no such variable. */
static const struct statement connection_galera = { "connection_galera", 0, "", "u",
	"SELECT COUNT(*) FROM information_schema.GLOBAL_VARIABLES "
	"WHERE VARIABLE_NAME = 'wsrep_on' AND VARIABLE_VALUE = 'ON'" };

static const struct statement connection_causal = { "connection_causal", 0, "", "",
	"SET SESSION wsrep_sync_wait = 1" };

static enum err set_causal(struct db *db)
{
	uint64_t galera = 0;

	TRY(db_first(db, &connection_galera, DB_NONE, NULL, DB_INTO(into_number(&galera))));
	return galera == 0 ? ERR_OK : db_run(db, &connection_causal, DB_NONE);
}

/* A group's new primary answers when it has what the old one had acknowledged; a host that asks for
 * more than that keeps it. A server in no group has no such variable. */
static const struct statement connection_group = { "connection_group", 0, "", "uu",
	"SELECT COUNT(*), COUNT(CASE VARIABLE_VALUE WHEN 'EVENTUAL' THEN 1 END) "
	"FROM performance_schema.global_variables "
	"WHERE VARIABLE_NAME = 'group_replication_consistency'" };

static const struct statement connection_caught_up = { "connection_caught_up", 0, "", "",
	"SET SESSION group_replication_consistency = 'BEFORE_ON_PRIMARY_FAILOVER'" };

static enum err set_caught_up(struct db *db)
{
	uint64_t member = 0, eventual = 0;

	TRY(db_first(db, &connection_group, DB_NONE, NULL,
		DB_INTO(into_number(&member), into_number(&eventual))));
	db->member = member != 0;
	return eventual == 0 ? ERR_OK : db_run(db, &connection_caught_up, DB_NONE);
}

static enum err set_session(struct db *db)
{
	static const struct statement *const all[] = { &connection_settings, &connection_names,
		&connection_isolation };
	bool mariadb = strstr(mysql_get_server_info(db->link), "MariaDB") != NULL;
	struct db_in limit = in_number(db->conf->db_timeout);
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < sizeof(all) / sizeof(all[0]); i++) {
		err = db_run(db, all[i], DB_NONE);
	}
	if (err == ERR_OK && mariadb) {
		err = db_run(db, &connection_mariadb, DB_NONE);
	}
	if (err == ERR_OK) {
		err = mariadb ? set_causal(db) : set_caught_up(db);
	}
	if (err != ERR_OK || db->program == DB_ADMIN) {
		return err;
	}
	return mariadb ? db_run(db, &connection_mariadb_limit, DB_IN(limit))
		: db_run(db, &connection_mysql_limit, DB_IN(limit, limit, limit));
}

static enum err counts_match(MYSQL_STMT *prepared, const struct statement *row, size_t ids)
{
	unsigned long in = mysql_stmt_param_count(prepared), expected = 0;
	unsigned out = mysql_stmt_field_count(prepared);

	for (const char *at = row->in; *at != '\0'; at++) {
		expected += *at == 'I' || *at == 'L' ? ids : 1;
	}
	if (in == expected && out == strlen(row->out) && out <= COLUMNS_MAX) {
		return ERR_OK;
	}
	log_event(LOG_ERROR, "database", "statement=%s parameters=%lu columns=%u expected=%s/%s",
		row->name, in, out, row->in, row->out);
	return ERR_BUG;
}

/* As the server is to read it, with so much room in its lists. They begin with NULL: a literal
 * number would be a signed one among unsigned ones, and no index serves such a list. */
static const char *text_of(const struct db *db, struct arena *arena,
	const struct statement *statement, size_t ids)
{
	const char *rest = prefix_put(arena, db->conf->db_prefix, statement->sql);
	const char *list = strstr(rest, "?...");
	struct text text = text_in(arena);

	for (; list != NULL; list = strstr(rest, "?...")) {
		text_put(&text, rest, (size_t)(list - rest));
		text_puts(&text, "NULL");
		for (size_t i = 0; i < ids; i++) {
			text_puts(&text, ", ?");
		}
		rest = list + strlen("?...");
	}
	text_puts(&text, rest);
	return text.bytes;
}

/* The words of a statement that was not prepared name tables and columns, but no values. Of a table
 * that belongs to others the grants are theirs to give: its statements are prepared on first use.
 * What a program prepares at its start it must be allowed. */
static enum err prepare_anew(struct db *db, const struct statement *statement, size_t ids,
	MYSQL_STMT *prepared)
{
	struct arena arena;
	const char *sql;
	int failed;
	enum err err;

	arena_init(&arena);
	sql = text_of(db, &arena, statement, ids);
	failed = mysql_stmt_prepare(prepared, sql, strlen(sql));
	arena_release(&arena);
	if (failed == 0) {
		return counts_match(prepared, statement, ids);
	}
	err = report(db, statement->name, mysql_stmt_errno(prepared), mysql_stmt_error(prepared));
	return err == ERR_READ_ONLY && statement->programs != 0 ? ERR_BUG : err;
}

/* Gives the statement's handle with so much room in its lists. *number is the client's or server's
 * error. */
static enum err prepare(struct db *db, const struct statement *statement, size_t ids,
	unsigned *number, MYSQL_STMT **prepared)
{
	struct handle *handle = find_handle(db, statement, ids);
	enum err err;

	if (handle->prepared == NULL) {
		MYSQL_STMT *anew = mysql_stmt_init(db->link);

		if (anew == NULL) {
			return ERR_UNAVAILABLE;
		}
		err = prepare_anew(db, statement, ids, anew);
		if (err != ERR_OK) {
			*number = mysql_stmt_errno(anew);
			mysql_stmt_close(anew);
			return err;
		}
		*handle = (struct handle){ statement, ids, anew };
	}
	*prepared = handle->prepared;
	return ERR_OK;
}

/* The time, which of several servers behind one address it is, and whether it only reads: a number,
 * or a word. */
static const struct statement connection_time = { "connection_time", 0, "", "tuu",
	"SELECT UTC_TIMESTAMP(6), CRC32(CONCAT(@@hostname, ':', @@port)), "
	"@@GLOBAL.read_only <> 'OFF'" };

/* Of several servers one that only reads is not ours: a member of a group that is not its primary,
 * or no longer, or a copy. What it reads is old. */
static enum err leave_reader(struct db *db)
{
	db->fault = (struct db_fault){ .number = 1290, .words = "it takes no changes" };
	log_event(LOG_WARNING, "database", "reads_only=1 server=%zu", db->at + 1);
	servers_leave(db->conf, db->at);
	return ERR_UNAVAILABLE;
}

/* Fails at a member of a group that has not joined it, or has lost the others: a change there comes
 * to no end, and they may have another primary. To read who the members are takes a grant. */
static const struct statement connection_majority = { "connection_majority", 0, "", "u",
	"SELECT LENGTH(group_replication_get_communication_protocol())" };

/* Half of the way to the database and back is taken off. */
static enum err tell_time(struct db *db)
{
	MYSQL_STMT *prepared;
	uint64_t server = 0, reads = 0;
	int64_t asked, told = 0;
	unsigned number;

	asked = clock_running();
	TRY(prepare(db, &connection_time, IDS_OF_PAGE, &number, &prepared));
	TRY(db_first(db, &connection_time, DB_NONE, NULL,
		DB_INTO(into_time(&told), into_number(&server), into_number(&reads))));
	if (reads != 0 && db->servers > 1) {
		return leave_reader(db);
	}
	if (db->member && db->servers > 1) {
		TRY(db_first(db, &connection_majority, DB_NONE, NULL, DB_NONE));
	}
	db->server = server;
	clock_follow(told, asked, clock_running());
	return ERR_OK;
}

/* Connects to the server that is used now. */
static enum err connect_once(struct db *db)
{
	db->at = servers_now();
	db->member = false;
	db->link = mysql_init(NULL);
	if (db->link == NULL) {
		return ERR_UNAVAILABLE;
	}
	set_options(db);
	if (!dial(db)) {
		report(db, "connect", mysql_errno(db->link), mysql_error(db->link));
	} else if (set_session(db) == ERR_OK && tell_time(db) == ERR_OK) {
		return ERR_OK;
	}
	disconnect(db);
	return ERR_UNAVAILABLE;
}

/* One round over the servers, from the one that is used now. */
static enum err connect_any(struct db *db)
{
	enum err err = ERR_UNAVAILABLE;

	for (size_t tries = 0; err != ERR_OK && tries < db->servers; tries++) {
		err = connect_once(db);
		if (err != ERR_OK) {
			servers_leave(db->conf, db->at);
		}
	}
	return err;
}

static enum err connect_db(struct db *db)
{
	int64_t every = db->servers > 1 ? servers_ask : CLOCK_ASK;

	if (db->connected && (db->at != servers_now() ||
	    (clock_must_ask(every) && tell_time(db) != ERR_OK))) {
		disconnect(db);
	}
	if (db->link != NULL) {
		return ERR_OK;
	}
	TRY(connect_any(db));
	db->number = mysql_thread_id(db->link);
	meter_add(&opened);
	if (db->was_connected) {
		meter_add(&reconnected);
	}
	db->connected = db->was_connected = true;
	return ERR_OK;
}

enum err db_prepare(struct db *db, const struct statement *statement)
{
	MYSQL_STMT *prepared;
	unsigned number;

	TRY(connect_db(db));
	return prepare(db, statement, IDS_OF_PAGE, &number, &prepared);
}

/* The first and the last instant of a DATETIME: years 1000 to 9999. What lies beyond, as a time
 * that a reader asks for may, is before or after all that is stored, and so are these. */
static const int64_t min_time = -30610224000 * CLOCK_SECOND;
static const int64_t max_time = 253402300800 * CLOCK_SECOND - 1;

static void time_in(int64_t instant, MYSQL_TIME *out)
{
	struct clock_date date = clock_split(instant < min_time ? min_time
		: instant > max_time ? max_time : instant);

	*out = (MYSQL_TIME){
		.year = (unsigned)date.year,
		.month = date.month,
		.day = date.day,
		.hour = date.hour,
		.minute = date.minute,
		.second = date.second,
		.second_part = date.microsecond,
		.time_type = MYSQL_TIMESTAMP_DATETIME,
	};
}

static int64_t time_out(const MYSQL_TIME *in)
{
	const struct clock_date date = {
		.year = (int)in->year,
		.month = in->month,
		.day = in->day,
		.hour = in->hour,
		.minute = in->minute,
		.second = in->second,
		.microsecond = (unsigned)in->second_part,
	};

	return clock_join(&date);
}

/* Makes room for so many parameters: most statements have few, those of many rows thousands. */
static void make_room(struct db *db, size_t count)
{
	if (count > db->room) {
		db->bind = memory_realloc(db->bind, count * sizeof(*db->bind));
		db->parameters = memory_realloc(db->parameters, count * sizeof(*db->parameters));
		db->room = count;
	}
}

static void bind_parameter(struct db *db, size_t i, const struct db_in *in)
{
	MYSQL_BIND *bind = &db->bind[i];
	struct parameter *parameter = &db->parameters[i];

	*bind = (MYSQL_BIND){ 0 };
	if (in->null) {
		bind->buffer_type = MYSQL_TYPE_NULL;
		return;
	}
	if (in->kind == 'u') {
		parameter->number = in->number;
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &parameter->number;
		bind->is_unsigned = 1;
		return;
	}
	if (in->kind == 't') {
		time_in((int64_t)in->number, &parameter->time);
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &parameter->time;
		return;
	}
	parameter->length = in->len;
	bind->buffer_type = in->kind == 's' ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
	bind->buffer = (void *)(uintptr_t)in->bytes;
	bind->buffer_length = in->len;
	bind->length = &parameter->length;
}

static bool is_list(const struct db_in *in)
{
	return in->kind == 'I' || in->kind == 'L';
}

/* Gives an element of a list, which is filled up with its first one. */
static struct db_in element(const struct db_in *in, size_t at)
{
	const uint64_t *ids = in->bytes;
	const char *const *texts = in->bytes;
	size_t i = at < in->len ? at : 0;

	if (in->kind == 'I') {
		return in_number(in->len == 0 ? 0 : ids[i]);
	}
	return in->len == 0 ? in_bytes("", 0) : in_bytes(texts[i], strlen(texts[i]));
}

static enum err check_parameters(const struct statement *row, const struct db_in *in, size_t count)
{
	bool fits = count == strlen(row->in);

	for (size_t i = 0; fits && i < count; i++) {
		fits = in[i].kind == row->in[i] && (!is_list(&in[i]) || in[i].len <= DB_IDS_MAX);
	}
	if (!fits) {
		log_event(LOG_ERROR, "database", "statement=%s called with other parameters", row->name);
	}
	return fits ? ERR_OK : ERR_BUG;
}

/* The library may know an error from the connection alone: one that came in place of a row. */
static unsigned number_of(const struct db *db, MYSQL_STMT *prepared)
{
	unsigned number = mysql_stmt_errno(prepared);

	return number != 0 ? number : mysql_errno(db->link);
}

/* The room that the longest of the lists needs. */
static size_t room_of(const struct db_in *in, size_t count)
{
	size_t room = IDS_OF_PAGE;

	for (size_t i = 0; i < count; i++) {
		room = is_list(&in[i]) && in[i].len > IDS_OF_PAGE ? DB_IDS_MAX : room;
	}
	return room;
}

/* Binds and executes once. *number is the client's or server's error. */
static enum err execute_once(struct db *db, const struct statement *statement,
	const struct db_in *in, size_t count, unsigned *number, MYSQL_STMT **prepared)
{
	size_t bound = 0, room = room_of(in, count);

	TRY(prepare(db, statement, room, number, prepared));
	make_room(db, mysql_stmt_param_count(*prepared));
	for (size_t i = 0; i < count; i++) {
		if (!is_list(&in[i])) {
			bind_parameter(db, bound++, &in[i]);
			continue;
		}
		for (size_t j = 0; j < room; j++) {
			struct db_in each = element(&in[i], j);

			bind_parameter(db, bound++, &each);
		}
	}
	if ((count != 0 && mysql_stmt_bind_param(*prepared, db->bind) != 0) ||
	    mysql_stmt_execute(*prepared) != 0) {
		*number = number_of(db, *prepared);
		return report(db, statement->name, *number, "");
	}
	return ERR_OK;
}

/* Changes nothing and waits for no lock, and is refused by a server that takes no writes. */
static const struct statement connection_writes = { "connection_writes", DB_WEB, "", "",
	"UPDATE {authz_epoch} SET epoch = epoch WHERE id = 0" };

/* Before and after: who stops a connection that is being made finds no number to stop. */
static enum err make_ready(struct db *db)
{
	TRY(db->stopped ? ERR_UNAVAILABLE : ERR_OK);
	TRY(db->in_transaction ? transaction_lives(db) : connect_db(db));
	return db->stopped ? ERR_UNAVAILABLE : ERR_OK;
}

/* A statement that changes nothing may run again on a new connection; one that writes may not,
 * because nobody knows whether the lost one took effect. */
static enum err try_execute(struct db *db, const struct statement *statement,
	const struct db_in *in, size_t count, MYSQL_STMT **prepared)
{
	bool reads = statement->out[0] != '\0' || statement == &connection_writes;
	unsigned number = 0;
	enum err err = check_parameters(statement, in, count);

	for (int tries = 0; err == ERR_OK && tries < 2; tries++) {
		TRY(make_ready(db));
		err = execute_once(db, statement, in, count, &number, prepared);
		if (err == ERR_OK || !link_is_lost(number)) {
			return err;
		}
		disconnect(db);
		if (reads && !db->in_transaction && number != CR_SERVER_LOST) { /* which took its time */
			err = ERR_OK;
		}
	}
	return err == ERR_OK ? ERR_UNAVAILABLE : err;
}

static enum err execute(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, MYSQL_STMT **prepared)
{
	enum err err;

	begin_busy(db);
	err = try_execute(db, statement, in, count, prepared);
	end_busy(db);
	return spoil(db, err);
}

enum err db_run(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count)
{
	MYSQL_STMT *prepared;

	TRY(execute(db, statement, in, count, &prepared));
	db->affected = mysql_stmt_affected_rows(prepared);
	db->insert_id = mysql_stmt_insert_id(prepared);
	return ERR_OK;
}

uint64_t db_affected(const struct db *db)
{
	return db->affected;
}

uint64_t db_insert_id(const struct db *db)
{
	return db->insert_id;
}

/* As a text: MySQL takes no parameter there. */
static enum err kill_connection(struct db *by, uint64_t number)
{
	char sql[32];
	int len = snprintf(sql, sizeof(sql), "KILL %" PRIu64, number);

	return mysql_real_query(by->link, sql, (unsigned long)len) == 0 ? ERR_OK
		: report(by, "KILL", mysql_errno(by->link), "");
}

/* The whole connection: a statement that is about to begin must not either. One of another server
 * has the number of somebody else's here. */
void db_stop(struct db *by, struct db *db)
{
	uint64_t number;

	db->stopped = true;
	number = db->number;
	if (number != 0 && connect_db(by) == ERR_OK && by->server == db->server &&
	    kill_connection(by, number) != ERR_OK) {
		log_event(LOG_WARNING, "database", "stop=failed");
	}
}

void db_renew(struct db *db)
{
	if (db->stopped) {
		disconnect(db);
		db->stopped = false;
		db->was_connected = false;
	}
}

const struct db_fault *db_fault(const struct db *db)
{
	return &db->fault;
}

bool db_was_slow(const struct db *db)
{
	return db->slow;
}

enum err db_takes_writes(struct db *db)
{
	int64_t at = no_room_at;
	bool lately = at != 0 && clock_running() - at < no_room_counts;

	TRY(db_run(db, &connection_writes, DB_NONE));
	return lately ? ERR_UNAVAILABLE : ERR_OK;
}

static void bind_column(struct db *db, size_t i, char kind)
{
	struct db_column *column = &db->column[i];
	MYSQL_BIND *bind = &db->result[i];

	*bind = (MYSQL_BIND){ 0 };
	bind->is_null = (void *)&column->is_null;
	bind->error = (void *)&column->truncated;
	bind->length = &column->length;
	if (kind == 'u') {
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &column->number;
		bind->is_unsigned = 1;
	} else if (kind == 't') {
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &column->time;
	} else {
		bind->buffer_type = kind == 's' ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
	}
}

enum err db_query(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, struct arena *arena, struct db_rows *rows)
{
	const char *out = statement->out;
	MYSQL_STMT *prepared;

	*rows = (struct db_rows){ .db = db, .arena = arena, .statement = statement, .col = db->row };
	TRY(execute(db, statement, in, count, &prepared));
	rows->prepared = prepared;
	for (size_t i = 0; out[i] != '\0'; i++) {
		bind_column(db, i, out[i]);
	}
	if (mysql_stmt_bind_result(prepared, db->result) != 0) {
		unsigned number = mysql_stmt_errno(prepared);
		enum err err = spoil(db, report(db, statement->name, number, ""));

		disconnect(db); /* its rows are on the wire still */
		return err;
	}
	return ERR_OK;
}

/* A text is as long as the row says: only now is there room for it. */
static bool take_text(struct db_rows *rows, unsigned i)
{
	struct db_column *column = &rows->db->column[i];
	struct db_out *out = &rows->db->row[i];
	MYSQL_BIND bind = rows->db->result[i];

	bind.buffer = arena_alloc(rows->arena, column->length + 1);
	bind.buffer_length = column->length + 1;
	out->text = bind.buffer;
	out->len = column->length;
	return column->length == 0 || mysql_stmt_fetch_column(rows->prepared, &bind, i, 0) == 0;
}

static bool take_column(struct db_rows *rows, unsigned i, char kind)
{
	const struct db_column *column = &rows->db->column[i];
	struct db_out *out = &rows->db->row[i];

	*out = (struct db_out){ .null = column->is_null != 0, .text = "" };
	if (out->null) {
		return true;
	}
	if (kind == 'u') {
		out->number = column->number;
		return true;
	}
	if (kind == 't') {
		out->time = time_out(&column->time);
		return true;
	}
	return take_text(rows, i);
}

enum db_step db_next(struct db_rows *rows)
{
	MYSQL_STMT *prepared = rows->prepared;
	const char *out = rows->statement->out;
	int step = mysql_stmt_fetch(prepared);
	bool taken = true;

	if (step == MYSQL_NO_DATA) {
		mysql_stmt_free_result(prepared);
		return DB_DONE;
	}
	if (step != 0 && step != MYSQL_DATA_TRUNCATED) {
		return DB_FAILED;
	}
	for (unsigned i = 0; taken && out[i] != '\0'; i++) {
		taken = take_column(rows, i, out[i]);
	}
	return taken ? DB_ROW : DB_FAILED;
}

/* Reads what is left without handing it out: what stands in place of its end must be seen. */
static enum db_step skip_rest(struct db_rows *rows)
{
	MYSQL_STMT *prepared = rows->prepared;
	int step;

	do {
		step = mysql_stmt_fetch(prepared);
	} while (step == 0 || step == MYSQL_DATA_TRUNCATED);
	if (step != MYSQL_NO_DATA) {
		return DB_FAILED;
	}
	mysql_stmt_free_result(prepared);
	return DB_DONE;
}

enum err db_rows_end(struct db_rows *rows, enum db_step step)
{
	struct db *db = rows->db;
	unsigned number;
	enum err err;

	if (step == DB_ROW) {
		step = skip_rest(rows);
	}
	if (step != DB_FAILED) {
		return ERR_OK;
	}
	number = number_of(db, rows->prepared);
	err = spoil(db, report(db, rows->statement->name, number, ""));
	if (number == 0 || link_is_lost(number)) {
		disconnect(db); /* without a number nobody knows what is on the wire */
	} else {
		mysql_stmt_free_result(rows->prepared);
	}
	return err;
}

void db_take(const struct db_rows *rows, const struct db_into *into, size_t count)
{
	const char *out = rows->statement->out;

	for (size_t i = 0; i < count; i++) {
		if (out[i] == '\0' || !row_put(out[i], &rows->col[i], &into[i])) {
			log_event(LOG_ERROR, "database", "statement=%s taken as other columns",
				rows->statement->name);
			return;
		}
	}
}

enum err db_first(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, struct arena *arena, const struct db_into *into, size_t into_count)
{
	struct db_rows rows;
	enum db_step step;

	TRY(db_query(db, statement, in, count, arena, &rows));
	step = db_next(&rows);
	if (step == DB_ROW) {
		db_take(&rows, into, into_count);
	}
	TRY(db_rows_end(&rows, step));
	return step == DB_DONE ? ERR_NOT_FOUND : ERR_OK;
}

enum err db_run_or(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, enum err otherwise)
{
	TRY(db_run(db, statement, in, count));
	return db_affected(db) == 0 ? otherwise : ERR_OK;
}

enum err db_sweep(struct db *db, const struct statement *statement, const struct db_in *in,
	size_t count, bool *more)
{
	TRY(db_run(db, statement, in, count));
	*more = *more || db_affected(db) >= DB_SWEEP;
	return ERR_OK;
}

static enum err begin(struct db *db)
{
	for (int tries = 0; tries < 2; tries++) {
		enum err err = connect_db(db);

		if (err != ERR_OK) {
			return err;
		}
		if (mysql_real_query(db->link, "START TRANSACTION", 17) == 0) {
			db->in_transaction = true;
			db->spoiled = ERR_OK;
			return ERR_OK;
		}
		report(db, "START", mysql_errno(db->link), "");
		disconnect(db);
	}
	return ERR_UNAVAILABLE;
}

/* Ends the transaction; a connection that cannot even roll back is dropped, and the server does
 * it. */
static enum err end(struct db *db, enum err err)
{
	if (err == ERR_OK) {
		err = transaction_lives(db);
	}
	if (err == ERR_OK && mysql_commit(db->link) != 0) {
		err = report(db, "COMMIT", mysql_errno(db->link), "");
	}
	db->in_transaction = false;
	if (err != ERR_OK && db->link != NULL && mysql_rollback(db->link) != 0) {
		disconnect(db);
	}
	return err;
}

/* 5 ms doubling, with jitter so that two losers do not meet again. */
static void back_off(int tries)
{
	long base = 5000000L << tries;
	struct timespec pause = { .tv_nsec = base + (long)secret_below((uint32_t)base) };

	nanosleep(&pause, NULL);
}

/* One run of a transaction. */
static enum err transact_once(struct db *db, db_body *body, void *context)
{
	TRY(begin(db));
	return end(db, body(db, context));
}

/* Each run may wait for locks as long as a statement may last: no new one begins after that. */
enum err db_transact(struct db *db, db_body *body, void *context)
{
	int64_t until = clock_running() + (int64_t)db->conf->db_timeout * CLOCK_SECOND;
	int tries = 1;
	enum err err;

	begin_busy(db);
	err = transact_once(db, body, context);
	for (; err == ERR_RETRY && tries < TRANSACTION_TRIES && clock_running() < until; tries++) {
		back_off(tries);
		err = transact_once(db, body, context);
	}
	end_busy(db);
	if (err != ERR_RETRY) {
		return err;
	}
	log_event(LOG_ERROR, "database", "transaction=given_up tries=%d", tries);
	return ERR_UNAVAILABLE;
}

static enum err run_in_transaction(struct db *db, const char *sql)
{
	TRY(transaction_lives(db));
	if (mysql_real_query(db->link, sql, strlen(sql)) != 0) {
		TRY(spoil(db, report(db, sql, mysql_errno(db->link), "")));
	}
	return ERR_OK;
}

enum err db_save(struct db *db)
{
	return run_in_transaction(db, "SAVEPOINT saved");
}

enum err db_settle(struct db *db, bool stands)
{
	return run_in_transaction(db, stands ? "RELEASE SAVEPOINT saved"
		: "ROLLBACK TO SAVEPOINT saved");
}

bool db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

enum err db_script(struct db *db, const char *sql, size_t len)
{
	int more;

	TRY(connect_db(db));
	more = mysql_real_query(db->link, sql, len);
	while (more == 0) {
		MYSQL_RES *result = mysql_store_result(db->link);

		if (result == NULL && mysql_errno(db->link) != 0) {
			break; /* a result set whose rows did not all come */
		}
		if (result != NULL) {
			mysql_free_result(result);
		}
		more = mysql_next_result(db->link); /* 0 another, -1 none, > 0 failed */
	}
	return more < 0 ? ERR_OK
		: report(db, "script", mysql_errno(db->link), mysql_error(db->link));
}

const struct statement *const db_statements[] = {
	&connection_settings, &connection_names, &connection_isolation, &connection_mariadb,
	&connection_galera, &connection_causal, &connection_group, &connection_majority,
	&connection_caught_up, &connection_mariadb_limit, &connection_mysql_limit, &connection_time,
	&connection_writes, NULL,
};
