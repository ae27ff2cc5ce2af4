#include "view/room.h"

#include <string.h>
#include <strings.h>

static const struct refusal_words {
	const char *language;
	const char *direction;
	const char *title;
	const char *what;
	const char *room;
	const char *who;
	const char *remedy;
	const char *home;
} languages[] = {
#define REFUSAL(language, direction, title, what, room, who, remedy, home) \
	{ #language, #direction, title, what, room, who, remedy, home },
#include "view/refusal.def"
#undef REFUSAL
};

enum { LANGUAGES = sizeof(languages) / sizeof(languages[0]) };

/* Colours as of htdocs/css/tokens.css: the page must be read where nothing else can be had. */
static const char style[] =
	":root{color-scheme:light dark}"
	"body{margin:0;font:1rem/1.5 system-ui,sans-serif;background:#f4f5f7;color:#1c2127}"
	"main{max-width:32rem;margin:12vh auto;padding:2rem;background:#fff;border-radius:.5rem}"
	"h1{margin:0 0 1rem;font-size:1.25rem}p{margin:0 0 1rem}a{color:#1d58c9}"
	"@media(prefers-color-scheme:dark){body{background:#14171b;color:#e6e8eb}"
	"main{background:#1d2126}a{color:#8ab4ff}}";

static const struct refusal_words *refusal_find(const char *tag, size_t len)
{
	for (size_t i = 0; i < LANGUAGES; i++) {
		size_t own = strlen(languages[i].language);

		if (len >= own && strncasecmp(tag, languages[i].language, own) == 0 &&
		    (len == own || tag[own] == '-')) {
			return &languages[i];
		}
	}
	return NULL;
}

const char *view_refusal_language(const char *accepted)
{
	while (*accepted != '\0') {
		size_t len;
		const struct refusal_words *words;

		accepted += strspn(accepted, " \t,");
		len = strcspn(accepted, ",; \t");
		words = refusal_find(accepted, len);
		if (words != NULL) {
			return words->language;
		}
		accepted += strcspn(accepted, ",");
	}
	return "";
}

/* Puts text as HTML has it, also within an attribute. */
static void put_html(struct text *out, const char *text)
{
	for (; *text != '\0'; text++) {
		const char *entity = *text == '&' ? "&amp;" : *text == '<' ? "&lt;"
			: *text == '>' ? "&gt;" : *text == '"' ? "&quot;" : NULL;

		if (entity != NULL) {
			text_puts(out, entity);
		} else {
			text_putc(out, *text);
		}
	}
}

/* Puts a sentence with a name in the place of %s, which has its own direction. */
static void put_sentence(struct text *out, const char *sentence, const char *name)
{
	const char *place = strstr(sentence, "%s");

	text_put(out, sentence, (size_t)(place - sentence));
	text_puts(out, "<bdi>");
	put_html(out, name);
	text_puts(out, "</bdi>");
	text_puts(out, place + 2);
}

static void put_refusal_title(struct text *out, const struct refusal_words *words,
	const struct refusal *refusal)
{
	if (refusal->room[0] == '\0') {
		text_puts(out, words->title);
	} else {
		put_sentence(out, words->room, refusal->room);
	}
}

static void put_refusal_head(struct text *out, const struct conf *conf,
	const struct refusal_words *words)
{
	text_putf(out, "<!doctype html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"robots\" content=\"noindex\">\n<title>%s – ",
		words->language, words->direction, words->title);
	put_html(out, conf->name);
	text_putf(out, "</title>\n<style>%s</style>\n</head>\n", style);
}

void view_refusal(struct text *out, const struct conf *conf, const struct refusal *refusal)
{
	const struct refusal_words *words = refusal_find(refusal->language, strlen(refusal->language));

	words = words == NULL ? &languages[0] : words;
	put_refusal_head(out, conf, words);
	text_puts(out, "<body>\n<main>\n<h1>");
	put_refusal_title(out, words, refusal);
	text_putf(out, "</h1>\n<p>%s</p>\n<p>%s</p>\n", words->what, words->remedy);
	if (refusal->who[0] != '\0') {
		text_puts(out, "<p>");
		put_sentence(out, words->who, refusal->who);
		text_puts(out, "</p>\n");
	}
	text_puts(out, "<p><a href=\"");
	put_html(out, conf->url);
	text_putf(out, "\">%s</a></p>\n</main>\n</body>\n</html>\n", words->home);
}
