/*
 * Networks that somebody may come from: addresses and CIDR ranges of IPv4 and IPv6. An IPv4 address
 * in an IPv6 coat (::ffff:192.0.2.1) is the IPv4 address.
 */
#ifndef RULE_NETWORK_H
#define RULE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

enum { NETWORKS_MAX = 50, NETWORK_TEXT_MAX = 50 };

/* Gives the network in its one written form: "192.0.2.0/24", "192.0.2.1" for a single address,
 * "2001:db8::/32"; bits behind the prefix are cleared. false when the text is none. */
bool network_normal(const char *text, char out[static NETWORK_TEXT_MAX]);

/* Tells whether the address is in one of the networks: a list in normal form with a space between
 * two; an empty one holds every address. */
bool network_list_has(const char *list, const char *address);

/* Tells whether two lists in normal form, without repetitions, hold the same networks in any
 * order. */
bool network_list_same(const char *a, const char *b);

/* Gives whose address it is where tries and seats are counted: a household has one IPv4 address or
 * one IPv6 /64, so this is the number of that network. 0 for what is no address. */
uint64_t network_household(const char *address);

#endif
