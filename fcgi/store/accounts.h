/*
 * The accounts of our programs at the database, and what the administrator of the database runs for
 * them: composed here, of names that are quoted and of sql/grants.sql. Nothing of it is run by the
 * accounts themselves, but for what they were lent the right to.
 */
#ifndef STORE_ACCOUNTS_H
#define STORE_ACCOUNTS_H

#include "store/db.h"

struct accounts {
	const char *database;
	const char *prefix; /* of our tables in it */
	const char *host;   /* from which the database sees the programs come */
	const char *web;    /* names */
	const char *mailer;
	const char *admin;
};

/* Gives the statement that makes the database unless it is there. */
const char *store_accounts_database(struct arena *arena, const struct accounts *accounts);

/* Gives the statement that makes an account; ERR_CONFLICT's number is STORE_ACCOUNT_EXISTS. */
const char *store_accounts_user(struct arena *arena, const struct accounts *accounts,
	enum db_program program, const char *password);
enum { STORE_ACCOUNT_EXISTS = 1396 };

/* Gives those statements of grants, the text of sql/grants.sql, that are about these programs (enum
 * db_program, together), for these accounts, after the one that chooses the database. */
const char *store_accounts_grants(struct arena *arena, const struct accounts *accounts,
	const char *grants, unsigned programs);

/* Give the statement that lends backoffice-admin the right to give the others their grants, and the
 * one by which it gives that right back. */
const char *store_accounts_lend(struct arena *arena, const struct accounts *accounts);
const char *store_accounts_give_back(struct arena *arena, const struct accounts *accounts);

/* Give the host from which the database sees this connection come, and the one that the account of
 * this connection was made for. */
enum err store_accounts_host(struct db *db, struct arena *arena, const char **host) MUST_USE;
enum err store_accounts_own_host(struct db *db, struct arena *arena, const char **host) MUST_USE;

extern const struct statement *const accounts_statements[]; /* ended by NULL */

#endif
