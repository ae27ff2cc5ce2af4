/*
 * backoffice-fcgi: answers the page's requests behind nginx.
 *
 *   backoffice-fcgi [-c FILE]   serve until SIGTERM or SIGINT; begin anew at SIGHUP
 *   backoffice-fcgi --check     say what is wrong with the settings
 *   backoffice-fcgi --ping      say whether one that runs with these settings answers
 *   backoffice-fcgi --routes    print the routes with their permissions
 *   backoffice-fcgi --openapi   print the OpenAPI document
 *   backoffice-fcgi --types     print the records and paths for the page, as TypeScript
 *   backoffice-fcgi --contract  print what else the page knows of them, as JavaScript
 *   backoffice-fcgi [-c FILE] --statements  print the SQL statements of all programs; with FILE
 *                               for the tables of its settings
 */
#include "api/contract.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "api/serve.h"
#include "api/sweep.h"
#include "base/anew.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/version.h"
#include "http/json.h"
#include "http/listen.h"
#include "http/ping.h"
#include "http/refusal.h"
#include "http/socket.h"
#include "rule/accent.h"
#include "rule/phone.h"
#include "store/fault.h"
#include "store/schema.h"
#include "store/statements.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CONF_FILE SYSCONFDIR "/backoffice/backoffice.conf"

/* What reads slowly: of either kind one for so many threads, and so many may wait. Two searches at
 * once on two busy cores left lists 0.47 of their rate, one 0.69 (medians of interleaved runs). */
static struct listen_lane fcgi_slow_reads(const struct conf *conf)
{
	enum { PART = 8, SEATS = 32 };

	return (struct listen_lane){ .threads = conf->threads < PART ? 1 : conf->threads / PART,
		.seats = SEATS, .reads = true };
}

/* Tells whether the database has a schema that we run on. Starting needs that; a host that boots
 * may have it a little later. */
static enum err fcgi_check_schema(const struct conf *conf)
{
	struct db *db = db_open(conf, DB_WEB);
	struct schema_found found = { 0 };
	enum err err = db == NULL ? ERR_UNAVAILABLE : store_schema_check(db, &found);

	if (err != ERR_OK) {
		store_schema_log(err, &found);
		store_fault_log(conf, DB_WEB, db, err);
	}
	db_close(db);
	return err;
}

/* The check of all statements. */
struct fcgi_check {
	const struct conf *conf;
	pthread_t thread;
	atomic_bool ends; /* it is not waited for any more */
	enum err err;
};

/* A database that is away by now is waited for, as ever. */
static bool fcgi_may_serve(const struct fcgi_check *check)
{
	return check->err == ERR_OK || check->err == ERR_UNAVAILABLE;
}

/* What the database refuses ends the program. */
static void *fcgi_check_statements(void *context)
{
	struct fcgi_check *check = context;
	struct db *db = db_open(check->conf, DB_WEB);

	check->err = db == NULL ? ERR_UNAVAILABLE
		: store_statements_check(db, DB_WEB, &check->ends);
	if (check->err == ERR_OK) {
		log_event(LOG_INFO, "start", "statements=ok");
	} else if (!fcgi_may_serve(check)) {
		store_schema_log(check->err, &(struct schema_found){ .version = SCHEMA_VERSION });
		store_fault_log(check->conf, DB_WEB, db, check->err);
		kill(getpid(), SIGTERM);
	}
	db_close(db);
	return NULL;
}

/* Serves while the statements are checked, and on: the check takes longer than the rest of the
 * start. Where another process may be serving, it goes on doing so until they are. */
static enum err fcgi_listen(const struct conf *conf, const struct listen_options *options,
	const struct listen_handler *handler, bool *anew)
{
	struct fcgi_check check = { .conf = conf };
	enum err err;

	if (socket_stands(options->path)) {
		(void)fcgi_check_statements(&check);
		return fcgi_may_serve(&check) ? listen_run(options, handler, anew) : check.err;
	}
	if (pthread_create(&check.thread, NULL, fcgi_check_statements, &check) != 0) {
		return ERR_UNAVAILABLE;
	}
	err = listen_run(options, handler, anew);
	atomic_store(&check.ends, true);
	pthread_join(check.thread, NULL);
	return fcgi_may_serve(&check) ? err : check.err;
}

static enum err fcgi_run(const struct conf *conf, bool *anew)
{
	struct serve serve;
	struct sweep sweep;
	enum err err;
	const struct listen_options options = {
		.path = conf->listen,
		.threads = conf->threads,
		.lanes = {
			[API_LANE_HASHES] = { .threads = conf->hash_threads, .seats = conf->hash_queue,
				.gives_way = true },
			[API_LANE_SEARCHES] = fcgi_slow_reads(conf),
			[API_LANE_EXPORTS] = fcgi_slow_reads(conf),
		},
	};
	const struct listen_handler handler = {
		.shared = &serve,
		.thread_open = api_serve_thread_open,
		.thread_close = api_serve_thread_close,
		.find = api_serve_find,
		.serve = api_serve,
		.serve_slow = api_serve_slow,
		.idle = api_serve_idle,
		.stop = api_serve_stop,
		.renew = api_serve_renew,
	};

	TRY(api_routes_check(api_routes, api_routes_count));
	TRY(api_serve_init(&serve, conf));
	TRY(fcgi_check_schema(conf));
	TRY(api_sweep_start(&sweep, &serve));
	err = fcgi_listen(conf, &options, &handler, anew);
	api_sweep_stop(&sweep);
	return err;
}

/* Reads the settings in file, and says what is wrong with them. */
static enum err fcgi_load(struct conf *conf, const char *file)
{
	const char *error;
	enum err err = conf_load(conf, file, CONF_WEB, &error);

	if (err != ERR_OK) {
		log_say(LOG_ERROR, "%s", error);
		return err;
	}
	if (!phone_set_home(conf->country)) {
		log_say(LOG_ERROR, "%s: [site] country: is no country of ISO 3166-1", file);
		return ERR_INVALID;
	}
	error = accent_check(&conf->arena, conf->accent);
	if (error != NULL) {
		log_say(LOG_ERROR, "%s: [site] accent: %s", file, error);
		return ERR_INVALID;
	}
	return ERR_OK;
}

/* Serves as the settings in file say, or only looks at them; gives the exit code. */
static int fcgi_serve(const char *file, bool check, char **argv)
{
	bool anew = false;
	struct conf conf;
	enum err err;

	if (secret_init() != ERR_OK) {
		log_event(LOG_ERROR, "start", "reason=randomness");
		return EXIT_FAILURE;
	}
	err = fcgi_load(&conf, file);
	if (err == ERR_OK && !check) {
		err = fcgi_run(&conf, &anew);
	}
	if (err != ERR_OK && !check) {
		refusal_serve();
	}
	conf_release(&conf);
	if (anew && err == ERR_OK) {
		return anew_begin(argv);
	}
	return err == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Prints the statements, with names of tables as the settings in file have them; NULL: bare. Gives
 * the exit code. */
static int fcgi_print_statements(const char *file)
{
	struct conf conf;

	if (file == NULL) {
		store_statements_print(stdout, "");
		return EXIT_SUCCESS;
	}
	if (fcgi_load(&conf, file) != ERR_OK) {
		conf_release(&conf);
		return EXIT_FAILURE;
	}
	store_statements_print(stdout, conf.db_prefix);
	conf_release(&conf);
	return EXIT_SUCCESS;
}

/* Whether somebody answers at the socket of the settings in file; gives the exit code. */
static int fcgi_ping(const char *file)
{
	bool answers = false;
	struct conf conf;

	if (secret_init() == ERR_OK && fcgi_load(&conf, file) == ERR_OK) {
		answers = ping(conf.listen) == PING_ANSWERED;
		log_say(answers ? LOG_INFO : LOG_ERROR, "%s: %s", conf.listen,
			answers ? "answered" : "nobody answers");
		conf_release(&conf);
	}
	return answers ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const char usage[] =
	"usage: backoffice-fcgi [-c FILE] [--check | --ping]\n"
	"       backoffice-fcgi [-c FILE] --statements\n"
	"       backoffice-fcgi --routes | --openapi | --types | --contract | --version | --help\n\n"
	"Answers the page's requests, as the settings in FILE say (default\n"
	CONF_FILE "); with --check it only says what is wrong\n"
	"with them, with --ping whether one that runs answers.\n"
	"The other options print what the program knows, and end it: its routes, the\n"
	"description of its API, the page's types and words, its SQL.\n"
	"See backoffice-fcgi(8).\n";

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, 'k' },
	{ "ping", no_argument, NULL, 'a' },
	{ "routes", no_argument, NULL, 'r' },
	{ "openapi", no_argument, NULL, 'o' },
	{ "types", no_argument, NULL, 't' },
	{ "contract", no_argument, NULL, 'p' },
	{ "statements", no_argument, NULL, 's' },
	{ "version", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

int main(int argc, char **argv)
{
	const char *file = NULL;
	bool check = false, ask = false;
	int option;

	listen_block_signals();
	json_memory_init();
	while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			file = optarg;
			break;
		case 'k':
			check = true;
			break;
		case 'a':
			ask = true;
			break;
		case 'r':
			api_routes_print(stdout);
			return EXIT_SUCCESS;
		case 'o':
			api_openapi_print(stdout);
			return EXIT_SUCCESS;
		case 't':
			api_contract_print_types(stdout);
			return EXIT_SUCCESS;
		case 'p':
			api_contract_print_values(stdout);
			return EXIT_SUCCESS;
		case 's':
			return fcgi_print_statements(file);
		case 'v':
			version_print(stdout, "backoffice-fcgi", (const char *const[]){ secret_library(),
				db_library(), json_library(), NULL });
			return EXIT_SUCCESS;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			fputs(usage, stderr);
			return EXIT_FAILURE;
		}
	}
	file = file == NULL ? CONF_FILE : file;
	return ask ? fcgi_ping(file) : fcgi_serve(file, check, argv);
}
