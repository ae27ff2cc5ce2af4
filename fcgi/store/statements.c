#include "store/statements.h"

#include "store/accounts.h"
#include "store/attempt.h"
#include "store/audit.h"
#include "store/chain.h"
#include "store/client.h"
#include "store/compose_words.h"
#include "store/group.h"
#include "store/guest.h"
#include "store/idempotency.h"
#include "store/link.h"
#include "store/mail.h"
#include "store/outbox.h"
#include "store/pending.h"
#include "store/prefix.h"
#include "store/provided.h"
#include "store/rights.h"
#include "store/room.h"
#include "store/rows.h"
#include "store/saved_view.h"
#include "store/schema.h"
#include "store/session.h"
#include "store/totp.h"
#include "store/user_beside.h"
#include "store/job.h"
#include "store/words.h"

const struct statement *const *const store_statements[] = {
	db_statements, accounts_statements, attempt_statements, audit_statements, chain_statements,
	client_statements, group_statements, guest_statements, idempotency_statements, link_statements,
	mail_statements, outbox_statements, pending_statements, rights_statements, room_statements,
	rows_statements, saved_view_statements, schema_statements, session_statements,
	totp_statements, user_statements, user_secret_statements, user_beside_statements,
	job_statements, provided_statements, NULL,
};

const struct noun *const store_nouns[] = {
	&audit_noun, &client_noun, &group_noun, &mail_noun, &room_noun, &session_noun, &user_noun, NULL,
};

/* What is done with the statements of a noun: with every one, or with one of each kind. */
struct statement_visit {
	enum err (*visit)(const struct noun *noun, const struct shape *shape, void *context);
	void *context;
	bool every;
};

static enum err visit_shape(const struct statement_visit *visit, const struct noun *noun,
	const struct shape *shape)
{
	return visit->visit(noun, shape, visit->context);
}

/* A page, and where it is the first one also that with the count. */
static enum err visit_page(const struct statement_visit *visit, const struct noun *noun,
	struct shape shape)
{
	TRY(visit_shape(visit, noun, &shape));
	shape.counts = !shape.has_key && !shape.has_end && shape.form != SHAPE_REACH;
	return shape.counts ? visit_shape(visit, noun, &shape) : ERR_OK;
}

/* Each order, both ways and from each kind of key. */
static enum err visit_pages(const struct statement_visit *visit, const struct noun *noun,
	struct shape shape)
{
	for (; noun->list.sorts[shape.sort].name != NULL; shape.sort++) {
		unsigned ways = !visit->every ? 1 : noun->list.sorts[shape.sort].nullable ? 8 : 4;

		for (unsigned way = 0; way < ways; way++) {
			shape.descends = (way & 1) != 0;
			shape.has_key = (way & 2) != 0;
			shape.null_key = (way & 4) != 0;
			shape.pair = compose_pair(noun, &shape);
			shape.lead = shape.form != SHAPE_COLLECT && shape.pair == 0
				? compose_lead(noun, &shape) : 0;
			if (shape.has_key || !shape.null_key) {
				TRY(visit_page(visit, noun, shape));
			}
		}
		if (!visit->every && shape.given != 0) {
			break;
		}
	}
	return ERR_OK;
}

/* What is asked besides where words find: with one term, of up to four. */
static enum err visit_found(const struct statement_visit *visit, const struct noun *noun,
	struct shape shape)
{
	shape.form = SHAPE_COUNT_WORDS;
	TRY(visit_shape(visit, noun, &shape));
	shape.form = SHAPE_COUNT_FOUND;
	TRY(visit_shape(visit, noun, &shape));
	shape.form = SHAPE_REACH_FOUND;
	TRY(visit_shape(visit, noun, &shape));
	shape.form = SHAPE_FOUND;
	for (unsigned way = 0; way < (visit->every ? 8 : 1); way++) {
		shape.descends = (way & 1) != 0;
		shape.has_key = (way & 2) != 0;
		shape.has_end = (way & 4) != 0;
		TRY(visit_shape(visit, noun, &shape));
	}
	shape.has_end = false;
	shape.form = SHAPE_REACH;
	TRY(visit_pages(visit, noun, shape));
	shape.form = SHAPE_WALK;
	shape.by_found = true;
	shape.has_end = true;
	TRY(visit_pages(visit, noun, shape));
	shape = (struct shape){ .form = SHAPE_COUNT, .masked = shape.masked, .given = shape.given,
		.denied = shape.denied, .terms = shape.terms, .by_found = true };
	TRY(visit_shape(visit, noun, &shape));
	shape.form = SHAPE_COLLECT;
	return visit_shape(visit, noun, &shape);
}

/* The count and the pages that are filtered so. */
static enum err visit_filtered(const struct statement_visit *visit, const struct noun *noun,
	struct shape shape)
{
	shape.named = visit->every || !noun->may_be_view;
	shape.form = SHAPE_COUNT;
	shape.terms = noun->words != NULL;
	shape.pair = compose_pair(noun, &shape);
	TRY(visit_shape(visit, noun, &shape));
	if (compose_words(noun, &shape) >= 0) {
		TRY(visit_found(visit, noun, shape));
	}
	if (shape.given != 0) {
		shape.form = SHAPE_COLLECT;
		TRY(visit_pages(visit, noun, shape));
	}
	shape.form = SHAPE_WALK;
	return visit_pages(visit, noun, shape);
}

/* The few rows of a filter that is only looked at, and what is found among them. */
static enum err visit_few(const struct statement_visit *visit, const struct noun *noun,
	struct shape shape, unsigned filter)
{
	const struct shape few = { .form = SHAPE_COUNT_FEW, .lead = filter + 1 };

	TRY(visit_shape(visit, noun, &few));
	shape.lead = filter + 1;
	shape.form = SHAPE_COUNT;
	TRY(visit_shape(visit, noun, &shape));
	shape.form = SHAPE_COLLECT;
	return visit_shape(visit, noun, &shape);
}

/* Each filter, and with each of those after it if every statement is visited. */
static enum err visit_filters(const struct statement_visit *visit, const struct noun *noun,
	bool masked)
{
	const struct list_filter *filters = noun->list.filters;

	TRY(visit_filtered(visit, noun, (struct shape){ .masked = masked }));
	for (size_t i = 0; filters[i].kind != COLUMN_END; i++) {
		struct shape shape = { .masked = masked, .given = UINT32_C(1) << i };

		TRY(visit_filtered(visit, noun, shape));
		TRY(filters[i].few == NULL ? ERR_OK : visit_few(visit, noun, shape, (unsigned)i));
		if (filters[i].otherwise != NULL) {
			shape.denied = shape.given;
			TRY(visit_filtered(visit, noun, shape));
			shape.denied = 0;
		}
		for (size_t j = i + 1; visit->every && filters[j].kind != COLUMN_END; j++) {
			shape.given = UINT32_C(1) << i | UINT32_C(1) << j;
			TRY(visit_filtered(visit, noun, shape));
		}
	}
	return ERR_OK;
}

/* All that is composed of a noun, but filters by three and more. */
static enum err visit_noun(const struct statement_visit *visit, const struct noun *noun)
{
	static const enum shape_form forms[] = { SHAPE_LOAD, SHAPE_UPDATE, SHAPE_INSERT,
		SHAPE_DELETE };
	bool masks = false, stored = false;

	for (const struct column *column = noun->columns; column->kind != COLUMN_END; column++) {
		masks = masks || column->mask != MASK_NONE;
		stored = stored || column->stored != NULL;
	}
	for (int masked = 0; masked <= (masks ? 1 : 0); masked++) {
		for (size_t i = 0; i < (stored ? sizeof(forms) / sizeof(forms[0]) : 1); i++) {
			struct shape shape = { .form = forms[i], .masked = masked != 0 };

			if (!shape.masked || shape.form == SHAPE_LOAD || shape.form == SHAPE_UPDATE) {
				TRY(visit_shape(visit, noun, &shape));
			}
		}
		TRY(visit_filters(visit, noun, masked != 0));
	}
	return ERR_OK;
}

struct statement_check {
	struct db *db;
	enum db_program program;
	store_fault *tell; /* NULL: the first fault ends it */
	void *context;
	const atomic_bool *ends; /* NULL: it goes to its end */
};

static enum err check_statement(const struct statement_check *check,
	const struct statement *statement)
{
	enum err err = check->ends != NULL && atomic_load(check->ends) ? ERR_UNAVAILABLE
		: db_prepare(check->db, statement);

	if (err == ERR_OK || err == ERR_UNAVAILABLE || check->tell == NULL) {
		return err;
	}
	check->tell(check->context, statement->programs == 0, db_fault(check->db));
	return ERR_OK;
}

/* One that is prepared on first use is looked at where faults are collected. */
static bool is_checked(const struct statement_check *check, unsigned programs)
{
	return (programs & (unsigned)check->program) != 0 ||
		(programs == 0 && check->tell != NULL && check->program == DB_WEB);
}

static enum err check_shape(const struct noun *noun, const struct shape *shape, void *context)
{
	const struct statement_check *check = context;
	const struct statement *statement = compose(check->db, noun, shape);

	return statement == NULL || !is_checked(check, statement->programs) ? ERR_OK
		: check_statement(check, statement);
}

/* The changes of a noun's words, which are composed when they are wanted. */
static enum err check_words(const struct statement_check *check, const struct noun *noun)
{
	for (int deletes = 0; noun->words != NULL && deletes <= 1; deletes++) {
		const struct statement *change = store_words_change(check->db, noun, deletes != 0);

		TRY(is_checked(check, change->programs) ? check_statement(check, change) : ERR_OK);
	}
	return ERR_OK;
}

/* What stands in the statements of a noun is known of a view by then. */
static enum err check_noun(struct statement_check *check, const struct noun *noun)
{
	const struct statement_visit visit = { check_shape, check, false };
	bool view;

	TRY(provided_is_view(check->db, noun, &view));
	TRY(visit_noun(&visit, noun));
	return check->tell == NULL ? ERR_OK : check_words(check, noun);
}

static enum err check_all(struct statement_check check)
{
	for (size_t i = 0; store_statements[i] != NULL; i++) {
		for (size_t j = 0; store_statements[i][j] != NULL; j++) {
			if ((store_statements[i][j]->programs & (unsigned)check.program) != 0) {
				TRY(check_statement(&check, store_statements[i][j]));
			}
		}
	}
	for (size_t i = 0; store_nouns[i] != NULL; i++) {
		if ((store_nouns[i]->programs & (unsigned)check.program) != 0) {
			TRY(check_noun(&check, store_nouns[i]));
		}
	}
	return ERR_OK;
}

enum err store_statements_check(struct db *db, enum db_program program, const atomic_bool *ends)
{
	return check_all((struct statement_check){ db, program, NULL, NULL, ends });
}

enum err store_statements_faults(struct db *db, enum db_program program, store_fault *tell,
	void *context)
{
	return check_all((struct statement_check){ db, program, tell, context, NULL });
}

/* Where statements are printed, and for which tables. */
struct printing {
	FILE *out;
	const char *prefix;
};

static void print_statement(const struct printing *printing, const struct statement *statement)
{
	struct arena arena;

	arena_init(&arena);
	fprintf(printing->out, "-- %s:%s%s%s%s\n%s;\n\n", statement->name,
		(statement->programs & DB_WEB) != 0 ? " fcgi" : "",
		(statement->programs & DB_MAILER) != 0 ? " mailer" : "",
		(statement->programs & DB_ADMIN) != 0 ? " admin" : "",
		statement->programs == 0 ? " on first use" : "",
		prefix_put(&arena, printing->prefix, statement->sql));
	arena_release(&arena);
}

static enum err print_shape(const struct noun *noun, const struct shape *shape, void *context)
{
	struct arena arena;
	struct statement statement;

	arena_init(&arena);
	if (compose_in(&arena, noun, shape, &statement)) {
		print_statement(context, &statement);
	}
	arena_release(&arena);
	return ERR_OK;
}

void store_statements_print(FILE *out, const char *prefix)
{
	struct printing printing = { out, prefix };
	const struct statement_visit visit = { print_shape, &printing, true };

	for (size_t i = 0; store_statements[i] != NULL; i++) {
		for (size_t j = 0; store_statements[i][j] != NULL; j++) {
			print_statement(&printing, store_statements[i][j]);
		}
	}
	fprintf(out, "-- Composed: each order and each filter, and filters in pairs. More may be given "
		"together.\n\n");
	for (size_t i = 0; store_nouns[i] != NULL; i++) {
		(void)!visit_noun(&visit, store_nouns[i]);
	}
}
