#include "rule/account.h"

#include <stddef.h>

const char *const status_words[] = {
	[STATUS_DISABLED] = "disabled",
	[STATUS_ENABLED] = "enabled",
	NULL,
};

const char *const two_factor_words[] = {
	[TWO_FACTOR_DISABLED] = "disabled",
	[TWO_FACTOR_EMAIL] = "email",
	[TWO_FACTOR_TOTP] = "totp",
	NULL,
};

const char *account_groups(size_t before, size_t after)
{
	return after > ACCOUNT_GROUPS_MAX && after > before ? "groups.too_many" : NULL;
}
