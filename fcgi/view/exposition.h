/*
 * Numbers in the text that Prometheus reads (exposition format 0.0.4). Names, helps and the values
 * of labels are ours: plain ASCII without quotes. No number is of a person.
 */
#ifndef VIEW_EXPOSITION_H
#define VIEW_EXPOSITION_H

#include "base/meter.h"
#include "base/text.h"

#include <stdint.h>

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Says what the samples that follow are: type is "counter", "gauge" or "histogram". */
void exposition_family(struct text *out, const char *name, const char *type, const char *help);

/* Puts one sample; labels are "" or state="queued". */
void exposition_sample(struct text *out, const char *name, const char *labels, uint64_t value);

/* Puts one sample in seconds, which may be negative. */
void exposition_seconds(struct text *out, const char *name, int64_t microseconds);

/* Puts the samples of a histogram in seconds. */
void exposition_times(struct text *out, const char *name, const char *labels,
	const struct meter_times *times);

#endif
