/*
 * One connection, its prepared statements, and the three things that every statement needs: bind
 * what goes in, run it, hand out what comes back. Results are read row by row from the wire; text
 * is measured first and copied once, into the arena of the rows.
 */
#include "store/db.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/secret.h"

#include <mysql.h>
#include <mysqld_error.h>
#include <errmsg.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARAMETERS_MAX = 204, COLUMNS_MAX = 24, TRANSACTION_TRIES = 6 };

/* Server errors that mysqld_error.h of one vendor does not name. */
enum {
	ERROR_CONNECTION_KILLED_MARIADB = 1927,
	ERROR_CHECK_MARIADB = 4025,
	ERROR_CHECK_MYSQL = 3819,
	ERROR_STATEMENT_TIME_MARIADB = 1969,
	ERROR_STATEMENT_TIME_MYSQL = 3024,
	ERROR_LOCK_NOWAIT_MYSQL = 3572,
	ERROR_SNAPSHOT = 1020,
	ERROR_NODE_NOT_READY = 1047
};

struct column {
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
	uint64_t affected;
	uint64_t insert_id;
	struct parameters parameters;
	struct column column[COLUMNS_MAX];
	struct db_out row[COLUMNS_MAX];
	MYSQL_BIND result[COLUMNS_MAX];
};

static struct meter opened, at_work, reconnected;

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

static enum err err_of(unsigned number)
{
	switch (number) {
	case 0:
		return ERR_OK;
	case ER_DUP_ENTRY:
	case ER_ROW_IS_REFERENCED_2:
	case ER_NO_REFERENCED_ROW_2:
	case ERROR_CHECK_MARIADB:
	case ERROR_CHECK_MYSQL:
		return ERR_CONFLICT;
	case ER_NON_UPDATABLE_TABLE: /* a view that takes no changes, or not these */
	case ER_NON_INSERTABLE_TABLE:
	case ER_NONUPDATEABLE_COLUMN:
	case ER_VIEW_MULTIUPDATE:
	case ER_VIEW_DELETE_MERGE_VIEW:
	case ER_NO_DEFAULT_FOR_FIELD:
	case ER_NO_DEFAULT_FOR_VIEW_FIELD:
	case ER_TABLEACCESS_DENIED_ERROR: /* or a table that we may only read */
	case ER_COLUMNACCESS_DENIED_ERROR:
		return ERR_READ_ONLY;
	case ER_LOCK_DEADLOCK:
	case ER_LOCK_WAIT_TIMEOUT:
	case ERROR_LOCK_NOWAIT_MYSQL:
	case ERROR_SNAPSHOT:
	case ERROR_NODE_NOT_READY:
		return ERR_RETRY;
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case CR_SSL_CONNECTION_ERROR:
	case ER_CON_COUNT_ERROR:
	case ER_SERVER_SHUTDOWN:
	case ER_ACCESS_DENIED_ERROR:
	case ER_QUERY_INTERRUPTED:
	case ERROR_CONNECTION_KILLED_MARIADB:
	case ERROR_STATEMENT_TIME_MARIADB:
	case ERROR_STATEMENT_TIME_MYSQL:
		return ERR_UNAVAILABLE;
	default:
		return number >= CR_MIN_ERROR && number <= CR_MAX_ERROR ? ERR_UNAVAILABLE : ERR_BUG;
	}
}

/* The server's message is not logged: it quotes values. */
static enum err report(const char *what, unsigned number)
{
	enum err err = err_of(number);

	if (err == ERR_BUG || err == ERR_UNAVAILABLE || err == ERR_READ_ONLY) {
		log_event(LOG_ERROR, "database", "statement=%s error=%u", what, number);
	}
	return err;
}

static bool link_is_lost(unsigned number)
{
	return (number >= CR_MIN_ERROR && number <= CR_MAX_ERROR) ||
		number == ERROR_CONNECTION_KILLED_MARIADB;
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

static void set_options(const struct db *db)
{
	unsigned seconds = (unsigned)db->conf->db_timeout;
	unsigned off = 0;

	mysql_options(db->link, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
	if (db->program != DB_ADMIN) {
		mysql_options(db->link, MYSQL_OPT_READ_TIMEOUT, &seconds);
		mysql_options(db->link, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
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
	bool mariadb = strstr(mysql_get_server_info(db->link), "MariaDB") != NULL;
	enum stmt limit = mariadb ? STMT_SESSION_MARIADB_LIMIT : STMT_SESSION_MYSQL_LIMIT;
	enum err err = db_run(db, STMT_SESSION_ALL, DB_NONE);

	if (err == ERR_OK) {
		err = db_run(db, STMT_SESSION_ISOLATION, DB_NONE);
	}
	if (err == ERR_OK && db->program != DB_ADMIN) {
		err = db_run(db, limit, DB_IN(in_number(db->conf->db_timeout)));
	}
	return err;
}

static enum err connect_db(struct db *db)
{
	if (db->link != NULL) {
		return ERR_OK;
	}
	db->link = mysql_init(NULL);
	if (db->link == NULL) {
		return ERR_UNAVAILABLE;
	}
	set_options(db);
	if (!dial(db)) {
		report("connect", mysql_errno(db->link));
		disconnect(db);
		return ERR_UNAVAILABLE;
	}
	enum err err = set_session(db);
	if (err != ERR_OK) {
		disconnect(db);
		return ERR_UNAVAILABLE;
	}
	count_connection(db);
	return ERR_OK;
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
		*number = mysql_stmt_errno(prepared);
		mysql_stmt_close(prepared);
		db->prepared[id] = NULL;
		return report(row->name, *number);
	}
	return counts_match(prepared, row);
}

enum err db_check(struct db *db)
{
	enum err err = connect_db(db);
	unsigned number;

	for (size_t i = 0; err == ERR_OK && i < STMT_END; i++) {
		if ((statements[i].programs & (unsigned)db->program) != 0) {
			err = prepare(db, (enum stmt)i, &number);
		}
	}
	return err;
}

static void time_in(int64_t instant, MYSQL_TIME *out)
{
	time_t seconds = (time_t)(instant / CLOCK_SECOND);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	*out = (MYSQL_TIME){
		.year = (unsigned)tm.tm_year + 1900,
		.month = (unsigned)tm.tm_mon + 1,
		.day = (unsigned)tm.tm_mday,
		.hour = (unsigned)tm.tm_hour,
		.minute = (unsigned)tm.tm_min,
		.second = (unsigned)tm.tm_sec,
		.second_part = (unsigned long)(instant % CLOCK_SECOND),
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

/* Binds and executes once. *number is the client's or server's error. */
static enum err execute_once(struct db *db, enum stmt id, const struct db_in *in, size_t count,
	unsigned *number)
{
	MYSQL_STMT *prepared;
	enum err err = prepare(db, id, number);

	if (err != ERR_OK) {
		return err;
	}
	prepared = db->prepared[id];
	for (size_t i = 0; i < count; i++) {
		bind_parameter(&db->parameters, i, &in[i]);
	}
	if ((count != 0 && mysql_stmt_bind_param(prepared, db->parameters.bind) != 0) ||
	    mysql_stmt_execute(prepared) != 0) {
		*number = mysql_stmt_errno(prepared);
		return report(statements[id].name, *number);
	}
	return ERR_OK;
}

/* A statement that only reads may run again on a new connection; one that writes may not, because
 * nobody knows whether the lost one took effect. */
static enum err try_execute(struct db *db, enum stmt id, const struct db_in *in, size_t count)
{
	bool reads = statements[id].out[0] != '\0';
	unsigned number = 0;
	enum err err = check_parameters(&statements[id], in, count);

	for (int tries = 0; err == ERR_OK && tries < 2; tries++) {
		err = db->in_transaction ? ERR_OK : connect_db(db);
		if (err != ERR_OK) {
			return err;
		}
		if (db->link == NULL) {
			return ERR_UNAVAILABLE; /* lost earlier in this transaction */
		}
		err = execute_once(db, id, in, count, &number);
		if (err == ERR_OK || !link_is_lost(number)) {
			return err;
		}
		disconnect(db);
		if (reads && !db->in_transaction && number == CR_SERVER_GONE_ERROR) {
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
	return err;
}

enum err db_run(struct db *db, enum stmt stmt, const struct db_in *in, size_t count)
{
	enum err err = execute(db, stmt, in, count);

	if (err == ERR_OK) {
		db->affected = mysql_stmt_affected_rows(db->prepared[stmt]);
		db->insert_id = mysql_stmt_insert_id(db->prepared[stmt]);
	}
	return err;
}

uint64_t db_affected(const struct db *db)
{
	return db->affected;
}

uint64_t db_insert_id(const struct db *db)
{
	return db->insert_id;
}

static void bind_column(struct db *db, size_t i, char kind)
{
	struct column *column = &db->column[i];
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
		err = report(statements[stmt].name, mysql_stmt_errno(db->prepared[stmt]));
		mysql_stmt_free_result(db->prepared[stmt]);
	}
	return err;
}

static bool take_text(struct db_rows *rows, unsigned i, struct db_out *out)
{
	struct column *column = &rows->db->column[i];
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
	struct column *column = &rows->db->column[i];
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
		db_rows_close(rows);
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

void db_rows_close(struct db_rows *rows)
{
	MYSQL_STMT *prepared = rows->db->prepared[rows->stmt];

	if (prepared != NULL) {
		mysql_stmt_free_result(prepared);
	}
}

enum err db_step_err(struct db_rows *rows, enum db_step step)
{
	unsigned number;
	enum err err;

	if (step != DB_FAILED) {
		return ERR_OK;
	}
	number = mysql_stmt_errno(rows->db->prepared[rows->stmt]);
	err = report(statements[rows->stmt].name, number);
	db_rows_close(rows);
	if (link_is_lost(number)) {
		disconnect(rows->db);
	}
	return err == ERR_OK ? ERR_BUG : err;
}

enum err db_first(struct db *db, enum stmt stmt, const struct db_in *in, size_t count,
	struct arena *arena, struct db_rows *rows)
{
	enum db_step step;
	enum err err = db_query(db, stmt, in, count, arena, rows);

	if (err != ERR_OK) {
		return err;
	}
	step = db_next(rows);
	if (step == DB_ROW) {
		db_rows_close(rows);
		return ERR_OK;
	}
	err = db_step_err(rows, step);
	return err == ERR_OK ? ERR_NOT_FOUND : err;
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
			return ERR_OK;
		}
		disconnect(db);
	}
	return ERR_UNAVAILABLE;
}

/* Ends the transaction; a connection that cannot even roll back is dropped, and the server does
 * it. */
static enum err end(struct db *db, enum err err)
{
	db->in_transaction = false;
	if (db->link == NULL) {
		return err == ERR_OK ? ERR_UNAVAILABLE : err;
	}
	if (err == ERR_OK && mysql_commit(db->link) != 0) {
		err = report("COMMIT", mysql_errno(db->link));
	}
	if (err != ERR_OK && mysql_rollback(db->link) != 0) {
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

enum err db_transact(struct db *db, db_work *work, void *context)
{
	enum err err = ERR_RETRY;

	begin_work(db);
	for (int tries = 0; err == ERR_RETRY && tries < TRANSACTION_TRIES; tries++) {
		if (tries > 0) {
			back_off(tries);
		}
		err = begin(db);
		if (err == ERR_OK) {
			err = end(db, work(db, context));
		}
	}
	end_work(db);
	return err == ERR_RETRY ? ERR_UNAVAILABLE : err;
}

bool db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

enum err db_script(struct db *db, const char *sql, size_t len)
{
	enum err err = connect_db(db);
	int more;

	if (err != ERR_OK) {
		return err;
	}
	more = mysql_real_query(db->link, sql, len);
	while (more == 0) {
		MYSQL_RES *result = mysql_store_result(db->link);

		if (result != NULL) {
			mysql_free_result(result);
		}
		more = mysql_next_result(db->link); /* 0 another, -1 none, > 0 failed */
	}
	return more < 0 ? ERR_OK : report("script", mysql_errno(db->link));
}
