#include "mail/smtp_reply.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *verb;
	enum smtp_stage stage;
} commands[] = {
	{ "EHLO", SMTP_HELLO }, { "HELO", SMTP_HELLO }, { "STARTTLS", SMTP_STARTTLS },
	{ "AUTH", SMTP_ACCOUNT }, { "MAIL", SMTP_SENDER }, { "RCPT", SMTP_RECIPIENT },
	{ "DATA", SMTP_DATA },
};

/*
 * What a refusal means; the first row that fits. RFC 5321, 4.2.3; RFC 4954, 6; RFC 3207, 4. Many
 * servers say at RCPT what they have against the name or the sender (Postfix: smtpd_delay_reject).
 */
static const struct {
	enum smtp_stage first, last;
	unsigned min, max;
	enum smtp_result result;
} verdicts[] = {
	{ SMTP_GREETING, SMTP_CONTENT, 400, 499, SMTP_DEFERRED },
	{ SMTP_GREETING, SMTP_SENDER, 500, 599, SMTP_SETTINGS },
	{ SMTP_RECIPIENT, SMTP_CONTENT, 500, 500, SMTP_SETTINGS }, /* commands that it does not know */
	{ SMTP_RECIPIENT, SMTP_CONTENT, 502, 504, SMTP_SETTINGS }, /* and their order; a bare name */
	{ SMTP_RECIPIENT, SMTP_CONTENT, 521, 521, SMTP_SETTINGS }, /* RFC 7504: takes no mail */
	{ SMTP_RECIPIENT, SMTP_CONTENT, 530, 539, SMTP_SETTINGS }, /* an account, or TLS, is wanted */
	{ SMTP_RECIPIENT, SMTP_CONTENT, 555, 555, SMTP_SETTINGS },
};

/* Where the code leaves it open (550, 554, ...): enhanced status codes. RFC 3463; RFC 4954, 6;
 * RFC 7372; RFC 7505. */
static const struct {
	const char *code;
	enum smtp_result result;
} enhanced[] = {
	{ "5.1.7", SMTP_SETTINGS }, { "5.1.8", SMTP_SETTINGS }, /* the sender's address */
	{ "5.1.1", SMTP_REFUSED }, { "5.1.2", SMTP_REFUSED }, { "5.1.3", SMTP_REFUSED },
	{ "5.1.4", SMTP_REFUSED }, { "5.1.6", SMTP_REFUSED }, /* the recipient's */
	{ "5.1.10", SMTP_REFUSED },
	{ "5.2.1", SMTP_REFUSED }, { "5.2.2", SMTP_REFUSED }, /* the mailbox */
	{ "5.7.8", SMTP_SETTINGS }, { "5.7.9", SMTP_SETTINGS }, { "5.7.11", SMTP_SETTINGS },
	{ "5.7.13", SMTP_SETTINGS }, /* our account */
	{ "5.7.20", SMTP_SETTINGS }, { "5.7.21", SMTP_SETTINGS }, { "5.7.22", SMTP_SETTINGS },
	{ "5.7.23", SMTP_SETTINGS }, { "5.7.24", SMTP_SETTINGS }, { "5.7.25", SMTP_SETTINGS },
	{ "5.7.26", SMTP_SETTINGS }, { "5.7.27", SMTP_SETTINGS }, /* DKIM, SPF, our address's name */
};

/* And where those do too (5.7.1, or none): words by which servers speak about us. */
static const char *const about_us[] = { "relay", "sender", "helo", "ehlo", "client host",
	"authenti", "spf", "dkim", "dmarc", "blacklist", "black list", "blocklist", "block list",
	"dnsbl", "spamhaus", "reverse dns", "rdns", "ptr", "sending ip", "sendas", "send as",
	"authorized to perform", "email address is not verified" };

/* Whether the line begins with the word, in capitals or not. */
static bool smtp_reply_begins(const char *line, size_t len, const char *word)
{
	size_t size = strlen(word);

	return len >= size && strncasecmp(line, word, size) == 0;
}

void smtp_reply_command(struct smtp_reply *reply, const char *line, size_t len)
{
	reply->over = reply->over || smtp_reply_begins(line, len, "QUIT\r");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t size = strlen(commands[i].verb);

		if (smtp_reply_begins(line, len, commands[i].verb) && len > size &&
		    strchr(" \r", line[size])) {
			reply->stage = commands[i].stage;
			reply->whole = true; /* what comes is another one, also after a reply cut short */
		}
	}
}

static bool smtp_reply_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Adds a line to the text of the reply, a space between two. */
static void smtp_reply_add(struct smtp_reply *reply, const char *text, size_t len)
{
	size_t have = strlen(reply->text);
	size_t room = SMTP_TEXT_MAX - 1 - have;

	while (len > 0 && strchr("\r\n", text[len - 1]) != NULL) {
		len--;
	}
	if (have > 0 && room > 0) {
		reply->text[have++] = ' ';
		room--;
	}
	len = len < room ? len : room;
	memcpy(reply->text + have, text, len);
	reply->text[have + len] = '\0';
}

void smtp_reply_line(struct smtp_reply *reply, const char *line, size_t len)
{
	bool coded = len >= 3 && smtp_reply_is_digit(line[0]) && smtp_reply_is_digit(line[1]) &&
		smtp_reply_is_digit(line[2]);

	if (!coded || reply->over) {
		return;
	}
	if (reply->whole) {
		reply->text[0] = '\0';
	}
	reply->code = (unsigned)(line[0] - '0') * 100 + (unsigned)(line[1] - '0') * 10 +
		(unsigned)(line[2] - '0');
	reply->whole = len < 4 || line[3] != '-';
	smtp_reply_add(reply, line + (len < 4 ? len : 4), len < 4 ? 0 : len - 4);
	if (reply->stage == SMTP_DATA && reply->code == 354 && reply->whole) {
		reply->stage = SMTP_CONTENT;
	}
}

void smtp_reply_clean(struct smtp_reply *reply)
{
	bool strange = !text_is_utf8(reply->text, strlen(reply->text)) ||
		text_has_invisible(reply->text);

	for (char *at = reply->text; *at != '\0'; at++) {
		unsigned char c = (unsigned char)*at;

		if (c < ' ' || c == 0x7f) {
			*at = ' ';
		} else if (c > 0x7f && strange) {
			*at = '?';
		}
	}
}

/* Whether words stand in the text at the beginning of a word. Addresses, which may hold any word,
 * do not count. */
static bool smtp_reply_says(const char *text, const char *words)
{
	bool word_begins = true;

	while (*text != '\0') {
		size_t word = strcspn(text, " ");

		if (word_begins && memchr(text, '@', word) != NULL) {
			text += word;
			continue;
		}
		if (word_begins && smtp_reply_begins(text, strlen(text), words)) {
			return true;
		}
		word_begins = strchr(" :;,<>()[]\"'-", *text) != NULL;
		text++;
	}
	return false;
}

/* Goes by the stage and the code; where these leave it open, by the text beside the code. */
enum smtp_result smtp_reply_verdict(const struct smtp_reply *reply)
{
	const char *text = reply->text;

	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		if (reply->stage >= verdicts[i].first && reply->stage <= verdicts[i].last &&
		    reply->code >= verdicts[i].min && reply->code <= verdicts[i].max) {
			return verdicts[i].result;
		}
	}
	for (size_t i = 0; i < sizeof(enhanced) / sizeof(enhanced[0]); i++) {
		const char *code = enhanced[i].code;

		if (smtp_reply_begins(text, strlen(text), code) &&
		    !smtp_reply_is_digit(text[strlen(code)])) {
			return enhanced[i].result; /* a whole one: 5.2.252 is not a 5.2.2 */
		}
	}
	for (size_t i = 0; i < sizeof(about_us) / sizeof(about_us[0]); i++) {
		if (smtp_reply_says(text, about_us[i])) {
			return SMTP_SETTINGS;
		}
	}
	return SMTP_REFUSED;
}
