#include "base/log.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

static const char *const level_words[] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARNING] = "warning",
	[LOG_ERROR] = "error",
	[LOG_NOTHING] = "nothing",
};

/* As the journal reads them (sd-daemon(3), syslog(3)). */
static const char *const priorities[] = {
	[LOG_DEBUG] = "<7>",
	[LOG_INFO] = "<6>",
	[LOG_WARNING] = "<4>",
	[LOG_ERROR] = "<3>",
	[LOG_NOTHING] = "",
};

static enum log_level min = LOG_INFO;
static _Thread_local const char *request;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;
static uint64_t dropped; /* lines since the last one that was written */
static bool torn;        /* the last one has no end */

void log_level_set(enum log_level level)
{
	min = level;
}

void log_request_set(const char *request_id)
{
	request = request_id;
}

/* Makes of an event one line of printable characters, whatever a value holds. */
static void log_make_printable(char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if (c < 0x20 || c >= 0x7f) {
			line[i] = '?';
		}
	}
}

/* Gives what a line begins with: its priority where stderr is the stream that systemd has connected
 * to the journal, and named in the environment (systemd.exec(5)); else "". */
static const char *log_priority(enum log_level level)
{
	const char *journal = getenv("JOURNAL_STREAM");
	struct stat ours;
	char name[64];

	if (journal == NULL || fstat(STDERR_FILENO, &ours) != 0) {
		return "";
	}
	snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)ours.st_dev, (uintmax_t)ours.st_ino);
	return strcmp(name, journal) == 0 ? priorities[level] : "";
}

/* How many of len bytes snprintf() has written where there is room for so many. */
static size_t log_clip(int len, size_t room)
{
	if (len < 0) {
		return 0;
	}
	return (size_t)len < room ? (size_t)len : room - 1;
}

/* Writes what every line begins with and gives its length. of is the request that it is about, or
 * NULL. */
static size_t log_put_head(char line[static LINE_MAX_BYTES], enum log_level level,
	const char *event, const char *of)
{
	char at[CLOCK_TEXT_MAX];

	return log_clip(snprintf(line, LINE_MAX_BYTES, "%s%s level=%s event=%s%s%s",
		log_priority(level), clock_text(clock_host(), at), level_words[level], event,
		of == NULL ? "" : " request=", of == NULL ? "" : of), LINE_MAX_BYTES);
}

/* Writes a line to a pipe or a socket that says that it has room: it takes it whole. false when it
 * has none: its reader is stuck, and whoever waited for that would be stuck too. A disk that fills
 * up may take a part of a line; what comes later is not to be joined to that. */
static bool log_put_now(const char *line, size_t len)
{
	struct pollfd log = { .fd = STDERR_FILENO, .events = POLLOUT };
	ssize_t put;

	if (poll(&log, 1, 0) != 1 || (torn && write(STDERR_FILENO, "\n", 1) != 1)) {
		return false;
	}
	put = write(STDERR_FILENO, line, len);
	torn = put > 0 && (size_t)put < len;
	return put >= 0 && !torn;
}

/* Tells how many lines there was nobody for, as soon as there is; false while there is not. */
static bool log_put_dropped(void)
{
	char line[LINE_MAX_BYTES];
	size_t len;

	if (dropped == 0) {
		return true;
	}
	len = log_put_head(line, LOG_WARNING, "log", NULL);
	len += log_clip(snprintf(line + len, sizeof(line) - len, " dropped=%" PRIu64 "\n", dropped),
		sizeof(line) - len);
	if (!log_put_now(line, len)) {
		return false;
	}
	dropped = 0;
	return true;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	int kept = errno;
	va_list args;
	size_t len;

	if (level < min) {
		return;
	}
	len = log_put_head(line, level, event, request);
	if (format[0] != '\0' && len < sizeof(line) - 1) {
		line[len++] = ' ';
	}
	va_start(args, format);
	len += log_clip(vsnprintf(line + len, sizeof(line) - len, format, args), sizeof(line) - len);
	va_end(args);
	log_make_printable(line, len);
	line[len] = '\n';
	pthread_mutex_lock(&writing); /* or two threads would write what there is room for once */
	if (!log_put_dropped() || !log_put_now(line, len + 1)) {
		dropped++;
	}
	pthread_mutex_unlock(&writing);
	errno = kept;
}

void log_say(enum log_level level, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list args;
	size_t len = log_clip(snprintf(line, sizeof(line), "%s%s: ", log_priority(level),
		program_invocation_short_name), sizeof(line));

	va_start(args, format);
	len += log_clip(vsnprintf(line + len, sizeof(line) - len, format, args), sizeof(line) - len);
	va_end(args);
	line[len] = '\n';
	pthread_mutex_lock(&writing);
	(void)log_put_now(line, len + 1);
	pthread_mutex_unlock(&writing);
}
