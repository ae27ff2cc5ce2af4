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
#include "base/meter.h"
#include "base/secret.h"
#include "store/server_error.h"

#include <mysql.h>
#include <errmsg.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARAMETERS_MAX = 204, COLUMNS_MAX = 24, TRANSACTION_TRIES = 6 };

struct db_column {
	unsigned long long number;
	MYSQL_TIME time;
	unsigned long length;
	char is_null;
	char truncated;
};

struct parameters {
	MYSQL_BIND bind[PARAMETERS_MAX];
	MYSQL_TIME time[PARAMETERS_MAX];
	unsigned long length[PARAMETERS_MAX];
	unsigned long long number[PARAMETERS_MAX];
};

struct db {
	const struct conf *conf;
	enum db_program program;
	MYSQL *link; /* NULL while not connected */
	MYSQL_STMT *prepared[STMT_END];
	bool connected; /* the link is up */
	bool was_connected;
	unsigned works; /* what is going on: statements in a transaction */
	bool in_transaction;
	enum err spoiled; /* the first error of the transaction: it may only be rolled back */
	uint64_t affected;
	uint64_t insert_id;
	struct parameters parameters;
	struct db_column column[COLUMNS_MAX];
	struct db_out row[COLUMNS_MAX];
	MYSQL_BIND result[COLUMNS_MAX];
};

static struct meter opened, at_work, reconnected;

static const int64_t no_room_counts = 5 * CLOCK_SECOND;
static _Atomic int64_t no_room_at; /* by clock_running(); 0: never */

struct statement {
	const char *name;
	unsigned programs;
	const char *in;
	const char *out;
	const char *sql;
};

static const struct statement statements[STMT_END] = {
#define STMT(id, programs, in, out, sql) [STMT_##id] = { #id, programs, in, out, sql },
#include "store/stmt.def"
#undef STMT
};

struct db_in in_text(const char *text)
{
	return (struct db_in){ .kind = 's', .null = text == NULL, .bytes = text,
		.len = text == NULL ? 0 : strlen(text) };
}

struct db_in in_bytes(const void *bytes, size_t len)
{
	return (struct db_in){ .kind = 'b', .null = bytes == NULL, .bytes = bytes, .len = len };
}

struct db_in in_time(int64_t instant)
{
	return (struct db_in){ .kind = 't', .null = instant == 0, .number = (uint64_t)instant };
}

struct db_in in_id(uint64_t id)
{
	return (struct db_in){ .kind = 'u', .null = id == 0, .number = id };
}

/* Logs what the caller cannot mend by itself. The server's words are logged only where they cannot
 * quote a value: when a statement is prepared. */
static enum err report(const struct db *db, const char *what, unsigned number, const char *words)
{
	const struct server_error *error = server_error_of(number);
	enum err err = server_error_means(error->kind);

	if (error->kind == SERVER_NO_ROOM) {
		no_room_at = clock_running();
	}
	if (err != ERR_CONFLICT && (err != ERR_RETRY || !db->in_transaction)) {
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

/* What the server said with its last answer. */
static bool server_is_in_transaction(const struct db *db)
{
	return (db->link->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

/* Whether the transaction may go on, or be committed. */
static enum err transaction_lives(struct db *db)
{
	if (db->spoiled == ERR_OK && db->link == NULL) {
		db->spoiled = ERR_UNAVAILABLE; /* lost earlier in this transaction */
	}
	if (db->spoiled == ERR_OK && !server_is_in_transaction(db)) {
		log_event(LOG_ERROR, "database", "transaction=gone");
		db->spoiled = ERR_RETRY;
	}
	return db->spoiled;
}

struct db *db_open(const struct conf *conf, enum db_program program)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db != NULL) {
		db->conf = conf;
		db->program = program;
	}
	return db;
}

static void disconnect(struct db *db)
{
	for (size_t i = 0; i < STMT_END; i++) {
		if (db->prepared[i] != NULL) {
			mysql_stmt_close(db->prepared[i]);
			db->prepared[i] = NULL;
		}
	}
	if (db->link != NULL) {
		mysql_close(db->link);
		db->link = NULL;
	}
	if (db->connected) {
		meter_take(&opened);
		db->connected = false;
	}
}

static void count_connection(struct db *db)
{
	meter_add(&opened);
	if (db->was_connected) {
		meter_add(&reconnected);
	}
	db->connected = true;
	db->was_connected = true;
}

/* A transaction and the statements in it are one work. */
static void begin_work(struct db *db)
{
	if (db->works++ == 0) {
		meter_add(&at_work);
	}
}

static void end_work(struct db *db)
{
	if (--db->works == 0) {
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
	unsigned long flags = db->program == DB_ADMIN ? CLIENT_MULTI_STATEMENTS : 0;

	if (mysql_real_connect(db->link, socket != NULL ? NULL : conf->db_host, as->user, as->password,
			conf->db_name, (unsigned)conf->db_port, socket, flags) == NULL) {
		return false;
	}
	return conf->db_ca[0] == '\0' || mysql_get_ssl_cipher(db->link) != NULL;
}

static enum err set_session(struct db *db)
{
	static const enum stmt all[] = { STMT_SESSION_ALL, STMT_SESSION_NAMES,
		STMT_SESSION_TRANSACTION };
	bool mariadb = strstr(mysql_get_server_info(db->link), "MariaDB") != NULL;
	struct db_in limit = in_number(db->conf->db_timeout);
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < sizeof(all) / sizeof(all[0]); i++) {
		err = db_run(db, all[i], DB_NONE);
	}
	if (err == ERR_OK && mariadb) {
		err = db_run(db, STMT_SESSION_MARIADB, DB_NONE);
	}
	if (err != ERR_OK || db->program == DB_ADMIN) {
		return err;
	}
	return mariadb ? db_run(db, STMT_SESSION_MARIADB_LIMIT, DB_IN(limit))
		: db_run(db, STMT_SESSION_MYSQL_LIMIT, DB_IN(limit, limit, limit));
}

static enum err counts_match(MYSQL_STMT *prepared, const struct statement *row)
{
	unsigned long in = mysql_stmt_param_count(prepared);
	unsigned out = mysql_stmt_field_count(prepared);

	if (in == strlen(row->in) && out == strlen(row->out) && in <= PARAMETERS_MAX &&
	    out <= COLUMNS_MAX) {
		return ERR_OK;
	}
	log_event(LOG_ERROR, "database", "statement=%s parameters=%lu columns=%u expected=%s/%s",
		row->name, in, out, row->in, row->out);
	return ERR_BUG;
}

/* The words of a statement that was not prepared name tables and columns, but no values. Of a table
 * that belongs to others the grants are theirs to give: its statements are prepared on first use.
 * What a program prepares at its start it must be allowed. */
static enum err report_unprepared(const struct db *db, const struct statement *row,
	MYSQL_STMT *prepared)
{
	enum err err = report(db, row->name, mysql_stmt_errno(prepared), mysql_stmt_error(prepared));

	return err == ERR_READ_ONLY && row->programs != 0 ? ERR_BUG : err;
}

static enum err prepare(struct db *db, enum stmt id, unsigned *number)
{
	const struct statement *row = &statements[id];
	MYSQL_STMT *prepared;

	if (db->prepared[id] != NULL) {
		return ERR_OK;
	}
	prepared = mysql_stmt_init(db->link);
	if (prepared == NULL) {
		return ERR_UNAVAILABLE;
	}
	db->prepared[id] = prepared;
	if (mysql_stmt_prepare(prepared, row->sql, strlen(row->sql)) != 0) {
		enum err err = report_unprepared(db, row, prepared);

		*number = mysql_stmt_errno(prepared);
		mysql_stmt_close(prepared);
		db->prepared[id] = NULL;
		return err;
	}
	return counts_match(prepared, row);
}

/* Half of the way to the database and back is taken off. */
static enum err tell_time(struct db *db)
{
	struct db_rows rows;
	unsigned number;
	int64_t asked;

	asked = clock_running();
	TRY(prepare(db, STMT_TIME, &number));
	TRY(db_first(db, STMT_TIME, DB_NONE, NULL, &rows));
	clock_follow(rows.col[0].time, asked, clock_running());
	return ERR_OK;
}

static enum err connect_db(struct db *db)
{
	if (db->connected && clock_must_ask() && tell_time(db) != ERR_OK) {
		disconnect(db);
	}
	if (db->link != NULL) {
		return ERR_OK;
	}
	db->link = mysql_init(NULL);
	if (db->link == NULL) {
		return ERR_UNAVAILABLE;
	}
	set_options(db);
	if (!dial(db)) {
		report(db, "connect", mysql_errno(db->link), mysql_error(db->link));
		disconnect(db);
		return ERR_UNAVAILABLE;
	}
	enum err err = set_session(db);
	if (err == ERR_OK) {
		err = tell_time(db);
	}
	if (err != ERR_OK) {
		disconnect(db);
		return ERR_UNAVAILABLE;
	}
	count_connection(db);
	return ERR_OK;
}

enum err db_check(struct db *db)
{
	unsigned number;

	TRY(connect_db(db));
	for (size_t i = 0; i < STMT_END; i++) {
		if ((statements[i].programs & (unsigned)db->program) != 0) {
			TRY(prepare(db, (enum stmt)i, &number));
		}
	}
	return ERR_OK;
}

/* The first and the last instant of a DATETIME: years 1000 to 9999. What lies beyond, as a time
 * that a reader asks for may, is before or after all that is stored, and so are these. */
static const int64_t time_least = -30610224000 * CLOCK_SECOND;
static const int64_t time_most = 253402300800 * CLOCK_SECOND - 1;

static int64_t bounded(int64_t instant)
{
	return instant < time_least ? time_least : instant > time_most ? time_most : instant;
}

static void time_in(int64_t instant, MYSQL_TIME *out)
{
	int64_t whole = bounded(instant), part = whole % CLOCK_SECOND;
	time_t seconds;
	struct tm tm;

	part += part < 0 ? CLOCK_SECOND : 0; /* before 1970 */
	seconds = (time_t)((whole - part) / CLOCK_SECOND);
	gmtime_r(&seconds, &tm);
	*out = (MYSQL_TIME){
		.year = (unsigned)tm.tm_year + 1900,
		.month = (unsigned)tm.tm_mon + 1,
		.day = (unsigned)tm.tm_mday,
		.hour = (unsigned)tm.tm_hour,
		.minute = (unsigned)tm.tm_min,
		.second = (unsigned)tm.tm_sec,
		.second_part = (unsigned long)part,
		.time_type = MYSQL_TIMESTAMP_DATETIME,
	};
}

static int64_t time_out(const MYSQL_TIME *in)
{
	struct tm tm = {
		.tm_year = (int)in->year - 1900,
		.tm_mon = (int)in->month - 1,
		.tm_mday = (int)in->day,
		.tm_hour = (int)in->hour,
		.tm_min = (int)in->minute,
		.tm_sec = (int)in->second,
	};

	return (int64_t)timegm(&tm) * CLOCK_SECOND + (int64_t)in->second_part;
}

static void bind_parameter(struct parameters *all, size_t i, const struct db_in *in)
{
	MYSQL_BIND *bind = &all->bind[i];

	*bind = (MYSQL_BIND){ 0 };
	if (in->null) {
		bind->buffer_type = MYSQL_TYPE_NULL;
		return;
	}
	if (in->kind == 'u') {
		all->number[i] = in->number;
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &all->number[i];
		bind->is_unsigned = 1;
		return;
	}
	if (in->kind == 't') {
		time_in((int64_t)in->number, &all->time[i]);
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &all->time[i];
		return;
	}
	all->length[i] = in->len;
	bind->buffer_type = in->kind == 's' ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
	bind->buffer = (void *)(uintptr_t)in->bytes;
	bind->buffer_length = in->len;
	bind->length = &all->length[i];
}

static enum err check_parameters(const struct statement *row, const struct db_in *in, size_t count)
{
	bool fits = count == strlen(row->in);

	for (size_t i = 0; fits && i < count; i++) {
		fits = in[i].kind == row->in[i];
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

/* Binds and executes once. *number is the client's or server's error. */
static enum err execute_once(struct db *db, enum stmt id, const struct db_in *in, size_t count,
	unsigned *number)
{
	MYSQL_STMT *prepared;

	TRY(prepare(db, id, number));
	prepared = db->prepared[id];
	for (size_t i = 0; i < count; i++) {
		bind_parameter(&db->parameters, i, &in[i]);
	}
	if ((count != 0 && mysql_stmt_bind_param(prepared, db->parameters.bind) != 0) ||
	    mysql_stmt_execute(prepared) != 0) {
		*number = number_of(db, prepared);
		return report(db, statements[id].name, *number, "");
	}
	return ERR_OK;
}

/* A statement that changes nothing may run again on a new connection; one that writes may not,
 * because nobody knows whether the lost one took effect. */
static enum err try_execute(struct db *db, enum stmt id, const struct db_in *in, size_t count)
{
	bool reads = statements[id].out[0] != '\0' || id == STMT_WRITES;
	unsigned number = 0;
	enum err err = check_parameters(&statements[id], in, count);

	for (int tries = 0; err == ERR_OK && tries < 2; tries++) {
		err = db->in_transaction ? transaction_lives(db) : connect_db(db);
		if (err != ERR_OK) {
			return err;
		}
		err = execute_once(db, id, in, count, &number);
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

static enum err execute(struct db *db, enum stmt id, const struct db_in *in, size_t count)
{
	enum err err;

	begin_work(db);
	err = try_execute(db, id, in, count);
	end_work(db);
	return spoil(db, err);
}

enum err db_run(struct db *db, enum stmt stmt, const struct db_in *in, size_t count)
{
	TRY(execute(db, stmt, in, count));
	db->affected = mysql_stmt_affected_rows(db->prepared[stmt]);
	db->insert_id = mysql_stmt_insert_id(db->prepared[stmt]);
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

enum err db_takes_writes(struct db *db)
{
	int64_t at = no_room_at;
	bool lately = at != 0 && clock_running() - at < no_room_counts;

	TRY(db_run(db, STMT_WRITES, DB_NONE));
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

enum err db_query(struct db *db, enum stmt stmt, const struct db_in *in, size_t count,
	struct arena *arena, struct db_rows *rows)
{
	const char *out = statements[stmt].out;
	enum err err = execute(db, stmt, in, count);

	*rows = (struct db_rows){ .db = db, .arena = arena, .stmt = stmt, .col = db->row };
	if (err != ERR_OK) {
		return err;
	}
	for (size_t i = 0; out[i] != '\0'; i++) {
		bind_column(db, i, out[i]);
	}
	if (mysql_stmt_bind_result(db->prepared[stmt], db->result) != 0) {
		unsigned number = mysql_stmt_errno(db->prepared[stmt]);

		err = spoil(db, report(db, statements[stmt].name, number, ""));
		disconnect(db); /* its rows are on the wire still */
	}
	return err;
}

static bool take_text(struct db_rows *rows, unsigned i, struct db_out *out)
{
	struct db_column *column = &rows->db->column[i];
	MYSQL_BIND bind = rows->db->result[i];
	char *bytes = arena_alloc(rows->arena, column->length + 1);

	bind.buffer = bytes;
	bind.buffer_length = column->length + 1;
	out->text = bytes;
	out->len = column->length;
	return column->length == 0 ||
		mysql_stmt_fetch_column(rows->db->prepared[rows->stmt], &bind, i, 0) == 0;
}

static bool take_column(struct db_rows *rows, unsigned i, char kind)
{
	struct db_column *column = &rows->db->column[i];
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
	return take_text(rows, i, out);
}

enum db_step db_next(struct db_rows *rows)
{
	MYSQL_STMT *prepared = rows->db->prepared[rows->stmt];
	const char *out = statements[rows->stmt].out;
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
	MYSQL_STMT *prepared = rows->db->prepared[rows->stmt];
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
	number = number_of(db, db->prepared[rows->stmt]);
	err = spoil(db, report(db, statements[rows->stmt].name, number, ""));
	if (number == 0 || link_is_lost(number)) {
		disconnect(db); /* without a number nobody knows what is on the wire */
	} else {
		mysql_stmt_free_result(db->prepared[rows->stmt]);
	}
	return err;
}

enum err db_first(struct db *db, enum stmt stmt, const struct db_in *in, size_t count,
	struct arena *arena, struct db_rows *rows)
{
	enum db_step step;

	TRY(db_query(db, stmt, in, count, arena, rows));
	step = db_next(rows);
	TRY(db_rows_end(rows, step));
	return step == DB_DONE ? ERR_NOT_FOUND : ERR_OK;
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
static enum err transact_once(struct db *db, db_work *work, void *context)
{
	TRY(begin(db));
	return end(db, work(db, context));
}

/* Each run may wait for locks as long as a statement may last: no new one begins after that. */
enum err db_transact(struct db *db, db_work *work, void *context)
{
	int64_t until = clock_running() + (int64_t)db->conf->db_timeout * CLOCK_SECOND;
	int tries = 1;
	enum err err;

	begin_work(db);
	err = transact_once(db, work, context);
	for (; err == ERR_RETRY && tries < TRANSACTION_TRIES && clock_running() < until; tries++) {
		back_off(tries);
		err = transact_once(db, work, context);
	}
	end_work(db);
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
