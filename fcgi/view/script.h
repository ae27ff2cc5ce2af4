/* A script for the page as it is written: lines that are indented and not too long. */
#ifndef VIEW_SCRIPT_H
#define VIEW_SCRIPT_H

#include "base/text.h"

struct script {
	struct text *text;
	unsigned depth; /* of blocks around the line */
	size_t column;  /* where the line has come to; 0: nothing stands in it */
};

/* Goes on in the line with the text, which has no new line; indents it where it is the first. */
void script_put(struct script *script, const char *text);

/* Puts the text after a space, or on the next line, one deeper, where this one is full. */
void script_word(struct script *script, const char *text);

/* Puts the text and ends the line; "" alone makes an empty one. */
void script_end(struct script *script, const char *text);

/* Puts the text and a {, and begins a block of lines. */
void script_open(struct script *script, const char *text);

/* Ends the block with a } and goes on in that line with the text. */
void script_close(struct script *script, const char *text);

#endif
