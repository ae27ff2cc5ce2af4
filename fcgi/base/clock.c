#include "base/clock.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int64_t set_instant;

/* What the database's clock was ahead of clock_running(); 0 while nobody has asked it. */
static _Atomic int64_t ahead;
static _Atomic int64_t asked_at; /* by clock_running() */

static int64_t clock_read(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

int64_t clock_running(void)
{
	return clock_read(CLOCK_BOOTTIME);
}

bool clock_wait(pthread_cond_t *changed, pthread_mutex_t *lock, int64_t most)
{
	int64_t until = clock_read(CLOCK_MONOTONIC) + most;
	const struct timespec at = { .tv_sec = until / CLOCK_SECOND,
		.tv_nsec = until % CLOCK_SECOND * 1000 };

	return pthread_cond_clockwait(changed, lock, CLOCK_MONOTONIC, &at) == 0;
}

int64_t clock_host(void)
{
	return clock_read(CLOCK_REALTIME);
}

int64_t clock_now(void)
{
	if (set_instant != 0) {
		return set_instant;
	}
	return ahead == 0 ? clock_host() : clock_running() + ahead;
}

bool clock_must_ask(int64_t every)
{
	int64_t now = clock_running(), last = asked_at;

	return now - last >= every && atomic_compare_exchange_strong(&asked_at, &last, now);
}

void clock_follow(int64_t instant, int64_t asked, int64_t answered)
{
	int64_t unsure = (answered - asked) / 2, known = ahead;
	int64_t found = instant - (asked + unsure);

	/* A little jitter would let the time step back; what is within the doubt is no news. */
	if (instant > 0 && (known == 0 || found - known > unsure || known - found > unsure)) {
		ahead = found;
	}
}

int64_t clock_skew(void)
{
	return ahead == 0 ? 0 : clock_host() - (clock_running() + ahead);
}

void clock_set(int64_t instant)
{
	set_instant = instant;
}

/* Days from 1 March of the year 0 to 1 January 1970, and in 400 years. */
enum { DAYS_TO_EPOCH = 719468, DAYS_OF_ERA = 146097 };

/* Years begin in March here, so that the day that comes and goes is the last one. */
struct clock_date clock_split(int64_t instant)
{
	int64_t part = instant % CLOCK_DAY + (instant % CLOCK_DAY < 0 ? CLOCK_DAY : 0);
	int64_t days = (instant - part) / CLOCK_DAY + DAYS_TO_EPOCH;
	int64_t era = (days >= 0 ? days : days - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA;
	unsigned day = (unsigned)(days - era * DAYS_OF_ERA);
	unsigned year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	unsigned of_year = day - (365 * year + year / 4 - year / 100);
	unsigned month = (5 * of_year + 2) / 153; /* 0 is March */
	unsigned seconds = (unsigned)(part / CLOCK_SECOND);

	return (struct clock_date){
		.year = (int)(era * 400) + (int)year + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = of_year - (153 * month + 2) / 5 + 1,
		.hour = seconds / 3600,
		.minute = seconds / 60 % 60,
		.second = seconds % 60,
		.microsecond = (unsigned)(part % CLOCK_SECOND),
	};
}

int64_t clock_join(const struct clock_date *date)
{
	int64_t year = date->year - (date->month <= 2);
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	unsigned of_era = (unsigned)(year - era * 400);
	unsigned month = date->month > 2 ? date->month - 3 : date->month + 9;
	unsigned of_year = (153 * month + 2) / 5 + date->day - 1;
	int64_t days = era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
		DAYS_TO_EPOCH;

	return days * CLOCK_DAY + (int64_t)date->hour * CLOCK_HOUR +
		(int64_t)date->minute * CLOCK_MINUTE + (int64_t)date->second * CLOCK_SECOND +
		(int64_t)date->microsecond;
}

/* Writes so many digits of number at at, and what follows them; gives the place behind. */
static char *clock_put(char *at, unsigned number, int digits, char next)
{
	for (int i = digits; i-- > 0; number /= 10) {
		at[i] = (char)('0' + number % 10);
	}
	at[digits] = next;
	return at + digits + 1;
}

static bool is_local; /* another zone than UTC was set */

static bool clock_is_file(const char *path)
{
	struct stat is;

	return stat(path, &is) == 0 && S_ISREG(is.st_mode);
}

bool clock_set_zone(const char *name)
{
	static const char folder[] = "/usr/share/zoneinfo/";
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s%s", folder, name);

	if (strcmp(name, "UTC") != 0 && (strstr(name, "..") != NULL || len >= (int)sizeof(path) ||
	    !clock_is_file(path))) {
		return false;
	}
	is_local = strcmp(name, "UTC") != 0;
	setenv("TZ", name, 1);
	tzset();
	return true;
}

struct tm clock_local(int64_t instant)
{
	time_t seconds = (time_t)(instant / CLOCK_SECOND);
	struct tm tm;

	if (is_local) {
		localtime_r(&seconds, &tm);
	} else {
		gmtime_r(&seconds, &tm);
		tm.tm_zone = "UTC"; /* not GMT, as the library calls it */
	}
	return tm;
}

const char *clock_text(int64_t instant, char out[static CLOCK_TEXT_MAX])
{
	struct clock_date date = clock_split(instant);
	char *at = clock_put(out, (unsigned)date.year, date.year > 9999 ? 6 : 4, '-');

	at = clock_put(at, date.month, 2, '-');
	at = clock_put(at, date.day, 2, 'T');
	at = clock_put(at, date.hour, 2, ':');
	at = clock_put(at, date.minute, 2, ':');
	at = clock_put(at, date.second, 2, '.');
	at = clock_put(at, date.microsecond / 1000, 3, 'Z');
	*at = '\0';
	return out;
}

/* Whether text begins as the shape does, where 0 stands for any digit. */
static bool clock_has_shape(const char *text, const char *shape)
{
	for (; *shape != '\0'; text++, shape++) {
		if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape) {
			return false;
		}
	}
	return true;
}

/* Reads the number in the first digits of text. */
static int clock_number(const char *text, int digits)
{
	int result = 0;

	for (int i = 0; i < digits; i++) {
		result = result * 10 + (text[i] - '0');
	}
	return result;
}

/* Reads Z or +hh:mm, the rest of text, into *offset; false for anything else. */
static bool clock_read_offset(const char *text, int64_t *offset)
{
	int64_t size;

	*offset = 0;
	if (text[0] == 'Z' && text[1] == '\0') {
		return true;
	}
	if (!(clock_has_shape(text, "+00:00") || clock_has_shape(text, "-00:00")) || text[6] != '\0') {
		return false;
	}
	size = clock_number(text + 1, 2) * CLOCK_HOUR + clock_number(text + 4, 2) * CLOCK_MINUTE;
	*offset = text[0] == '-' ? -size : size;
	return clock_number(text + 1, 2) < 24 && clock_number(text + 4, 2) < 60;
}

int64_t clock_instant(const char *text)
{
	static const char shape[] = "0000-00-00T00:00:00";
	struct tm tm, settled;
	int64_t fraction = 0, unit = CLOCK_SECOND / 10, offset, instant;

	if (!clock_has_shape(text, shape)) {
		return 0;
	}
	tm = (struct tm){ .tm_year = clock_number(text, 4) - 1900,
		.tm_mon = clock_number(text + 5, 2) - 1, .tm_mday = clock_number(text + 8, 2),
		.tm_hour = clock_number(text + 11, 2), .tm_min = clock_number(text + 14, 2),
		.tm_sec = clock_number(text + 17, 2) };
	settled = tm;
	instant = (int64_t)timegm(&settled) * CLOCK_SECOND;
	if (settled.tm_mon != tm.tm_mon || settled.tm_mday != tm.tm_mday ||
	    settled.tm_hour != tm.tm_hour || settled.tm_min != tm.tm_min) {
		return 0; /* timegm() had to mend it: there is no 30 February */
	}
	text += strlen(shape);
	if (clock_has_shape(text, ".0")) {
		for (text++; clock_has_shape(text, "0"); text++, unit /= 10) {
			fraction += unit * clock_number(text, 1);
		}
	}
	instant = clock_read_offset(text, &offset) ? instant + fraction - offset : 0;
	return instant > 0 ? instant : 0;
}
