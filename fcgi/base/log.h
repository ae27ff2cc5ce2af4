/*
 * One line per event on stderr: time, level, event, request id, then key=value pairs. The journal
 * or the supervisor keeps it; for the journal a line begins with its priority (sd-daemon(3)). Never
 * pass a secret, an email address, a name or a phone number: log ids. Control characters in values
 * become '?', so that one event is always one line.
 *
 * The service is worth more than its log: where a pipe is full because its reader is stuck, lines
 * are dropped, and "event=log dropped=N" tells how many once there is room again.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_NOTHING };

/* Lines below this level are not written; LOG_INFO to begin with. No line has LOG_NOTHING. */
void log_level_set(enum log_level level);

/* Names the request that this thread serves; NULL for none. The string must outlive it. */
void log_request_set(const char *request_id);

/* Writes a line; format gives "key=value key=value" and may be "". errno is kept. */
void log_event(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Writes a sentence for the person who starts the program, after the program's name: what is wrong,
 * and what to do. */
void log_say(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
