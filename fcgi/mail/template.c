#include "mail/template.h"

#include <stdbool.h>
#include <string.h>

struct template {
	const char *kind;
	const char *language;
	const char *form;
	const char *text;
};

/* A file becomes read-only bytes of the program; the assembler finds it on the include path. */
#define BYTES_OF(name, file) \
	__asm__(".pushsection .rodata\n" \
		#name ":\n" \
		".incbin \"" file "\"\n" \
		".byte 0\n" \
		".popsection"); \
	extern const char name[] __attribute__((visibility("hidden")));

BYTES_OF(mail_frame, "mail/frame.html")
#define LANGUAGE(tag, direction, foot)
#define TEMPLATE(kind, language, form) \
	BYTES_OF(mail_text_##kind##_##language##_##form, "mail/text/" #kind "." #language "." #form)
#include "mail/template.def"
#undef LANGUAGE
#undef TEMPLATE

static const struct template templates[] = {
#define LANGUAGE(tag, direction, foot)
#define TEMPLATE(kind, language, form) \
	{ #kind, #language, #form, mail_text_##kind##_##language##_##form },
#include "mail/template.def"
#undef LANGUAGE
#undef TEMPLATE
};

/* English is the first. */
static const struct template_language languages[] = {
#define LANGUAGE(tag, direction, foot) { #tag, #direction, foot },
#define TEMPLATE(kind, language, form)
#include "mail/template.def"
#undef LANGUAGE
#undef TEMPLATE
};

static const struct template_notice notices[] = {
#define NOTICE(word, language, title, deed) { #word, #language, title, deed },
#define ORIGIN(word, language, text)
#include "mail/notice.def"
#undef NOTICE
#undef ORIGIN
};

static const struct {
	const char *word;
	const char *language;
	const char *text;
} origins[] = {
#define NOTICE(word, language, title, deed)
#define ORIGIN(word, language, text) { #word, #language, text },
#include "mail/notice.def"
#undef NOTICE
#undef ORIGIN
};

static const char *const form_words[] = { [TEMPLATE_TXT] = "txt", [TEMPLATE_HTML] = "html" };

const struct template_language *template_language(const char *tag)
{
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		if (strcmp(languages[i].tag, tag) == 0) {
			return &languages[i];
		}
	}
	return &languages[0];
}

const char *template_find(enum letter_kind kind, const struct template_language *language,
	enum template_form form)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		if (strcmp(templates[i].kind, letter_kind_words[kind]) == 0 &&
		    strcmp(templates[i].language, language->tag) == 0 &&
		    strcmp(templates[i].form, form_words[form]) == 0) {
			return templates[i].text;
		}
	}
	return "";
}

const struct template_notice *template_notice(const struct template_language *language,
	const char *word)
{
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		if (strcmp(notices[i].word, word) == 0 &&
		    strcmp(notices[i].language, language->tag) == 0) {
			return &notices[i];
		}
	}
	return NULL;
}

const char *template_origin(const struct template_language *language, const char *from)
{
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		if (strcmp(origins[i].word, from) == 0 &&
		    strcmp(origins[i].language, language->tag) == 0) {
			return origins[i].text;
		}
	}
	return from;
}

const char *template_document(struct arena *arena, const char *html)
{
	static const char hole[] = "{{body}}";
	const char *at = strstr(mail_frame, hole);

	return arena_printf(arena, "%.*s%s%s", (int)(at - mail_frame), mail_frame, html,
		at + sizeof(hole) - 1);
}

static const char *find_value(const struct letter_value *values, const char *key, size_t len)
{
	for (size_t i = 0; values[i].key != NULL; i++) {
		if (strlen(values[i].key) == len && memcmp(values[i].key, key, len) == 0) {
			return values[i].value;
		}
	}
	return NULL;
}

static void put_html(struct text *out, const char *value)
{
	for (; *value != '\0'; value++) {
		switch (*value) {
		case '&':
			text_puts(out, "&amp;");
			break;
		case '<':
			text_puts(out, "&lt;");
			break;
		case '>':
			text_puts(out, "&gt;");
			break;
		case '"':
			text_puts(out, "&quot;");
			break;
		case '\'':
			text_puts(out, "&#39;");
			break;
		default:
			text_putc(out, *value);
		}
	}
}

/* One placeholder: what stands between its braces. */
static enum err put_value(struct text *out, const char *inside, size_t len,
	enum template_form form, const struct letter_value *values)
{
	size_t space = strspn(inside, " \n");
	const char *value = find_value(values, inside + space, len - space);

	if (value == NULL) {
		return ERR_BUG;
	}
	if (value[0] != '\0') {
		text_put(out, inside, space);
	}
	if (form == TEMPLATE_HTML) {
		put_html(out, value);
	} else {
		text_puts(out, value);
	}
	return ERR_OK;
}

enum err template_fill(struct text *out, const char *template, enum template_form form,
	const struct letter_value *values)
{
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		const char *open = strstr(template, "{{");
		const char *close = open == NULL ? NULL : strstr(open, "}}");

		if (close == NULL) {
			text_puts(out, template);
			return ERR_OK;
		}
		text_put(out, template, (size_t)(open - template));
		err = put_value(out, open + 2, (size_t)(close - open) - 2, form, values);
		template = close + 2;
	}
	return err;
}
