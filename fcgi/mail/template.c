#include "mail/template.h"

#include "mail/template.def"

#include <stdbool.h>
#include <string.h>

/* A file becomes read-only bytes of the program; the assembler finds it on the include path. */
#define BYTES_OF(name, file) \
	__asm__(".pushsection .rodata\n" \
		#name ":\n" \
		".incbin \"" file "\"\n" \
		".byte 0\n" \
		".popsection"); \
	extern const char name[] __attribute__((visibility("hidden")));

BYTES_OF(mail_frame, "mail/frame.html")
#define LETTER_FILES(language, id, kind) \
	BYTES_OF(mail_text_##kind##_##language##_txt, "mail/text/" #kind "." #language ".txt") \
	BYTES_OF(mail_text_##kind##_##language##_html, "mail/text/" #kind "." #language ".html")
#define LANGUAGE_FILES(tag, direction, foot, time) TEMPLATE_LETTERS(LETTER_FILES, tag)
TEMPLATE_LANGUAGES(LANGUAGE_FILES)

#define LANGUAGE(tag, direction, foot, time) { #tag, #direction, foot, time },
static const struct template_language languages[] = { TEMPLATE_LANGUAGES(LANGUAGE) };

enum { FORMS = TEMPLATE_HTML + 1 };

#define LETTER_TEXTS(language, id, kind) [LETTER_##id] = { \
	[TEMPLATE_TXT] = mail_text_##kind##_##language##_txt, \
	[TEMPLATE_HTML] = mail_text_##kind##_##language##_html },
#define LANGUAGE_TEXTS(tag, direction, foot, time) { TEMPLATE_LETTERS(LETTER_TEXTS, tag) },
static const char *const texts[][LETTER_END][FORMS] = {
	TEMPLATE_LANGUAGES(LANGUAGE_TEXTS)
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
	const char *text = kind < LETTER_END ? texts[language - languages][kind][form] : NULL;

	return text == NULL ? "" : text;
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

/* Appends what stands before the hole to out; gives what comes after it. */
static const char *template_put_until(struct text *out, const char *frame, const char *hole)
{
	const char *at = strstr(frame, hole);

	text_put(out, frame, (size_t)(at - frame));
	return at + strlen(hole);
}

const char *template_document(struct arena *arena, const char *html)
{
	struct text out = text_in(arena);
	size_t ahead = strcspn(html, "\n");
	const char *rest = template_put_until(&out, mail_frame, "{{ahead}}");

	text_put(&out, html, ahead);
	rest = template_put_until(&out, rest, "{{body}}");
	text_puts(&out, html + ahead + 1);
	text_puts(&out, rest);
	text_putc(&out, '\0');
	return out.bytes;
}

/* Appends value with what HTML would take for markup escaped. */
static void template_put_html(struct text *out, const char *value)
{
	static const char special[] = "&<>\"'";
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };

	while (*value != '\0') {
		size_t plain = strcspn(value, special);

		text_put(out, value, plain);
		value += plain;
		if (*value != '\0') {
			text_puts(out, entities[strchr(special, *value++) - special]);
		}
	}
}

/* Appends what the len bytes inside the braces of a placeholder stand for. */
static enum err template_put_value(struct text *out, const char *inside, size_t len,
	enum template_form form, const struct letter_value *values)
{
	size_t space = strspn(inside, " \n");
	const char *key = inside + space;

	len -= space;
	while (values->key != NULL &&
	       (strlen(values->key) != len || memcmp(values->key, key, len) != 0)) {
		values++;
	}
	if (values->key == NULL) {
		return ERR_BUG;
	}
	if (values->value[0] != '\0') {
		text_put(out, inside, space);
	}
	if (form == TEMPLATE_HTML) {
		template_put_html(out, values->value);
	} else {
		text_puts(out, values->value);
	}
	return ERR_OK;
}

enum err template_fill(struct text *out, const char *template, enum template_form form,
	const struct letter_value *values)
{
	for (;;) {
		const char *open = strstr(template, "{{");
		const char *close = open == NULL ? NULL : strstr(open, "}}");

		if (close == NULL) {
			text_puts(out, template);
			return ERR_OK;
		}
		text_put(out, template, (size_t)(open - template));
		TRY(template_put_value(out, open + 2, (size_t)(close - open) - 2, form, values));
		template = close + 2;
	}
}
