#include "rule/network.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BITS_OF_V4 = 32, BITS_OF_V6 = 128, SIZE = sizeof(struct in6_addr), V4_AT = 12 };

static const unsigned char coat[V4_AT] = { [10] = 0xff, [11] = 0xff };

/* Addresses of both kinds as 128 bits, IPv4 in its coat. */
struct network {
	unsigned char bytes[SIZE];
	unsigned bits; /* of the prefix */
};

static bool network_is_v4(const struct network *network)
{
	return network->bits >= BITS_OF_V6 - BITS_OF_V4 &&
		memcmp(network->bytes, coat, sizeof(coat)) == 0;
}

/* Takes a whole address; false when the text is none. */
static bool network_take_address(const char *text, struct network *network)
{
	*network = (struct network){ .bits = BITS_OF_V6 };
	if (inet_pton(AF_INET, text, network->bytes + V4_AT) == 1) {
		memcpy(network->bytes, coat, sizeof(coat));
		return true;
	}
	return inet_pton(AF_INET6, text, network->bytes) == 1;
}

/* Clears the bits behind the prefix. */
static void network_clear_rest(struct network *network)
{
	for (unsigned bit = network->bits; bit < BITS_OF_V6; bit++) {
		network->bytes[bit / 8] &= (unsigned char)~(0x80u >> bit % 8);
	}
}

/* Takes an address or a range, whose bits are a plain decimal number; false when the text is
 * neither. */
static bool network_take(const char *text, struct network *network)
{
	const char *slash = strchr(text, '/');
	size_t len = slash == NULL ? strlen(text) : (size_t)(slash - text);
	char address[INET6_ADDRSTRLEN];
	size_t digits;
	unsigned bits, whole;

	if (len >= sizeof(address)) {
		return false;
	}
	memcpy(address, text, len);
	address[len] = '\0';
	if (!network_take_address(address, network)) {
		return false;
	}
	if (slash == NULL) {
		return true;
	}
	whole = strchr(address, ':') == NULL ? BITS_OF_V4 : BITS_OF_V6;
	digits = strspn(slash + 1, "0123456789");
	bits = (unsigned)strtoul(slash + 1, NULL, 10);
	if (digits == 0 || digits > 3 || slash[1 + digits] != '\0' || bits > whole ||
	    (slash[1] == '0' && digits > 1)) {
		return false;
	}
	network->bits = BITS_OF_V6 - whole + bits;
	network_clear_rest(network);
	return true;
}

bool network_normal(const char *text, char out[static NETWORK_TEXT_MAX])
{
	struct network network;
	char address[INET6_ADDRSTRLEN], typed[NETWORK_TEXT_MAX];
	bool v4;
	unsigned bits;
	size_t len;

	text = text_trim(text, &len);
	if (len >= sizeof(typed)) {
		return false;
	}
	memcpy(typed, text, len);
	typed[len] = '\0';
	if (!network_take(typed, &network)) {
		return false;
	}
	v4 = network_is_v4(&network);
	bits = v4 ? network.bits - (BITS_OF_V6 - BITS_OF_V4) : network.bits;
	inet_ntop(v4 ? AF_INET : AF_INET6, network.bytes + (v4 ? V4_AT : 0), address,
		sizeof(address));
	if (bits == (v4 ? BITS_OF_V4 : BITS_OF_V6)) {
		snprintf(out, NETWORK_TEXT_MAX, "%s", address);
	} else {
		snprintf(out, NETWORK_TEXT_MAX, "%s/%u", address, bits);
	}
	return true;
}

/* Whether the address, a whole one, is in the network. */
static bool network_holds(const struct network *network, const struct network *address)
{
	struct network cut = *address;

	cut.bits = network->bits;
	network_clear_rest(&cut);
	return network_is_v4(network) == network_is_v4(address) &&
		memcmp(cut.bytes, network->bytes, SIZE) == 0;
}

bool network_list_has(const char *list, const char *address)
{
	struct network mine, network;
	char text[NETWORK_TEXT_MAX];

	if (list[0] == '\0') {
		return true;
	}
	if (!network_take_address(address, &mine)) {
		return false;
	}
	while (*list != '\0') {
		size_t len = strcspn(list, " ");

		if (len < sizeof(text)) {
			memcpy(text, list, len);
			text[len] = '\0';
			if (network_take(text, &network) && network_holds(&network, &mine)) {
				return true;
			}
		}
		list += len + strspn(list + len, " ");
	}
	return false;
}

/* Whether the word is one of the list; the length is the word's. */
static bool network_list_names(const char *list, const char *word, size_t word_len)
{
	while (*list != '\0') {
		size_t len = strcspn(list, " ");

		if (len == word_len && memcmp(list, word, len) == 0) {
			return true;
		}
		list += len + strspn(list + len, " ");
	}
	return false;
}

/* Without repetitions, lists of one length of which one holds the other are the same. */
bool network_list_same(const char *a, const char *b)
{
	bool same = strlen(a) == strlen(b);

	while (same && *a != '\0') {
		size_t len = strcspn(a, " ");

		same = network_list_names(b, a, len);
		a += len + strspn(a + len, " ");
	}
	return same;
}

/* The /64 that begins with zeros is nobody's (RFC 4291 2.5): an IPv4 address is a number in it. */
uint64_t network_household(const char *address)
{
	struct network network;
	size_t from, to;
	uint64_t number = 0;

	if (!network_take_address(address, &network)) {
		return 0;
	}
	from = network_is_v4(&network) ? V4_AT : 0;
	to = network_is_v4(&network) ? SIZE : SIZE / 2;
	for (size_t i = from; i < to; i++) {
		number = number << 8 | network.bytes[i];
	}
	return number;
}
