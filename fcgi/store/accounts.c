#include "store/accounts.h"

#include "base/text.h"
#include "store/prefix.h"

#include <string.h>

/* What the text of the grants calls the accounts and the database. */
#define GRANTS_DATABASE "backoffice.*"

static const struct grants_account {
	enum db_program program;
	const char *words;
	size_t offset; /* of the name in struct accounts */
} grants_accounts[] = {
	{ DB_WEB, "backoffice_web@localhost", offsetof(struct accounts, web) },
	{ DB_MAILER, "backoffice_mailer@localhost", offsetof(struct accounts, mailer) },
	{ DB_ADMIN, "backoffice_admin@localhost", offsetof(struct accounts, admin) },
};

enum { GRANTS_ACCOUNTS = sizeof(grants_accounts) / sizeof(grants_accounts[0]) };

/* Appends a name or a text in its quotes; what is quote or has a meaning within is doubled. */
static void put_quoted(struct text *text, char quote, const char *string)
{
	text_putc(text, quote);
	for (; *string != '\0'; string++) {
		if (*string == quote || (*string == '\\' && quote == '\'')) {
			text_putc(text, *string);
		}
		text_putc(text, *string);
	}
	text_putc(text, quote);
}

/* In a grant on a whole database its name is a pattern. */
static void put_all_of_database(struct text *text, const char *database)
{
	struct text pattern = text_in(text->arena);

	text_puts(&pattern, "");
	for (; *database != '\0'; database++) {
		text_puts(&pattern, *database == '_' || *database == '%' ? "\\" : "");
		text_putc(&pattern, *database);
	}
	put_quoted(text, '`', pattern.bytes);
	text_puts(text, ".*");
}

static void put_account(struct text *text, const struct accounts *accounts,
	const struct grants_account *row)
{
	put_quoted(text, '\'', *(const char *const *)((const char *)accounts + row->offset));
	text_putc(text, '@');
	put_quoted(text, '\'', accounts->host);
}

static const struct grants_account *row_of(enum db_program program)
{
	const struct grants_account *row = grants_accounts;

	while (row->program != program) {
		row++;
	}
	return row;
}

const char *store_accounts_database(struct arena *arena, const struct accounts *accounts)
{
	struct text text = text_in(arena);

	text_puts(&text, "CREATE DATABASE IF NOT EXISTS ");
	put_quoted(&text, '`', accounts->database);
	text_puts(&text, " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;\n");
	return text.bytes;
}

const char *store_accounts_user(struct arena *arena, const struct accounts *accounts,
	enum db_program program, const char *password)
{
	struct text text = text_in(arena);

	text_puts(&text, "CREATE USER ");
	put_account(&text, accounts, row_of(program));
	text_puts(&text, " IDENTIFIED BY ");
	put_quoted(&text, '\'', password);
	text_puts(&text, ";\n");
	return text.bytes;
}

/* Appends one statement of the grants with the names of these accounts and of this database. */
static void put_statement(struct text *text, const struct accounts *accounts, const char *words,
	const char *end)
{
	while (words < end) {
		size_t i = 0;

		while (i < GRANTS_ACCOUNTS && strncmp(words, grants_accounts[i].words,
				strlen(grants_accounts[i].words)) != 0) {
			i++;
		}
		if (i < GRANTS_ACCOUNTS) {
			put_account(text, accounts, &grants_accounts[i]);
			words += strlen(grants_accounts[i].words);
		} else if (strncmp(words, GRANTS_DATABASE, strlen(GRANTS_DATABASE)) == 0) {
			put_all_of_database(text, accounts->database);
			words += strlen(GRANTS_DATABASE);
		} else {
			text_putc(text, *words++);
		}
	}
	text_puts(text, ";\n");
}

/* Whether the statement is about one of these programs. */
static bool is_about(const char *words, const char *end, unsigned programs)
{
	for (size_t i = 0; i < GRANTS_ACCOUNTS; i++) {
		const char *found = strstr(words, grants_accounts[i].words);

		if (found != NULL && found < end && (grants_accounts[i].program & programs) != 0) {
			return true;
		}
	}
	return false;
}

/* The text without its comments, in which semicolons are no ends. */
static const char *without_comments(struct arena *arena, const char *sql)
{
	struct text text = text_in(arena);

	text_puts(&text, "");
	while (*sql != '\0') {
		size_t line = strcspn(sql, "\n") + (strchr(sql, '\n') != NULL);

		if (strncmp(sql, "--", 2) != 0 && sql[0] != '\n') {
			text_put(&text, sql, line);
		}
		sql += line;
	}
	return text.bytes;
}

const char *store_accounts_grants(struct arena *arena, const struct accounts *accounts,
	const char *grants, unsigned programs)
{
	struct text text = text_in(arena);
	const char *words = prefix_put(arena, accounts->prefix, without_comments(arena, grants)), *end;

	text_puts(&text, "USE ");
	put_quoted(&text, '`', accounts->database);
	text_puts(&text, ";\n");
	for (; (end = strchr(words, ';')) != NULL; words = end + strspn(end, ";\n")) {
		if (is_about(words, end, programs)) {
			put_statement(&text, accounts, words, end);
		}
	}
	return text.bytes;
}

static const char *lending(struct arena *arena, const struct accounts *accounts, bool lends)
{
	struct text text = text_in(arena);

	text_puts(&text, lends ? "GRANT GRANT OPTION ON " : "REVOKE GRANT OPTION ON ");
	put_all_of_database(&text, accounts->database);
	text_puts(&text, lends ? " TO " : " FROM ");
	put_account(&text, accounts, row_of(DB_ADMIN));
	text_puts(&text, ";\n");
	return text.bytes;
}

const char *store_accounts_lend(struct arena *arena, const struct accounts *accounts)
{
	return lending(arena, accounts, true);
}

const char *store_accounts_give_back(struct arena *arena, const struct accounts *accounts)
{
	return lending(arena, accounts, false);
}

static const struct statement accounts_host = { "accounts_host", 0, "", "s",
	"SELECT SUBSTRING_INDEX(USER(), '@', -1)" };

enum err store_accounts_host(struct db *db, struct arena *arena, const char **host)
{
	return db_first(db, &accounts_host, DB_NONE, arena, DB_INTO(into_text(host)));
}

static const struct statement accounts_own_host = { "accounts_own_host", 0, "", "s",
	"SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', -1)" };

enum err store_accounts_own_host(struct db *db, struct arena *arena, const char **host)
{
	return db_first(db, &accounts_own_host, DB_NONE, arena, DB_INTO(into_text(host)));
}

const struct statement *const accounts_statements[] = {
	&accounts_host, &accounts_own_host, NULL,
};
