#include "base/meter.h"

const int64_t meter_bounds[METER_BOUNDS] = {
	5000, 25000, 100000, 250000, 1000000, 2500000, 10000000,
};

void meter_add(struct meter *meter)
{
	atomic_fetch_add_explicit(&meter->value, 1, memory_order_relaxed);
}

void meter_take(struct meter *meter)
{
	atomic_fetch_sub_explicit(&meter->value, 1, memory_order_relaxed);
}

uint64_t meter_read(const struct meter *meter)
{
	return atomic_load_explicit(&meter->value, memory_order_relaxed);
}

void meter_time(struct meter_times *times, int64_t microseconds)
{
	uint64_t time = microseconds < 0 ? 0 : (uint64_t)microseconds;
	int at = 0;

	while (at < METER_BOUNDS && microseconds > meter_bounds[at]) {
		at++;
	}
	atomic_fetch_add_explicit(&times->within[at], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&times->sum, time, memory_order_relaxed);
}
