/*
 * libcurl's only door: one message, one recipient, one answer. TLS is required and verified unless
 * the settings allow plain text to this host; nothing of the environment (proxies, netrc) counts.
 */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "base/conf.h"
#include "base/err.h"
#include "base/text.h"
#include "mail/smtp_reply.h"

struct smtp;

/* Once, before threads. The mailer presents itself as helo, unless conf->smtp_url says otherwise in
 * its path. When stop (base/wake.h) is readable, a conversation is broken off within a second or
 * two, and within seven after the whole letter was given. NULL when libcurl cannot be had. conf
 * must outlive it. */
struct smtp *smtp_open(const struct conf *conf, const char *helo, int stop);

/* Ends the last connection and frees smtp; NULL is allowed. */
void smtp_close(struct smtp *smtp);

/* Sends message (ASCII, CRLF) from conf->mail_from to to. *reply is the last that the server said,
 * fit to be shown; its code is 0 when it never spoke. An address that is not plain is SMTP_REFUSED
 * without a connection. */
enum smtp_result smtp_send(struct smtp *smtp, const char *to, const struct text *message,
	struct smtp_reply *reply);

#endif
