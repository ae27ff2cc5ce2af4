/* Settings are right, or the program says file, line and reason. */
#include "base/conf.h"

#include <ctype.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/conf_test.XXXXXX";
static char settings[96]; /* path of the file that every test writes anew */
static char host[65];     /* this host's name */
static char server_key[96], mail_pub[96], mail_key[96]; /* beside them */

static int make_folder(void **state)
{
	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(settings, sizeof(settings), "%s/backoffice.conf", folder);
	snprintf(server_key, sizeof(server_key), "%s/keys/server.key", folder);
	snprintf(mail_pub, sizeof(mail_pub), "%s/keys/mail.pub", folder);
	snprintf(mail_key, sizeof(mail_key), "%s/keys/mail.key", folder);
	return gethostname(host, sizeof(host) - 1);
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

static int remove_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static enum err load(struct conf *conf, const char *content, enum conf_program program,
	const char **error)
{
	write_file(settings, content);
	return conf_load(conf, settings, program, error);
}

/* The settings load; the caller releases them. */
static void load_good(struct conf *conf, const char *content, enum conf_program program)
{
	const char *error = "unset";
	enum err err = load(conf, content, program, &error);

	if (err != ERR_OK || error != NULL) {
		fail_msg("\"%s\" gave %s: %s", content, err_name(err), error);
	}
}

/* The error is the path of the settings, then ":line: reason". */
static void assert_refused(const char *content, enum conf_program program, const char *rest)
{
	struct conf conf;
	const char *error = NULL;

	assert_int_equal(load(&conf, content, program, &error), ERR_INVALID);
	assert_non_null(error);
	assert_memory_equal(error, settings, strlen(settings));
	assert_string_equal(error + strlen(settings), rest);
	conf_release(&conf);
}

struct setting {
	const char *section;
	const char *key;
	size_t offset;
	const char *standard;
	const char *other; /* a value that is not the default */
};

#define TEXT(section, key, member, standard, other) \
	{ section, key, offsetof(struct conf, member), standard, other }

static const struct setting texts[] = {
	TEXT("site", "name", name, "Backoffice", "Bank \u00dc"),
	TEXT("site", "url", url, "http://127.0.0.1:8080/", "https://office.example/"),
	TEXT("site", "support", support, "", "Questions? Ask help@office.example."),
	TEXT("site", "logo", logo, "", "/pictures/logo.svg"),
	TEXT("site", "accent", accent, "", "#a01060"),
	TEXT("site", "company", company, "", "Büro & Söhne, Am Fluß 7, Wien"),
	TEXT("site", "language", language, "en", "ar"),
	TEXT("site", "server_key_file", server_key_file, server_key, "/a"),
	TEXT("site", "country", country, "", "DE"),
	TEXT("site", "time_zone", time_zone, "UTC", "Europe/Berlin"),
	TEXT("site", "node", node, host, "a-1.b_2"),
	TEXT("database", "socket", db_socket, "/run/mysqld/mysqld.sock", ""),
	TEXT("database", "host", db_host, "127.0.0.1", "db.example"),
	TEXT("database", "name", db_name, "backoffice", "office"),
	TEXT("database", "prefix", db_prefix, "", "bo_"),
	TEXT("database", "ca", db_ca, "", "/ca.pem"),
	TEXT("web", "user", web.user, "backoffice_web", "w"),
	TEXT("web", "password", web.password, "", "web secret"),
	TEXT("web", "listen", listen, "-", "/run/b.sock"),
	TEXT("session", "require_totp", require_totp, "nobody", "administrators"),
	TEXT("mail", "smtp_url", smtp_url, "", "smtps://mail.example:465"),
	TEXT("mail", "smtp_user", smtp_user, "", "u"),
	TEXT("mail", "smtp_password", smtp_password, "", "mail secret"),
	TEXT("mail", "smtp_ca", smtp_ca, "", "/ca.pem"),
	TEXT("mail", "smtp_tls", smtp_tls, "required", "none"),
	TEXT("mail", "helo", mail_helo, "", "host.example.com"),
	TEXT("mail", "code_in_subject", code_in_subject, "no", "yes"),
	TEXT("mail", "from", mail_from, "backoffice@localhost", "office@example.com"),
	TEXT("mail", "key_file", mail_key_file, mail_pub, "/m.pub"),
	TEXT("mail", "wake", mail_wake, "/run/backoffice/mailer.bell", ""),
	TEXT("mailer", "user", mailer.user, "backoffice_mailer", "m"),
	TEXT("mailer", "password", mailer.password, "", "mailer secret"),
	TEXT("mailer", "secret_key_file", mail_secret_key_file, mail_key, "/m"),
	TEXT("admin", "user", admin.user, "backoffice_admin", "a"),
	TEXT("admin", "password", admin.password, "", "admin secret"),
};

struct number {
	const char *section;
	const char *key;
	size_t offset;
	uint64_t standard, min, max;
};

#define NUMBER(section, key, member, standard, min, max) \
	{ section, key, offsetof(struct conf, member), standard, min, max }

static const struct number numbers[] = {
	NUMBER("database", "port", db_port, 3306, 1, 65535),
	NUMBER("database", "timeout", db_timeout, 2, 1, 60),
	NUMBER("web", "threads", threads, 8, 1, 128),
	NUMBER("web", "hash_threads", hash_threads, 2, 1, 32),
	NUMBER("web", "hash_queue", hash_queue, 128, 1, 1024),
	NUMBER("mail", "connections", smtp_connections, 4, 1, 16),
	NUMBER("password", "memory", hash_memory, 64, 8, 1024),
	NUMBER("password", "passes", hash_passes, 2, 1, 16),
	NUMBER("session", "idle", session_idle, 30, 1, 1440),
	NUMBER("session", "life", session_life, 720, 5, 10080),
	NUMBER("session", "proof", session_step_up, 10, 1, 60),
	NUMBER("session", "initial_password_life", initial_password_life, 72, 1, 720),
	NUMBER("audit", "retention", audit_retention, 0, 0, 36500),
};

enum { TEXTS = sizeof(texts) / sizeof(texts[0]), NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

static const char *text_at(const struct conf *conf, size_t offset)
{
	return *(const char *const *)(const void *)((const char *)conf + offset);
}

static uint64_t number_at(const struct conf *conf, size_t offset)
{
	return *(const uint64_t *)(const void *)((const char *)conf + offset);
}

static void assert_standards(const struct conf *conf)
{
	for (size_t i = 0; i < TEXTS; i++) {
		assert_string_equal(text_at(conf, texts[i].offset), texts[i].standard);
	}
	for (size_t i = 0; i < NUMBERS; i++) {
		assert_int_equal(number_at(conf, numbers[i].offset), numbers[i].standard);
	}
}

static void an_empty_file_gives_every_default(void **state)
{
	struct conf conf;

	(void)state;
	for (int program = CONF_WEB; program <= CONF_ADMIN; program++) {
		load_good(&conf, "", (enum conf_program)program);
		assert_standards(&conf);
		conf_release(&conf);
	}
}

static void every_text_can_be_set_and_changes_nothing_else(void **state)
{
	char content[256];
	struct conf conf;

	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		snprintf(content, sizeof(content), "[%s]\n%s = %s\n", texts[i].section, texts[i].key,
			texts[i].other);
		load_good(&conf, content, CONF_WEB);
		for (size_t j = 0; j < TEXTS; j++) {
			assert_string_equal(text_at(&conf, texts[j].offset),
				i == j ? texts[j].other : texts[j].standard);
		}
		conf_release(&conf);
	}
}

static void set_number_to(const struct number *number, uint64_t value, bool good)
{
	char content[128], rest[128];
	struct conf conf;

	snprintf(content, sizeof(content), "[%s]\n%s = %llu\n", number->section, number->key,
		(unsigned long long)value);
	if (good) {
		load_good(&conf, content, CONF_WEB);
		assert_int_equal(number_at(&conf, number->offset), value);
		conf_release(&conf);
		return;
	}
	snprintf(rest, sizeof(rest), ":2: %s: must be a number from %llu to %llu", number->key,
		(unsigned long long)number->min, (unsigned long long)number->max);
	assert_refused(content, CONF_WEB, rest);
}

static void every_number_has_its_range(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBERS; i++) {
		set_number_to(&numbers[i], numbers[i].min, true);
		set_number_to(&numbers[i], numbers[i].max, true);
		set_number_to(&numbers[i], numbers[i].min - 1, false);
		set_number_to(&numbers[i], numbers[i].max + 1, false);
		set_number_to(&numbers[i], UINT64_MAX, false);
	}
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const values[] = { "", "x", "8x", "0x8", "8 8", "8.0", "-8", "+8", "1e1",
		"99999999999999999999999", "\u0668" };
	char content[128];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(content, sizeof(content), "\n[web]\n\nthreads = %s\n", values[i]);
		assert_refused(content, CONF_WEB, ":4: threads: must be a number from 1 to 128");
	}
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
	static const struct {
		const char *content;
		const char *rest;
	} rows[] = {
		{ "[web]\ncolour = blue\n", ":2: colour: unknown setting in [web]" },
		{ "[garden]\nname = x\n", ":2: name: unknown setting in [garden]" },
		{ "name = x\n", ":1: name: unknown setting in []" },
		{ "[Site]\nname = x\n", ":2: name: unknown setting in [Site]" },
		{ "[site]\nName = x\n", ":2: Name: unknown setting in [site]" },
		{ "[web]\nname = x\n", ":2: name: unknown setting in [web]" },
		{ "[site]\nname_file = x\n", ":2: name_file: unknown setting in [site]" },
		{ "[web]\npassword_files = x\n", ":2: password_files: unknown setting in [web]" },
		{ "[site]\nname = a\nname = b\n", ":3: name: stands twice" },
		{ "[web]\npassword = a\npassword_file = b\n", ":3: password_file: stands twice" },
		{ "[site]\nname = a\x01z\n",
			":2: name: must be UTF-8 text without control characters" },
		{ "[site]\nname = a\xffz\n",
			":2: name: must be UTF-8 text without control characters" },
		{ "[site]\nname\n", ":2: line: is too long, or neither [section] nor key = value" },
		{ "[site\n", ":1: line: is too long, or neither [section] nor key = value" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_refused(rows[i].content, CONF_WEB, rows[i].rest);
	}
}

static void of_several_errors_the_first_is_told(void **state)
{
	(void)state;
	assert_refused("[web]\nthreads = 0\nhash_queue = 0\n", CONF_WEB,
		":2: threads: must be a number from 1 to 128");
	assert_refused("[web]\nnonsense\nthreads = 0\n", CONF_WEB,
		":2: line: is too long, or neither [section] nor key = value");
}

static void comments_and_spaces_are_no_settings(void **state)
{
	struct conf conf;

	(void)state;
	load_good(&conf, "# a comment\n; another\n\n[site]\n  \n#name = X\nname=A # B;C ; comment\n",
		CONF_WEB);
	assert_string_equal(conf.name, "A # B;C");
	conf_release(&conf);
}

static void a_file_that_cannot_be_read_is_refused(void **state)
{
	struct conf conf;
	const char *error = NULL;

	(void)state;
	assert_int_equal(conf_load(&conf, "/nonexistent/b.conf", CONF_WEB, &error), ERR_INVALID);
	assert_string_equal(error, "/nonexistent/b.conf:0: file: No such file or directory");
	conf_release(&conf);
}

static void a_folder_is_no_settings_file(void **state)
{
	struct conf conf;
	const char *error = NULL;

	(void)state;
	assert_int_equal(conf_load(&conf, folder, CONF_WEB, &error), ERR_INVALID);
	assert_non_null(error);
	conf_release(&conf);
}

#define WRONG_HELO "[mail] helo: must be a whole host name, or an address like [192.0.2.1]"
#define WRONG_LOGO \
	"[site] logo: must be a path of this host, like /logo.svg or img/logo.svg"
#define WRONG_NODE "[site] node: must be at most 64 letters, digits, dots, - or _"
#define WRONG_PREFIX "[database] prefix: must be at most 16 of a-z, 0-9 and _, first a letter, " \
	"like bo_; empty where the database is ours alone"
#define SIXTEEN "0123456789abcdef"
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN

static void what_no_single_value_shows_is_checked(void **state)
{
	static const struct {
		const char *content;
		const char *reason; /* NULL: good */
	} rows[] = {
		{ "[site]\nurl = https://office.example/\n", NULL },
		{ "[site]\nurl = https://office.example/sub/\n", NULL },
		{ "[site]\nurl = https://office.example\n",
			"[site] url: must begin with http:// or https:// and end with /" },
		{ "[site]\nurl = office.example/\n",
			"[site] url: must begin with http:// or https:// and end with /" },
		{ "[site]\nurl =\n", "[site] url: must begin with http:// or https:// and end with /" },
		{ "[site]\nnode = a b\n", WRONG_NODE },
		{ "[site]\nnode = \u00fc\n", WRONG_NODE },
		{ "[site]\nnode = " SIXTY_FOUR "\n", NULL },
		{ "[site]\nnode = " SIXTY_FOUR "5\n", WRONG_NODE },
		{ "[database]\nprefix =\n", NULL },
		{ "[database]\nprefix = a123456789_bcdef\n", NULL },
		{ "[database]\nprefix = a" SIXTEEN "\n", WRONG_PREFIX },
		{ "[database]\nprefix = 1e5\n", WRONG_PREFIX },
		{ "[database]\nprefix = Bo_\n", WRONG_PREFIX },
		{ "[database]\nprefix = bo-\n", WRONG_PREFIX },
		{ "[database]\nprefix = bo`\n", WRONG_PREFIX },
		{ "[site]\nlogo = /logo.svg\n", NULL },
		{ "[site]\nlogo = img/our-logo_2@2x.png\n", NULL },
		{ "[site]\nlogo = https://elsewhere.example/logo.svg\n", WRONG_LOGO },
		{ "[site]\nlogo = //elsewhere.example/logo.svg\n", WRONG_LOGO },
		{ "[site]\nlogo = /\\elsewhere.example/logo.svg\n", WRONG_LOGO },
		{ "[site]\nlogo = data:image/png\n", WRONG_LOGO },
		{ "[site]\nlogo = img/../../logo.svg\n", WRONG_LOGO },
		{ "[site]\nlogo = our logo.svg\n", WRONG_LOGO },
		{ "[session]\nrequire_totp = everyone\n", NULL },
		{ "[session]\nrequire_totp = some\n",
			"[session] require_totp: must be nobody, administrators or everyone" },
		{ "[mail]\ncode_in_subject = perhaps\n", "[mail] code_in_subject: must be yes or no" },
		{ "[site]\ntime_zone = Europe/Atlantis\n",
			"[site] time_zone: is no zone that this host knows, like Europe/Berlin" },
		{ "[site]\ntime_zone = Europe/Berlin\n", NULL },
		{ "[mail]\nsmtp_tls = maybe\n", "[mail] smtp_tls: must be required or none" },
		{ "[mail]\nsmtp_url = http://mail.example\n",
			"[mail] smtp_url: must begin with smtp:// or smtps://" },
		{ "[mail]\nsmtp_url = smtp://mail.example:587\n", NULL },
		{ "[mail]\nsmtp_url = smtp://mail.example\nhelo = vm.example.com\n", NULL },
		{ "[mail]\nsmtp_url = smtp://mail.example\nhelo = [192.0.2.1]\n", NULL },
		{ "[mail]\nsmtp_url = smtp://mail.example\nhelo = vm\n", WRONG_HELO },
		{ "[mail]\nsmtp_url = smtp://mail.example\nhelo = [x]\n", WRONG_HELO },
		{ "[mail]\nsmtp_url = smtp://mail.example\nhelo = a..b\n", WRONG_HELO },
		{ "[mail]\nsmtp_url = smtp://mail.example\nhelo = mail.example.\n", WRONG_HELO },
		{ "[mail]\nsmtp_url = smtp://mail.example\nhelo = 192.0.2.1\n", WRONG_HELO },
		{ "[mail]\nsmtp_url = smtp://\n", "[mail] smtp_url: names no host" },
		{ "[mail]\nsmtp_url = smtps:///mail.example\n", "[mail] smtp_url: names no host" },
		{ "[mail]\nsmtp_url = smtp://:25\n", "[mail] smtp_url: names no host" },
		{ "[mail]\nsmtp_url = smtp://127.0.0.1:25\nsmtp_tls = none\n", NULL },
		{ "[mail]\nsmtp_url = smtp://127.0.0.1\nsmtp_tls = none\n", NULL },
		{ "[mail]\nsmtp_url = smtp://localhost:25\nsmtp_tls = none\n", NULL },
		{ "[mail]\nsmtp_url = smtp://[::1]:25\nsmtp_tls = none\n", NULL },
		{ "[mail]\nsmtp_url = smtp://mail.example\nsmtp_tls = none\n",
			"[mail] smtp_tls: none is for smtp:// to this host only" },
		{ "[mail]\nsmtp_url = smtps://127.0.0.1\nsmtp_tls = none\n",
			"[mail] smtp_tls: none is for smtp:// to this host only" },
		{ "[mail]\nsmtp_url = smtp://mail.example\nfrom = office\n",
			"[mail] from: must be an email address" },
		{ "[mail]\nsmtp_url = smtp://mail.example\nfrom = a@b@c\n",
			"[mail] from: must be an email address" },
		{ "[mail]\nsmtp_url = smtp://mail.example\nfrom = A <a@b>\n",
			"[mail] from: must be an email address" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char rest[256];
		struct conf conf;

		if (rows[i].reason == NULL) {
			load_good(&conf, rows[i].content, CONF_WEB);
			conf_release(&conf);
			continue;
		}
		snprintf(rest, sizeof(rest), ":0: settings: %s", rows[i].reason);
		assert_refused(rows[i].content, CONF_WEB, rest);
	}
}

/* Letters with codes would cross the network in plain text. */
static void a_host_that_only_begins_like_this_one_is_another(void **state)
{
	static const char *const urls[] = { "smtp://localhost.example.com", "smtp://localhostess:25",
		"smtp://127.example.com", "smtp://127.0.0.1.example.com:25",
		"smtp://localhost@mail.example", "smtp://localhost:25@mail.example" };
	char content[128];

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct conf conf;
		const char *error = NULL;

		snprintf(content, sizeof(content), "[mail]\nsmtp_url = %s\nsmtp_tls = none\n", urls[i]);
		if (load(&conf, content, CONF_MAILER, &error) != ERR_INVALID) {
			fail_msg("%s was taken for this host", urls[i]);
		}
		conf_release(&conf);
	}
}

static void mail_is_there_when_its_server_is(void **state)
{
	struct conf conf;

	(void)state;
	load_good(&conf, "", CONF_WEB);
	assert_false(conf_has_mail(&conf));
	conf_release(&conf);
	load_good(&conf, "[mail]\nsmtp_url = smtp://mail.example\n", CONF_WEB);
	assert_true(conf_has_mail(&conf));
	conf_release(&conf);
}

/* A file with a secret beside the settings; path receives its name. */
static void write_secret(char path[static 128], const char *name, const char *content)
{
	snprintf(path, 128, "%s/%s", folder, name);
	write_file(path, content);
}

static void a_secret_comes_from_the_first_line_of_a_file_beside_the_settings(void **state)
{
	static const struct {
		const char *content;
		const char *secret;
	} rows[] = {
		{ "s3cret\n", "s3cret" },
		{ "s3cret", "s3cret" },
		{ "s3cret\r\n", "s3cret" },
		{ "s3cret\nsecond line\n", "s3cret" },
		{ " with ; spaces # and = \n", " with ; spaces # and = " },
	};
	struct conf conf;
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_secret(path, "web.secret", rows[i].content);
		load_good(&conf, "[web]\npassword_file = web.secret\n", CONF_WEB);
		assert_string_equal(conf.web.password, rows[i].secret);
		conf_release(&conf);
	}
}

static void a_secret_may_be_named_by_its_full_path(void **state)
{
	char path[128], content[256];
	struct conf conf;

	(void)state;
	write_secret(path, "full.secret", "s3cret\n");
	snprintf(content, sizeof(content), "[mail]\nsmtp_password_file = %s\n", path);
	load_good(&conf, content, CONF_MAILER);
	assert_string_equal(conf.smtp_password, "s3cret");
	conf_release(&conf);
}

static void settings_in_the_current_folder_have_their_secrets_there(void **state)
{
	char path[128], before[4096];
	const char *error = NULL;
	struct conf conf;

	(void)state;
	write_secret(path, "here.secret", "s3cret\n");
	write_file(settings, "[web]\npassword_file = here.secret\n");
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(conf_load(&conf, "backoffice.conf", CONF_WEB, &error), ERR_OK);
	assert_int_equal(chdir(before), 0);
	assert_string_equal(conf.web.password, "s3cret");
	conf_release(&conf);
}

static void credentials_of_the_service_come_before_files_beside_the_settings(void **state)
{
	char credentials[96], beside[128], inside[128];
	struct conf conf;

	(void)state;
	snprintf(credentials, sizeof(credentials), "%s/credentials", folder);
	assert_int_equal(mkdir(credentials, 0700), 0);
	write_secret(beside, "web.secret", "beside\n");
	write_secret(inside, "credentials/web.secret", "inside\n");
	setenv("CREDENTIALS_DIRECTORY", credentials, 1);
	load_good(&conf, "[web]\npassword_file = web.secret\n", CONF_WEB);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_string_equal(conf.web.password, "inside");
	conf_release(&conf);
}

static void each_program_reads_its_own_secrets_alone(void **state)
{
	static const struct {
		const char *content;
		enum conf_program owner;
	} rows[] = {
		{ "[web]\npassword_file = absent\n", CONF_WEB },
		{ "[mail]\nsmtp_password_file = absent\n", CONF_MAILER },
		{ "[mailer]\npassword_file = absent\n", CONF_MAILER },
		{ "[admin]\npassword_file = absent\n", CONF_ADMIN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int program = CONF_WEB; program <= CONF_ADMIN; program++) {
			struct conf conf;
			const char *error = NULL;

			assert_int_equal(load(&conf, rows[i].content, (enum conf_program)program, &error),
				program == (int)rows[i].owner ? ERR_INVALID : ERR_OK);
			conf_release(&conf);
		}
	}
}

static void a_secret_that_cannot_be_read_is_named_but_not_shown(void **state)
{
	char path[128], rest[256];

	(void)state;
	snprintf(rest, sizeof(rest), ":2: password_file: cannot read %s/absent: "
		"No such file or directory", folder);
	assert_refused("[web]\npassword_file = absent\n", CONF_WEB, rest);
	write_secret(path, "empty.secret", "");
	assert_refused("[web]\npassword_file = empty.secret\n", CONF_WEB,
		":2: password_file: empty.secret is missing or has an empty first line: the password "
		"belongs there");
	write_secret(path, "stand-in.secret", "\nsecond line\n");
	assert_refused("[web]\npassword_file = stand-in.secret\n", CONF_WEB,
		":2: password_file: stand-in.secret is missing or has an empty first line: the password "
		"belongs there");
}

/* A secret of 2,000 bytes is taken whole or refused. */
static void a_secret_is_never_cut(void **state)
{
	char secret[2001] = "", path[128];
	const char *error = NULL;
	struct conf conf;

	(void)state;
	memset(secret, 'x', 2000);
	write_secret(path, "long.secret", secret);
	if (load(&conf, "[web]\npassword_file = long.secret\n", CONF_WEB, &error) == ERR_OK) {
		assert_int_equal(strlen(conf.web.password), 2000);
	}
	conf_release(&conf);
}

static char *example(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	conf_example(out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void the_example_loads_and_changes_nothing(void **state)
{
	char *text = example();
	struct conf conf;

	(void)state;
	load_good(&conf, text, CONF_WEB);
	assert_standards(&conf);
	conf_release(&conf);
	free(text);
}

/* Takes the # away from every setting, but not from a secret's file: its default names none. */
static size_t uncomment(char *text)
{
	size_t count = 0;

	for (char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
		if (line[0] != '#' || line[1] == ' ') {
			continue;
		}
		count++;
		if (memmem(line, strcspn(line, "="), "password_file ", 14) == NULL) {
			memmove(line, line + 1, strlen(line));
		}
	}
	return count;
}

static void every_setting_of_the_example_loads_when_uncommented(void **state)
{
	char *text = example();
	struct conf conf;

	(void)state;
	assert_int_equal(uncomment(text), TEXTS + NUMBERS);
	load_good(&conf, text, CONF_WEB);
	assert_standards(&conf);
	conf_release(&conf);
	free(text);
}

/* BACKOFFICE_WEB_THREADS for threads in [web]. */
static void set_variable(const char *section, const char *key, const char *value)
{
	char name[64];

	snprintf(name, sizeof(name), "BACKOFFICE_%s_%s", section, key);
	for (char *c = name; *c != '\0'; c++) {
		*c = (char)toupper((unsigned char)*c);
	}
	if (value == NULL) {
		unsetenv(name);
	} else {
		setenv(name, value, 1);
	}
}

static void the_environment_says_any_setting_and_wins_over_the_file(void **state)
{
	char content[256], value[32];
	struct conf conf;

	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		set_variable(texts[i].section, texts[i].key, texts[i].other);
		snprintf(content, sizeof(content), "[%s]\n%s = %s\n", texts[i].section, texts[i].key,
			texts[i].standard);
		load_good(&conf, content, CONF_WEB);
		assert_string_equal(text_at(&conf, texts[i].offset), texts[i].other);
		set_variable(texts[i].section, texts[i].key, NULL);
		conf_release(&conf);
	}
	for (size_t i = 0; i < NUMBERS; i++) {
		snprintf(value, sizeof(value), "%llu", (unsigned long long)numbers[i].max);
		set_variable(numbers[i].section, numbers[i].key, value);
		load_good(&conf, "", CONF_WEB);
		assert_int_equal(number_at(&conf, numbers[i].offset), numbers[i].max);
		set_variable(numbers[i].section, numbers[i].key, NULL);
		conf_release(&conf);
	}
}

static void assert_environment_refused(const char *section, const char *key, const char *value,
	const char *reason)
{
	const char *error = NULL;
	struct conf conf;

	set_variable(section, key, value);
	assert_int_equal(load(&conf, "", CONF_WEB, &error), ERR_INVALID);
	assert_string_equal(error, reason);
	conf_release(&conf);
	set_variable(section, key, NULL);
}

static void what_is_wrong_in_the_environment_is_named_by_its_variable(void **state)
{
	(void)state;
	assert_environment_refused("web", "colour", "blue",
		"environment: BACKOFFICE_WEB_COLOUR: unknown setting");
	assert_environment_refused("web", "user_file", "x",
		"environment: BACKOFFICE_WEB_USER_FILE: unknown setting");
	assert_environment_refused("garden", "", "x",
		"environment: BACKOFFICE_GARDEN_: unknown setting");
	assert_environment_refused("web", "threads", "many",
		"environment: BACKOFFICE_WEB_THREADS: must be a number from 1 to 128");
	assert_environment_refused("web", "password_file", "/nonexistent", "environment: "
		"BACKOFFICE_WEB_PASSWORD_FILE: cannot read /nonexistent: No such file or directory");
}

static void a_secret_of_the_environment_comes_from_a_file_or_from_itself_not_from_both(void **state)
{
	const char *error = NULL;
	struct conf conf;
	char path[128];

	(void)state;
	write_secret(path, "environment.secret", "from the file\n");
	set_variable("web", "password_file", path);
	load_good(&conf, "[web]\npassword_file = absent\n", CONF_WEB);
	assert_string_equal(conf.web.password, "from the file");
	conf_release(&conf);
	set_variable("web", "password", "by itself");
	assert_int_equal(load(&conf, "", CONF_WEB, &error), ERR_INVALID);
	assert_non_null(strstr(error, ": stands twice, by itself and as a file"));
	conf_release(&conf);
	set_variable("web", "password_file", NULL);
	set_variable("web", "password", NULL);
}

static void with_settings_in_the_environment_there_need_be_no_file(void **state)
{
	const char *error = NULL;
	struct conf conf;

	(void)state;
	set_variable("site", "name", "Container");
	assert_int_equal(conf_load(&conf, "/nonexistent/b.conf", CONF_WEB, &error), ERR_OK);
	assert_string_equal(conf.name, "Container");
	assert_string_equal(conf.server_key_file, "/nonexistent/keys/server.key");
	conf_release(&conf);
	set_variable("site", "name", NULL);
}

static void keys_are_found_among_credentials_which_know_no_folders(void **state)
{
	struct conf conf;

	(void)state;
	setenv("CREDENTIALS_DIRECTORY", "/run/credentials/a.service", 1);
	load_good(&conf, "[mail]\nkey_file = elsewhere/other.pub\n", CONF_WEB);
	assert_string_equal(conf.server_key_file, "/run/credentials/a.service/server.key");
	assert_string_equal(conf.mail_key_file, "/run/credentials/a.service/other.pub");
	conf_release(&conf);
	unsetenv("CREDENTIALS_DIRECTORY");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_every_default),
		cmocka_unit_test(every_text_can_be_set_and_changes_nothing_else),
		cmocka_unit_test(every_number_has_its_range),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(what_is_wrong_is_named_with_its_line),
		cmocka_unit_test(of_several_errors_the_first_is_told),
		cmocka_unit_test(comments_and_spaces_are_no_settings),
		cmocka_unit_test(a_file_that_cannot_be_read_is_refused),
		cmocka_unit_test(a_folder_is_no_settings_file),
		cmocka_unit_test(what_no_single_value_shows_is_checked),
		cmocka_unit_test(a_host_that_only_begins_like_this_one_is_another),
		cmocka_unit_test(mail_is_there_when_its_server_is),
		cmocka_unit_test(a_secret_comes_from_the_first_line_of_a_file_beside_the_settings),
		cmocka_unit_test(a_secret_may_be_named_by_its_full_path),
		cmocka_unit_test(settings_in_the_current_folder_have_their_secrets_there),
		cmocka_unit_test(credentials_of_the_service_come_before_files_beside_the_settings),
		cmocka_unit_test(each_program_reads_its_own_secrets_alone),
		cmocka_unit_test(a_secret_that_cannot_be_read_is_named_but_not_shown),
		cmocka_unit_test(a_secret_is_never_cut),
		cmocka_unit_test(the_example_loads_and_changes_nothing),
		cmocka_unit_test(every_setting_of_the_example_loads_when_uncommented),
		cmocka_unit_test(the_environment_says_any_setting_and_wins_over_the_file),
		cmocka_unit_test(what_is_wrong_in_the_environment_is_named_by_its_variable),
		cmocka_unit_test(
			a_secret_of_the_environment_comes_from_a_file_or_from_itself_not_from_both),
		cmocka_unit_test(with_settings_in_the_environment_there_need_be_no_file),
		cmocka_unit_test(keys_are_found_among_credentials_which_know_no_folders),
	};

	return cmocka_run_group_tests_name("base_conf", tests, make_folder, remove_folder);
}
