#include "mail/smtp.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/wake.h"
#include "mail/address.h"

#include <curl/curl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECT_SECONDS = 15, TOTAL_SECONDS = 90, PROBE_SECONDS = 20, REPLY_REFUSED = 400 };

/* How long, when we are told to stop, a server may still take a letter, and one that has the whole
 * letter say what became of it. */
static const int64_t another_word = CLOCK_SECOND, last_word = 5 * CLOCK_SECOND;

/* The message on its way out. */
struct smtp_source {
	const char *at;
	size_t left;
};

/* A thread that has one conversation after another: libcurl waits for the answer to the final dot,
 * also where it was asked never to wait (curl_multi). */
struct smtp_line {
	struct smtp *smtp;
	pthread_t thread;
	pthread_cond_t begun;
	CURL *curl;        /* kept: a second letter need not shake hands again */
	enum { LINE_FREE, LINE_TALKS, LINE_ENDED } state; /* it is the thread's while it talks */
	void *letter;      /* the caller's name for it */
	const char *to;
	const struct text *message;
	enum smtp_result result;
	struct smtp_reply reply; /* the last of the present conversation */
	int64_t stop_seen; /* by clock_running(); 0: nobody has told us to stop */
};

struct smtp {
	const struct conf *conf;
	struct arena arena;
	const char *url; /* of the settings, and by which name we present ourselves */
	struct smtp_line *lines;
	size_t count;
	pthread_mutex_t lock; /* for the states of the lines */
	bool closing;
	int ended; /* eventfd: a conversation is over */
	int stop;
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
	name = curl_easy_escape(NULL, helo, 0);
	len -= url[len - 1] == '/';
	url = arena_printf(&smtp->arena, "%.*s/%s", (int)len, url, name == NULL ? "" : name);
	curl_free(name);
	return url;
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
	struct smtp_line *line = context;

	(void)curl;
	if (type == CURLINFO_HEADER_OUT) {
		smtp_reply_command(&line->reply, bytes, len);
	} else if (type == CURLINFO_HEADER_IN) {
		smtp_reply_line(&line->reply, bytes, len);
	}
	return 0;
}

/* Says whether to break off; libcurl asks about once a second. Who is told to stop breaks off soon
 * what has not left yet, and waits a little for the word that says whether a whole letter was
 * taken. */
static int smtp_must_break_off(void *context, curl_off_t down_total, curl_off_t down,
	curl_off_t up_total, curl_off_t up)
{
	struct smtp_line *line = context;

	(void)down_total, (void)down, (void)up_total, (void)up;
	if (line->stop_seen == 0 && wake_stopped(line->smtp->stop)) {
		line->stop_seen = clock_running();
	}
	return line->stop_seen != 0 && clock_running() - line->stop_seen >
		(line->reply.stage == SMTP_CONTENT ? last_word : another_word);
}

/* Sets what is the same for every letter. */
static void smtp_set_options(struct smtp_line *line)
{
	const struct conf *conf = line->smtp->conf;
	bool plain = strcmp(conf->smtp_tls, "none") == 0;
	CURL *curl = line->curl;

	curl_easy_reset(curl); /* keeps the connection */
	curl_easy_setopt(curl, CURLOPT_URL, line->smtp->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TOTAL_SECONDS);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* or nobody listens */
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, smtp_listen_in);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, line);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, smtp_must_break_off);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, line);
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
static enum smtp_result smtp_send_to(struct smtp_line *line, struct curl_slist *recipients,
	struct smtp_source *source)
{
	CURL *curl = line->curl;
	curl_socket_t fd;
	CURLcode result;

	smtp_set_options(line);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, line->smtp->conf->mail_from);
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
			(int)line->reply.stage, line->reply.code);
	}
	return smtp_result_of(result, &line->reply, source);
}

/* Sends the line's letter. */
static enum smtp_result smtp_send(struct smtp_line *line)
{
	struct smtp_source source = { .at = line->message->bytes, .left = line->message->len };
	struct curl_slist *recipients;
	enum smtp_result result;

	line->reply = (struct smtp_reply){ .stage = SMTP_GREETING };
	if (!address_is_plain(line->to) || !address_is_plain(line->smtp->conf->mail_from)) {
		return SMTP_REFUSED;
	}
	recipients = curl_slist_append(NULL, line->to);
	if (recipients == NULL) {
		return SMTP_UNREACHABLE;
	}
	result = smtp_send_to(line, recipients, &source);
	curl_slist_free_all(recipients);
	smtp_reply_clean(&line->reply);
	return result;
}

/* Has one conversation after another until the end. */
static void *smtp_talk(void *context)
{
	struct smtp_line *line = context;
	struct smtp *smtp = line->smtp;

	pthread_mutex_lock(&smtp->lock);
	for (;;) {
		while (line->state != LINE_TALKS && !smtp->closing) {
			pthread_cond_wait(&line->begun, &smtp->lock);
		}
		if (line->state != LINE_TALKS) {
			break;
		}
		pthread_mutex_unlock(&smtp->lock);
		line->result = smtp_send(line);
		pthread_mutex_lock(&smtp->lock);
		line->state = LINE_ENDED;
		eventfd_write(smtp->ended, 1);
	}
	pthread_mutex_unlock(&smtp->lock);
	return NULL;
}

/* Opens the lines; false when one of them cannot be had. */
static bool smtp_open_lines(struct smtp *smtp)
{
	for (; smtp->count < smtp->conf->smtp_connections; smtp->count++) {
		struct smtp_line *line = &smtp->lines[smtp->count];

		line->smtp = smtp;
		line->curl = curl_easy_init();
		pthread_cond_init(&line->begun, NULL);
		if (line->curl == NULL || pthread_create(&line->thread, NULL, smtp_talk, line) != 0) {
			curl_easy_cleanup(line->curl);
			return false;
		}
	}
	return true;
}

const char *smtp_library(void)
{
	return curl_version();
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
	pthread_mutex_init(&smtp->lock, NULL);
	smtp->url = smtp_url_with(smtp, helo);
	smtp->lines = arena_array(&smtp->arena, conf->smtp_connections, sizeof(*smtp->lines));
	smtp->ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (smtp->ended < 0 || !smtp_open_lines(smtp)) {
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
	pthread_mutex_lock(&smtp->lock);
	smtp->closing = true;
	for (size_t i = 0; i < smtp->count; i++) {
		pthread_cond_signal(&smtp->lines[i].begun);
	}
	pthread_mutex_unlock(&smtp->lock);
	for (size_t i = 0; i < smtp->count; i++) {
		pthread_join(smtp->lines[i].thread, NULL);
		pthread_cond_destroy(&smtp->lines[i].begun);
		curl_easy_cleanup(smtp->lines[i].curl);
	}
	curl_global_cleanup();
	if (smtp->ended >= 0) {
		close(smtp->ended);
	}
	pthread_mutex_destroy(&smtp->lock);
	arena_release(&smtp->arena);
	free(smtp);
}

size_t smtp_busy(struct smtp *smtp)
{
	size_t busy = 0;

	pthread_mutex_lock(&smtp->lock);
	for (size_t i = 0; i < smtp->count; i++) {
		busy += smtp->lines[i].state != LINE_FREE;
	}
	pthread_mutex_unlock(&smtp->lock);
	return busy;
}

/* A line in this state; NULL when there is none. */
static struct smtp_line *smtp_line_that(struct smtp *smtp, int state)
{
	for (size_t i = 0; i < smtp->count; i++) {
		if ((int)smtp->lines[i].state == state) {
			return &smtp->lines[i];
		}
	}
	return NULL;
}

bool smtp_begin(struct smtp *smtp, const char *to, const struct text *message, void *letter)
{
	struct smtp_line *line;

	pthread_mutex_lock(&smtp->lock);
	line = smtp_line_that(smtp, LINE_FREE);
	if (line != NULL) {
		line->to = to;
		line->message = message;
		line->letter = letter;
		line->state = LINE_TALKS;
		pthread_cond_signal(&line->begun);
	}
	pthread_mutex_unlock(&smtp->lock);
	return line != NULL;
}

void *smtp_ended(struct smtp *smtp, enum smtp_result *result, struct smtp_reply *reply)
{
	struct smtp_line *line;
	void *letter = NULL;

	pthread_mutex_lock(&smtp->lock);
	line = smtp_line_that(smtp, LINE_ENDED);
	if (line != NULL) {
		*result = line->result;
		*reply = line->reply;
		letter = line->letter;
		line->state = LINE_FREE;
	}
	pthread_mutex_unlock(&smtp->lock);
	return letter;
}

void smtp_wait(struct smtp *smtp, int bell, int milliseconds)
{
	struct pollfd ready[] = { { .fd = smtp->ended, .events = POLLIN },
		{ .fd = bell, .events = POLLIN },
		{ .fd = wake_stopped(smtp->stop) ? -1 : smtp->stop, .events = POLLIN } };
	eventfd_t count;

	if (poll(ready, sizeof(ready) / sizeof(ready[0]), milliseconds) > 0) {
		eventfd_read(smtp->ended, &count);
	}
}

/* libcurl says a word of our choice where it has nothing to send: that of a letter's sender. After
 * it comes QUIT. */
static enum smtp_result smtp_try(struct smtp_line *line)
{
	struct smtp_source source = { .left = 1 };
	const char *sender = arena_printf(&line->smtp->arena, "MAIL FROM:<%s>",
		line->smtp->conf->mail_from);
	enum smtp_result verdict;

	smtp_set_options(line);
	curl_easy_setopt(line->curl, CURLOPT_NOPROGRESS, 1L);
	curl_easy_setopt(line->curl, CURLOPT_TIMEOUT, (long)PROBE_SECONDS);
	curl_easy_setopt(line->curl, CURLOPT_CUSTOMREQUEST, sender);
	curl_easy_setopt(line->curl, CURLOPT_NOBODY, 1L);
	line->reply = (struct smtp_reply){ .stage = SMTP_GREETING };
	verdict = smtp_result_of(curl_easy_perform(line->curl), &line->reply, &source);
	smtp_reply_clean(&line->reply);
	return verdict;
}

enum smtp_result smtp_probe(const struct conf *conf, const char *helo, struct smtp_reply *reply)
{
	struct smtp smtp = { .conf = conf, .stop = -1 };
	struct smtp_line line = { .smtp = &smtp, .curl = curl_easy_init() };
	enum smtp_result verdict = SMTP_UNREACHABLE;

	arena_init(&smtp.arena);
	smtp.url = smtp_url_with(&smtp, helo);
	if (line.curl != NULL) {
		verdict = smtp_try(&line);
		curl_easy_cleanup(line.curl);
	}
	*reply = line.reply;
	arena_release(&smtp.arena);
	return verdict;
}
