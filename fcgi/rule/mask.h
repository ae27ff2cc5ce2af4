/*
 * How personal data is hidden: constant per kind, so that neither length, domain, script nor
 * presence shows. view/ decides where, the viewer's flag decides whether.
 */
#ifndef RULE_MASK_H
#define RULE_MASK_H

enum mask { MASK_NONE = 0, MASK_NAME, MASK_EMAIL, MASK_PHONE };

/* Gives "*****", "*****@*****", "*****"; MASK_NONE gives "". Never NULL. */
const char *mask_text(enum mask mask);

#endif
