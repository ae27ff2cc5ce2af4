#include "store/fault.h"

#include "base/log.h"
#include "base/text.h"
#include "store/server_error.h"

#include <inttypes.h>
#include <string.h>

enum { NO_DATABASE_FOR = 1044, DENIED = 1045, NO_DATABASE = 1049, NO_HOST_MAY = 1130,
	NO_TABLE_GRANT = 1142, NO_COLUMN_GRANT = 1143, NO_TABLE = 1146, DENIED_TO_SOCKET = 1698,
	NOBODY_THERE = 2002, NOBODY_AT_PORT = 2003, UNKNOWN_HOST = 2005, GONE = 2006,
	BROKEN_OFF = 2013, NO_TLS = 2026 };

/* Of whom the settings speak where they speak of the program. */
static const char *section_of(enum db_program program)
{
	return program == DB_WEB ? "web" : program == DB_MAILER ? "mailer" : "admin";
}

static const char *user_of(const struct conf *conf, enum db_program program)
{
	return program == DB_WEB ? conf->web.user : program == DB_MAILER ? conf->mailer.user
		: conf->admin.user;
}

/* Nobody answers at all. */
static const char *nobody(struct arena *arena, const struct conf *conf)
{
	if (conf->db_socket[0] != '\0') {
		return arena_printf(arena, "no database listens at the socket %s: is it running, and is "
			"this the socket ([database] socket)?", conf->db_socket);
	}
	return arena_printf(arena, "no database answers at %s, port %" PRIu64 ": is it running, does "
		"it listen there, and do firewalls let us pass ([database] host, port)?", conf->db_host,
		conf->db_port);
}

static const char *silent(struct arena *arena, const struct conf *conf)
{
	return arena_printf(arena, "the database does not answer within %" PRIu64 " seconds "
		"([database] timeout): see its log", conf->db_timeout);
}

const char *store_fault_connect(struct arena *arena, const struct conf *conf,
	enum db_program program, const struct db_fault *fault)
{
	const char *user = user_of(conf, program), *section = section_of(program);

	switch (fault->number) {
	case DENIED:
	case DENIED_TO_SOCKET:
		return arena_printf(arena, "the database refuses the account %s: the password is not its "
			"own ([%s] password_file), or there is no such account", user, section);
	case NO_DATABASE:
	case NO_DATABASE_FOR:
		return arena_printf(arena, "there is no database %s ([database] name), or the account %s "
			"has no grant in it: run what backoffice-admin sql grants prints as the database's "
			"administrator",
			conf->db_name, user);
	case NO_HOST_MAY:
		return arena_printf(arena, "the database takes nobody from this host: the account %s must "
			"be made for it (%s@HOST)", user, user);
	case NOBODY_THERE:
	case NOBODY_AT_PORT:
		return nobody(arena, conf);
	case UNKNOWN_HOST:
		return arena_printf(arena, "nobody knows the host %s ([database] host)", conf->db_host);
	case GONE:
	case BROKEN_OFF:
		return silent(arena, conf);
	case NO_TLS:
		return arena_printf(arena, "TLS with the database fails ([database] ca): %s", fault->words);
	default:
		return arena_printf(arena, "the database cannot be used: error %u, %s", fault->number,
			fault->words);
	}
}

const char *store_fault_change(struct arena *arena, const struct db_fault *fault)
{
	switch (server_error_of(fault->number)->kind) {
	case SERVER_NO_ROOM:
		return arena_printf(arena, "the database has no room for a change (error %u): its disk is "
			"full, make room", fault->number);
	case SERVER_NO_WRITES:
		return arena_printf(arena, "the database is only to be read (error %u): name the one that "
			"takes changes ([database] host), or see read_only and the state of its cluster",
			fault->number);
	case SERVER_CONFLICT:
	case SERVER_VIEW:
	case SERVER_RETRY:
	case SERVER_BUSY:
	case SERVER_LIMIT:
	case SERVER_LOST:
	case SERVER_BUG:
		break;
	}
	return arena_printf(arena, "the database takes no change: error %u, see its log",
		fault->number);
}

bool store_fault_is_account(const struct db_fault *fault)
{
	return fault->number == DENIED || fault->number == DENIED_TO_SOCKET ||
		fault->number == NO_DATABASE_FOR || fault->number == NO_HOST_MAY;
}

bool store_fault_is_grant(const struct db_fault *fault)
{
	return fault->number == NO_TABLE_GRANT || fault->number == NO_COLUMN_GRANT;
}

/* The last name after the word, without its quotes and without the database; "" without any. */
static const char *name_after(struct arena *arena, const char *words, const char *word)
{
	const char *at = strstr(words, word), *dot, *end;
	char *name;
	size_t len = 0;

	if (at == NULL) {
		return "";
	}
	at += strlen(word);
	end = at + strcspn(at, " ");
	dot = memchr(at, '.', (size_t)(end - at));
	name = arena_alloc(arena, (size_t)(end - at) + 1);
	for (at = dot == NULL ? at : dot + 1; at < end; at++) {
		if (strchr("`'\"", *at) == NULL) {
			name[len++] = *at;
		}
	}
	name[len] = '\0';
	return name;
}

const char *store_fault_lack(struct arena *arena, const struct db_fault *fault)
{
	const char *words = fault->words, *end = strstr(words, " command denied");

	if (fault->number == NO_TABLE_GRANT && end != NULL) {
		return arena_printf(arena, "%.*s on %s", (int)(end - words), words,
			name_after(arena, words, " table "));
	}
	if (fault->number == NO_COLUMN_GRANT && end != NULL) {
		return arena_printf(arena, "%.*s (%s) on %s", (int)(end - words), words,
			name_after(arena, words, " column "), name_after(arena, words, " table "));
	}
	if (fault->number == NO_TABLE) {
		return arena_printf(arena, "the table or view %s", name_after(arena, words, "Table "));
	}
	return arena_printf(arena, "error %u, %s", fault->number, words);
}

void store_fault_log(const struct conf *conf, enum db_program program, const struct db *db,
	enum err err)
{
	struct arena arena;

	if (db == NULL || err == ERR_CONFLICT) {
		return;
	}
	arena_init(&arena);
	if (err == ERR_UNAVAILABLE || err == ERR_RETRY) {
		log_say(LOG_ERROR, "%s", store_fault_connect(&arena, conf, program, db_fault(db)));
	} else {
		log_say(LOG_ERROR, "it lacks %s: run what backoffice-admin sql grants prints as the "
			"database's administrator; backoffice-admin check names all that is missing",
			store_fault_lack(&arena, db_fault(db)));
	}
	arena_release(&arena);
}
