/*
 * What a mail server said, to which command, and what that means for a letter: a pure decision.
 * Only what is said about the recipient or the content is about the letter. What is said about our
 * name, our account, our sender or our right to be here would be said to every other letter too,
 * and must cost none.
 */
#ifndef MAIL_SMTP_REPLY_H
#define MAIL_SMTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

enum smtp_result {
	SMTP_ACCEPTED,    /* 2xx after the final dot: the server has it */
	SMTP_REFUSED,     /* 5xx to this recipient or this content: for good */
	SMTP_SETTINGS,    /* 5xx to us: no letter goes through until a setting is changed */
	SMTP_DEFERRED,    /* 4xx: later, says the server */
	SMTP_UNREACHABLE, /* no connection, time-out, or the connection broke before the final dot */
	SMTP_TLS,         /* no TLS offered, or a certificate that cannot be trusted */
	SMTP_UNKNOWN      /* lost between the final dot and the answer: it may have been delivered */
};

/* How far a conversation is: what the next reply answers. */
enum smtp_stage { SMTP_GREETING, SMTP_HELLO, SMTP_STARTTLS, SMTP_ACCOUNT, SMTP_SENDER,
	SMTP_RECIPIENT, SMTP_DATA, SMTP_CONTENT };

#define SMTP_TEXT_MAX 256

struct smtp_reply {
	enum smtp_stage stage;
	unsigned code;            /* 0: the server has not spoken */
	char text[SMTP_TEXT_MAX]; /* what stands beside the code, lines joined, cut off; as it came */
	bool whole;               /* its last line has been read */
	bool over;                /* we have said QUIT */
};

/* Takes a command as it is sent. After QUIT nothing counts any more: the last reply is the one
 * before. */
void smtp_reply_command(struct smtp_reply *reply, const char *line, size_t len);

/* Takes a line as the server says it. */
void smtp_reply_line(struct smtp_reply *reply, const char *line, size_t len);

/* Makes the text one line of UTF-8 that can be shown to people. */
void smtp_reply_clean(struct smtp_reply *reply);

/* Gives what a refusal (4xx, 5xx) means. */
enum smtp_result smtp_reply_verdict(const struct smtp_reply *reply);

#endif
