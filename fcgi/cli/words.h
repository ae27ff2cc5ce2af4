/*
 * The words by which users and clients are found, looked after from the command line. Our programs
 * write them beside each record; whoever writes records by other means has them added here.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "cli/cli.h"

/* Adds the words of records that have none, as all have after the migration that makes their
 * tables. What was done stays done: broken off and called again, it goes on. */
enum err cli_words_fill(struct cli *cli) MUST_USE;

/* Tells whether no record is without words. */
enum err cli_words_are_whole(struct cli *cli, bool *whole) MUST_USE;

#endif
