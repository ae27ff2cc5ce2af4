#include "mail/smtp.h"

#include "base/log.h"
#include "mail/address.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_SECONDS = 15, TOTAL_SECONDS = 90, REPLY_START_MAIL = 354 };

struct smtp {
	CURL *curl; /* kept: a second letter need not shake hands again */
	const struct conf *conf;
};

/* The message on its way out. */
struct source {
	const char *at;
	size_t left;
};

struct smtp *smtp_open(const struct conf *conf)
{
	struct smtp *smtp = calloc(1, sizeof(*smtp));

	if (smtp == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		free(smtp);
		return NULL;
	}
	smtp->conf = conf;
	smtp->curl = curl_easy_init();
	if (smtp->curl == NULL) {
		smtp_close(smtp);
		return NULL;
	}
	return smtp;
}

void smtp_close(struct smtp *smtp)
{
	if (smtp == NULL) {
		return;
	}
	curl_easy_cleanup(smtp->curl);
	curl_global_cleanup();
	free(smtp);
}

static size_t give(char *to, size_t size, size_t count, void *context)
{
	struct source *source = context;
	size_t len = size * count < source->left ? size * count : source->left;

	memcpy(to, source->at, len);
	source->at += len;
	source->left -= len;
	return len;
}

static void set_tls(CURL *curl, const struct conf *conf)
{
	bool plain = strcmp(conf->smtp_tls, "none") == 0;

	curl_easy_setopt(curl, CURLOPT_USE_SSL, plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (conf->smtp_ca[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_CAINFO, conf->smtp_ca);
	}
}

static void set_account(CURL *curl, const struct conf *conf)
{
	if (conf->smtp_user[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_USERNAME, conf->smtp_user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, conf->smtp_password);
	}
}

static void set_options(CURL *curl, const struct conf *conf)
{
	curl_easy_reset(curl); /* keeps the connection */
	curl_easy_setopt(curl, CURLOPT_URL, conf->smtp_url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TOTAL_SECONDS);
	set_tls(curl, conf);
	set_account(curl, conf);
}

static bool is_tls_failure(CURLcode result)
{
	return result == CURLE_USE_SSL_FAILED || result == CURLE_PEER_FAILED_VERIFICATION ||
		result == CURLE_SSL_CONNECT_ERROR || result == CURLE_SSL_CACERT_BADFILE ||
		result == CURLE_SSL_CERTPROBLEM;
}

/* libcurl: a refused MAIL, RCPT or DATA is a failure to send; later the letter has been read. A
 * refused greeting or account is of the server or the settings, and must cost no letter. */
static bool is_about_letter(CURLcode result, const struct source *source)
{
	return result == CURLE_SEND_ERROR || source->left == 0;
}

/* A connection that ends while the last word was "start mail input" may or may not have
 * delivered. */
static enum smtp_result result_of(CURLcode result, long code, const struct source *source)
{
	if (result == CURLE_OK) {
		return SMTP_ACCEPTED;
	}
	if (is_tls_failure(result)) {
		return SMTP_TLS;
	}
	if (code >= 500 && is_about_letter(result, source)) {
		return SMTP_REFUSED;
	}
	if (code >= 400) {
		return SMTP_DEFERRED;
	}
	return code == REPLY_START_MAIL && source->left == 0 ? SMTP_UNKNOWN : SMTP_UNREACHABLE;
}

static enum smtp_result send_to(struct smtp *smtp, struct curl_slist *recipients,
	struct source *source, unsigned *code)
{
	CURL *curl = smtp->curl;
	long reply = 0;
	CURLcode result;

	set_options(curl, smtp->conf);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, smtp->conf->mail_from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, source);
	result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	*code = reply > 0 && reply < 1000 ? (unsigned)reply : 0;
	if (result != CURLE_OK) {
		log_event(LOG_WARNING, "smtp", "curl=%d reply=%ld", (int)result, reply);
	}
	return result_of(result, reply, source);
}

enum smtp_result smtp_send(struct smtp *smtp, const char *to, const struct text *message,
	unsigned *code)
{
	struct source source = { .at = message->bytes, .left = message->len };
	struct curl_slist *recipients;
	enum smtp_result result;

	*code = 0;
	if (!address_is_plain(to) || !address_is_plain(smtp->conf->mail_from)) {
		return SMTP_REFUSED;
	}
	recipients = curl_slist_append(NULL, to);
	if (recipients == NULL) {
		return SMTP_UNREACHABLE;
	}
	result = send_to(smtp, recipients, &source, code);
	curl_slist_free_all(recipients);
	return result;
}
