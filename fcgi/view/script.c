#include "view/script.h"

#include <string.h>

enum { SCRIPT_COLUMNS = 100, SCRIPT_TAB = 4 };

static void script_indent(struct script *script, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		text_putc(script->text, '\t');
	}
	script->column = (size_t)depth * SCRIPT_TAB;
}

void script_put(struct script *script, const char *text)
{
	if (script->column == 0) {
		script_indent(script, script->depth);
	}
	text_puts(script->text, text);
	script->column += strlen(text);
}

void script_word(struct script *script, const char *text)
{
	if (script->column + strlen(" ;") + strlen(text) > SCRIPT_COLUMNS) {
		text_putc(script->text, '\n');
		script_indent(script, script->depth + 1);
	} else {
		script_put(script, " ");
	}
	script_put(script, text);
}

void script_end(struct script *script, const char *text)
{
	if (*text != '\0') {
		script_put(script, text);
	}
	text_putc(script->text, '\n');
	script->column = 0;
}

void script_open(struct script *script, const char *text)
{
	script_put(script, text);
	script_end(script, "{");
	script->depth++;
}

void script_close(struct script *script, const char *text)
{
	script->depth--;
	script_put(script, "}");
	script_put(script, text);
}
