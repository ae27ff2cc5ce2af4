/*
 * The way of an answer to nginx: FastCGI records. libfcgi would copy it through a buffer of 8 KiB
 * and write that: of a list's page two to four writes, each of which wakes nginx.
 */
#ifndef HTTP_WIRE_H
#define HTTP_WIRE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes the bytes to the connection as output of the request, and that this was all of it if they
 * are the last. false: nobody reads there any more. */
bool wire_send(int connection, int request, const char *bytes, size_t len, bool last) MUST_USE;

#endif
