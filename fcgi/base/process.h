/*
 * What the kernel says of this process. The names are those that Prometheus' own client libraries
 * use ("process_*"), so the dashboards and alerts that people have fit.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdint.h>

struct process {
	int64_t cpu;             /* microseconds of all threads, in the program and the kernel */
	int64_t started_at;      /* microseconds since 1970, by the clock of today; 0: cannot be told */
	uint64_t resident_bytes; /* 0 where /proc is not mounted; so are those that follow */
	uint64_t virtual_bytes;
	uint64_t open_files;
	uint64_t open_files_max; /* 0: no limit */
};

/* Gives what is so at this moment. */
void process_read(struct process *process);

#endif
