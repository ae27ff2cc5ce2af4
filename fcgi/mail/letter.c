#include "mail/letter.h"

#include "base/clock.h"
#include "mail/address.h"
#include "mail/mime.h"
#include "mail/template.h"

#include <string.h>
#include <time.h>

/* The letter's values, the site's three, the frame's four, a notice's two, and the end mark. */
enum { VALUES_MAX = OUTBOX_VALUES_MAX + 10 };

static const char subject_mark[] = "Subject: ";

struct values {
	struct letter_value all[VALUES_MAX];
	size_t count;
};

static void add_value(struct values *values, const char *key, const char *value)
{
	values->all[values->count++] = (struct letter_value){ key, value };
	values->all[values->count] = (struct letter_value){ NULL, NULL };
}

static void gather_values(const struct conf *conf, const struct letter *letter,
	struct values *values)
{
	values->count = 0;
	for (size_t i = 0; i < OUTBOX_VALUES_MAX && letter->values[i].key != NULL; i++) {
		add_value(values, letter->values[i].key, letter->values[i].value);
	}
	add_value(values, "site", conf->name);
	add_value(values, "support", conf->support);
	add_value(values, "company", conf->company);
}

/* The value of a key, where its place is for a word in the reader's language; NULL without one. */
static const char **find_value(struct values *values, const char *key)
{
	for (size_t i = 0; i < values->count; i++) {
		if (strcmp(values->all[i].key, key) == 0) {
			return &values->all[i].value;
		}
	}
	return NULL;
}

/* A notice says what happened by a word, and by whom, if it was not the owner. */
static enum err add_notice(struct values *values, const struct template_language *language)
{
	const char **what = find_value(values, "what"), **from = find_value(values, "from");
	const struct template_notice *notice = what == NULL ? NULL : template_notice(language, *what);

	if (notice == NULL || from == NULL) {
		return ERR_BUG;
	}
	*from = template_origin(language, *from);
	add_value(values, "title", notice->title);
	add_value(values, "deed", notice->deed);
	return ERR_OK;
}

static enum err fill(struct arena *arena, const char *template, enum template_form form,
	const struct letter_value *values, char **filled)
{
	struct text out = text_in(arena);
	enum err err = template_fill(&out, template, form, values);

	text_putc(&out, '\0');
	*filled = out.bytes;
	return err;
}

/* Cuts "Subject: ...", the first line of a text, from what follows the empty line after it. */
static enum err cut_subject(char *filled, const char **subject, const char **body)
{
	char *end = strstr(filled, "\n\n");

	if (end == NULL || strncmp(filled, subject_mark, strlen(subject_mark)) != 0) {
		return ERR_BUG;
	}
	*end = '\0';
	*subject = filled + strlen(subject_mark);
	*body = end + 2;
	return mime_is_header(*subject) ? ERR_OK : ERR_INVALID;
}

/* RFC 5322 3.3. The program never leaves the C locale, so the names are English. */
static void put_date(struct text *out, int64_t instant)
{
	time_t seconds = (time_t)(instant / CLOCK_SECOND);
	char date[64] = "";
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	text_putf(out, "Date: %s\r\n", date);
}

static void put_headers(struct text *out, const struct conf *conf, const struct letter *letter,
	const char *subject)
{
	put_date(out, letter->created_at);
	mime_mailbox(out, "From", conf->name, conf->mail_from);
	mime_mailbox(out, "To", "", letter->to);
	mime_header(out, "Subject", subject);
	text_putf(out, "Message-ID: <%s@%s>\r\n", letter->message_id,
		address_domain(conf->mail_from));
	text_puts(out, "MIME-Version: 1.0\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"X-Auto-Response-Suppress: All\r\n");
}

/* "=_" never stands in a quoted-printable body, so the boundary is unique (RFC 2045 6.7). */
static void put_part(struct text *out, const struct letter *letter, const char *type,
	const char *body)
{
	text_putf(out, "--=_%s\r\n", letter->message_id);
	text_putf(out, "Content-Type: %s; charset=utf-8\r\n", type);
	text_puts(out, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	mime_body(out, body);
	text_puts(out, "\r\n");
}

static enum err fill_text(struct arena *arena, const char *template, const struct values *values,
	struct letter_parts *parts)
{
	char *plain;

	TRY(fill(arena, template, TEMPLATE_TXT, values->all, &plain));
	return cut_subject(plain, &parts->subject, &parts->text);
}

static enum err fill_html(struct arena *arena, const char *template, const struct values *values,
	struct letter_parts *parts)
{
	char *html;

	TRY(fill(arena, template_document(arena, template), TEMPLATE_HTML, values->all,
		&html));
	parts->html = html;
	return ERR_OK;
}

enum err letter_fill(struct arena *arena, const struct conf *conf, const struct letter *letter,
	struct letter_parts *parts)
{
	const struct template_language *language = template_language(
		letter->language[0] == '\0' ? conf->language : letter->language);
	struct values values;

	gather_values(conf, letter, &values);
	if (letter->kind == LETTER_CHANGED) {
		TRY(add_notice(&values, language));
	}
	TRY(fill_text(arena, template_find(letter->kind, language, TEMPLATE_TXT), &values, parts));
	add_value(&values, "subject", parts->subject);
	add_value(&values, "language", language->tag);
	add_value(&values, "direction", language->direction);
	add_value(&values, "foot", language->foot);
	return fill_html(arena, template_find(letter->kind, language, TEMPLATE_HTML), &values, parts);
}

enum err letter_write(struct arena *arena, const struct conf *conf, const struct letter *letter,
	struct text *message)
{
	struct letter_parts parts;

	if (!address_is_plain(letter->to) || !mime_is_header(conf->name)) {
		return ERR_INVALID;
	}
	TRY(letter_fill(arena, conf, letter, &parts));
	*message = text_in(arena);
	put_headers(message, conf, letter, parts.subject);
	text_putf(message, "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n",
		letter->message_id);
	put_part(message, letter, "text/plain", parts.text);
	put_part(message, letter, "text/html", parts.html);
	text_putf(message, "--=_%s--\r\n", letter->message_id);
	return ERR_OK;
}
