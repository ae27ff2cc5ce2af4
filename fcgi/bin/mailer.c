/*
 * backoffice-mailer: claims a letter, sends it, settles it, sleeps until the bell rings or the next
 * one is due. Any number of mailers may run.
 *
 *   backoffice-mailer [-c FILE]
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/wake.h"
#include "mail/helo.h"
#include "mail/letter.h"
#include "mail/queue.h"
#include "mail/smtp.h"
#include "mail/template.h"
#include "store/schema.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONF_FILE SYSCONFDIR "/backoffice/backoffice.conf"

enum { LEASE_SECONDS = 180, LOOK_SECONDS = 5, BREAK_AFTER = 5, BREAK_SECONDS = 30 };

/* Pauses while the database does not do what it is told: they double. Milliseconds. */
enum { PAUSE_FIRST = 250, PAUSE_MOST = 5000 };

struct mailer {
	const struct conf *conf;
	struct secret_key public_key;
	struct secret_key secret_key;
	struct db *db;
	struct smtp *smtp;
	int bell;
	int stop;          /* readable: we were told to end */
	unsigned failures; /* connections that failed in a row */
	bool resting;      /* the server is away: one probe after a while */
};

/* Waits for longer and longer; *pause is 0 at first. */
static void pause_longer(const struct mailer *mailer, int *pause)
{
	*pause = *pause == 0 ? PAUSE_FIRST : *pause < PAUSE_MOST / 2 ? 2 * *pause : PAUSE_MOST;
	wake_wait(-1, mailer->stop, *pause);
}

/* Records the verdict. Until that is done no letter is taken or sent, whatever the error: a mailer
 * that cannot write down what it has sent would send it again and again. */
static void settle(struct mailer *mailer, const struct outbox_row *row,
	const struct outbox_outcome *outcome)
{
	int pause = 0;
	enum err err;

	while ((err = store_outbox_settle(mailer->db, row, outcome)) != ERR_OK && err != ERR_STALE &&
	       !wake_stopped(mailer->stop)) {
		if (pause == PAUSE_FIRST) {
			log_event(LOG_ERROR, "settle", "id=%" PRIu64 " error=%s result=nothing_is_sent",
				row->id, err_name(err));
		}
		pause_longer(mailer, &pause);
	}
	log_event(LOG_INFO, "letter", "id=%" PRIu64 " kind=%s state=%s reason=%s code=%u attempts=%"
		PRIu64 " settled=%s", row->id, letter_kind_words[row->letter.kind],
		outbox_state_words[outcome->state], outcome->reason, outcome->smtp_code, row->attempts,
		err_name(err));
}

/* A server that is away may be back for the next letter; one that refuses us hardly changes its
 * mind, and may shut out who asks too often: it is asked twice before a rest. */
static void note_connection(struct mailer *mailer, enum smtp_result result)
{
	if (result == SMTP_SETTINGS) {
		mailer->failures += BREAK_AFTER - 1;
	} else if (result == SMTP_UNREACHABLE || result == SMTP_TLS) {
		mailer->failures++;
	} else {
		mailer->failures = 0;
	}
	mailer->resting = mailer->failures >= BREAK_AFTER;
}

static void send_letter(struct mailer *mailer, struct arena *arena, const struct outbox_row *row)
{
	struct outbox_outcome outcome = { .state = OUTBOX_DEAD, .reason = "unreadable" };
	struct text message;
	struct smtp_reply reply;
	enum smtp_result result;

	if (letter_write(arena, mailer->conf, &row->letter, &message) == ERR_OK) {
		result = smtp_send(mailer->smtp, row->letter.to, &message, &reply);
		note_connection(mailer, result);
		outcome = queue_decide(row, result, clock_now(), secret_below(UINT32_MAX));
		outcome.smtp_code = reply.code;
		outcome.reply = reply.text;
	}
	settle(mailer, row, &outcome);
}

static void handle(struct mailer *mailer, struct arena *arena, const struct outbox_row *row)
{
	static const struct outbox_outcome unreadable = { .state = OUTBOX_DEAD,
		.reason = "unreadable" };
	static const struct outbox_outcome expired = { .state = OUTBOX_EXPIRED, .reason = "expired" };

	if (!row->readable) {
		settle(mailer, row, &unreadable);
	} else if (row->letter.expires_at <= clock_now()) {
		settle(mailer, row, &expired);
	} else {
		send_letter(mailer, arena, row);
	}
}

/* One letter, if one is due. */
static enum err step(struct mailer *mailer)
{
	struct outbox_row row;
	struct arena arena;
	enum err err;

	arena_init(&arena);
	err = store_outbox_claim(mailer->db, &mailer->public_key, &mailer->secret_key,
		LEASE_SECONDS * CLOCK_SECOND, &arena, &row);
	if (err == ERR_OK) {
		handle(mailer, &arena, &row);
	}
	arena_release(&arena);
	return err;
}

/* Until a letter is due, or the bell rings. */
static void wait_for_letter(struct mailer *mailer)
{
	int64_t wait = LOOK_SECONDS * CLOCK_SECOND;

	if (store_outbox_wait(mailer->db, wait, &wait) != ERR_OK) {
		wait = LOOK_SECONDS * CLOCK_SECOND;
	}
	wake_wait(mailer->bell, mailer->stop, (int)(wait / 1000) + 1);
}

static void run(struct mailer *mailer)
{
	int pause = 0;

	log_event(LOG_INFO, "start", "bell=%s", mailer->conf->mail_wake);
	while (!wake_stopped(mailer->stop)) {
		enum err err = step(mailer);

		if (err != ERR_OK && err != ERR_NOT_FOUND) {
			pause_longer(mailer, &pause);
			continue;
		}
		pause = 0;
		if (mailer->resting) {
			mailer->resting = false;
			wake_wait(-1, mailer->stop, BREAK_SECONDS * 1000);
		} else if (err == ERR_NOT_FOUND) {
			wait_for_letter(mailer);
		}
	}
	log_event(LOG_INFO, "stop", "");
}

/* The database may come up after the host: wait for it, but not for a schema we do not know. */
static enum err wait_for_database(struct mailer *mailer)
{
	uint64_t version = 0;
	int pause = 0;
	enum err err;

	do {
		err = store_schema_check(mailer->db, &version);
		if (err == ERR_OK) {
			err = db_check(mailer->db);
		}
		if (err == ERR_UNAVAILABLE || err == ERR_RETRY) {
			pause_longer(mailer, &pause);
		}
	} while ((err == ERR_UNAVAILABLE || err == ERR_RETRY) && !wake_stopped(mailer->stop));
	if (err != ERR_OK) {
		log_event(LOG_ERROR, "start", "database=%s schema=%" PRIu64 " expected=%d", err_name(err),
			version, SCHEMA_VERSION);
	}
	return err;
}

static struct smtp *open_smtp(const struct conf *conf, int stop)
{
	struct smtp *smtp;
	struct arena arena;
	const char *helo;

	arena_init(&arena);
	helo = helo_choose(&arena, conf, helo_host(&arena));
	log_event(LOG_INFO, "smtp", "helo=%s", helo);
	smtp = smtp_open(conf, helo, stop);
	arena_release(&arena);
	return smtp;
}

static enum err open_mailer(struct mailer *mailer, const struct conf *conf)
{
	enum err err = secret_key_load(conf->mail_secret_key_file, &mailer->secret_key);

	mailer->conf = conf;
	if (err != ERR_OK) {
		log_event(LOG_ERROR, "keys", "file=%s error=%s", conf->mail_secret_key_file,
			err_name(err));
		return err;
	}
	secret_public(&mailer->secret_key, &mailer->public_key);
	if (conf->mail_wake[0] != '\0' && wake_listen(conf->mail_wake, &mailer->bell) != ERR_OK) {
		log_event(LOG_WARNING, "bell", "path=%s result=failed", conf->mail_wake);
	}
	mailer->db = db_open(conf, DB_MAILER);
	mailer->smtp = open_smtp(conf, mailer->stop);
	if (mailer->db == NULL || mailer->smtp == NULL) {
		return ERR_UNAVAILABLE;
	}
	return wait_for_database(mailer);
}

static void close_mailer(struct mailer *mailer)
{
	smtp_close(mailer->smtp);
	db_close(mailer->db);
	if (mailer->bell >= 0) {
		close(mailer->bell); /* its path may be another mailer's by now, and stays */
	}
	secret_wipe(&mailer->secret_key, sizeof(mailer->secret_key));
}

/* Letters to people who have chosen no language go out all the same. */
static void check_language(const struct conf *conf)
{
	const char *used = template_language(conf->language)->tag;

	if (strcmp(conf->language, used) != 0) {
		log_event(LOG_WARNING, "settings", "key=site.language value=unknown used=%s", used);
	}
}

static int mail(const char *file, int stop)
{
	struct mailer mailer = { .bell = -1, .stop = stop };
	struct conf conf;
	const char *error;
	enum err err = conf_load(&conf, file, CONF_MAILER, &error);

	if (err != ERR_OK) {
		fprintf(stderr, "backoffice-mailer: %s\n", error);
	} else if (!conf_has_mail(&conf)) {
		log_event(LOG_INFO, "start", "result=no_mail_server");
	} else {
		check_language(&conf);
		err = open_mailer(&mailer, &conf);
		if (err == ERR_OK) {
			run(&mailer);
		}
		close_mailer(&mailer);
	}
	conf_release(&conf);
	return err == ERR_OK || wake_stopped(stop) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	const char *file = CONF_FILE;
	int option, stop;

	while ((option = getopt(argc, argv, "c:")) != -1) {
		if (option != 'c') {
			fprintf(stderr, "usage: backoffice-mailer [-c FILE]\n");
			return EXIT_FAILURE;
		}
		file = optarg;
	}
	if (wake_on_stop(&stop) != ERR_OK || secret_init() != ERR_OK) {
		log_event(LOG_ERROR, "start", "reason=system");
		return EXIT_FAILURE;
	}
	return mail(file, stop);
}
