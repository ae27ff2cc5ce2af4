#include "mail/address.h"

#include <string.h>

enum { ADDRESS_MAX = 254 };

static const char domain_characters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";

static const char local_characters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!#$%&'*+/=?^_`{|}~";

bool address_is_plain(const char *address)
{
	size_t local = strspn(address, local_characters);
	size_t domain;

	if (local == 0 || address[local] != '@') {
		return false;
	}
	domain = strspn(address + local + 1, domain_characters);
	return domain != 0 && address[local + 1 + domain] == '\0' && local + 1 + domain <= ADDRESS_MAX;
}

const char *address_domain(const char *address)
{
	return strchr(address, '@') + 1;
}
