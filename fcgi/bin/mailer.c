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
#include "store/statements.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONF_FILE SYSCONFDIR "/backoffice/backoffice.conf"

enum { LEASE_SECONDS = 180, LOOK_SECONDS = 5, BREAK_AFTER = 5, BREAK_SECONDS = 30 };

/* Pauses while the database does not do what it is told: they double. Milliseconds. */
enum { PAUSE_FIRST = 250, PAUSE_MAX = 5000 };

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
static void mailer_pause_longer(const struct mailer *mailer, int *pause)
{
	*pause = *pause == 0 ? PAUSE_FIRST : *pause < PAUSE_MAX / 2 ? 2 * *pause : PAUSE_MAX;
	wake_wait(-1, mailer->stop, *pause);
}

/* Records the verdict. Until that is done no letter is taken or sent, whatever the error: a mailer
 * that cannot write down what it has sent would send it again and again. */
static void mailer_settle(struct mailer *mailer, const struct outbox_row *row,
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
		mailer_pause_longer(mailer, &pause);
	}
	log_event(LOG_INFO, "letter", "id=%" PRIu64 " kind=%s state=%s reason=%s code=%u attempts=%"
		PRIu64 " settled=%s", row->id, letter_kind_words[row->letter.kind],
		outbox_state_words[outcome->state], outcome->reason, outcome->smtp_code, row->attempts,
		err_name(err));
}

/* Counts failures. A server that is away may be back for the next letter; one that refuses us
 * hardly changes its mind, and may shut out who asks too often: it is asked twice before a rest. */
static void mailer_count_failures(struct mailer *mailer, enum smtp_result result)
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

/* Writes the letter, sends it and settles it. */
static void mailer_send_letter(struct mailer *mailer, struct arena *arena,
	const struct outbox_row *row)
{
	struct outbox_outcome outcome = { .state = OUTBOX_DEAD, .reason = "unreadable" };
	struct text message;
	struct smtp_reply reply;
	enum smtp_result result;

	if (letter_write(arena, mailer->conf, &row->letter, &message) == ERR_OK) {
		result = smtp_send(mailer->smtp, row->letter.to, &message, &reply);
		mailer_count_failures(mailer, result);
		outcome = queue_decide(row, result, clock_now(), secret_below(UINT32_MAX));
		outcome.smtp_code = reply.code;
		outcome.reply = reply.text;
	}
	mailer_settle(mailer, row, &outcome);
}

/* Claims one letter, if one is due, and makes an end of it. */
static enum err mailer_step(struct mailer *mailer)
{
	static const struct outbox_outcome unreadable = { .state = OUTBOX_DEAD,
		.reason = "unreadable" };
	static const struct outbox_outcome expired = { .state = OUTBOX_EXPIRED, .reason = "expired" };
	struct outbox_row row;
	struct arena arena;
	enum err err;

	arena_init(&arena);
	err = store_outbox_claim(mailer->db, &mailer->public_key, &mailer->secret_key,
		LEASE_SECONDS * CLOCK_SECOND, &arena, &row);
	if (err == ERR_OK && !row.readable) {
		mailer_settle(mailer, &row, &unreadable);
	} else if (err == ERR_OK && row.letter.expires_at <= clock_now()) {
		mailer_settle(mailer, &row, &expired);
	} else if (err == ERR_OK) {
		mailer_send_letter(mailer, &arena, &row);
	}
	arena_release(&arena);
	return err;
}

/* Waits until a letter is due, or the bell rings. */
static void mailer_wait_for_letter(struct mailer *mailer)
{
	int64_t wait = LOOK_SECONDS * CLOCK_SECOND;

	if (store_outbox_wait(mailer->db, wait, &wait) != ERR_OK) {
		wait = LOOK_SECONDS * CLOCK_SECOND;
	}
	wake_wait(mailer->bell, mailer->stop, (int)(wait / 1000) + 1);
}

/* Sends what is due until we are told to stop. */
static void mailer_run(struct mailer *mailer)
{
	int pause = 0;

	log_event(LOG_INFO, "start", "bell=%s", mailer->conf->mail_wake);
	while (!wake_stopped(mailer->stop)) {
		enum err err = mailer_step(mailer);

		if (err != ERR_OK && err != ERR_NOT_FOUND) {
			mailer_pause_longer(mailer, &pause);
			continue;
		}
		pause = 0;
		if (mailer->resting) {
			mailer->resting = false;
			wake_wait(-1, mailer->stop, BREAK_SECONDS * 1000);
		} else if (err == ERR_NOT_FOUND) {
			mailer_wait_for_letter(mailer);
		}
	}
	log_event(LOG_INFO, "stop", "");
}

/* Waits for a database that comes up after the host, but not for a schema we do not know. */
static enum err mailer_wait_for_database(struct mailer *mailer)
{
	uint64_t version = 0;
	int pause = 0;
	enum err err;

	do {
		err = store_schema_check(mailer->db, &version);
		if (err == ERR_OK) {
			err = store_statements_check(mailer->db, DB_MAILER);
		}
		if (err == ERR_UNAVAILABLE || err == ERR_RETRY) {
			mailer_pause_longer(mailer, &pause);
		}
	} while ((err == ERR_UNAVAILABLE || err == ERR_RETRY) && !wake_stopped(mailer->stop));
	if (err != ERR_OK) {
		log_event(LOG_ERROR, "start", "database=%s schema=%" PRIu64 " expected=%d", err_name(err),
			version, SCHEMA_VERSION);
	}
	return err;
}

/* Opens the connection's half of the mailer under the name that it presents itself by. */
static struct smtp *mailer_open_smtp(const struct conf *conf, int stop)
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

/* Opens all that it takes, the database at last. Whatever the result, mailer_close() may follow. */
static enum err mailer_open(struct mailer *mailer, const struct conf *conf)
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
	mailer->smtp = mailer_open_smtp(conf, mailer->stop);
	if (mailer->db == NULL || mailer->smtp == NULL) {
		return ERR_UNAVAILABLE;
	}
	return mailer_wait_for_database(mailer);
}

static void mailer_close(struct mailer *mailer)
{
	smtp_close(mailer->smtp);
	db_close(mailer->db);
	if (mailer->bell >= 0) {
		close(mailer->bell); /* its path may be another mailer's by now, and stays */
	}
	secret_wipe(&mailer->secret_key, sizeof(mailer->secret_key));
}

/* Sends letters as the settings in file say, until stop is readable; gives the exit code. */
static int mailer_main(const char *file, int stop)
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
		const char *used = template_language(conf.language)->tag;

		if (strcmp(conf.language, used) != 0) { /* letters go out all the same */
			log_event(LOG_WARNING, "settings", "key=site.language value=unknown used=%s", used);
		}
		err = mailer_open(&mailer, &conf);
		if (err == ERR_OK) {
			mailer_run(&mailer);
		}
		mailer_close(&mailer);
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
	return mailer_main(file, stop);
}
