#include "api/openapi.h"

#include "api/handlers.h"
#include "api/routes.h"
#include "view/json.h"
#include "view/schema.h"
#include "view/job.h"

#include <string.h>

#define REF(where) "{'$ref':'#/components/" where "'}"

static const struct {
	int status;
	const char *code;
} problems[] = {
#define PROBLEM(id, status, err, code, title) { status, code },
#include "rule/problem.def"
#undef PROBLEM
};

enum { PROBLEM_COUNT = sizeof(problems) / sizeof(problems[0]) };

static const char info[] =
	"{'openapi':'3.1.0','info':{'title':'backoffice','version':'1','license':"
	"{'name':'MIT','identifier':'MIT'},'description':'User management for a back office."
	" A request that changes something must come from a page of the site itself: it carries "
	"Sec-Fetch-Site: same-origin, or the Origin of the site. Bodies are application/json. "
	"GET answers HEAD too. Every answer is Cache-Control: no-store. Signing in goes by steps, "
	"which a second cookie ties together; the last one sets the cookie of the session.'}";

static const char security_schemes[] = "'securitySchemes':{'session':{'type':'apiKey',"
	"'in':'cookie','name':'backoffice','description':'HttpOnly, SameSite=Strict; over "
	"https its name is __Secure-backoffice'}}";

static const char headers[] = "'headers':{"
	"'ETag':{'required':true,'description':'The version of the record, for If-Match',"
	"'schema':{'type':'string','pattern':'^\\'[0-9]+\\'$'}},"
	"'Location':{'required':true,'description':'The path of the new record',"
	"'schema':{'type':'string'}},"
	"'Retry-After':{'description':'Seconds; not said of too_slow, which would be so again',"
	"'schema':{'type':'integer','minimum':1}},"
	"'X-Request-Id':{'required':true,'description':'Stands in the log and the audit trail',"
	"'schema':{'type':'string','pattern':'^[0-9a-f]{32}$'}}}";

static const char parameters[] = "'parameters':{"
	"'Prefer':{'name':'Prefer','in':'header','description':'respond-async: the rows "
	"become a job, which POST /jobs/{id}/step deals with','schema':{'type':'string'}},"
	"'id':{'name':'id','in':'path','required':true,"
	"'schema':{'type':'integer','minimum':1}},"
	"'sid':{'name':'sid','in':'path','required':true,"
	"'schema':{'type':'integer','minimum':1}},"
	"'If-Match':{'name':'If-Match','in':'header','required':true,"
	"'description':'The ETag of the record as it was read','schema':{'type':'string'}},"
	"'Idempotency-Key':{'name':'Idempotency-Key','in':'header','description':'Sent "
	"again with the same key, the request does nothing again',"
	"'schema':{'type':'string','maxLength':255}}}";

static const char page[] = "'Page':{'type':'object','additionalProperties':false,"
	"'properties':{'size':{'type':'integer','minimum':1},"
	"'next':{'type':['string','null']},'prev':{'type':['string','null']},"
	"'total':{'type':'integer','minimum':0,'description':'How many there are; at least so many "
	"where it is not exact'},'total_exact':{'type':'boolean','description':'All lists are counted "
	"to 10,000; what words find (q) to 100, or, where they are common and go together with other "
	"filters, no further than the page, and so is what several filters leave where to count it "
	"takes longer than a statement may'},"
	"'partial':{'const':true,'description':'What the filters leave lies so far apart in this "
	"order that not all were looked at for which the page has room, or even none was found: next, "
	"or prev of a page that was asked for by before, goes on'},"
	"'found_by':{'enum':['words','beginnings'],'description':'Where q was asked for: its words "
	"were looked for in any order, without accents; or, of clients that are kept elsewhere, what a "
	"name, an address or a number begins with'}},"
	"'required':['size','next','prev','total','total_exact']}";

/* RFC 9457, and what of ours is added. */
static const char problem[] = "'Problem':{'type':'object','additionalProperties':false,"
	"'properties':{'type':{'const':'about:blank'},'title':{'type':'string'},"
	"'status':{'type':'integer'},'request_id':{'type':'string'},"
	"'missing':{'type':'string','description':'The permission that is missing'},"
	"'count':{'type':'integer','minimum':1,"
	"'description':'How many records are in the way'},"
	"'line':{'type':'integer','minimum':1,"
	"'description':'Of a file: the line in which something is wrong'},"
	"'errors':{'type':'object','additionalProperties':{'type':'string'},"
	"'description':'Fields, each with the stable key of what is wrong'},"
	"'places':{'type':'object','description':'Fields with a character that cannot be seen',"
	"'additionalProperties':{'type':'object','additionalProperties':false,"
	"'properties':{'character':{'type':'string','description':'Its code point, like U+200B'},"
	"'after':{'type':'string','description':'What stands before it in its word'}},"
	"'required':['character','after']}},'code':{'enum':[";
static const char problem_end[] = "]}},"
	"'required':['type','title','status','code','request_id']}";

/* Puts the codes of a status; 0: of all. */
static void openapi_put_codes(struct text *out, int status)
{
	for (size_t i = 0; i < PROBLEM_COUNT; i++) {
		if (status == 0 || problems[i].status == status) {
			text_separate(out);
			text_put_json(out, problems[i].code);
		}
	}
}

static void openapi_put_problem_response(struct text *out, int status)
{
	view_json(out, "'Problem%d':{'description':'Refused','headers':{'X-Request-Id':"
		REF("headers/X-Request-Id"), status);
	if (status == 429 || status == 503) {
		view_json(out, ",'Retry-After':" REF("headers/Retry-After"));
	}
	view_json(out, "},'content':{'application/problem+json':{'schema':{'allOf':["
		REF("schemas/Problem") ",{'properties':{'status':{");
	view_json(out, "'const':%d},'code':{'enum':[", status);
	openapi_put_codes(out, status);
	text_puts(out, "]}}}]}}}}");
}

static bool openapi_is_first_of_status(size_t at)
{
	size_t first = 0;

	while (problems[first].status != problems[at].status) {
		first++;
	}
	return first == at;
}

static void openapi_put_schemas(struct text *out)
{
	view_json(out, "'schemas':{");
	view_json(out, "%s", page);
	text_putc(out, ',');
	view_json(out, "%s", problem);
	openapi_put_codes(out, 0);
	view_json(out, "%s", problem_end);
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct answer *answer = &api_routes[i].answer;

		if (api_route_names_record(i)) {
			view_json(out, ",'%s':", answer->name);
			view_schema(out, answer->view);
		}
	}
	text_putc(out, '}');
}

static void openapi_put_components(struct text *out)
{
	view_json(out, "'components':{");
	view_json(out, "%s", security_schemes);
	text_putc(out, ',');
	view_json(out, "%s", headers);
	text_putc(out, ',');
	view_json(out, "%s", parameters);
	text_putc(out, ',');
	view_json(out, "'responses':{");
	for (size_t i = 0; i < PROBLEM_COUNT; i++) {
		if (openapi_is_first_of_status(i)) {
			text_separate(out);
			openapi_put_problem_response(out, problems[i].status);
		}
	}
	text_putc(out, '}');
	text_putc(out, ',');
	openapi_put_schemas(out);
	text_putc(out, '}');
}

/* Puts a name that is as stable as the path: GET /users/{id}/rights is "get_users_id_rights". */
static void openapi_put_operation_id(struct text *out, const struct api_route *route)
{
	char *name = arena_printf(out->arena, "%s%s", method_name(route->at.method),
		api_route_path(route));
	char *to = name;

	for (const char *from = name; *from != '\0'; from++) {
		if (strchr("/-.", *from) != NULL) {
			*to++ = '_';
		} else if (strchr("{}", *from) == NULL) {
			*to++ = *from;
		}
	}
	*to = '\0';
	view_json(out, "'operationId':'%s'", text_lower(out->arena, name));
}

static bool openapi_has_version(const struct answer *answer)
{
	struct view_member member = { 0 };

	while (answer->kind == ANSWER_RECORD && view_next(answer->view, &member)) {
		if (strcmp(member.field->name, "version") == 0) {
			return true;
		}
	}
	return false;
}

/* Tells whether route changes a record that is read by the same path, with an ETag. */
static bool openapi_takes_version(const struct api_route *route)
{
	bool found = false;

	for (size_t i = 0; i < api_routes_count; i++) {
		found |= strcmp(api_routes[i].at.path, route->at.path) == 0 &&
			api_routes[i].at.method == METHOD_GET && openapi_has_version(&api_routes[i].answer);
	}
	return found && (route->at.method == METHOD_PATCH || route->at.method == METHOD_DELETE);
}

static void openapi_put_parameters(struct text *out, const struct api_route *route)
{
	bool pages = route->answer.kind == ANSWER_LIST;

	view_json(out, ",'parameters':[");
	if (strstr(route->at.path, "{id}") != NULL) {
		view_json(out, REF("parameters/id") ",");
	}
	if (strstr(route->at.path, "{sid}") != NULL) {
		view_json(out, REF("parameters/sid") ",");
	}
	if (openapi_takes_version(route)) {
		view_json(out, REF("parameters/If-Match") ",");
	}
	if (route->idempotent) {
		view_json(out, REF("parameters/Idempotency-Key") ",");
	}
	if (route->later) {
		view_json(out, REF("parameters/Prefer") ",");
	}
	if (route->query != NULL) {
		view_schema_query(out, route->query, pages);
	}
	if (route->also != NULL) {
		view_schema_parameters(out, route->also);
	}
	if (out->bytes[out->len - 1] == ',') {
		out->len--; /* of the last one */
	}
	text_putc(out, ']');
}

static void openapi_put_body(struct text *out, const struct api_route *route)
{
	if (route->csv) {
		view_json(out, ",'requestBody':{'required':true,'content':{'text/csv':"
			"{'schema':{'type':'string'}}}}");
	} else if (route->fields != NULL) {
		view_json(out, ",'requestBody':{'required':true,'content':{'application/json':"
			"{'schema':");
		view_schema_body(out, route->fields);
		text_puts(out, "}}}");
	}
}

static void openapi_put_answer_schema(struct text *out, const struct answer *answer)
{
	switch (answer->kind) {
	case ANSWER_UNSET:
	case ANSWER_NONE:
		break;
	case ANSWER_RECORD:
		view_json(out, REF("schemas/%s"), answer->name);
		break;
	case ANSWER_ITEMS:
	case ANSWER_LIST:
		view_json(out, "{'type':'object','additionalProperties':false,'properties':{");
		view_json(out, "'items':{'type':'array','items':" REF("schemas/%s") "}",
			answer->name);
		view_json(out, answer->kind == ANSWER_ITEMS ? "},'required':['items']}"
			: ",'page':" REF("schemas/Page") "},'required':['items','page']}");
		break;
	case ANSWER_FILE:
		view_json(out, strcmp(answer->type, "application/json") == 0 ? "{'type':'object'}"
			: "{'type':'string'}");
		break;
	}
}

static void openapi_put_answer(struct text *out, const struct answer *answer)
{
	view_json(out, "'%d':{'description':'Done','headers':{'X-Request-Id':"
		REF("headers/X-Request-Id"), answer->status);
	if (openapi_has_version(answer)) {
		view_json(out, ",'ETag':" REF("headers/ETag"));
	}
	if (answer->kind == ANSWER_RECORD && answer->status != 200) {
		view_json(out, ",'Location':" REF("headers/Location"));
	}
	text_putc(out, '}');
	if (answer->kind != ANSWER_NONE) {
		view_json(out, ",'content':{'%s':{'schema':",
			answer->type == NULL ? "application/json" : answer->type);
		openapi_put_answer_schema(out, answer);
		text_puts(out, "}}");
	}
	text_putc(out, '}');
}

/* Tells whether route can be refused with status. 405 is of no route. */
static bool openapi_may_refuse(const struct api_route *route, int status)
{
	bool reads = route->at.method == METHOD_GET;

	switch (status) {
	case 401:
		return route->perm != PERM_HOST && !(reads && route->perm == PERM_ANYONE);
	case 404:
		return route->answer.kind == ANSWER_RECORD || strchr(route->at.path, '{') != NULL;
	case 405:
		return false;
	case 409:
	case 413:
	case 415:
	case 422:
	case 429:
		return !reads;
	case 412:
	case 428:
		return openapi_takes_version(route);
	default:
		return true;
	}
}

static void openapi_put_answers(struct text *out, const struct api_route *route)
{
	static const struct answer job = { .kind = ANSWER_RECORD, .status = 202, .name = "Job",
		.view = view_job };

	view_json(out, ",'responses':{");
	openapi_put_answer(out, &route->answer);
	if (route->later) {
		text_putc(out, ',');
		openapi_put_answer(out, &job);
	}
	for (size_t i = 0; i < PROBLEM_COUNT; i++) {
		int status = problems[i].status;

		if (openapi_is_first_of_status(i) && openapi_may_refuse(route, status)) {
			view_json(out, ",'%d':" REF("responses/Problem%d"), status, status);
		}
	}
	text_putc(out, '}');
}

static void openapi_put_operation(struct text *out, const struct api_route *route)
{
	const char *permission = perm_name(route->perm), *noun = api_route_path(route) + 1;

	view_json(out, "'%s':{", text_lower(out->arena, method_name(route->at.method)));
	openapi_put_operation_id(out, route);
	view_json(out, ",'summary':");
	text_put_json(out, route->summary);
	view_json(out, ",'tags':['%.*s']", (int)strcspn(noun, "/."), noun);
	view_json(out, ",'x-permission':'%s','x-proof':%s", permission,
		route->step_up ? "true" : "false");
	view_json(out, ",'description':'Permission: %s%s'", permission, route->step_up
		? ". Asks for a proof of the last minutes: POST /session/proof" : "");
	view_json(out, ",'security':[%s]",
		route->perm == PERM_ANYONE || route->perm == PERM_HOST ? "" : "{'session':[]}");
	openapi_put_parameters(out, route);
	openapi_put_body(out, route);
	openapi_put_answers(out, route);
	text_putc(out, '}');
}

/* Puts the routes of one path, the first of which stands in row first. */
static void openapi_put_path(struct text *out, size_t first)
{
	const char *path = api_routes[first].at.path, *between = "";

	view_json(out, "'%s':{", api_route_path(&api_routes[first]));
	for (size_t i = first; i < api_routes_count; i++) {
		if (strcmp(api_routes[i].at.path, path) == 0) {
			text_puts(out, between);
			openapi_put_operation(out, &api_routes[i]);
			between = ",\n";
		}
	}
	text_putc(out, '}');
}

static bool openapi_is_first_of_path(size_t at)
{
	size_t first = 0;

	while (strcmp(api_routes[first].at.path, api_routes[at].at.path) != 0) {
		first++;
	}
	return first == at;
}

void api_openapi_put(struct text *out, const char *prefix)
{
	view_json(out, "%s", info);
	view_json(out, ",'servers':[{'url':");
	text_put_json(out, arena_printf(out->arena, "%s" API_BASE, prefix));
	view_json(out, "}],'paths':{");
	for (size_t i = 0; i < api_routes_count; i++) {
		if (openapi_is_first_of_path(i)) {
			text_puts(out, i == 0 ? "\n" : ",\n");
			openapi_put_path(out, i);
		}
	}
	text_puts(out, "},\n");
	openapi_put_components(out);
	text_puts(out, "}\n");
}

void api_openapi_print(FILE *out)
{
	struct arena arena;
	struct text text;

	arena_init(&arena);
	text = text_in(&arena);
	api_openapi_put(&text, "");
	fputs(text.bytes, out);
	arena_release(&arena);
}

enum err api_openapi(struct call *call)
{
	api_openapi_put(&call->reply->body, call->request->prefix);
	return ERR_OK;
}
