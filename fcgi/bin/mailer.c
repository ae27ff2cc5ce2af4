/*
 * backoffice-mailer: claims letters, sends them, some at a time, settles them, sleeps until the
 * bell rings or the next one is due. Any number of mailers may run.
 *
 *   backoffice-mailer [-c FILE]   until SIGTERM or SIGINT; begins anew at SIGHUP
 *   backoffice-mailer --check     say what is wrong with the settings
 */
#include "base/anew.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/version.h"
#include "base/wake.h"
#include "mail/flow.h"
#include "mail/hands.h"
#include "mail/helo.h"
#include "mail/letter.h"
#include "mail/queue.h"
#include "mail/smtp.h"
#include "mail/template.h"
#include "store/fault.h"
#include "store/schema.h"
#include "store/statements.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONF_FILE SYSCONFDIR "/backoffice/backoffice.conf"

enum { LEASE_SECONDS = 180, LOOK_SECONDS = 5 };

/* Milliseconds. Pauses while the database does not do what it is told double. */
enum { PAUSE_FIRST = 250, PAUSE_MAX = 5000, STOP_LOOK = 100 };

/* What was answered is written down after this long at most, with what was answered meanwhile. */
static const int64_t settle_after = CLOCK_SECOND / 50;

/* What waits in hand for longer goes back, to be looked at again before it is sent: it may have
 * been cancelled. */
static const int64_t fresh = CLOCK_SECOND / 4;

struct mailer {
	const struct conf *conf;
	struct secret_ring keys;
	struct db *db;
	struct smtp *smtp;
	struct flow flow;
	struct hands hands;
	int bell;
	int stop;           /* readable: we were told to end */
	int64_t look_at;    /* for letters that are due; by clock_running() */
	int pause;          /* while the database does not do what it is told; 0: it does */
	int64_t pause_until;
};

/* Lets the database be for longer and longer. */
static void mailer_pause_longer(struct mailer *mailer)
{
	int pause = mailer->pause;

	mailer->pause = pause == 0 ? PAUSE_FIRST : pause < PAUSE_MAX / 2 ? 2 * pause : PAUSE_MAX;
	mailer->pause_until = clock_running() + (int64_t)mailer->pause * 1000;
}

/* Writes the letter and begins to send it. */
static void mailer_begin(struct mailer *mailer, struct hand *hand)
{
	struct outbox_row *row = &hand->row;
	struct outbox_outcome dead = { .state = OUTBOX_DEAD, .reason = "unreadable" };

	if (row->payload == OUTBOX_PAYLOAD_LOCKED) {
		log_event(LOG_ERROR, "letter", "id=%" PRIu64 " reason=no_key_opens_it", row->id);
		hand_end(hand, queue_wait_for_key(row, clock_now(), secret_below(UINT32_MAX)));
	} else if (row->payload == OUTBOX_PAYLOAD_OPEN && row->letter.expires_at <= clock_now()) {
		hand_end(hand, (struct outbox_outcome){ .state = OUTBOX_EXPIRED, .reason = "expired" });
	} else if (row->payload == OUTBOX_PAYLOAD_WRONG ||
	    letter_write(&row->arena, mailer->conf, &row->letter, &hand->message) != ERR_OK) {
		hand_end(hand, dead);
	} else if (smtp_begin(mailer->smtp, row->letter.to, &hand->message, hand)) {
		hand_put(hand, HAND_GOES);
	}
}

/* Begins as many as may go. Until the database takes what became of others, none does, whatever the
 * error: a mailer that cannot write down what it has sent would send it again and again. */
static void mailer_begin_all(struct mailer *mailer)
{
	struct hand *hand;

	while (mailer->pause == 0 &&
	       smtp_busy(mailer->smtp) < flow_lines(&mailer->flow, clock_running()) &&
	       (hand = hands_next(&mailer->hands)) != NULL) {
		mailer_begin(mailer, hand);
	}
}

/* Takes what the mail server has answered. */
static void mailer_take_ends(struct mailer *mailer)
{
	enum smtp_result result;
	struct smtp_reply reply;
	struct hand *hand;

	while ((hand = smtp_ended(mailer->smtp, &result, &reply)) != NULL) {
		struct outbox_outcome outcome;

		if (flow_end(&mailer->flow, result, reply.stage, smtp_busy(mailer->smtp),
				clock_running())) {
			log_event(LOG_WARNING, "smtp", "connections=%zu", mailer->flow.taken);
			hand_put(hand, HAND_WAITS);
			continue;
		}
		hand->reply = reply;
		outcome = queue_decide(&hand->row, result, clock_now(), secret_below(UINT32_MAX));
		outcome.smtp_code = reply.code;
		outcome.reply = hand->reply.text;
		hand_end(hand, outcome);
	}
}

/* Records what became of letters. */
static void mailer_settle(struct mailer *mailer)
{
	struct outbox_row *rows[HANDS_MAX];
	size_t count = hands_ended(&mailer->hands, rows);
	enum err err = count == 0 ? ERR_OK : store_outbox_settle(mailer->db, rows, count);

	if (err != ERR_OK) {
		if (mailer->pause == PAUSE_FIRST) {
			log_event(LOG_ERROR, "settle", "letters=%zu error=%s result=nothing_is_sent", count,
				err_name(err));
		}
		mailer_pause_longer(mailer);
		return;
	}
	mailer->pause = 0;
	flow_settle(&mailer->flow, count, clock_running());
	hands_drop(&mailer->hands);
}

/* When to record what became of letters: at once where nothing is left to be begun meanwhile, and
 * soon in any case. INT64_MAX: there is nothing to record. */
static int64_t mailer_settle_at(const struct mailer *mailer)
{
	int64_t first = hands_first(&mailer->hands, HAND_ENDED);

	if (first == INT64_MAX || mailer->pause > 0) {
		return first == INT64_MAX ? first : mailer->pause_until;
	}
	return hands_count(&mailer->hands, HAND_WAITS) > 0 ? first + settle_after : first;
}

/* Decides when to look again: at once where more may wait, else when the next letter is due or the
 * bell rings. */
static void mailer_plan_look(struct mailer *mailer, bool more)
{
	int64_t wait = LOOK_SECONDS * CLOCK_SECOND;

	if (more) {
		mailer->look_at = 0;
		return;
	}
	if (store_outbox_wait(mailer->db, wait, &wait) != ERR_OK) {
		wait = LOOK_SECONDS * CLOCK_SECOND;
	}
	mailer->look_at = clock_running() + wait + 1000;
}

/* Claims as many letters as may go, if so many are due. */
static void mailer_claim(struct mailer *mailer, size_t room)
{
	struct outbox_claim claim = { .keys = &mailer->keys,
		.lease = LEASE_SECONDS * CLOCK_SECOND,
		.most = room < OUTBOX_BATCH ? room : OUTBOX_BATCH };
	enum err err = store_outbox_claim(mailer->db, &claim);

	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		mailer_pause_longer(mailer);
		return;
	}
	mailer->pause = 0;
	hands_take(&mailer->hands, &claim);
	mailer_plan_look(mailer, claim.count == claim.most);
}

/* How many letters to claim now. None as long as others are to be written down. */
static size_t mailer_room(const struct mailer *mailer)
{
	size_t empty = hands_count(&mailer->hands, HAND_EMPTY);
	size_t room = flow_room(&mailer->flow, mailer->hands.count - empty, clock_running());

	return wake_stopped(mailer->stop) || hands_count(&mailer->hands, HAND_ENDED) > 0 ? 0
		: room < empty ? room : empty;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Lets the conversations go on until there is something else to do. */
static void mailer_wait(struct mailer *mailer)
{
	int64_t now = clock_running(), until = now + LOOK_SECONDS * CLOCK_SECOND;
	int milliseconds;

	until = earlier(until, mailer_settle_at(mailer));
	if (hands_count(&mailer->hands, HAND_WAITS) > 0) {
		until = earlier(until, hands_first(&mailer->hands, HAND_WAITS) + fresh);
	}
	if (mailer->flow.rests_until > now) {
		until = earlier(until, mailer->flow.rests_until);
	} else if (mailer_room(mailer) > 0) {
		until = earlier(until, mailer->pause > 0 ? mailer->pause_until : mailer->look_at);
	}
	if (wake_stopped(mailer->stop)) {
		until = earlier(until, now + (int64_t)STOP_LOOK * 1000);
	}
	milliseconds = until <= now ? 0 : (int)((until - now + 999) / 1000);
	smtp_wait(mailer->smtp, mailer->bell, milliseconds);
	if (wake_rang(mailer->bell)) {
		mailer->look_at = 0;
	}
}

/* One turn of the work: what was answered is written down, what is due is claimed and begun. */
static void mailer_turn(struct mailer *mailer)
{
	size_t room;

	mailer_take_ends(mailer);
	hands_give_back(&mailer->hands, flow_lines(&mailer->flow, clock_running()) > 0 ? fresh : 0);
	mailer_begin_all(mailer);
	if (mailer_settle_at(mailer) <= clock_running()) {
		mailer_settle(mailer);
	}
	room = mailer_room(mailer);
	if (room > 0 &&
	    clock_running() >= (mailer->pause > 0 ? mailer->pause_until : mailer->look_at)) {
		mailer_claim(mailer, room);
		mailer_begin_all(mailer);
	}
	mailer_wait(mailer);
}

/* Sends what is due until we are told to stop; then lets what was begun come to its end. */
static void mailer_run(struct mailer *mailer)
{
	log_event(LOG_INFO, "start", "bell=%s", mailer->conf->mail_wake);
	while (!wake_stopped(mailer->stop)) {
		mailer_turn(mailer);
	}
	hands_give_back(&mailer->hands, 0);
	while (hands_count(&mailer->hands, HAND_GOES) > 0) {
		mailer_turn(mailer);
	}
	mailer_settle(mailer);
	log_event(LOG_INFO, "stop", "");
}

/* Waits for a database that comes up after the host, but not for a schema we do not know. */
static enum err mailer_wait_for_database(struct mailer *mailer)
{
	struct schema_found found = { 0 };
	enum err err;

	do {
		err = store_schema_check(mailer->db, &found);
		if (err == ERR_OK) {
			err = store_statements_check(mailer->db, DB_MAILER, NULL);
		}
		if (err == ERR_UNAVAILABLE || err == ERR_RETRY) {
			if (mailer->pause == 0) {
				store_schema_log(err, &found);
				store_fault_log(mailer->conf, DB_MAILER, mailer->db, err);
			}
			mailer_pause_longer(mailer);
			wake_wait(-1, mailer->stop, mailer->pause);
		}
	} while ((err == ERR_UNAVAILABLE || err == ERR_RETRY) && !wake_stopped(mailer->stop));
	if (err != ERR_OK && err != ERR_UNAVAILABLE && err != ERR_RETRY) {
		store_schema_log(err, &found);
		store_fault_log(mailer->conf, DB_MAILER, mailer->db, err);
	}
	mailer->pause = 0;
	return err;
}

/* Opens the connections' half of the mailer under the name that it presents itself by. */
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
	enum err err = secret_ring_load(conf->mail_secret_key_file, &mailer->keys);

	mailer->conf = conf;
	if (err != ERR_OK) {
		log_event(LOG_ERROR, "keys", "file=%s error=%s", conf->mail_secret_key_file,
			err_name(err));
		log_say(LOG_ERROR, "the key %s is missing, broken or not to be read: run backoffice-admin "
			"keys, or bring it back from a backup", conf->mail_secret_key_file);
		return err;
	}
	if (conf->mail_wake[0] != '\0' && wake_listen(conf->mail_wake, &mailer->bell) != ERR_OK) {
		log_event(LOG_WARNING, "bell", "path=%s result=failed", conf->mail_wake);
	}
	mailer->flow.connections = conf->smtp_connections;
	mailer->hands.count = flow_most(conf->smtp_connections);
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
	hands_close(&mailer->hands);
	if (mailer->bell >= 0) {
		close(mailer->bell); /* its path may be another mailer's by now, and stays */
	}
	secret_wipe(&mailer->keys, sizeof(mailer->keys));
}

/* Sends letters as the settings in file say, until stop is readable, or only looks at these; gives
 * the exit code. */
static int mailer_main(const char *file, bool check, int stop)
{
	struct mailer mailer = { .bell = -1, .stop = stop };
	struct conf conf;
	const char *error;
	enum err err = conf_load(&conf, file, CONF_MAILER, &error);

	if (err != ERR_OK) {
		log_say(LOG_ERROR, "%s", error);
	} else if (!check && !conf_has_mail(&conf)) {
		log_event(LOG_INFO, "start", "result=no_mail_server");
	} else if (!check) {
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

static const char usage[] =
	"usage: backoffice-mailer [-c FILE] [--check] | --version | --help\n\n"
	"Sends the letters that wait, as the settings in FILE say (default\n"
	CONF_FILE "); with --check it only says what is\n"
	"wrong with them. See backoffice-mailer(8).\n";

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'k' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *file = CONF_FILE;
	bool check = false;
	int option, stop, code;

	while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			file = optarg;
			break;
		case 'k':
			check = true;
			break;
		case 'v':
			version_print(stdout, "backoffice-mailer", (const char *const[]){ secret_library(),
				db_library(), smtp_library(), NULL });
			return EXIT_SUCCESS;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			fputs(usage, stderr);
			return EXIT_FAILURE;
		}
	}
	if (wake_on_stop(&stop) != ERR_OK || secret_init() != ERR_OK) {
		log_event(LOG_ERROR, "start", "reason=system");
		return EXIT_FAILURE;
	}
	code = mailer_main(file, check, stop);
	return wake_stopped(stop) && wake_stopped_anew(stop) ? anew_begin(argv) : code;
}
