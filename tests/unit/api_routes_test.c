/* The table of routes as it is: every row says who may use it, and no row is out of reach. */
#include "api/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char v1[] = "/api/v1/";

static const char *row_name(const struct api_route *route)
{
	static char name[128];

	snprintf(name, sizeof(name), "%s %s", method_name(route->at.method), route->at.path);
	return name;
}

static void the_check_at_the_start_lets_the_table_pass(void **state)
{
	(void)state;
	assert_true(api_routes_count > 0);
	assert_int_equal(api_routes_check(api_routes, api_routes_count), ERR_OK);
}

/* The check must refuse the row, and its line end with these words. */
static void assert_refused(const struct api_route *route, const char *words)
{
	FILE *log = tmpfile();
	int kept = dup(STDERR_FILENO);
	char line[512];

	assert_non_null(log);
	assert_true(kept >= 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
	enum err err = api_routes_check(route, 1);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	assert_int_equal(err, ERR_BUG);
	rewind(log);
	assert_non_null(fgets(line, sizeof(line), log));
	assert_non_null(strstr(line, words));
	fclose(log);
}

static void a_row_without_a_permission_stops_the_start(void **state)
{
	struct api_route route = api_routes[0];

	(void)state;
	route.perm = PERM_UNSET;
	assert_refused(&route,
		"words=the row of POST /api/v1/session in api/routes.c has no permission\n");
}

static void a_row_without_a_handler_stops_the_start(void **state)
{
	struct api_route route = api_routes[0];

	(void)state;
	route.answer_with = NULL;
	assert_refused(&route, " in api/routes.c has no handler\n");
}

static void a_row_without_an_answer_stops_the_start(void **state)
{
	struct api_route route = api_routes[0];

	(void)state;
	route.answer.kind = ANSWER_UNSET;
	assert_refused(&route, " in api/routes.c has no answer\n");
}

static void every_row_has_a_permission_a_method_a_path_and_a_handler(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];

		assert_int_not_equal(route->perm, PERM_UNSET);
		assert_true(route->perm < PERM_END);
		assert_int_not_equal(route->at.method, METHOD_OTHER);
		assert_true(route->change != NULL || route->answer_with != NULL);
		assert_int_equal(strncmp(route->at.path, v1, strlen(v1)), 0);
	}
}

/* What api/serve does around a change is lost on a row that has none. */
static void what_belongs_to_a_change_stands_in_rows_that_have_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];
		bool asks = route->idempotent || route->guard != GUARD_NONE || route->mails ||
			route->check != NULL;

		if (route->change == NULL && (asks || route->answer.collection != NULL)) {
			fail_msg("%s has no change", row_name(route));
		}
		assert_true(route->at.method != METHOD_GET || route->change == NULL);
		assert_true(route->answer_with != NULL || route->answer.kind == ANSWER_NONE);
	}
}

/* Rights may be taken away while a request is at work. What goes row by row asks in each batch. */
static void whoever_changes_users_groups_rooms_or_sessions_is_asked_once_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];
		const char *category = perm_category(route->perm);
		bool guarded = strcmp(category, "users") == 0 || strcmp(category, "groups") == 0 ||
			strcmp(category, "sessions") == 0 || strcmp(category, "rooms") == 0;

		if (guarded && route->change != NULL && !route->later && route->guard == GUARD_NONE) {
			fail_msg("%s does not hold a guard row", row_name(route));
		}
	}
}

/* Anybody in the world may call these, so that a new one is seen by whoever reads this. */
static void only_the_steps_of_signing_in_and_the_document_are_open_to_anyone(void **state)
{
	static const char *const open[] = {
		"POST /api/v1/session", "POST /api/v1/session/code", "POST /api/v1/session/code/resend",
		"POST /api/v1/session/password", "POST /api/v1/session/totp", "PUT /api/v1/session/totp",
		"POST /api/v1/session/link", "POST /api/v1/session/link/password",
		"POST /api/v1/session/forgotten",
		"GET /api/v1/gate/refused", /* that a room is not for everybody */
		"GET /api/v1/site", /* what the sign-in is headed with */
		"GET /api/v1/openapi.json", /* what the program does, and nothing of anybody */
	};
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		if (api_routes[i].perm != PERM_ANYONE) {
			continue;
		}
		assert_true(count < sizeof(open) / sizeof(open[0]));
		assert_string_equal(row_name(&api_routes[i]), open[count]);
		count++;
	}
	assert_int_equal(count, sizeof(open) / sizeof(open[0]));
}

static void reading_takes_a_permission_to_view_and_no_body(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];

		if (route->at.method == METHOD_GET) {
			const char *action = perm_action(route->perm);

			assert_null(route->fields);
			assert_true(action[0] == '\0' || strcmp(action, "view") == 0);
		}
	}
}

/* POST .../users/bulk, .../clients/lookup: an act on what is there. */
static bool is_act(const struct api_route *route)
{
	const char *noun = route->at.path + strlen(v1);

	return route->at.method == METHOD_POST && strchr(noun, '/') != NULL &&
		strcmp(perm_action(route->perm), "create") != 0;
}

/* users.create is asked for POST .../users: the change and the noun are the path's own. */
static void changing_a_record_takes_the_permission_that_fits(void **state)
{
	static const struct {
		enum method method;
		const char *action;
	} actions[] = {
		{ METHOD_POST, "create" }, { METHOD_PATCH, "update" }, { METHOD_DELETE, "delete" },
	};

	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];
		const char *noun = route->at.path + strlen(v1);

		for (size_t a = 0; a < sizeof(actions) / sizeof(actions[0]); a++) {
			if (route->at.method == actions[a].method && perm_action(route->perm)[0] != '\0') {
				const char *category = perm_category(route->perm);

				assert_true(is_act(route) ||
					strcmp(perm_action(route->perm), actions[a].action) == 0);
				assert_non_null(strstr(noun, category));
			}
		}
	}
}

/* A column that has a row of its own in the view must not be written as well. */
static void assert_named_once(const struct api_route *route, const struct view_field *fields,
	const char *name)
{
	struct view_member member = { 0 };
	size_t count = 0;

	while (view_next(fields, &member)) {
		count += strcmp(member.field->name, name) == 0;
	}
	if (count != 1) {
		fail_msg("%s: %s is written %zu times", row_name(route), name, count);
	}
}

/* A part that does not say what it writes could write anything. */
static void assert_described(const struct api_route *route, const struct view_field *fields)
{
	struct view_member member = { 0 };

	while (view_next(fields, &member)) {
		const struct view_field *field = member.field;
		bool inner = field->kind == VIEW_OBJECT || field->shape == SHAPE_OBJECT ||
			field->shape == SHAPE_OBJECT_OR_NULL || field->shape == SHAPE_OBJECTS;

		assert_named_once(route, fields, field->name);
		if ((field->kind == VIEW_PART) != (field->shape != SHAPE_UNSET)) {
			fail_msg("%s: %s does not say what it is", row_name(route), field->name);
		}
		assert_int_equal(inner, field->inner != NULL);
		if (inner) {
			assert_described(route, field->inner);
		}
	}
}

static void every_record_says_what_it_is_made_of(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct answer *answer = &api_routes[i].answer;

		assert_true((answer->kind == ANSWER_FILE) == (answer->type != NULL));
		assert_true((answer->kind == ANSWER_FILE || answer->kind == ANSWER_NONE) ==
			(answer->view == NULL));
		if (answer->view != NULL) {
			assert_described(&api_routes[i], answer->view);
		}
	}
}

static void one_name_is_of_one_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		for (size_t j = 0; j < i; j++) {
			const struct answer *a = &api_routes[i].answer, *b = &api_routes[j].answer;

			if (a->name != NULL && b->name != NULL) {
				assert_int_equal(strcmp(a->name, b->name) == 0, a->view == b->view);
			}
		}
	}
}

static const char *with_number(struct arena *arena, const char *path, const char *mark, int number)
{
	const char *at = strstr(path, mark);

	return at == NULL ? path : arena_printf(arena, "%.*s%d%s", (int)(at - path), path, number,
		at + strlen(mark));
}

/* The second of two equal rows would never be asked, whatever permission it names. */
static void every_row_can_be_reached(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < api_routes_count; i++) {
		const char *path = api_routes[i].at.path;
		struct request request = { .arena = &arena, .method = api_routes[i].at.method,
			.path = with_number(&arena, with_number(&arena, path, "{id}", 42), "{sid}", 43) };
		const struct route_match *match = route_find(api_routes, sizeof(api_routes[0]),
			api_routes_count, &request);

		assert_ptr_equal(match->row, &api_routes[i]);
		assert_int_equal(match->ids[0], strstr(path, "{id}") == NULL ? 0 : 42);
		assert_int_equal(match->ids[1], strstr(path, "{sid}") == NULL ? 0 : 43);
	}
	arena_release(&arena);
}

static size_t field_size(enum field_kind kind)
{
	switch (kind) {
	case FIELD_TEXT:
	case FIELD_SECRET:
		return sizeof(struct in_text);
	case FIELD_FLAG:
		return sizeof(struct in_flag);
	case FIELD_WORD:
		return sizeof(struct in_word);
	case FIELD_ID:
		return sizeof(struct in_id);
	case FIELD_IDS:
		return sizeof(struct in_ids);
	case FIELD_WORDS:
		return sizeof(struct in_words);
	case FIELD_PAIRS:
		return sizeof(struct in_pairs);
	case FIELD_PART:
		return sizeof(struct in_flag); /* and the fields within */
	case FIELD_ROWS:
		return sizeof(struct in_rows);
	case FIELD_RECORD:
		return sizeof(struct record_input);
	case FIELD_END:
		break;
	}
	return 0;
}

static void assert_member(const struct api_route *route, const struct member *member)
{
	const struct field *field = &member->field;
	bool bounded = field->kind == FIELD_TEXT || field->kind == FIELD_SECRET ||
		field->kind == FIELD_IDS;

	if (member->row->offset + field_size(member->row->kind) > API_INPUT_SIZE) {
		fail_msg("%s: %s lies behind the input's room", row_name(route), field->name);
	}
	if (bounded && input_max(field) == 0) {
		fail_msg("%s: %s can hold nothing", row_name(route), field->name);
	}
	if (field->kind == FIELD_WORD && field->words == NULL) {
		fail_msg("%s: %s has no words", row_name(route), field->name);
	}
	if (field->kind == FIELD_END) {
		fail_msg("%s: %s is of a kind that nobody sends", row_name(route), field->name);
	}
}

static void every_body_fits_into_the_inputs_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		struct member member = { 0 };

		while (input_next(api_routes[i].fields, &member)) {
			assert_member(&api_routes[i], &member);
		}
	}
}

/* Hashing takes long: on a thread that accepts requests it would hold up the lists. */
static void a_row_that_takes_a_password_jobs_on_a_hash_thread(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		struct member member;

		if (input_find(api_routes[i].fields, "password", &member)) {
			assert_int_equal(member.field.kind, FIELD_SECRET);
			assert_true(api_routes[i].hashes);
		}
	}
}

/* Records of many people at once, in a file. */
static void every_export_asks_for_a_step_up(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		if (strstr(api_routes[i].at.path, "/export.") != NULL) {
			assert_true(api_routes[i].step_up);
			count++;
		}
	}
	assert_true(count > 0);
}

/* Rights, the second factor and whole records: what cannot be taken back, or opens a door. */
static void what_is_dangerous_asks_for_a_proof_of_who_asks(void **state)
{
	static const char *const asking[] = {
		"DELETE /api/v1/profile/sessions", "DELETE /api/v1/profile/sessions/{id}",
		"POST /api/v1/users", "DELETE /api/v1/users/{id}", "POST /api/v1/users/import",
		"POST /api/v1/users/bulk", "POST /api/v1/users/{id}/credentials",
		"POST /api/v1/groups", "POST /api/v1/groups/import",
		"PATCH /api/v1/groups/{id}", "DELETE /api/v1/groups/{id}",
		"POST /api/v1/rooms", "PATCH /api/v1/rooms/{id}", "DELETE /api/v1/rooms/{id}",
		"DELETE /api/v1/clients/{id}",
		"DELETE /api/v1/sessions/{id}", "DELETE /api/v1/users/{id}/sessions",
		"DELETE /api/v1/users/{id}/sessions/{sid}", "POST /api/v1/mail/{id}/resend",
		"POST /api/v1/jobs/{id}/undo",
	};
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		if (api_routes[i].step_up && api_routes[i].at.method != METHOD_GET) {
			assert_true(count < sizeof(asking) / sizeof(asking[0]));
			assert_string_equal(row_name(&api_routes[i]), asking[count]);
			count++;
		}
	}
	assert_int_equal(count, sizeof(asking) / sizeof(asking[0]));
}

/* To prove it takes a session that is open, never a route for anyone. */
static void only_those_who_are_signed_in_can_be_asked_for_a_proof(void **state)
{
	(void)state;
	for (size_t i = 0; i < api_routes_count; i++) {
		if (api_routes[i].step_up) {
			assert_int_not_equal(api_routes[i].perm, PERM_ANYONE);
			assert_int_not_equal(api_routes[i].perm, PERM_HOST);
		}
	}
}

static void a_row_prints_as_method_path_permission_and_proof(void **state)
{
	char *printed = NULL, *line, *rest = NULL;
	size_t size = 0, count = 0;
	FILE *out = open_memstream(&printed, &size);

	(void)state;
	assert_non_null(out);
	api_routes_print(out);
	assert_int_equal(fclose(out), 0);
	for (line = strtok_r(printed, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		char method[8], path[64], perm[32], step_up[8], more;
		bool asks = count < api_routes_count && api_routes[count].step_up;

		assert_true(count < api_routes_count);
		assert_int_equal(sscanf(line, "%7s %63s %31s %7s %c", method, path, perm, step_up, &more),
			asks ? 4 : 3);
		assert_true(!asks || strcmp(step_up, "proof") == 0);
		assert_string_equal(method, method_name(api_routes[count].at.method));
		assert_string_equal(path, api_routes[count].at.path);
		assert_string_equal(perm, perm_name(api_routes[count].perm));
		count++;
	}
	assert_int_equal(count, api_routes_count);
	free(printed);
}

/* A box that no row asks for would grant nothing. */
static void every_permission_is_asked_for_by_a_row(void **state)
{
	(void)state;
	for (int perm = PERM_SIGNED_IN + 1; perm < PERM_END; perm++) {
		size_t count = 0;

		for (size_t i = 0; i < api_routes_count; i++) {
			count += api_routes[i].perm == (enum perm)perm;
		}
		if (count == 0) {
			fail_msg("%s is asked for by no route", perm_name((enum perm)perm));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_at_the_start_lets_the_table_pass),
		cmocka_unit_test(a_row_without_a_permission_stops_the_start),
		cmocka_unit_test(a_row_without_a_handler_stops_the_start),
		cmocka_unit_test(a_row_without_an_answer_stops_the_start),
		cmocka_unit_test(every_row_has_a_permission_a_method_a_path_and_a_handler),
		cmocka_unit_test(what_belongs_to_a_change_stands_in_rows_that_have_one),
		cmocka_unit_test(whoever_changes_users_groups_rooms_or_sessions_is_asked_once_more),
		cmocka_unit_test(only_the_steps_of_signing_in_and_the_document_are_open_to_anyone),
		cmocka_unit_test(reading_takes_a_permission_to_view_and_no_body),
		cmocka_unit_test(changing_a_record_takes_the_permission_that_fits),
		cmocka_unit_test(every_record_says_what_it_is_made_of),
		cmocka_unit_test(one_name_is_of_one_table),
		cmocka_unit_test(every_row_can_be_reached),
		cmocka_unit_test(every_body_fits_into_the_inputs_room),
		cmocka_unit_test(a_row_that_takes_a_password_jobs_on_a_hash_thread),
		cmocka_unit_test(every_export_asks_for_a_step_up),
		cmocka_unit_test(what_is_dangerous_asks_for_a_proof_of_who_asks),
		cmocka_unit_test(only_those_who_are_signed_in_can_be_asked_for_a_proof),
		cmocka_unit_test(a_row_prints_as_method_path_permission_and_proof),
		cmocka_unit_test(every_permission_is_asked_for_by_a_row),
	};

	return cmocka_run_group_tests_name("api_routes", tests, NULL, NULL);
}
