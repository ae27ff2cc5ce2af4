/*
 * The only reader of JSON input. A handler declares its fields in a table (http/input.h);
 * body_read() fills the handler's input struct from the body and reports *all* that is wrong at
 * once:
 *   400 malformed  not JSON, not an object, a duplicate, unknown or mistyped member (field key
 *                  "unknown", "type"), invalid UTF-8, more than 16 levels
 *   422 invalid    a required member is missing ("<field>.required"), too short, too long, not
 *                  one of the words, or its check says so
 *   403 forbidden  a masked viewer would change what is masked (field key "field.masked"), of whose
 *                  value nothing is said; where nothing else is wrong
 * Text is refused when it holds control or invisible characters ("<field>.characters").
 * jansson's door on the way in.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "base/err.h"
#include "http/input.h"
#include "http/reply.h"
#include "http/request.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads the body into input (zeroed first). fields NULL: the body must be empty or {}. masked: the
 * viewer is. On failure the reply holds the refusal and the result is not ERR_OK. */
enum err body_read(const struct request *request, const struct field *fields, bool masked,
	void *input, size_t input_size, struct reply *reply) MUST_USE;

#endif
