/*
 * What letters look like in each language, with invented values: nothing here comes from a record.
 * The HTML part is a document of its own, because the page's policy lets no style into the page.
 */
#include "api/handlers.h"
#include "auth/factor.h"
#include "auth/link.h"
#include "http/query.h"
#include "mail/letter.h"
#include "rule/notice.h"
#include "view/mail.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>

enum { PREVIEW_KIND, PREVIEW_LANGUAGE, PREVIEW_NOTICE };

const struct list api_mail_preview_query = {
	.sorts = (const struct list_sort[]){ { .name = NULL } },
	.filters = (const struct list_filter[]){
		[PREVIEW_KIND] = { .name = "kind", .kind = COLUMN_WORD, .words = letter_kind_words },
		[PREVIEW_LANGUAGE] = { .name = "language", .kind = COLUMN_TEXT },
		[PREVIEW_NOTICE] = { .name = "notice", .kind = COLUMN_WORD, .words = notice_words },
		{ .kind = COLUMN_END },
	},
};

/* Every value that some letter wants; each takes those that it names. No letter has both a password
 * and a link. */
static struct letter mail_preview_example(const struct call *call, enum letter_kind kind,
	const char *language, enum notice notice)
{
	const struct conf *conf = call->conf;
	const char *url = conf->url;
	const char *link = arena_printf(call->arena, "%ssign-in.html#set=invented", url);
	bool by_link = kind != LETTER_CREDENTIALS;

	return (struct letter){
		.kind = kind,
		.language = language,
		.values = {
			{ "email", "anna.berg@example.com" },
			{ "name", "Anna Berg" },
			{ by_link ? "link" : "password", by_link ? link : "river-candle-orbit-71" },
			{ "code", "12345678" },
			{ "url", url },
			{ "hours", arena_printf(call->arena, "%" PRIu64, conf->initial_password_life) },
			{ "minutes", arena_printf(call->arena, "%d",
				kind == LETTER_CODE ? FACTOR_CODE_MINUTES : LINK_FORGOTTEN_MINUTES) },
			{ "at", "2026-11-24T05:25:00.000Z" },
			{ "what", notice_words[notice] },
			{ "from", "203.0.113.7, Firefox, Linux" },
		},
	};
}

static enum err mail_preview_read(struct call *call, struct letter_parts *parts)
{
	const struct list_value *values = call->query->values;
	struct letter letter;

	if (values[PREVIEW_KIND].number == 0) {
		return reply_refuse_field(call->reply, PROBLEM_MALFORMED, "kind", "kind.unknown");
	}
	letter = mail_preview_example(call, (enum letter_kind)values[PREVIEW_KIND].number,
		values[PREVIEW_LANGUAGE].text, (enum notice)values[PREVIEW_NOTICE].number);
	return letter_fill(call->arena, call->conf, &letter, parts);
}

enum err api_mail_preview(struct call *call)
{
	struct letter_parts parts = { .subject = "", .text = "", .html = "" };

	TRY(mail_preview_read(call, &parts));
	view_record(&call->reply->body, view_letter_preview, &parts, &call->viewer);
	return ERR_OK;
}

enum err api_mail_preview_page(struct call *call)
{
	struct letter_parts parts = { .subject = "", .text = "", .html = "" };

	TRY(mail_preview_read(call, &parts));
	text_puts(&call->reply->body, parts.html);
	reply_document(call->reply);
	return ERR_OK;
}
