#include "view/exposition.h"

#include <inttypes.h>

static const unsigned second = 1000000; /* of microseconds */

void exposition_family(struct text *out, const char *name, const char *type, const char *help)
{
	text_putf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void exposition_sample(struct text *out, const char *name, const char *labels, uint64_t value)
{
	if (labels[0] == '\0') {
		text_putf(out, "%s %" PRIu64 "\n", name, value);
	} else {
		text_putf(out, "%s{%s} %" PRIu64 "\n", name, labels, value);
	}
}

void exposition_seconds(struct text *out, const char *name, int64_t microseconds)
{
	text_putf(out, "%s %.6f\n", name, (double)microseconds / second);
}

void exposition_times(struct text *out, const char *name, const char *labels,
	const struct meter_times *times)
{
	uint64_t microseconds = atomic_load_explicit(&times->sum, memory_order_relaxed), count = 0;

	for (int i = 0; i <= METER_BOUNDS; i++) {
		count += atomic_load_explicit(&times->within[i], memory_order_relaxed);
		text_putf(out, "%s_bucket{%s,le=\"", name, labels);
		if (i == METER_BOUNDS) {
			text_puts(out, "+Inf");
		} else {
			text_putf(out, "%g", (double)meter_bounds[i] / second);
		}
		text_putf(out, "\"} %" PRIu64 "\n", count);
	}
	text_putf(out, "%s_sum{%s} %" PRIu64 ".%06" PRIu64 "\n", name, labels,
		microseconds / second, microseconds % second);
	text_putf(out, "%s_count{%s} %" PRIu64 "\n", name, labels, count);
}
