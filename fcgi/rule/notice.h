/*
 * What the owner of an account is told by mail, because it changes how one comes in or looks as if
 * somebody else did (ASVS 6.3.5, 6.3.7). Letters name each by its word (mail/notice.def has what
 * they say).
 */
#ifndef RULE_NOTICE_H
#define RULE_NOTICE_H

enum notice { NOTICE_PASSWORD, NOTICE_ADDRESS, NOTICE_SECOND_FACTOR_OFF, NOTICE_CODES_BY_MAIL,
	NOTICE_APP, NOTICE_RECOVERY_CODES, NOTICE_ADMINISTRATOR, NOTICE_NEW_BROWSER,
	NOTICE_WRONG_CODES, NOTICE_END };

extern const char *const notice_words[]; /* ended by NULL */

/* Letters about new browsers to one user in an hour: signing in again and again is no flood. */
enum { NOTICE_NEW_BROWSERS_PER_HOUR = 3 };

/* So many wrong codes in a row after the right password are told, once. */
enum { NOTICE_WRONG_CODES_TOLD = 5 };

#endif
