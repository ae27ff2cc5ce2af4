#include "base/log.h"

#include "base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

static enum log_level least = LOG_INFO;
static _Thread_local const char *request;

void log_level_set(enum log_level level)
{
	least = level;
}

void log_request_set(const char *request_id)
{
	request = request_id;
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_DEBUG:
		return "debug";
	case LOG_INFO:
		return "info";
	case LOG_WARNING:
		return "warning";
	case LOG_ERROR:
	case LOG_NOTHING:
		break;
	}
	return "error";
}

/* One event is one line of printable characters, whatever a value holds. */
static void make_printable(char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if (c < 0x20 || c >= 0x7f) {
			line[i] = '?';
		}
	}
}

static size_t clip(int len, size_t room)
{
	if (len < 0) {
		return 0;
	}
	return (size_t)len < room ? (size_t)len : room - 1;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	char line[LINE_MAX_BYTES], at[CLOCK_TEXT_MAX];
	int kept = errno;
	va_list args;
	size_t len;

	if (level < least) {
		return;
	}
	len = clip(snprintf(line, sizeof(line), "%s level=%s event=%s%s%s%s",
		clock_text(clock_now(), at), level_name(level), event,
		request == NULL ? "" : " request=", request == NULL ? "" : request,
		format[0] == '\0' ? "" : " "), sizeof(line));
	va_start(args, format);
	len += clip(vsnprintf(line + len, sizeof(line) - len, format, args), sizeof(line) - len);
	va_end(args);
	make_printable(line, len);
	line[len] = '\n';
	if (write(STDERR_FILENO, line, len + 1) < 0) {
		errno = kept; /* nobody listens, and there is nobody to tell */
	}
	errno = kept;
}
