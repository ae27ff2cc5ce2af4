#include "api/contract.h"

#include "act/import_file.h"
#include "api/routes.h"
#include "rule/country.h"
#include "rule/field.h"
#include "rule/network.h"
#include "rule/password.h"
#include "rule/room.h"
#include "view/types.h"

#include <string.h>

static const char contract_types_head[] =
	"/*\n"
	" * The records of the API, as the server sends them, and what each path takes and answers.\n"
	" * Printed by backoffice-fcgi --types from its tables: `make contract` writes this file.\n"
	" */\n"
	"\n"
	"export interface List<T> {\n"
	"\titems: T[];\n"
	"\tpage: {\n"
	"\t\tsize: number;\n"
	"\t\tnext: string | null;\n"
	"\t\tprev: string | null;\n"
	"\t\ttotal: number;\n"
	"\t\ttotal_exact: boolean;\n"
	"\t\tpartial?: true;\n"
	"\t\tfound_by?: 'words' | 'beginnings';\n"
	"\t};\n"
	"}\n"
	"\n"
	"/** What a list is sorted by, turned round with a minus in front. */\n"
	"export type Order<Name extends string> = Name | `-${Name}`;\n";

static const char contract_values_head[] =
	"/*\n"
	" * What the page has to know of the server while it runs.\n"
	" * Printed by backoffice-fcgi --contract from its tables: `make contract` writes this file.\n"
	" */\n";

static const char *const contract_problems[] = {
#define PROBLEM(id, status, err, code, title) code,
#include "rule/problem.def"
#undef PROBLEM
	NULL,
};

static const struct {
	const char *name;
	size_t value;
} contract_limits[] = {
	{ "page_size", QUERY_SIZE_DEFAULT },
	{ "page_size_max", QUERY_SIZE_MAX },
	{ "import_bytes_max", REQUEST_TABLE_MAX },
	{ "import_mib_max", REQUEST_TABLE_MAX >> 20 },
	{ "import_rows_max", IMPORT_ROWS_MAX },
	{ "email_max", FIELD_EMAIL_MAX },
	{ "person_max", FIELD_PERSON_MAX },
	{ "group_max", FIELD_GROUP_MAX },
	{ "view_max", FIELD_VIEW_MAX },
	{ "room_address_max", ROOM_ADDRESS_MAX },
	{ "rooms_max", ROOMS_MAX },
	{ "networks_max", NETWORKS_MAX },
	{ "password_min", PASSWORD_MIN },
	{ "password_max", PASSWORD_MAX },
	{ "password_groups", PASSWORD_GROUPS },
	{ "password_group", PASSWORD_GROUP },
};

static void contract_print(FILE *out, const char *head, void (*put)(struct script *out))
{
	struct arena arena;
	struct text text;
	struct script script = { .text = &text };

	arena_init(&arena);
	text = text_in(&arena);
	text_puts(&text, head);
	put(&script);
	fputs(text.bytes, out);
	arena_release(&arena);
}

static void contract_put_union(struct script *out, const char *name, const char *const *words)
{
	script_end(out, "");
	script_put(out, arena_printf(out->text->arena, "export type %s = ", name));
	view_types_union(out, words);
	script_end(out, ";");
}

/* Puts the path as a key: a name, or a pattern where it has an id. */
static void contract_put_path(struct script *out, const struct api_route *route)
{
	const char *path = api_route_path(route) + 1, *brace = strchr(path, '{');

	script_put(out, brace == NULL ? "'" : "[path: `");
	for (; brace != NULL; brace = strchr(path, '{')) {
		script_put(out, arena_printf(out->text->arena, "%.*s${number}", (int)(brace - path), path));
		path = strchr(brace, '}') + 1;
	}
	script_put(out, path);
	script_put(out, strchr(route->at.path, '{') == NULL ? "'" : "`]");
}

static void contract_put_answer(struct script *out, const struct answer *answer)
{
	struct arena *arena = out->text->arena;

	switch (answer->kind) {
	case ANSWER_UNSET:
		break;
	case ANSWER_NONE:
		script_end(out, "answer: null;");
		break;
	case ANSWER_RECORD:
		script_end(out, arena_printf(arena, "answer: %s;", answer->name));
		break;
	case ANSWER_ITEMS:
		script_end(out, arena_printf(arena, "answer: { items: %s[] };", answer->name));
		break;
	case ANSWER_LIST:
		script_end(out, arena_printf(arena, "answer: List<%s>;", answer->name));
		break;
	case ANSWER_FILE:
		script_end(out, arena_printf(arena, "file: '%s';", answer->type));
		break;
	}
}

static void contract_put_route(struct script *out, const struct api_route *route)
{
	contract_put_path(out, route);
	script_open(out, ": ");
	contract_put_answer(out, &route->answer);
	if (route->later) {
		script_end(out, "later: Job;");
	}
	if (route->csv) {
		script_end(out, "body: Blob;");
	} else if (route->fields != NULL) {
		script_put(out, "body: ");
		view_types_body(out, route->fields);
		script_end(out, ";");
	}
	if (route->query != NULL) {
		script_put(out, "query: ");
		view_types_query(out, route->query, route->also,
			route->answer.kind == ANSWER_LIST);
		script_end(out, ";");
	}
	script_close(out, ";");
	script_end(out, "");
}

/* Puts every route that the page knows: not those that are for the host alone. */
static void contract_put_paths(struct script *out)
{
	static const enum method methods[] = { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH,
		METHOD_DELETE };

	script_end(out, "");
	script_open(out, "export interface Paths ");
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		script_open(out, arena_printf(out->text->arena, "%s: ", method_name(methods[i])));
		for (size_t j = 0; j < api_routes_count; j++) {
			const struct api_route *route = &api_routes[j];

			if (route->at.method == methods[i] && route->perm != PERM_HOST) {
				contract_put_route(out, route);
			}
		}
		script_close(out, ";");
		script_end(out, "");
	}
	script_close(out, "");
	script_end(out, "");
}

static void contract_put_types(struct script *out)
{
	for (const struct view_words *row = view_words; row->type != NULL; row++) {
		contract_put_union(out, row->type, row->words + row->first);
	}
	contract_put_union(out, "ProblemCode", contract_problems);
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct answer *answer = &api_routes[i].answer;

		if (api_route_names_record(i)) {
			script_end(out, "");
			script_put(out, arena_printf(out->text->arena, "export interface %s ", answer->name));
			view_types_record(out, answer->view);
			script_end(out, "");
		}
	}
	contract_put_paths(out);
}

void api_contract_print_types(FILE *out)
{
	contract_print(out, contract_types_head, contract_put_types);
}

static void contract_begin_value(struct script *out, const char *meaning, const char *name)
{
	script_end(out, "");
	script_end(out, arena_printf(out->text->arena, "/** %s */", meaning));
	script_put(out, arena_printf(out->text->arena, "export const %s = ", name));
}

static void contract_put_needs(struct script *out)
{
	contract_begin_value(out, "The permission that a route asks for; the others ask for none.",
		"NEEDS");
	script_open(out, "/** @type {const} */ (");
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];

		if (route->perm > PERM_SIGNED_IN) {
			script_end(out, arena_printf(out->text->arena, "'%s %s': '%s',",
				method_name(route->at.method), api_route_path(route) + 1, perm_name(route->perm)));
		}
	}
	script_close(out, ");");
	script_end(out, "");
}

/* Lists the names of the masked ones of a record's members, ended by NULL. */
static const char *const *contract_masked(struct arena *arena, const struct view_field *fields)
{
	struct view_member member = { 0 }, again = { 0 };
	size_t count = 0, masked = 0;
	const char **names;

	while (view_next(fields, &member)) {
		count++;
	}
	names = arena_array(arena, count + 1, sizeof(*names));
	while (view_next(fields, &again)) {
		if (again.field->mask != MASK_NONE) {
			names[masked++] = again.field->name;
		}
	}
	return names; /* memory of an arena is zero */
}

static void contract_put_masked(struct script *out)
{
	contract_begin_value(out, "What a masked viewer neither sees nor changes, by record.",
		"MASKED");
	script_open(out, "/** @type {const} */ (");
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct answer *answer = &api_routes[i].answer;

		if (api_route_names_record(i)) {
			const char *const *names = contract_masked(out->text->arena, answer->view);

			if (names[0] != NULL) {
				script_put(out, arena_printf(out->text->arena, "%s: ", answer->name));
				view_types_list(out, names);
				script_end(out, ",");
			}
		}
	}
	script_close(out, ");");
	script_end(out, "");
}

/* Whether the row has a code of one or two digits that none before it has. */
static bool contract_has_short_code(const struct country *row)
{
	size_t len = strlen(row->code);

	return len < 3 && country_of_digits(row->code, len) == row;
}

static void contract_put_countries(struct script *out)
{
	enum { ROWS_MAX = 512 };
	const char **isos = arena_array(out->text->arena, ROWS_MAX, sizeof(*isos));
	const char **codes = arena_array(out->text->arena, ROWS_MAX, sizeof(*codes));
	size_t iso_count = 0, code_count = 0;

	for (const struct country *row = countries; row->code != NULL; row++) {
		if (row->iso[0] != '\0') {
			isos[iso_count++] = row->iso;
		}
		if (contract_has_short_code(row)) {
			codes[code_count++] = row->code;
		}
	}
	contract_begin_value(out, "The countries of ISO 3166-1.", "COUNTRIES");
	view_types_list(out, isos);
	script_end(out, ";");
	contract_begin_value(out, "What phone numbers begin with if it is not three digits.",
		"SHORT_CODES");
	view_types_list(out, codes);
	script_end(out, ";");
}

static void contract_put_values(struct script *out)
{
	struct arena *arena = out->text->arena;

	contract_put_needs(out);
	for (const struct view_words *row = view_words; row->type != NULL; row++) {
		if (row->list != NULL) {
			contract_begin_value(out,
				arena_printf(arena, "@type {import('./records.js').%s[]}", row->type), row->list);
			view_types_list(out, row->words + row->first);
			script_end(out, ";");
		}
	}
	contract_put_masked(out);
	contract_begin_value(out, "Numbers of rows, bytes or characters; sentences name them.",
		"LIMITS");
	script_open(out, "");
	for (size_t i = 0; i < sizeof(contract_limits) / sizeof(contract_limits[0]); i++) {
		script_end(out, arena_printf(arena, "%s: %zu,", contract_limits[i].name,
			contract_limits[i].value));
	}
	script_close(out, ";");
	script_end(out, "");
	contract_begin_value(out, "The group that has every permission.", "ADMINISTRATORS");
	script_end(out, arena_printf(arena, "%d;", GROUP_ADMINISTRATORS));
	contract_put_countries(out);
	contract_begin_value(out, "The letters that a generated password is made of.",
		"PASSWORD_LETTERS");
	script_end(out, arena_printf(arena, "'%s';", password_letters));
}

void api_contract_print_values(FILE *out)
{
	contract_print(out, contract_values_head, contract_put_values);
}
