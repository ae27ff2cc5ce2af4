/*
 * The database: itself, an account for each program, and what these may do. Whoever may make them
 * is asked for only where something is missing.
 */
#include "cli/setup.h"

#include "cli/check.h"
#include "cli/steps.h"
#include "store/accounts.h"
#include "store/fault.h"
#include "store/schema.h"

#include <string.h>

enum { NO_DATABASE = 1049, NO_GRANT_IN_IT = 1044 };

/* How far a program comes with its account. */
enum reached { REACHED, NO_ACCOUNT, NO_ENTRY, AWAY };

struct program {
	enum db_program program;
	const struct conf *conf;
	const struct conf_account *account;
	enum reached reached;
	const char *fault; /* AWAY: why */
};

enum { PROGRAMS = 3 };

static void programs_of(struct setup *setup, struct program programs[static PROGRAMS])
{
	const struct conf *admin = &setup->cli->conf;

	programs[0] = (struct program){ .program = DB_ADMIN, .conf = admin,
		.account = &admin->admin };
	programs[1] = (struct program){ .program = DB_WEB, .conf = &setup->web,
		.account = &setup->web.web };
	programs[2] = (struct program){ .program = DB_MAILER, .conf = &setup->mailer,
		.account = &setup->mailer.mailer };
}

/* Tries to come in. */
static enum err program_try(struct setup *setup, struct program *program)
{
	struct db *db = db_open(program->conf, program->program);
	struct schema_found found;
	enum err err;
	unsigned number;

	if (db == NULL) {
		return ERR_UNAVAILABLE;
	}
	err = store_schema_check(db, &found);
	number = db_fault(db)->number;
	program->reached = err != ERR_UNAVAILABLE ? REACHED
		: number == NO_DATABASE || number == NO_GRANT_IN_IT ? NO_ENTRY
		: store_fault_is_account(db_fault(db)) ? NO_ACCOUNT : AWAY;
	program->fault = store_fault_connect(&setup->cli->arena, program->conf, program->program,
		db_fault(db));
	db_close(db);
	return program->reached == AWAY
		? cli_fail(setup->cli, ERR_UNAVAILABLE, "%s", program->fault) : ERR_OK;
}

/* A connection of the database's administrator, to none of the databases. */
static enum err administrator_open(struct setup *setup, struct conf *as, struct db **db)
{
	*as = setup->cli->conf;
	as->admin = (struct conf_account){ setup->database.user, setup->database.password };
	as->db_name = "";
	*db = db_open(as, DB_ADMIN);
	return *db == NULL ? ERR_UNAVAILABLE : ERR_OK;
}

static enum err administrator_refused(struct setup *setup, const struct conf *as,
	const struct db_fault *fault)
{
	struct cli *cli = setup->cli;

	if (fault->number == STORE_ACCOUNT_EXISTS) {
		return cli_fail(cli, ERR_CONFLICT, "an account that is to be made is there already, with "
			"another password: %s. If it is another installation's, name others ([web], [mailer] "
			"and [admin] user); if it is this one's, put its password into the file of the "
			"settings, or drop the account and run setup again", fault->words);
	}
	if (store_fault_is_account(fault)) {
		return cli_fail(cli, ERR_UNAVAILABLE, "the database does not take %s for its "
			"administrator: run this as root, name another account (--database "
			"mysql://USER@localhost, --database-password-file FILE), or let its administrator run "
			"what --print-sql prints", as->admin.user);
	}
	return cli_fail(cli, ERR_UNAVAILABLE, "%s",
		store_fault_connect(&cli->arena, as, DB_ADMIN, fault));
}

/* Gives the host that accounts are made for, which the database tells its administrator, if db is a
 * connection of theirs. */
static enum err accounts_choose_host(struct cli *cli, struct db *db, const char **host)
{
	if (cli->database_from != NULL) {
		*host = cli->database_from;
	} else if (cli->conf.db_socket[0] == '\0') {
		return db != NULL ? store_accounts_host(db, &cli->arena, host)
			: cli_fail(cli, ERR_INVALID, "from which host does the database see this one come? Say "
				"so with --database-from HOST, or %% for any");
	}
	return ERR_OK;
}

/* Composes what the administrator runs, whose connection db is; NULL: somebody else runs it. */
typedef enum err setup_compose(struct setup *setup, struct db *db, const struct program *programs,
	struct text *sql);

/* The accounts that are missing, the database, and what lets the command line in. */
static enum err accounts_compose(struct setup *setup, struct db *db,
	const struct program *programs, struct text *sql)
{
	struct arena *arena = &setup->cli->arena;
	struct accounts accounts = cli_accounts(&setup->cli->conf);
	const char *grants;

	TRY(accounts_choose_host(setup->cli, db, &accounts.host));
	TRY(cli_sql_read(setup->cli, "grants", &grants));
	for (size_t i = 0; i < PROGRAMS; i++) {
		if (programs[i].reached == NO_ACCOUNT) {
			text_puts(sql, store_accounts_user(arena, &accounts, programs[i].program,
				programs[i].account->password));
		}
	}
	text_puts(sql, store_accounts_database(arena, &accounts));
	text_puts(sql, store_accounts_grants(arena, &accounts, grants, DB_ADMIN));
	/* One visit to somebody else is enough: the right is lent to give the others their grants. */
	text_puts(sql, db != NULL ? "" : store_accounts_lend(arena, &accounts));
	return ERR_OK;
}

static enum err administrator_run(struct setup *setup, setup_compose *compose,
	const struct program *programs)
{
	struct text sql = text_in(&setup->cli->arena);
	struct conf as;
	struct db *db;
	enum err err;

	TRY(administrator_open(setup, &as, &db));
	err = compose(setup, db, programs, &sql);
	if (err == ERR_OK) {
		err = db_script(db, sql.bytes, sql.len);
	}
	if (err != ERR_OK && setup->cli->error == NULL) {
		err = administrator_refused(setup, &as, db_fault(db));
	}
	db_close(db);
	return err;
}

/* Lets the database's administrator do it, or prints it for whoever that is. */
static enum err administrator_do(struct setup *setup, setup_compose *compose,
	const struct program *programs)
{
	if (!setup->cli->print_sql) {
		return administrator_run(setup, compose, programs);
	}
	setup->waits = true;
	return compose(setup, NULL, programs, &setup->sql);
}

static enum err accounts_refused(struct setup *setup, const struct program *program)
{
	return cli_fail(setup->cli, ERR_UNAVAILABLE, "%s", program->fault);
}

enum err setup_accounts(struct setup *setup)
{
	struct program programs[PROGRAMS];
	bool missing = false;

	programs_of(setup, programs);
	for (size_t i = 0; i < PROGRAMS; i++) {
		TRY(program_try(setup, &programs[i]));
		/* The others are let in by their grants, when there are tables. */
		missing = missing || programs[i].reached == NO_ACCOUNT ||
			(programs[i].reached == NO_ENTRY && programs[i].program == DB_ADMIN);
		if (missing && setup->cli->one_account) {
			return accounts_refused(setup, &programs[i]);
		}
	}
	if (missing) {
		TRY(administrator_do(setup, accounts_compose, programs));
	}
	if (!setup->waits) {
		setup_note(setup, "database and accounts", missing, "made");
	}
	return ERR_OK;
}

/* What the program lacks; NULL for nothing. */
static enum err program_lacks(struct setup *setup, struct program *program, const char **told)
{
	struct db *db;
	enum err err;

	*told = NULL;
	TRY(program_try(setup, program));
	if (program->reached != REACHED) {
		*told = program->fault;
		return ERR_OK;
	}
	db = db_open(program->conf, program->program);
	err = db == NULL ? ERR_UNAVAILABLE : cli_lacks(setup->cli, db, program->program, told);
	db_close(db);
	return err;
}

/* The first that any program lacks. */
static enum err programs_lack(struct setup *setup, const char **told)
{
	struct program programs[PROGRAMS];

	programs_of(setup, programs);
	*told = NULL;
	for (size_t i = 0; *told == NULL && i < PROGRAMS; i++) {
		TRY(program_lacks(setup, &programs[i], told));
	}
	return ERR_OK;
}

/* The grants, for the accounts as they are. */
static enum err grants_compose_of(struct setup *setup, unsigned programs, struct text *sql)
{
	struct cli *cli = setup->cli;
	struct accounts accounts = cli_accounts(&cli->conf);
	const char *grants;

	TRY(store_accounts_own_host(cli->db, &cli->arena, &accounts.host));
	TRY(cli_sql_read(cli, "grants", &grants));
	text_puts(sql, store_accounts_grants(&cli->arena, &accounts, grants, programs));
	text_puts(sql, (programs & DB_ADMIN) != 0 ? ""
		: store_accounts_give_back(&cli->arena, &accounts));
	return ERR_OK;
}

static enum err grants_compose(struct setup *setup, struct db *db, const struct program *programs,
	struct text *sql)
{
	(void)db;
	(void)programs;
	return grants_compose_of(setup, DB_WEB | DB_MAILER | DB_ADMIN, sql);
}

/* By the account of the command line itself, if it was lent the right; which it gives back. */
static enum err grants_give_ourselves(struct setup *setup)
{
	struct text sql = text_in(&setup->cli->arena);

	TRY(grants_compose_of(setup, DB_WEB | DB_MAILER, &sql));
	return db_script(setup->cli->db, sql.bytes, sql.len);
}

static enum err grants_give(struct setup *setup)
{
	return setup->cli->print_sql && grants_give_ourselves(setup) == ERR_OK ? ERR_OK
		: administrator_do(setup, grants_compose, NULL);
}

enum err setup_grants(struct setup *setup)
{
	struct cli *cli = setup->cli;
	const char *told;
	bool missing;

	TRY(programs_lack(setup, &told));
	missing = told != NULL;
	if (missing && cli->one_account) {
		return cli_fail(cli, ERR_UNAVAILABLE, "the account %s may not do all: %s",
			cli->conf.web.user, told);
	}
	if (missing) {
		TRY(grants_give(setup));
		TRY(setup->waits ? ERR_OK : programs_lack(setup, &told));
	}
	if (told != NULL && !setup->waits) {
		return cli_fail(cli, ERR_UNAVAILABLE, "something is missing still: %s", told);
	}
	if (!setup->waits) {
		setup_note(setup, "grants", missing, "given");
	}
	return ERR_OK;
}
