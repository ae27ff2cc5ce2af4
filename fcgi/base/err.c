#include "base/err.h"

const char *err_name(enum err err)
{
	switch (err) {
	case ERR_OK:
		return "ok";
	case ERR_INVALID:
		return "invalid";
	case ERR_UNAUTHENTICATED:
		return "unauthenticated";
	case ERR_FORBIDDEN:
		return "forbidden";
	case ERR_NOT_FOUND:
		return "not_found";
	case ERR_CONFLICT:
		return "conflict";
	case ERR_STALE:
		return "stale";
	case ERR_READ_ONLY:
		return "read_only";
	case ERR_TOO_MANY:
		return "too_many";
	case ERR_TOO_SLOW:
		return "too_slow";
	case ERR_UNAVAILABLE:
		return "unavailable";
	case ERR_RETRY:
		return "retry";
	case ERR_BUG:
		break;
	}
	return "bug";
}
