#include "rule/perm.h"

#include <string.h>

/* A permission's bit is its number; the first numbers are none, so their bits are free. */
enum { UNMASKED_BIT = 0, ADMINISTRATOR_BIT = 1, FIRST = PERM_SIGNED_IN + 1 };

_Static_assert(PERM_END <= 64, "a set of permissions fits 64 bits");

static const struct {
	const char *category;
	const char *action;
	const char *name;
} perms[PERM_END] = {
	[PERM_UNSET] = { "", "", "unset" },
	[PERM_ANYONE] = { "", "", "anyone" },
	[PERM_HOST] = { "", "", "host" },
	[PERM_SIGNED_IN] = { "", "", "signed_in" },
#define PERM(id, category, action) [PERM_##id] = { category, action, category "." action },
#include "rule/perm.def"
#undef PERM
};

const char *const perm_names[] = {
#define PERM(id, category, action) category "." action,
#include "rule/perm.def"
#undef PERM
	NULL,
};

#define FORMER(category, action) category "." action
static const char *const former[] = { FORMER("audit", "create"), FORMER("audit", "update"),
	FORMER("audit", "delete"), FORMER("sessions", "create"), FORMER("sessions", "update"), NULL };

bool perm_is_former(const char *name)
{
	for (size_t i = 0; former[i] != NULL; i++) {
		if (strcmp(former[i], name) == 0) {
			return true;
		}
	}
	return false;
}

struct viewer viewer_nobody(void)
{
	return (struct viewer){ .masked = true };
}

const char *perm_category(enum perm perm)
{
	return perms[perm].category;
}

const char *perm_action(enum perm perm)
{
	return perms[perm].action;
}

const char *perm_name(enum perm perm)
{
	return perms[perm].name;
}

enum perm perm_find(const char *name)
{
	for (int perm = FIRST; perm < PERM_END; perm++) {
		if (strcmp(perms[perm].name, name) == 0) {
			return (enum perm)perm;
		}
	}
	return PERM_UNSET;
}

struct rights rights_none(void)
{
	return (struct rights){ 0 };
}

/* What is no permission adds nothing: a name that this program does not know grants nothing. */
struct rights rights_add(struct rights rights, enum perm perm)
{
	if (perm > PERM_SIGNED_IN) {
		rights.bits |= UINT64_C(1) << perm;
	}
	return perm == PERM_ROOMS_CREATE || perm == PERM_ROOMS_UPDATE || perm == PERM_ROOMS_DELETE
		? rights_add_rooms(rights, UINT64_MAX) : rights;
}

struct rights rights_add_rooms(struct rights rights, uint64_t rooms)
{
	rights.rooms |= rooms;
	return rights;
}

struct rights rights_add_administrator(struct rights rights)
{
	for (int perm = FIRST; perm < PERM_END; perm++) {
		rights = rights_add(rights, (enum perm)perm);
	}
	rights.bits |= UINT64_C(1) << ADMINISTRATOR_BIT;
	return rights;
}

struct rights rights_add_unmasked(struct rights rights)
{
	rights.bits |= UINT64_C(1) << UNMASKED_BIT;
	return rights;
}

struct rights rights_union(struct rights a, struct rights b)
{
	return (struct rights){ a.bits | b.bits, a.rooms | b.rooms };
}

bool rights_have(struct rights rights, enum perm perm)
{
	return perm > PERM_SIGNED_IN && (rights.bits >> perm & 1) != 0;
}

bool rights_enter(struct rights rights, uint64_t room)
{
	return (rights.rooms & room) != 0;
}

bool rights_unmasked(struct rights rights)
{
	return (rights.bits >> UNMASKED_BIT & 1) != 0;
}

bool rights_cover(struct rights a, struct rights b)
{
	return (b.bits & ~a.bits) == 0 && (b.rooms & ~a.rooms) == 0;
}
