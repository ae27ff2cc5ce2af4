/*
 * libcurl's only door: so many conversations at a time as the settings allow, each one message to
 * one recipient with one answer, over connections that are kept. TLS is required and verified
 * unless the settings allow plain text to this host; nothing of the environment (proxies, netrc)
 * counts. For one thread; the conversations have their own.
 */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "base/conf.h"
#include "base/err.h"
#include "base/text.h"
#include "mail/smtp_reply.h"

struct smtp;

/* Names the library, its release and those that it uses. */
const char *smtp_library(void);

/* Once. The mailer presents itself as helo, unless conf->smtp_url says otherwise in its path. When
 * stop (base/wake.h) is readable, a conversation is broken off within a second or two, and within
 * seven after the whole letter was given. NULL when libcurl cannot be had. conf must outlive it. */
struct smtp *smtp_open(const struct conf *conf, const char *helo, int stop);

/* Ends the connections, once what was begun is over, and frees smtp; NULL is allowed. */
void smtp_close(struct smtp *smtp);

/* Tells how many conversations go on, or are over and not taken by smtp_ended(). */
size_t smtp_busy(struct smtp *smtp);

/* Begins to send message (ASCII, CRLF) from conf->mail_from to to. All three, and letter by which
 * the caller knows it, stay until smtp_ended() gives letter back. false when as many are busy as
 * the settings allow. An address that is not plain is SMTP_REFUSED without a connection. */
bool smtp_begin(struct smtp *smtp, const char *to, const struct text *message, void *letter);

/* Gives the letter of a conversation that is over, or NULL. *reply is the last that the server
 * said, fit to be shown; its code is 0 when it never spoke. */
void *smtp_ended(struct smtp *smtp, enum smtp_result *result, struct smtp_reply *reply);

/* Greets the server, shakes hands, signs in and names the sender as for a letter, and sends none.
 * SMTP_ACCEPTED, or how it went wrong with *reply, the last that the server said. */
enum smtp_result smtp_probe(const struct conf *conf, const char *helo, struct smtp_reply *reply);

/* Waits until a conversation is over, the bell rings (-1: none), stop becomes readable, or time is
 * up. */
void smtp_wait(struct smtp *smtp, int bell, int milliseconds);

#endif
