/* A record is one table: what is given is written, what differs is found, by the rows alone. */
#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum colour { RED, GREEN };

struct thing {
	uint64_t id;
	const char *name;
	bool on;
	enum colour colour;
	int64_t at;
};

static const struct column things[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = offsetof(struct thing, id) },
	{ .name = "name", .kind = COLUMN_TEXT, .offset = offsetof(struct thing, name),
		.where = IN_UPDATE },
	{ .name = "on", .kind = COLUMN_FLAG, .offset = offsetof(struct thing, on),
		.where = IN_UPDATE },
	{ .name = "colour", .kind = COLUMN_WORD, .offset = offsetof(struct thing, colour),
		.where = IN_UPDATE },
	{ .name = "at", .kind = COLUMN_TIME, .offset = offsetof(struct thing, at) },
	{ .kind = COLUMN_END },
};

static const struct thing lamp = { .id = 1, .name = "lamp", .on = false, .colour = RED, .at = 5 };

static void only_what_is_given_is_written_over(void **state)
{
	const struct thing asked = { .id = 9, .name = "LAMP", .on = true, .colour = GREEN, .at = 9 };
	const struct record_input input = { .values = (void *)(uintptr_t)&asked,
		.given = 1 << 1 | 1 << 3 };
	struct thing thing = lamp;

	(void)state;
	record_apply(things, &input, &thing);
	assert_int_equal(thing.id, 1);
	assert_string_equal(thing.name, "LAMP");
	assert_false(thing.on);
	assert_int_equal(thing.colour, GREEN);
	assert_int_equal(thing.at, 5);
}

static void of_a_new_record_nothing_is_known_and_its_texts_can_be_read(void **state)
{
	struct thing thing;

	(void)state;
	memset(&thing, 0xa5, sizeof(thing));
	record_init(things, &thing, sizeof(thing));
	assert_int_equal(thing.id, 0);
	assert_string_equal(thing.name, "");
	assert_false(thing.on);
	assert_int_equal(thing.at, 0);
}

static void what_was_given_is_known_by_its_place(void **state)
{
	const struct record_input input = { .given = 1 << 3 };

	(void)state;
	assert_true(record_has(things, &input, offsetof(struct thing, colour)));
	assert_false(record_has(things, &input, offsetof(struct thing, on)));
}

static void what_differs_is_found_by_value(void **state)
{
	char name[] = "lamp";
	struct thing thing = lamp;

	(void)state;
	thing.name = name; /* the same text at another place */
	assert_int_equal(record_changed(things, IN_UPDATE, &lamp, &thing), 0);
	thing.on = true;
	thing.at = 6; /* nobody asked for this column */
	assert_int_equal(record_changed(things, IN_UPDATE, &lamp, &thing), 1 << 2);
	name[0] = 'L';
	assert_int_equal(record_changed(things, IN_UPDATE, &lamp, &thing), 1 << 1 | 1 << 2);
}

static void a_column_is_found_by_its_name(void **state)
{
	(void)state;
	assert_ptr_equal(record_column(things, "colour"), &things[3]);
	assert_null(record_column(things, "color"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_given_is_written_over),
		cmocka_unit_test(of_a_new_record_nothing_is_known_and_its_texts_can_be_read),
		cmocka_unit_test(what_was_given_is_known_by_its_place),
		cmocka_unit_test(what_differs_is_found_by_value),
		cmocka_unit_test(a_column_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
