#include "store/server_error.h"

#include <stdlib.h>

/* Client libraries number their own errors from 2000, MariaDB's later ones from 5000. */
enum { CLIENT_MIN = 2000, CLIENT_MAX = 2999, CONNECTOR_MIN = 5000, CONNECTOR_MAX = 5999 };

const struct server_error server_errors[] = {
	{ 1020, SERVER_RETRY, "snapshot" },          /* MariaDB: changed since it was read */
	{ 1021, SERVER_NO_ROOM, "disk_full" },
	{ 1022, SERVER_CONFLICT, "duplicate" },
	{ 1026, SERVER_NO_ROOM, "file_write" },
	{ 1030, SERVER_NO_ROOM, "storage_engine" }, /* its words have the reason, often ENOSPC */
	{ 1037, SERVER_BUSY, "memory" },
	{ 1038, SERVER_BUSY, "memory" },
	{ 1040, SERVER_BUSY, "connections" },
	{ 1041, SERVER_BUSY, "memory" },
	{ 1044, SERVER_BUSY, "access_denied" },      /* at connect: an account between two passwords */
	{ 1045, SERVER_BUSY, "access_denied" },
	{ 1047, SERVER_NO_WRITES, "not_primary" },   /* Galera: "not yet prepared node" */
	{ 1048, SERVER_BUG, "value" },
	{ 1049, SERVER_BUSY, "no_database" },
	{ 1053, SERVER_LOST, "shutdown" },
	{ 1054, SERVER_BUG, "schema" },
	{ 1062, SERVER_CONFLICT, "duplicate" },
	{ 1064, SERVER_BUG, "syntax" },
	{ 1077, SERVER_LOST, "shutdown" },
	{ 1078, SERVER_LOST, "shutdown" },
	{ 1079, SERVER_LOST, "shutdown" },
	{ 1080, SERVER_LOST, "shutdown" },
	{ 1104, SERVER_BUG, "session" },             /* too big a SELECT for settings we have set */
	{ 1114, SERVER_NO_ROOM, "table_full" },
	{ 1123, SERVER_NO_WRITES, "no_majority" },   /* MySQL: of its group, which we ask it for */
	{ 1129, SERVER_BUSY, "host_blocked" },
	{ 1130, SERVER_BUSY, "access_denied" },
	{ 1135, SERVER_BUSY, "threads" },
	{ 1136, SERVER_BUG, "schema" },
	{ 1142, SERVER_VIEW, "grants" },
	{ 1143, SERVER_VIEW, "grants" },
	{ 1146, SERVER_BUG, "schema" },
	{ 1149, SERVER_BUG, "syntax" },
	{ 1152, SERVER_LOST, "aborted" },
	{ 1153, SERVER_BUG, "packet_size" },
	{ 1158, SERVER_LOST, "network" },
	{ 1159, SERVER_LOST, "network" },
	{ 1160, SERVER_LOST, "network" },
	{ 1161, SERVER_LOST, "network" },
	{ 1175, SERVER_BUG, "session" },             /* safe updates, which we have set off */
	{ 1180, SERVER_NO_ROOM, "commit" },
	{ 1184, SERVER_LOST, "aborted" },
	{ 1193, SERVER_BUG, "session" },
	{ 1197, SERVER_BUSY, "binlog_cache" },
	{ 1203, SERVER_BUSY, "connections" },
	{ 1205, SERVER_RETRY, "lock_wait" },
	{ 1206, SERVER_BUSY, "locks" },
	{ 1210, SERVER_BUG, "value" },
	{ 1213, SERVER_RETRY, "deadlock" },          /* Galera: certification lost */
	{ 1223, SERVER_NO_WRITES, "read_lock" },
	{ 1226, SERVER_BUSY, "connections" },
	{ 1227, SERVER_BUG, "grants" },
	{ 1231, SERVER_BUG, "session" },
	{ 1242, SERVER_BUG, "schema" },
	{ 1243, SERVER_LOST, "statement" },          /* a proxy changed the connection under us */
	{ 1264, SERVER_BUG, "value" },
	{ 1265, SERVER_BUG, "value" },
	{ 1267, SERVER_BUG, "collation" },
	{ 1270, SERVER_BUG, "collation" },
	{ 1271, SERVER_BUG, "collation" },
	{ 1288, SERVER_VIEW, "view" },
	{ 1290, SERVER_NO_WRITES, "read_only" },
	{ 1292, SERVER_BUG, "value" },
	{ 1295, SERVER_BUG, "syntax" },
	{ 1300, SERVER_BUG, "value" },
	{ 1317, SERVER_LIMIT, "interrupted" },       /* KILL QUERY, by a limit of the host's own */
	{ 1348, SERVER_VIEW, "view" },
	{ 1356, SERVER_BUG, "view" },
	{ 1364, SERVER_VIEW, "view" },
	{ 1366, SERVER_BUG, "value" },
	{ 1369, SERVER_BUG, "view" },
	{ 1393, SERVER_VIEW, "view" },
	{ 1395, SERVER_VIEW, "view" },
	{ 1406, SERVER_BUG, "value" },
	{ 1412, SERVER_RETRY, "table_changed" },
	{ 1423, SERVER_VIEW, "view" },
	{ 1449, SERVER_BUG, "view" },
	{ 1451, SERVER_CONFLICT, "referenced" },
	{ 1452, SERVER_CONFLICT, "reference" },
	{ 1461, SERVER_BUSY, "statements" },
	{ 1471, SERVER_VIEW, "view" },
	{ 1568, SERVER_BUG, "session" },
	{ 1586, SERVER_CONFLICT, "duplicate" },
	{ 1598, SERVER_NO_ROOM, "binlog" },
	{ 1614, SERVER_RETRY, "deadlock" },
	{ 1615, SERVER_RETRY, "table_changed" },     /* to be prepared again */
	{ 1637, SERVER_BUSY, "transactions" },
	{ 1644, SERVER_BUG, "trigger" },             /* a guard of the schema, or of its host's */
	{ 1689, SERVER_RETRY, "lock_wait" },
	{ 1690, SERVER_BUG, "value" },
	{ 1698, SERVER_BUSY, "access_denied" },
	{ 1792, SERVER_NO_WRITES, "read_only" },
	{ 1836, SERVER_NO_WRITES, "read_only" },
	{ 1927, SERVER_LOST, "killed" },             /* MariaDB */
	{ 1969, SERVER_LIMIT, "time_limit" },        /* MariaDB: max_statement_time, which we set */
	{ 3024, SERVER_LIMIT, "time_limit" },        /* MySQL: max_execution_time */
	{ 3032, SERVER_LOST, "offline" },
	{ 3098, SERVER_NO_WRITES, "group" },         /* MySQL: group replication refuses the change */
	{ 3100, SERVER_NO_WRITES, "group" },
	{ 3101, SERVER_RETRY, "certification" },
	{ 3168, SERVER_LOST, "unavailable" },
	{ 3169, SERVER_LOST, "killed" },             /* MySQL */
	{ 3170, SERVER_BUSY, "memory" },
	{ 3572, SERVER_RETRY, "lock_wait" },         /* MySQL: NOWAIT */
	{ 3819, SERVER_CONFLICT, "check" },          /* MySQL */
	{ 4025, SERVER_CONFLICT, "check" },          /* MariaDB */
	{ 4031, SERVER_LOST, "idle" },               /* MySQL: wait_timeout */
};

const size_t server_errors_count = sizeof(server_errors) / sizeof(server_errors[0]);

static int by_number(const void *key, const void *row)
{
	unsigned number = *(const unsigned *)key, other = ((const struct server_error *)row)->number;

	return number < other ? -1 : number > other;
}

const struct server_error *server_error_of(unsigned number)
{
	static const struct server_error none = { 0, SERVER_BUG, "none" };
	static const struct server_error unknown = { 0, SERVER_BUSY, "unknown" };
	static const struct server_error connection = { 0, SERVER_LOST, "connection" };
	const struct server_error *row;

	if (number == 0) {
		return &none;
	}
	if ((number >= CLIENT_MIN && number <= CLIENT_MAX) ||
	    (number >= CONNECTOR_MIN && number <= CONNECTOR_MAX)) {
		return &connection;
	}
	row = bsearch(&number, server_errors, server_errors_count, sizeof(*row), by_number);
	return row == NULL ? &unknown : row;
}

enum err server_error_means(enum server_error_kind kind)
{
	switch (kind) {
	case SERVER_CONFLICT:
		return ERR_CONFLICT;
	case SERVER_VIEW:
		return ERR_READ_ONLY;
	case SERVER_RETRY:
		return ERR_RETRY;
	case SERVER_BUSY:
	case SERVER_LIMIT:
	case SERVER_NO_WRITES:
	case SERVER_NO_ROOM:
	case SERVER_LOST:
		return ERR_UNAVAILABLE;
	case SERVER_BUG:
		break;
	}
	return ERR_BUG;
}
