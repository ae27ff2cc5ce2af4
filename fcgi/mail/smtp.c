#include "mail/smtp.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/wake.h"
#include "mail/address.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { CONNECT_SECONDS = 15, TOTAL_SECONDS = 90, REPLY_REFUSED = 400 };

struct smtp {
	CURL *curl; /* kept: a second letter need not shake hands again */
	const struct conf *conf;
	struct arena arena;
	const char *url;         /* of the settings, and by which name we present ourselves */
	struct smtp_reply reply; /* the last of the present conversation */
	int stop;
	int64_t stop_seen;       /* by clock_running(); 0: nobody has told us to stop */
};

/* How long a server that has the whole letter may still say what became of it. */
static const int64_t last_word = 5 * CLOCK_SECOND;

/* The message on its way out. */
struct smtp_source {
	const char *at;
	size_t left;
};

/* Gives the URL of the settings with the name for EHLO, which libcurl takes from the path. */
static const char *smtp_url_with(struct smtp *smtp, const char *helo)
{
	const char *url = smtp->conf->smtp_url, *host = strstr(url, "://") + 3;
	size_t len = strlen(url);
	char *name;

	if (strcspn(host, "/") + 1 < strlen(host)) {
		return url;
	}
	name = curl_easy_escape(smtp->curl, helo, 0);
	len -= url[len - 1] == '/';
	url = arena_printf(&smtp->arena, "%.*s/%s", (int)len, url, name == NULL ? "" : name);
	curl_free(name);
	return url;
}

struct smtp *smtp_open(const struct conf *conf, const char *helo, int stop)
{
	struct smtp *smtp = calloc(1, sizeof(*smtp));

	if (smtp == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		free(smtp);
		return NULL;
	}
	smtp->conf = conf;
	smtp->stop = stop;
	arena_init(&smtp->arena);
	smtp->curl = curl_easy_init();
	if (smtp->curl == NULL) {
		smtp_close(smtp);
		return NULL;
	}
	smtp->url = smtp_url_with(smtp, helo);
	return smtp;
}

void smtp_close(struct smtp *smtp)
{
	if (smtp == NULL) {
		return;
	}
	curl_easy_cleanup(smtp->curl);
	curl_global_cleanup();
	arena_release(&smtp->arena);
	free(smtp);
}

/* Gives libcurl the next bytes of the message. */
static size_t smtp_give_message(char *to, size_t size, size_t count, void *context)
{
	struct smtp_source *source = context;
	size_t len = size * count < source->left ? size * count : source->left;

	memcpy(to, source->at, len);
	source->at += len;
	source->left -= len;
	return len;
}

/* Looks at what goes over the line besides the letter. Of commands it sees only the verbs; nothing
 * of it is printed. */
static int smtp_listen_in(CURL *curl, curl_infotype type, char *bytes, size_t len, void *context)
{
	struct smtp *smtp = context;

	(void)curl;
	if (type == CURLINFO_HEADER_OUT) {
		smtp_reply_command(&smtp->reply, bytes, len);
	} else if (type == CURLINFO_HEADER_IN) {
		smtp_reply_line(&smtp->reply, bytes, len);
	}
	return 0;
}

/* Says whether to break off; libcurl asks about once a second. Who is told to stop breaks off what
 * has not left yet, and waits a little for the word that says whether a whole letter was taken. */
static int smtp_must_break_off(void *context, curl_off_t down_total, curl_off_t down,
	curl_off_t up_total, curl_off_t up)
{
	struct smtp *smtp = context;

	(void)down_total, (void)down, (void)up_total, (void)up;
	if (smtp->stop_seen == 0 && wake_stopped(smtp->stop)) {
		smtp->stop_seen = clock_running();
	}
	if (smtp->stop_seen == 0) {
		return 0;
	}
	return smtp->reply.stage != SMTP_CONTENT || clock_running() - smtp->stop_seen > last_word;
}

/* Sets what is the same for every letter. */
static void smtp_set_options(struct smtp *smtp)
{
	const struct conf *conf = smtp->conf;
	bool plain = strcmp(conf->smtp_tls, "none") == 0;
	CURL *curl = smtp->curl;

	curl_easy_reset(curl); /* keeps the connection */
	curl_easy_setopt(curl, CURLOPT_URL, smtp->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TOTAL_SECONDS);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* or nobody listens */
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, smtp_listen_in);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, smtp);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, smtp_must_break_off);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, smtp);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (conf->smtp_ca[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_CAINFO, conf->smtp_ca);
	}
	if (conf->smtp_user[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_USERNAME, conf->smtp_user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, conf->smtp_password);
	}
}

/* Judges how a conversation went. A connection that ends while the last word was "start mail input"
 * may or may not have delivered. */
static enum smtp_result smtp_result_of(CURLcode result, const struct smtp_reply *reply,
	const struct smtp_source *source)
{
	switch (result) {
	case CURLE_OK:
		return SMTP_ACCEPTED;
	case CURLE_USE_SSL_FAILED:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		return SMTP_TLS;
	default:
		break;
	}
	if (reply->code >= REPLY_REFUSED) {
		return smtp_reply_verdict(reply);
	}
	if (result == CURLE_LOGIN_DENIED) {
		return SMTP_SETTINGS; /* it offers no way to use an account */
	}
	return reply->stage == SMTP_CONTENT && source->left == 0 ? SMTP_UNKNOWN : SMTP_UNREACHABLE;
}

/* Has one conversation with the server and judges it. One that we broke off ends at once: libcurl
 * would take its leave of a server that says nothing, and wait for the answer. */
static enum smtp_result smtp_send_to(struct smtp *smtp, struct curl_slist *recipients,
	struct smtp_source *source)
{
	CURL *curl = smtp->curl;
	curl_socket_t fd;
	CURLcode result;

	smtp->reply = (struct smtp_reply){ .stage = SMTP_GREETING };
	smtp_set_options(smtp);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, smtp->conf->mail_from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, smtp_give_message);
	curl_easy_setopt(curl, CURLOPT_READDATA, source);
	result = curl_easy_perform(curl);
	if (result == CURLE_ABORTED_BY_CALLBACK &&
	    curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD) {
		shutdown(fd, SHUT_RDWR);
	}
	if (result != CURLE_OK) {
		log_event(LOG_WARNING, "smtp", "curl=%d stage=%d reply=%u", (int)result,
			(int)smtp->reply.stage, smtp->reply.code);
	}
	return smtp_result_of(result, &smtp->reply, source);
}

enum smtp_result smtp_send(struct smtp *smtp, const char *to, const struct text *message,
	struct smtp_reply *reply)
{
	struct smtp_source source = { .at = message->bytes, .left = message->len };
	struct curl_slist *recipients;
	enum smtp_result result;

	*reply = (struct smtp_reply){ .code = 0 };
	if (!address_is_plain(to) || !address_is_plain(smtp->conf->mail_from)) {
		return SMTP_REFUSED;
	}
	recipients = curl_slist_append(NULL, to);
	if (recipients == NULL) {
		return SMTP_UNREACHABLE;
	}
	result = smtp_send_to(smtp, recipients, &source);
	curl_slist_free_all(recipients);
	*reply = smtp->reply;
	smtp_reply_clean(reply);
	return result;
}
