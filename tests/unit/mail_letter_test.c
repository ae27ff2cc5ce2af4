/* A letter as its reader gets it: written here, read by the email package of Python. */
#include "mail/letter.h"

#include "base/clock.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "with_arena.h"

#define MESSAGE_ID "0123456789abcdef0123456789abcdef"

enum { LINE_MAX = 76, WIRE_LINE_MAX = 998 };

static const struct conf office = {
	.name = "Back office",
	.support = "Questions? Ask <help@example.com>.", .company = "Office & Sons, Am Fluss 7",
	.mail_from = "office@mail.example.com", .code_in_subject = "no",
};

static const struct letter credentials = {
	.kind = LETTER_CREDENTIALS,
	.message_id = MESSAGE_ID,
	.created_at = 1795478400000000,
	.to = "anna@example.com",
	.language = "en",
	.values = {
		{ "email", "anna@example.com" },
		{ "password", "correct horse battery staple" },
		{ "name", "Anna" },
		{ "url", "https://office.example.com/" },
		{ "hours", "72" },
	},
};

static const struct letter code = {
	.kind = LETTER_CODE,
	.message_id = MESSAGE_ID,
	.created_at = 1795478400000000,
	.to = "anna@example.com",
	.language = "en",
	.values = {
		{ "code", "12345678" },
		{ "minutes", "10" },
		{ "url", "https://office.example.com/" },
		{ "at", "2026-11-24T05:20:00.000Z" },
		{ "from", "203.0.113.7, Firefox, Linux" },
	},
};

static const struct letter trial = {
	.kind = LETTER_TEST,
	.message_id = MESSAGE_ID,
	.created_at = 1795478400000000,
	.to = "anna@example.com",
	.language = "en",
	.values = { { "url", "https://office.example.com/" } },
};

#define ADDRESS "https://office.example.com/sign-in.html#set=abcdefghijklmnopqrstuvwxyzABCDEFG" \
	"HIJKLMNOP_-"

static const struct letter invitation = {
	.kind = LETTER_LINK,
	.message_id = MESSAGE_ID,
	.created_at = 1795478400000000,
	.to = "anna@example.com",
	.language = "en",
	.values = {
		{ "email", "anna@example.com" },
		{ "link", ADDRESS },
		{ "name", "Anna" },
		{ "url", "https://office.example.com/" },
		{ "hours", "72" },
	},
};

static const struct letter forgotten = {
	.kind = LETTER_FORGOTTEN,
	.message_id = MESSAGE_ID,
	.created_at = 1795478400000000,
	.to = "anna@example.com",
	.language = "en",
	.values = { { "link", ADDRESS }, { "minutes", "60" }, { "name", "Anna" } },
};

static const struct letter changed = {
	.kind = LETTER_CHANGED,
	.message_id = MESSAGE_ID,
	.created_at = 1795478400000000,
	.to = "anna@example.com",
	.language = "en",
	.values = {
		{ "what", "new_browser" },
		{ "from", "203.0.113.7, Firefox, Linux" },
		{ "email", "anna@example.com" },
		{ "name", "Anna" },
		{ "at", "2026-11-24T05:20:31.000Z" },
		{ "url", "https://office.example.com/" },
	},
};

enum { VALUE_PASSWORD = 1, VALUE_NAME = 2 };

/* Says as JSON what a mail program sees. Single quotes would end the shell's argument. The sender's
 * name is decoded by Python's older functions, because the newer ones keep the blank between two
 * encoded words (RFC 2047 6.2 drops it). */
static const char reader[] =
	"import email, email.header, email.policy, email.utils, html.parser, json, sys\n"
	"class Page(html.parser.HTMLParser):\n"
	"    def __init__(self, text):\n"
	"        super().__init__()\n"
	"        self.text, self.tags, self.links = \"\", [], []\n"
	"        self.feed(text)\n"
	"    def handle_starttag(self, tag, attributes):\n"
	"        self.tags.append(tag)\n"
	"        self.links += [value for name, value in attributes if name == \"href\"]\n"
	"    def handle_data(self, data):\n"
	"        self.text += data\n"
	"with open(sys.argv[1], \"rb\") as file:\n"
	"    letter = email.message_from_binary_file(file, policy=email.policy.default)\n"
	"    file.seek(0)\n"
	"    name = email.utils.parseaddr(email.message_from_binary_file(file)[\"from\"])[0]\n"
	"name = str(email.header.make_header(email.header.decode_header(name)))\n"
	"parts = list(letter.iter_parts())\n"
	"page = Page(parts[1].get_content())\n"
	"sender, recipient = letter[\"from\"].addresses, letter[\"to\"].addresses\n"
	"json.dump({\n"
	"    \"headers\": \" \".join(letter.keys()),\n"
	"    \"defects\": len(letter.defects) + sum(len(part.defects) for part in parts)\n"
	"        + sum(len(value.defects) for value in letter.values()),\n"
	"    \"type\": letter.get_content_type(),\n"
	"    \"parts\": \" \".join(part.get_content_type() for part in parts),\n"
	"    \"charsets\": \" \".join(part.get_content_charset() for part in parts),\n"
	"    \"from\": sender[0].addr_spec, \"from_name\": name,\n"
	"    \"to\": recipient[0].addr_spec, \"people\": len(sender) + len(recipient),\n"
	"    \"subject\": letter[\"subject\"], \"message_id\": letter[\"message-id\"],\n"
	"    \"date\": letter[\"date\"].datetime.isoformat(),\n"
	"    \"auto_submitted\": letter[\"auto-submitted\"],\n"
	"    \"plain\": parts[0].get_content(),\n"
	"    \"html_text\": page.text, \"tags\": \" \".join(page.tags),\n"
	"    \"links\": \" \".join(page.links),\n"
	"}, sys.stdout)\n";

/* CR and LF in pairs, nothing but printable ASCII between them, no line beyond most. */
static void assert_wire(const struct text *message, size_t max)
{
	size_t column = 0;

	assert_int_equal(strlen(message->bytes), message->len);
	for (const char *at = message->bytes; *at != '\0'; at++) {
		if (at[0] == '\r' && at[1] == '\n') {
			column = 0;
			at++;
			continue;
		}
		column++;
		if (*at < ' ' || *at > '~' || column > max) {
			fail_msg("byte %d in column %zu of\n%s", *at, column, message->bytes);
		}
	}
	assert_int_equal(column, 0);
}

static struct text write_letter(struct arena *arena, const struct conf *conf,
	const struct letter *letter)
{
	struct text message;

	assert_int_equal(letter_write(arena, conf, letter, &message), ERR_OK);
	return message;
}

static json_t *read_message(struct arena *arena, const struct text *message)
{
	char path[] = "/tmp/letter_test.XXXXXX";
	int fd = mkstemp(path);
	json_t *seen;
	FILE *python;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, message->bytes, message->len), message->len);
	close(fd);
	python = popen(arena_printf(arena, "exec /usr/bin/python3 -c '%s' %s", reader, path), "r");
	assert_non_null(python);
	seen = json_loadf(python, 0, NULL);
	assert_int_equal(pclose(python), 0);
	unlink(path);
	assert_non_null(seen);
	return seen;
}

static json_t *write_and_read(struct arena *arena, const struct conf *conf,
	const struct letter *letter)
{
	struct text message = write_letter(arena, conf, letter);

	assert_wire(&message, LINE_MAX);
	return read_message(arena, &message);
}

static const char *seen_as(const json_t *seen, const char *name)
{
	const char *value = json_string_value(json_object_get(seen, name));

	assert_non_null(value);
	return value;
}

static void assert_holds(const json_t *seen, const char *name, const char *wanted)
{
	if (strstr(seen_as(seen, name), wanted) == NULL) {
		fail_msg("%s is not in %s:\n%s", wanted, name, seen_as(seen, name));
	}
}

static long long number_of(const json_t *seen, const char *name)
{
	return json_integer_value(json_object_get(seen, name));
}

/* What every letter looks like, whatever stands in it. */
static void assert_sound(const json_t *seen)
{
	assert_int_equal(number_of(seen, "defects"), 0);
	assert_int_equal(number_of(seen, "people"), 2);
	assert_string_equal(seen_as(seen, "headers"), "Date From To Subject Message-ID MIME-Version "
		"Auto-Submitted X-Auto-Response-Suppress Content-Type");
	assert_string_equal(seen_as(seen, "type"), "multipart/alternative");
	assert_string_equal(seen_as(seen, "parts"), "text/plain text/html");
	assert_string_equal(seen_as(seen, "charsets"), "utf-8 utf-8");
}

static void a_letter_arrives_with_its_headers(void **state)
{
	json_t *seen = write_and_read(*state, &office, &credentials);

	assert_sound(seen);
	assert_string_equal(seen_as(seen, "from"), "office@mail.example.com");
	assert_string_equal(seen_as(seen, "from_name"), "Back office");
	assert_string_equal(seen_as(seen, "to"), "anna@example.com");
	assert_string_equal(seen_as(seen, "subject"), "Your account at Back office");
	assert_string_equal(seen_as(seen, "message_id"), "<" MESSAGE_ID "@mail.example.com>");
	assert_string_equal(seen_as(seen, "date"), "2026-11-24T00:00:00+00:00");
	assert_string_equal(seen_as(seen, "auto_submitted"), "auto-generated");
	json_decref(seen);
}

static void both_parts_of_every_letter_say_what_matters(void **state)
{
	static const struct {
		const struct letter *letter;
		const char *words[4];
	} rows[] = {
		{ &credentials, { "Hello Anna,", "anna@example.com", "correct horse battery staple",
			"72 hours" } },
		{ &code, { "12345678", "10 minutes", "203.0.113.7, Firefox, Linux",
			"24 Nov 2026, 05:20 (UTC)" } },
		{ &invitation, { "Hello Anna,", "anna@example.com", ADDRESS, "72 hours" } },
		{ &forgotten, { "Hello Anna,", "60 minutes", ADDRESS, "Back office" } },
		{ &changed, { "Hello Anna,", "anna@example.com", "24 Nov 2026, 05:20 (UTC)",
			"203.0.113.7, Firefox, Linux" } },
		{ &trial, { "sent this email to see", "You do not have to do anything",
			"Back office", "" } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *seen = write_and_read(*state, &office, rows[i].letter);

		assert_sound(seen);
		assert_holds(seen, "plain", "https://office.example.com/");
		assert_holds(seen, "plain", "\n\nQuestions? Ask <help@example.com>.\n");
		assert_holds(seen, "html_text", "replies to it. Questions? Ask <help@example.com>.");
		for (size_t w = 0; w < sizeof(rows[i].words) / sizeof(rows[i].words[0]); w++) {
			assert_holds(seen, "plain", rows[i].words[w]);
			assert_holds(seen, "html_text", rows[i].words[w]);
		}
		assert_null(strstr(seen_as(seen, "plain"), "{{"));
		assert_null(strstr(seen_as(seen, "html_text"), "{{"));
		json_decref(seen);
	}
}

static void nobody_to_ask_leaves_no_gap(void **state)
{
	const struct conf conf = { .name = "Back office", .support = "", .company = "",
		.mail_from = "office@mail.example.com", .code_in_subject = "no" };
	json_t *seen = write_and_read(*state, &conf, &credentials);

	assert_holds(seen, "html_text", "nobody reads replies to it.\n");
	assert_null(strstr(seen_as(seen, "plain"), "nothing else.\n\n"));
	json_decref(seen);
}

static void the_button_leads_to_the_page(void **state)
{
	json_t *seen = write_and_read(*state, &office, &credentials);

	assert_string_equal(seen_as(seen, "links"), "https://office.example.com/");
	json_decref(seen);
}

static void nobody_is_greeted_without_a_gap(void **state)
{
	struct letter letter = credentials;
	json_t *seen;

	letter.values[VALUE_NAME].value = "";
	seen = write_and_read(*state, &office, &letter);
	assert_holds(seen, "plain", "Hello,\n");
	assert_holds(seen, "html_text", "Hello,An account");
	json_decref(seen);
}

static void any_name_and_any_password_arrive_as_they_were_typed(void **state)
{
	static const char *const values[] = {
		"<b>Tom</b> & \"Co\" 'x' &amp; </html>", "Ren\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80",
		"{{password}} {{nothing}}", "=3D =?UTF-8?Q?x?= =", "100%s %n",
		"--=_" MESSAGE_ID "--", "-- ", "From x", ".", "\\", "a  b",
		"a word that goes on and on and on and on and on until it is longer than any line may be",
	};
	struct arena *arena = *state;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct letter letter = credentials;
		json_t *seen;

		letter.values[VALUE_NAME].value = values[i];
		letter.values[VALUE_PASSWORD].value = values[i];
		seen = write_and_read(arena, &office, &letter);
		assert_sound(seen);
		assert_holds(seen, "plain", arena_printf(arena, "Hello %s,\n", values[i]));
		assert_holds(seen, "plain", arena_printf(arena, "Password   %s\n", values[i]));
		assert_holds(seen, "html_text", arena_printf(arena, "Hello %s,An account", values[i]));
		json_decref(seen);
	}
}

static void a_value_cannot_bring_tags_into_the_page(void **state)
{
	struct letter letter = credentials;
	json_t *plain = write_and_read(*state, &office, &credentials), *seen;

	letter.values[VALUE_NAME].value = "</p><script>x()</script><a href=\"http://evil.example\">";
	seen = write_and_read(*state, &office, &letter);
	assert_string_equal(seen_as(seen, "tags"), seen_as(plain, "tags"));
	assert_string_equal(seen_as(seen, "links"), seen_as(plain, "links"));
	json_decref(plain);
	json_decref(seen);
}

/* Whoever could write a line of the head could write to whom he likes, and what. */
static void a_value_with_line_ends_makes_neither_a_header_nor_a_part(void **state)
{
	static const char *const values[] = {
		"x\r\nBcc: eve@example.com", "x\nBcc: eve@example.com", "x\rBcc: eve@example.com",
		"x\r\n\r\nbody", "\r\n.\r\nMAIL FROM:<eve@example.com>",
		"x\n--=_" MESSAGE_ID "\nContent-Type: text/html\n\n<h1>Eve</h1>",
		"x\r\n--=_" MESSAGE_ID "--\r\n",
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct letter letter = credentials;
		json_t *seen;

		letter.values[VALUE_NAME].value = values[i];
		seen = write_and_read(*state, &office, &letter);
		assert_sound(seen);
		assert_string_equal(seen_as(seen, "subject"), "Your account at Back office");
		assert_holds(seen, "plain", "tell the person who runs Back office");
		json_decref(seen);
	}
}

static void the_sites_name_arrives_in_subject_and_sender(void **state)
{
	static const char *const names[] = {
		"B\xc3\xbcro & S\xc3\xb6hne", "Smith, Jones; \"Co\" <x@y.z>", "a\\b", "(office)",
		("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe4\xba\x8b\xe5\x8b\x99\xe6\x89\x80"
		"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe4\xba\x8b\xe5\x8b\x99\xe6\x89\x80"),
		"An office with a name that is much too long to stand in a single line of a header here",
	};
	struct arena *arena = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct conf conf = { .name = names[i], .support = "", .company = "",
			.mail_from = "office@mail.example.com", .code_in_subject = "no" };
		json_t *seen = write_and_read(arena, &conf, &credentials);

		assert_sound(seen);
		assert_string_equal(seen_as(seen, "from_name"), names[i]);
		assert_string_equal(seen_as(seen, "from"), "office@mail.example.com");
		assert_string_equal(seen_as(seen, "subject"),
			arena_printf(arena, "Your account at %s", names[i]));
		json_decref(seen);
	}
}

static void a_sites_name_with_a_control_character_is_refused(void **state)
{
	static const char *const names[] = { "Office\r\nBcc: eve@example.com", "Office\nX: y",
		"Office\n\nbody", "Office\r", "Off\tice" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct conf conf = { .name = names[i], .support = "", .company = "",
			.mail_from = "office@mail.example.com", .code_in_subject = "no" };
		struct text message;

		assert_int_equal(letter_write(*state, &conf, &credentials, &message), ERR_INVALID);
	}
}

static void a_recipient_that_is_not_a_plain_address_is_refused(void **state)
{
	static const char *const addresses[] = { "", "anna", "anna@example.com\r\nBcc: eve@example.com",
		"anna@example.com, eve@example.com", "Anna <anna@example.com>" };

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct letter letter = credentials;
		struct text message;

		letter.to = addresses[i];
		assert_int_equal(letter_write(*state, &office, &letter, &message), ERR_INVALID);
	}
}

static void a_letter_that_lacks_a_value_is_a_bug_of_ours(void **state)
{
	for (size_t i = 0; credentials.values[i].key != NULL; i++) {
		struct letter letter = credentials;
		struct text message;

		letter.values[i].key = "something else";
		assert_int_equal(letter_write(*state, &office, &letter, &message), ERR_BUG);
	}
}

static void a_letter_may_have_as_many_values_as_there_is_room_for(void **state)
{
	struct letter letter = credentials;
	struct text message;

	for (size_t i = 0; i < OUTBOX_VALUES_MAX; i++) {
		if (letter.values[i].key == NULL) {
			letter.values[i] = (struct letter_value){ "more", "than is needed" };
		}
	}
	message = write_letter(*state, &office, &letter);
	assert_string_equal(message.bytes, write_letter(*state, &office, &credentials).bytes);
}

/* A server that has seen the Message-ID may drop the second one: it must say the same. */
static void the_same_letter_gives_the_same_bytes(void **state)
{
	struct text first = write_letter(*state, &office, &code);
	struct text second = write_letter(*state, &office, &code);

	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.bytes, second.bytes, first.len);
}

static void a_first_letter_says_nothing_of_an_earlier_password(void **state)
{
	static const struct {
		const struct letter *letter;
		const char *word;
		const char *sentence;
	} rows[] = {
		{ &credentials, "earlier_password", "Any earlier password no longer works." },
		{ &invitation, "earlier_link", "Any earlier password or link no longer works." },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct letter letter = *rows[i].letter;
		json_t *seen = write_and_read(*state, &office, &letter);

		assert_null(strstr(seen_as(seen, "plain"), "earlier"));
		assert_null(strstr(seen_as(seen, "html_text"), "earlier"));
		json_decref(seen);
		letter.values[5] = (struct letter_value){ "earlier", rows[i].word };
		seen = write_and_read(*state, &office, &letter);
		assert_holds(seen, "plain", rows[i].sentence);
		assert_holds(seen, "html_text", rows[i].sentence);
		json_decref(seen);
	}
}

static void a_code_is_seen_before_its_letter_is_opened_where_that_is_wanted(void **state)
{
	struct conf conf = office;
	json_t *seen = write_and_read(*state, &conf, &code);

	assert_string_equal(seen_as(seen, "subject"), "Your sign-in code for Back office");
	json_decref(seen);
	conf.code_in_subject = "yes";
	seen = write_and_read(*state, &conf, &code);
	assert_string_equal(seen_as(seen, "subject"),
		"Your sign-in code for Back office \xe2\x80\x93 12345678");
	json_decref(seen);
}

static void times_are_those_of_the_zone_as_each_language_writes_them(void **state)
{
	static const char *const rows[][2] = {
		{ "en", "24 Nov 2026, 06:20 (CET)" }, { "de", "24.11.2026, 06:20 Uhr (CET)" },
		{ "es", "24/11/2026, 06:20 (CET)" }, { "ru", "24.11.2026, 06:20 (CET)" },
		{ "ar", "2026/11/24 06:20 (CET)" },
	};

	assert_false(clock_set_zone("Nowhere/Land"));
	assert_false(clock_set_zone("../../etc/passwd"));
	assert_true(clock_set_zone("Europe/Berlin"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct letter letter = changed;
		json_t *seen;

		letter.language = rows[i][0];
		seen = write_and_read(*state, &office, &letter);
		assert_holds(seen, "plain", rows[i][1]);
		json_decref(seen);
	}
	assert_true(clock_set_zone("UTC"));
}

/* It waited while a newer version was installed. */
static void a_letter_without_the_newer_values_goes_out(void **state)
{
	struct letter letter = code;
	json_t *seen;

	letter.values[3] = (struct letter_value){ NULL, NULL };
	seen = write_and_read(*state, &office, &letter);
	assert_holds(seen, "plain", "12345678");
	json_decref(seen);
}

static void a_language_without_texts_reads_english(void **state)
{
	struct letter letter = code;

	letter.language = "xx";
	assert_string_equal(write_letter(*state, &office, &letter).bytes,
		write_letter(*state, &office, &code).bytes);
}

static void a_letter_is_in_its_language_or_in_that_of_the_settings(void **state)
{
	struct conf conf = office;
	struct letter letter = code;
	json_t *seen;

	conf.language = "ar";
	letter.language = "ru";
	seen = write_and_read(*state, &conf, &letter);
	assert_string_equal(seen_as(seen, "subject"),
		"\u0412\u0430\u0448 \u043a\u043e\u0434 \u0434\u043b\u044f "
		"\u0432\u0445\u043e\u0434\u0430 \u0432 Back office");
	json_decref(seen);
	letter.language = "";
	seen = write_and_read(*state, &conf, &letter);
	assert_sound(seen);
	assert_holds(seen, "subject", "\u0631\u0645\u0632 \u0627\u0644\u062f\u062e\u0648\u0644");
	assert_holds(seen, "html_text", "12345678");
	json_decref(seen);
}

/* An address cannot be folded, but no line may be longer than SMTP carries (RFC 5321 4.5.3.1.6). */
static void the_longest_address_arrives(void **state)
{
	struct arena *arena = *state;
	struct letter letter = credentials;
	struct text message;
	char local[65] = "", label[64] = "";
	json_t *seen;

	memset(local, 'l', sizeof(local) - 1);
	memset(label, 'd', sizeof(label) - 1);
	letter.to = arena_printf(arena, "%s@%s.%s.%.61s", local, label, label, label);
	assert_int_equal(strlen(letter.to), 254);
	message = write_letter(arena, &office, &letter);
	assert_wire(&message, WIRE_LINE_MAX);
	seen = read_message(arena, &message);
	assert_sound(seen);
	assert_string_equal(seen_as(seen, "to"), letter.to);
	json_decref(seen);
}

#define with_arena(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_arena(a_letter_arrives_with_its_headers),
		with_arena(both_parts_of_every_letter_say_what_matters),
		with_arena(nobody_to_ask_leaves_no_gap),
		with_arena(the_button_leads_to_the_page),
		with_arena(nobody_is_greeted_without_a_gap),
		with_arena(any_name_and_any_password_arrive_as_they_were_typed),
		with_arena(a_value_cannot_bring_tags_into_the_page),
		with_arena(a_value_with_line_ends_makes_neither_a_header_nor_a_part),
		with_arena(the_sites_name_arrives_in_subject_and_sender),
		with_arena(a_sites_name_with_a_control_character_is_refused),
		with_arena(a_recipient_that_is_not_a_plain_address_is_refused),
		with_arena(a_letter_that_lacks_a_value_is_a_bug_of_ours),
		with_arena(a_letter_may_have_as_many_values_as_there_is_room_for),
		with_arena(the_same_letter_gives_the_same_bytes),
		with_arena(a_first_letter_says_nothing_of_an_earlier_password),
		with_arena(a_code_is_seen_before_its_letter_is_opened_where_that_is_wanted),
		with_arena(times_are_those_of_the_zone_as_each_language_writes_them),
		with_arena(a_letter_without_the_newer_values_goes_out),
		with_arena(a_language_without_texts_reads_english),
		with_arena(a_letter_is_in_its_language_or_in_that_of_the_settings),
		with_arena(the_longest_address_arrives),
	};

	return cmocka_run_group_tests_name("mail_letter", tests, NULL, NULL);
}
