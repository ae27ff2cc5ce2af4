/*
 * The last look at an address before it goes on the wire. Addresses were normalised when they were
 * typed (check_email in rule/field.h); a row of the queue may have been written by somebody else,
 * and libcurl passes line ends in an address through, as SMTP commands of their own.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>

/* Tells whether the address is a plain ASCII local@domain that needs no quoting: letters, digits
 * and the other characters of RFC 5321's dot-string, exactly one @, at most 254 bytes. */
bool address_is_plain(const char *address);

/* Gives what follows the @ of a plain address. */
const char *address_domain(const char *address);

#endif
