#include "mail/letter.h"

#include "base/clock.h"
#include "mail/address.h"
#include "mail/mime.h"
#include "mail/template.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

/* The letter's values, those it may lack, the site's three, the frame's four, a notice's two, the
 * code's one, and the end mark. */
enum { VALUES_MAX = OUTBOX_VALUES_MAX + 14 };

enum { TIME_PART_MAX = 16, TM_YEAR_BASE = 1900 };

static const char subject_mark[] = "Subject: ";

struct letter_values {
	struct letter_value all[VALUES_MAX];
	size_t count;
};

/* Adds a value and, after it, the end mark. */
static void letter_add_value(struct letter_values *values, const char *key, const char *value)
{
	values->all[values->count++] = (struct letter_value){ key, value };
	values->all[values->count] = (struct letter_value){ NULL, NULL };
}

/* Finds the place of a key's value, which may be put into the reader's language there; NULL when
 * the letter has no such key. */
static const char **letter_find_value(struct letter_values *values, const char *key)
{
	for (size_t i = 0; i < values->count; i++) {
		if (strcmp(values->all[i].key, key) == 0) {
			return &values->all[i].value;
		}
	}
	return NULL;
}

/* Puts the words of a notice, what happened and by whom if it was not the owner, into sentences. */
static enum err letter_add_notice(struct letter_values *values,
	const struct template_language *language)
{
	const char **what = letter_find_value(values, "what");
	const struct template_notice *notice = what == NULL ? NULL : template_notice(language, *what);

	if (notice == NULL) {
		return ERR_BUG;
	}
	letter_add_value(values, "title", notice->title);
	letter_add_value(values, "deed", notice->deed);
	return ERR_OK;
}

/* Gives the place of a value that not every letter of a kind has: one that waited since an earlier
 * version of the program has none of some. */
static const char **letter_lend_value(struct letter_values *values, const char *key)
{
	if (letter_find_value(values, key) == NULL) {
		letter_add_value(values, key, "");
	}
	return letter_find_value(values, key);
}

/* Fills one form of the letter into *filled. */
static enum err letter_fill_form(struct arena *arena, const char *template, enum template_form form,
	const struct letter_value *values, char **filled)
{
	struct text out = text_in(arena);
	enum err err = template_fill(&out, template, form, values);

	text_putc(&out, '\0');
	*filled = out.bytes;
	return err;
}

/* Puts an instant as the language writes it in the place of its RFC 3339 text; what is none stays
 * as it is. The program never leaves the C locale: the name of the month is English. */
static enum err letter_put_time(struct arena *arena, const struct template_language *language,
	const char **at)
{
	int64_t instant = clock_instant(*at);
	struct tm tm = clock_local(instant);
	char month[TIME_PART_MAX] = "", zone[TIME_PART_MAX] = "";
	const struct letter_value parts[] = {
		{ "d", arena_printf(arena, "%d", tm.tm_mday) },
		{ "dd", arena_printf(arena, "%02d", tm.tm_mday) },
		{ "month", month },
		{ "mm", arena_printf(arena, "%02d", tm.tm_mon + 1) },
		{ "year", arena_printf(arena, "%d", tm.tm_year + TM_YEAR_BASE) },
		{ "time", arena_printf(arena, "%02d:%02d", tm.tm_hour, tm.tm_min) },
		{ "zone", zone },
		{ NULL, NULL },
	};
	char *filled;

	if (instant == 0) {
		return ERR_OK;
	}
	strftime(month, sizeof(month), "%b", &tm);
	strftime(zone, sizeof(zone), "%Z", &tm);
	TRY(letter_fill_form(arena, language->time, TEMPLATE_TXT, parts, &filled));
	*at = filled;
	return ERR_OK;
}

/* Puts when, where from and what is void now into the language, and the code where it may be seen
 * before the letter is opened. */
static enum err letter_add_story(struct arena *arena, struct letter_values *values,
	const struct conf *conf, const struct template_language *language)
{
	const char **at = letter_lend_value(values, "at");
	const char **from = letter_lend_value(values, "from");
	const char **earlier = letter_lend_value(values, "earlier");
	const char **code = letter_find_value(values, "code");
	bool is_shown = code != NULL && strcmp(conf->code_in_subject, "yes") == 0;

	*from = template_origin(language, *from);
	*earlier = template_origin(language, *earlier);
	letter_add_value(values, "shown_code",
		is_shown ? arena_printf(arena, "\xe2\x80\x93 %s", *code) : "");
	return letter_put_time(arena, language, at);
}

/* Cuts "Subject: ...", the first line of a text, from what follows the empty line after it. */
static enum err letter_cut_subject(char *filled, const char **subject, const char **body)
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

/* Writes all headers but those of the parts. The date is as RFC 5322 3.3 wants it: the program
 * never leaves the C locale, so its names are English. */
static void letter_put_headers(struct text *out, const struct conf *conf,
	const struct letter *letter, const char *subject)
{
	time_t seconds = (time_t)(letter->created_at / CLOCK_SECOND);
	char date[64] = "";
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	text_putf(out, "Date: %s\r\n", date);
	mime_mailbox(out, "From", conf->name, conf->mail_from);
	mime_mailbox(out, "To", "", letter->to);
	mime_header(out, "Subject", subject);
	text_putf(out, "Message-ID: <%s@%s>\r\n", letter->message_id,
		address_domain(conf->mail_from));
	text_puts(out, "MIME-Version: 1.0\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"X-Auto-Response-Suppress: All\r\n");
}

/* Writes one part. "=_" never stands in a quoted-printable body, so the boundary is unique (RFC
 * 2045 6.7). */
static void letter_put_part(struct text *out, const struct letter *letter, const char *type,
	const char *body)
{
	text_putf(out, "--=_%s\r\n", letter->message_id);
	text_putf(out, "Content-Type: %s; charset=utf-8\r\n", type);
	text_puts(out, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	mime_body(out, body);
	text_puts(out, "\r\n");
}

enum err letter_fill(struct arena *arena, const struct conf *conf, const struct letter *letter,
	struct letter_parts *parts)
{
	const struct template_language *language = template_language(
		letter->language[0] == '\0' ? conf->language : letter->language);
	struct letter_values values = { .count = 0 };
	char *plain, *html;

	for (size_t i = 0; i < OUTBOX_VALUES_MAX && letter->values[i].key != NULL; i++) {
		letter_add_value(&values, letter->values[i].key, letter->values[i].value);
	}
	letter_add_value(&values, "site", conf->name);
	letter_add_value(&values, "support", conf->support);
	letter_add_value(&values, "company", conf->company);
	TRY(letter_add_story(arena, &values, conf, language));
	if (letter->kind == LETTER_CHANGED) {
		TRY(letter_add_notice(&values, language));
	}
	TRY(letter_fill_form(arena, template_find(letter->kind, language, TEMPLATE_TXT), TEMPLATE_TXT,
		values.all, &plain));
	TRY(letter_cut_subject(plain, &parts->subject, &parts->text));
	letter_add_value(&values, "subject", parts->subject);
	letter_add_value(&values, "language", language->tag);
	letter_add_value(&values, "direction", language->direction);
	letter_add_value(&values, "foot", language->foot);
	TRY(letter_fill_form(arena,
		template_document(arena, template_find(letter->kind, language, TEMPLATE_HTML)),
		TEMPLATE_HTML, values.all, &html));
	parts->html = html;
	return ERR_OK;
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
	letter_put_headers(message, conf, letter, parts.subject);
	text_putf(message, "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n",
		letter->message_id);
	letter_put_part(message, letter, "text/plain", parts.text);
	letter_put_part(message, letter, "text/html", parts.html);
	text_putf(message, "--=_%s--\r\n", letter->message_id);
	return ERR_OK;
}
