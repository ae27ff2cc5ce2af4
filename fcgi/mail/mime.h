/*
 * The parts of a message that other people's text goes into, as ASCII that every mail server takes:
 * no line longer than 76 characters (an address cannot be folded), no CR or LF but in pairs.
 * Input is valid UTF-8.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/text.h"

#include <stdbool.h>

/* Tells whether the value holds no control character, so that it cannot end its header. */
bool mime_is_header(const char *value);

/* Writes "Name: value" and CRLF; what is not short printable ASCII becomes encoded words (RFC
 * 2047). */
void mime_header(struct text *out, const char *name, const char *value);

/* "Name: "display" <address>" and CRLF; the display name may be "". */
void mime_mailbox(struct text *out, const char *name, const char *display, const char *address);

/* Writes body as quoted-printable (RFC 2045 6.7). Line ends are LF in the input, CRLF in the
 * output. */
void mime_body(struct text *out, const char *body);

#endif
