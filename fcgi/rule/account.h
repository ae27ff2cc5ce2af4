/*
 * The states of an account, with the words of the contract. The numbers are what the database
 * keeps; they sort as the words do.
 */
#ifndef RULE_ACCOUNT_H
#define RULE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum status { STATUS_DISABLED = 0, STATUS_ENABLED = 1 };
enum two_factor { TWO_FACTOR_DISABLED = 0, TWO_FACTOR_EMAIL = 1, TWO_FACTOR_TOTP = 2 };

/* "disabled", "enabled", NULL and "disabled", "email", "totp", NULL: index is the enum's value. */
extern const char *const status_words[];
extern const char *const two_factor_words[];

/* Nobody is put into more groups than this. */
enum { ACCOUNT_GROUPS_MAX = 100 };

/* May somebody who is in so many groups become a member of so many? NULL, or "groups.too_many": who
 * is in more already keeps them, and may leave some. */
const char *account_groups(size_t before, size_t after);

#endif
