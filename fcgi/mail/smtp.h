/*
 * libcurl's only door: one message, one recipient, one answer. TLS is required and verified unless
 * the settings allow plain text to this host; nothing of the environment (proxies, netrc) counts.
 */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "base/conf.h"
#include "base/err.h"
#include "base/text.h"

enum smtp_result {
	SMTP_ACCEPTED,    /* 2xx after the final dot: the server has it */
	SMTP_REFUSED,     /* 5xx: for good */
	SMTP_DEFERRED,    /* 4xx: later, says the server */
	SMTP_UNREACHABLE, /* no connection, time-out, or the connection broke before the final dot */
	SMTP_TLS,         /* no TLS offered, or a certificate that cannot be trusted */
	SMTP_UNKNOWN      /* lost between the final dot and the answer: it may have been delivered */
};

struct smtp;

/* Once, before threads. NULL when libcurl cannot be had. conf must outlive it. */
struct smtp *smtp_open(const struct conf *conf);
void smtp_close(struct smtp *smtp);

/* Sends message (ASCII, CRLF) from conf->mail_from to to. *code is the server's last reply code, 0
 * when it never spoke. An address that is not plain is SMTP_REFUSED without a connection. */
enum smtp_result smtp_send(struct smtp *smtp, const char *to, const struct text *message,
	unsigned *code);

#endif
