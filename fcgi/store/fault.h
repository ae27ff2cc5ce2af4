/*
 * What an error of the database means to the person who runs the host: which setting is wrong, or
 * which grant is missing. Pure: words out of numbers, and of what client and server have said.
 */
#ifndef STORE_FAULT_H
#define STORE_FAULT_H

#include "base/arena.h"
#include "base/conf.h"
#include "store/db.h"

/* Says why the program has no connection, and where to look; a sentence. */
const char *store_fault_connect(struct arena *arena, const struct conf *conf,
	enum db_program program, const struct db_fault *fault);

/* Logs, in a sentence for people, why a program cannot begin on the database, and what to do, where
 * it is not its schema: err is that of the check of either. db may be NULL: nothing is known. */
void store_fault_log(const struct conf *conf, enum db_program program, const struct db *db,
	enum err err);

/* Says why a change was not taken. */
const char *store_fault_change(struct arena *arena, const struct db_fault *fault);

/* Says what a statement lacks that could not be prepared: a grant like "SELECT on user", a table or
 * view that is missing, or what the server has said. */
const char *store_fault_lack(struct arena *arena, const struct db_fault *fault);

/* Whether it is the account that was refused: another one may have a connection. */
bool store_fault_is_account(const struct db_fault *fault);

/* Whether the fault is a grant that is missing. */
bool store_fault_is_grant(const struct db_fault *fault);

#endif
