/*
 * The password policy (NIST SP 800-63B 3.1.1.2, ASVS 6.2): length and guessability, no composition
 * rules, no expiry. libzxcvbn's only door. Also the generator, whose passwords pass the policy.
 */
#ifndef RULE_PASSWORD_H
#define RULE_PASSWORD_H

#include <stddef.h>

#define PASSWORD_MIN 15 /* code points */
#define PASSWORD_MAX 256 /* code points */
#define PASSWORD_BYTES 1024 /* more is refused before anything looks at it */

/* PASSWORD_GENERATED_MAX bytes hold a generated password with its NUL. */
#define PASSWORD_GENERATED_MAX 32

/* NULL when the password is good, else a stable key: password.required, password.too_short,
 * password.too_long, password.common, password.repeated, password.sequence, password.personal,
 * password.guessable. words is a NULL-terminated list of what an attacker knows about the user
 * (address, name, the site's name). The password is in NFC. */
const char *password_check(const char *password, const char *const words[]);

/* A generated password has so many groups of so many of these 32 characters, which nobody takes for
 * each other. The page generates with them too. */
enum { PASSWORD_GROUPS = 4, PASSWORD_GROUP = 5 };
extern const char password_letters[33];

/* Makes a random password of such groups, joined by '-' (32^20 = 2^100 possibilities). pick(n)
 * gives a uniform number below n. */
void password_generate(char out[static PASSWORD_GENERATED_MAX], unsigned (*pick)(unsigned bound));

#endif
