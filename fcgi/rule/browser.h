/*
 * What a user agent says of itself, in two names for a letter: "Firefox, Linux". What it says is no
 * proof, and nothing of its own text gets into the answer. htdocs/js/lib/device.js has the same
 * rules.
 */
#ifndef RULE_BROWSER_H
#define RULE_BROWSER_H

/* Gives the name of the browser; "" for one that is not known, because a guess would be worse. */
const char *browser_name(const char *user_agent);

/* Gives the name of its operating system, or "" in the same way. */
const char *browser_system(const char *user_agent);

#endif
