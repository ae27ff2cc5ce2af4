#include "rule/throttle.h"

#include "base/clock.h"

struct throttle_limits {
	uint64_t free;
	int64_t max;   /* longest delay */
	int64_t memory;
};

static struct throttle_limits throttle_limits_of(enum throttle_kind kind)
{
	switch (kind) {
	case THROTTLE_ACCOUNT:
	case THROTTLE_DEVICE:
		return (struct throttle_limits){ 4, 15 * CLOCK_MINUTE, 24 * CLOCK_HOUR };
	case THROTTLE_FACTOR:
		return (struct throttle_limits){ UINT64_MAX, 0, 36500 * CLOCK_DAY };
	case THROTTLE_NETWORK:
		break;
	}
	return (struct throttle_limits){ 50, CLOCK_MINUTE, CLOCK_HOUR };
}

int64_t throttle_delay(enum throttle_kind kind, uint64_t failures)
{
	struct throttle_limits limits = throttle_limits_of(kind);
	int64_t delay = CLOCK_SECOND;

	if (failures <= limits.free) {
		return 0;
	}
	for (uint64_t i = limits.free + 1; i < failures && delay < limits.max; i++) {
		delay *= 2;
	}
	return delay < limits.max ? delay : limits.max;
}

int64_t throttle_memory(enum throttle_kind kind)
{
	return throttle_limits_of(kind).memory;
}

int64_t throttle_lookup_window(void)
{
	return 10 * CLOCK_MINUTE;
}
