/*
 * The OpenAPI 3.1 document, written from the tables that the program runs on: the routes, the
 * fields of bodies, query strings and records, the refusals. So it says what the program does; and
 * the tests of the API hold every answer to it.
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "base/text.h"

#include <stdio.h>

/* Puts the document of an installation under this prefix ("" or "/backoffice"). */
void api_openapi_put(struct text *out, const char *prefix);

/* Prints the same without a prefix, for those who have no installation at hand. */
void api_openapi_print(FILE *out);

#endif
