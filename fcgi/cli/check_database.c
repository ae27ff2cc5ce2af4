#include "cli/check.h"

#include "cli/words.h"
#include "store/client.h"
#include "store/fault.h"
#include "store/schema.h"
#include "store/statements.h"
#include "store/words.h"

#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>

enum { LACKS_MAX = 64, MEBIBYTE = 1024 * 1024, SPACE_LEAST = 256 };

/* What an account lacks. */
struct lacks {
	struct arena *arena;
	bool own_clients;  /* the table of clients is ours, so that its changes are asked for too */
	const char *names[LACKS_MAX];
	size_t count;
	bool grants;       /* one of them is a grant */
	bool others;       /* one is not */
};

/* Keeps what a statement lacks, once. */
static void lacks_add(void *context, bool on_first_use, const struct db_fault *fault)
{
	struct lacks *lacks = context;
	const char *name = store_fault_lack(lacks->arena, fault);
	size_t i = 0;

	if (on_first_use && (!lacks->own_clients || !store_fault_is_grant(fault))) {
		return;
	}
	while (i < lacks->count && strcmp(lacks->names[i], name) != 0) {
		i++;
	}
	if (i == lacks->count && i < LACKS_MAX) {
		lacks->names[lacks->count++] = name;
	}
	lacks->grants = lacks->grants || store_fault_is_grant(fault);
	lacks->others = lacks->others || !store_fault_is_grant(fault);
}

/* What is missing and where it comes from; NULL when nothing is. */
static const char *lacks_tell(const struct lacks *lacks)
{
	struct text text = text_in(lacks->arena);

	if (lacks->count == 0) {
		return NULL;
	}
	text_puts(&text, "missing: ");
	for (size_t i = 0; i < lacks->count; i++) {
		text_putf(&text, "%s%s", i == 0 ? "" : ", ", lacks->names[i]);
	}
	if (lacks->others) {
		text_puts(&text, "; run backoffice-admin migrate, or restore it from a backup");
	}
	if (lacks->grants) {
		text_puts(&text, "; run what backoffice-admin sql grants prints as the database's "
			"administrator");
	}
	return text.bytes;
}

enum err cli_lacks(struct cli *cli, struct db *db, enum db_program program, const char **told)
{
	struct lacks lacks = { .arena = &cli->arena };

	if (store_words_kept(cli->db, &client_noun, &lacks.own_clients) != ERR_OK) {
		lacks.own_clients = false;
	}
	TRY(store_statements_faults(db, program, lacks_add, &lacks));
	*told = lacks_tell(&lacks);
	return ERR_OK;
}

/* Notes what the program lacks of what its statements need. */
static void cli_check_grants(struct check_run *check, struct db *db, enum db_program program,
	const char *what)
{
	const char *told = NULL;
	enum err err = cli_lacks(check->cli, db, program, &told);

	cli_check_note(check, what, err == ERR_OK ? told
		: "the database went away meanwhile; try again");
}

/* An account that the system's user of the program proves itself by cannot be tried by others. */
static bool cli_check_may_try(const struct conf_account *account, const struct db_fault *fault)
{
	return account->password[0] != '\0' || !store_fault_is_account(fault);
}

/* The database as backoffice-fcgi or backoffice-mailer meets it. */
static void cli_check_program(struct check_run *check, const struct conf *conf,
	enum db_program program, const char *name)
{
	struct arena *arena = &check->cli->arena;
	const char *what = arena_printf(arena, "database of %s", name);
	struct db *db = db_open(conf, program);
	struct schema_found found;

	if (db == NULL) {
		return;
	}
	if (store_schema_check(db, &found) != ERR_UNAVAILABLE) {
		cli_check_note(check, what, NULL);
		cli_check_grants(check, db, program, arena_printf(arena, "grants of %s", name));
	} else if (cli_check_may_try(program == DB_WEB ? &conf->web : &conf->mailer, db_fault(db))) {
		cli_check_note(check, what, store_fault_connect(arena, conf, program, db_fault(db)));
	} else {
		cli_pair(check->cli, what, "not tried: its account has no password, and is for the "
			"system's user of that name alone");
	}
	db_close(db);
}

/* What is left of the disk that the database is on, where that is a disk of this host. */
static void cli_check_space(struct check_run *check)
{
	struct cli *cli = check->cli;
	const char *folder = NULL;
	struct statvfs disk;
	uint64_t left;

	if (cli->conf.db_socket[0] == '\0' ||
	    store_schema_folder(cli->db, &cli->arena, &folder) != ERR_OK ||
	    statvfs(folder, &disk) != 0) {
		return;
	}
	left = (uint64_t)disk.f_bavail * disk.f_frsize / MEBIBYTE;
	cli_check_note(check, "space", left >= SPACE_LEAST ? NULL : arena_printf(&cli->arena,
		"only %" PRIu64 " MiB are left in %s: make room", left, folder));
}

/* The parts that nothing can be said of when the database has not answered. */
static void cli_check_inside(struct check_run *check, enum err reached,
	const struct schema_found *found)
{
	struct cli *cli = check->cli;
	bool words = false;

	cli_check_note(check, "schema", reached == ERR_OK ? NULL
		: store_schema_words(&cli->arena, found));
	if (reached != ERR_OK) {
		return;
	}
	cli_check_grants(check, cli->db, DB_ADMIN, "statements");
	words = cli_words_are_whole(cli, &words) == ERR_OK && words;
	cli_check_note(check, "words", words ? NULL : "run backoffice-admin words");
	cli_check_note(check, "changes", store_schema_try_change(cli->db) == ERR_OK ? NULL
		: store_fault_change(&cli->arena, db_fault(cli->db)));
	cli_check_space(check);
}

void cli_check_database(struct check_run *check)
{
	struct cli *cli = check->cli;
	struct schema_found found;
	enum err reached = store_schema_check(cli->db, &found);
	bool open = reached != ERR_UNAVAILABLE;

	check->reached = open;
	cli_check_note(check, "database", open ? NULL
		: store_fault_connect(&cli->arena, &cli->conf, DB_ADMIN, db_fault(cli->db)));
	if (open) {
		cli_check_inside(check, reached, &found);
	}
	if ((open && reached != ERR_OK) || (!open && !store_fault_is_account(db_fault(cli->db)))) {
		return; /* the others would meet the same */
	}
	if (check->web_read) {
		cli_check_program(check, &check->web, DB_WEB, "backoffice-fcgi");
	}
	if (check->mailer_read) {
		cli_check_program(check, &check->mailer, DB_MAILER, "backoffice-mailer");
	}
}
