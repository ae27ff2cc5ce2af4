/*
 * JSON that a program writes out by hand, for documents that are asked for rarely and the trail: '
 * stands for ", so that it can be read where it is written.
 */
#ifndef VIEW_JSON_H
#define VIEW_JSON_H

#include "base/text.h"

/* Appends as printf does, and a " for every ', also for those of what is put in: a text that may
 * hold one goes through text_put_json(). */
void view_json(struct text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
