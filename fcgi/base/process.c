#include "base/process.h"

#include "base/clock.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int64_t process_microseconds(struct timeval time)
{
	return (int64_t)time.tv_sec * CLOCK_SECOND + time.tv_usec;
}

static void process_read_memory(struct process *process)
{
	FILE *file = fopen("/proc/self/statm", "re");
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), size = 0, resident = 0;

	if (file == NULL) {
		return;
	}
	if (fscanf(file, "%" SCNu64 " %" SCNu64, &size, &resident) == 2) {
		process->virtual_bytes = size * page;
		process->resident_bytes = resident * page;
	}
	(void)fclose(file);
}

/* The 22nd word of stat, in clock ticks since the boot. The second one is the program's name in
 * parentheses, in which there may be spaces (proc(5)). */
static uint64_t process_start_ticks(void)
{
	enum { AFTER_NAME = 20 }; /* the words between the name and ours */
	FILE *file = fopen("/proc/self/stat", "re");
	char line[1024] = "";
	uint64_t ticks = 0;
	const char *at;

	if (file == NULL) {
		return 0;
	}
	at = fgets(line, sizeof(line), file) == NULL ? NULL : strrchr(line, ')');
	(void)fclose(file);
	for (int word = 0; at != NULL && word < AFTER_NAME; word++) {
		at = strchr(at + 1, ' ');
	}
	return at != NULL && sscanf(at, "%" SCNu64, &ticks) == 1 ? ticks : 0;
}

/* How long ago that was, taken from the clock of now: one that was set right since counts. */
static int64_t process_started_at(void)
{
	uint64_t ticks = process_start_ticks();
	struct timespec up;

	if (ticks == 0 || clock_gettime(CLOCK_BOOTTIME, &up) != 0) {
		return 0;
	}
	return clock_host() - ((int64_t)up.tv_sec * CLOCK_SECOND + up.tv_nsec / 1000) +
		(int64_t)ticks * CLOCK_SECOND / sysconf(_SC_CLK_TCK);
}

/* But for ".", ".." and the one that lists them. */
static uint64_t process_open_files(void)
{
	enum { NOT_OURS = 3 };
	DIR *folder = opendir("/proc/self/fd");
	uint64_t count = 0;

	if (folder == NULL) {
		return 0;
	}
	while (readdir(folder) != NULL) {
		count++;
	}
	(void)closedir(folder);
	return count > NOT_OURS ? count - NOT_OURS : 0;
}

void process_read(struct process *process)
{
	struct rusage usage;
	struct rlimit files;

	*process = (struct process){ .started_at = process_started_at(),
		.open_files = process_open_files() };
	process_read_memory(process);
	if (getrusage(RUSAGE_SELF, &usage) == 0) {
		process->cpu = process_microseconds(usage.ru_utime) + process_microseconds(usage.ru_stime);
	}
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
		process->open_files_max = files.rlim_cur;
	}
}
