#include "store/audit.h"
#include "store/pages.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/chain.h"

#include <string.h>

static struct db_in in_hash(const struct secret_hash *hash)
{
	return in_bytes(hash->bytes, sizeof(hash->bytes));
}

static const struct statement audit_head_lock = { "audit_head_lock", DB_WEB | DB_ADMIN, "s", "ubub",
	"SELECT seq, hash, first_id, seal FROM audit_head WHERE node = ? FOR UPDATE" };

static enum err lock_head(const struct audit_writer *writer, struct chain_mark *head)
{
	struct db_rows rows;

	TRY(db_first(writer->db, &audit_head_lock, DB_IN(in_text(writer->node)),
		writer->arena, &rows));
	*head = chain_mark_of(rows.col);
	return ERR_OK;
}

static const struct statement audit_head_insert = {
	"audit_head_insert", DB_WEB | DB_ADMIN, "sbb", "",
	"INSERT IGNORE INTO audit_head (node, seq, hash, first_id, seal) VALUES (?, 0, ?, 0, ?)" };

/* The head, held until the transaction ends; the first row of a node makes it. */
static enum err take_head(const struct audit_writer *writer, struct chain_mark *head)
{
	const struct secret_hash none = { { 0 } };
	enum err err = lock_head(writer, head);

	if (err != ERR_NOT_FOUND) {
		return err;
	}
	err = db_run(writer->db, &audit_head_insert,
		DB_IN(in_text(writer->node), in_hash(&none), in_hash(&none)));
	return err == ERR_OK ? lock_head(writer, head) : err;
}

static const struct statement audit_append = { "audit_append", DB_WEB | DB_ADMIN, "tusssusssss", "",
	"INSERT INTO audit (at, actor_id, action, result, target_type, target_id, remote_address, "
	"user_agent, request_id, before_json, after_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };

static enum err insert(struct db *db, const struct audit *audit, int64_t at, uint64_t *id)
{
	*id = 0;
	TRY(db_run(db, &audit_append,
		DB_IN(in_time(at), in_id(audit->actor_id), in_text(audit->action),
			in_text(audit->result), in_text(audit->target_type), in_id(audit->target_id),
			in_text(audit->remote_address), in_text(audit->user_agent),
			in_text(audit->request_id), in_text(audit->before), in_text(audit->after))));
	*id = db_insert_id(db);
	return ERR_OK;
}

static const struct statement audit_head_update = {
	"audit_head_update", DB_WEB | DB_ADMIN, "ububs", "",
	"UPDATE audit_head SET seq = ?, hash = ?, first_id = ?, seal = ? WHERE node = ?" };

static const struct statement audit_chain_insert = {
	"audit_chain_insert", DB_WEB | DB_ADMIN, "suub", "",
	"INSERT INTO audit_chain (node, seq, audit_id, hash) VALUES (?, ?, ?, ?)" };

static enum err move_head(const struct audit_writer *writer, const struct chain_mark *head,
	uint64_t id)
{
	TRY(db_run(writer->db, &audit_chain_insert, DB_IN(in_text(writer->node),
		in_number(head->seq), in_number(id), in_hash(&head->hash))));
	return db_run(writer->db, &audit_head_update,
		DB_IN(in_number(head->seq), in_hash(&head->hash), in_number(head->first_id),
			in_hash(&head->seal), in_text(writer->node)));
}

struct append_work {
	const struct audit_writer *writer;
	const struct audit *audit;
};

static enum err append(struct db *db, void *context)
{
	const struct append_work *work = context;
	const struct audit_writer *writer = work->writer;
	struct chain_mark head;
	uint64_t id;
	int64_t at;

	TRY(take_head(writer, &head));
	at = clock_now();
	TRY(insert(db, work->audit, at, &id));
	head.first_id = head.seq == 0 ? id : head.first_id;
	head.seq++;
	head.hash = chain_link(writer, &head.hash, head.seq, id, at, work->audit);
	head.seal = chain_seal(writer, "head", &head);
	return move_head(writer, &head, id);
}

/* Nobody who asks has given a row or a link of the trail its key: one that is there already means
 * that the head of the chain does not stand where the chain ends. */
enum err store_audit_append(const struct audit_writer *writer, const struct audit *audit)
{
	struct append_work work = { writer, audit };
	enum err err = db_in_transaction(writer->db) ? append(writer->db, &work)
		: db_transact(writer->db, append, &work);

	if (err != ERR_CONFLICT) {
		return err;
	}
	log_event(LOG_ERROR, "audit", "chain=broken node=%s remedy=\"backoffice-admin audit verify\"",
		writer->node);
	return ERR_BUG;
}

enum { FILTER_COUNT = 16, CLIENT_NAME = 17 };

static const char *or_null(const struct db_out *col)
{
	return col->null ? NULL : col->text;
}

/* Of the names that the row was joined with, the one of its target. */
static const char *target_name(const struct db_out *col, bool masked)
{
	const char *user = col[14].text[0] != '\0' ? col[14].text : col[15].text;

	if (strcmp(col[7].text, "client") == 0) {
		return masked ? "" : col[CLIENT_NAME].text;
	}
	return user[0] != '\0' ? user : col[16].text;
}

static void take(const struct db_out *col, bool masked, struct audit_entry *entry)
{
	*entry = (struct audit_entry){
		.id = col[0].number,
		.at = col[1].time,
		.audit = {
			.actor_id = col[2].number,
			.action = col[5].text,
			.result = col[6].text,
			.target_type = col[7].text,
			.target_id = col[8].number,
			.remote_address = col[9].text,
			.user_agent = col[10].text,
			.request_id = col[11].text,
			.before = or_null(&col[12]),
			.after = or_null(&col[13]),
		},
		.actor_name = col[3].text,
		.actor_email = col[4].text,
		.target_name = target_name(col, masked),
		.masked = masked,
	};
}

static void filter_in(struct arena *arena, const struct audit_filter *filter,
	struct db_in in[static FILTER_COUNT])
{
	const char *address = store_page_start(arena, filter->remote_address);
	const struct db_in all[FILTER_COUNT] = {
		in_number(filter->actor_id), in_number(filter->actor_id),
		in_text(filter->action), in_text(filter->action),
		in_text(filter->result), in_text(filter->result),
		in_text(filter->target_type), in_text(filter->target_type),
		in_number(filter->target_id), in_number(filter->target_id),
		in_text(address), in_text(address),
		in_number(filter->since != 0), in_time(filter->since),
		in_number(filter->until != 0), in_time(filter->until),
	};

	memcpy(in, all, sizeof(all));
}

static enum err read_entries(struct db_rows *rows, bool masked, struct audit_entry *entries,
	size_t room, size_t *found)
{
	enum db_step step;

	*found = 0;
	while ((step = db_next(rows)) == DB_ROW && *found < room) {
		take(rows->col, masked, &entries[*found]);
		(*found)++;
	}
	return db_rows_end(rows, step);
}

enum err store_audit_list(struct db *db, struct arena *arena, bool masked,
	const struct audit_filter *filter, const struct page_ask *ask, struct page *page,
	struct audit_entry **entries)
{
	static const enum stmt stmts[2][2] = { { STMT_AUDIT_PAGE_ASC, STMT_AUDIT_PAGE_DESC },
		{ STMT_AUDIT_MASKED_ASC, STMT_AUDIT_MASKED_DESC } };
	enum stmt stmt = stmts[masked][store_page_descends(ask)];
	struct db_in in[FILTER_COUNT + 5];
	size_t room = (size_t)ask->size + 1, found = 0;
	struct db_rows rows;

	filter_in(arena, filter, in);
	in[FILTER_COUNT] = in_number(ask->has_key);
	in[FILTER_COUNT + 1] = store_page_key(ask, 't');
	in[FILTER_COUNT + 2] = store_page_key(ask, 't');
	in[FILTER_COUNT + 3] = in_number(ask->key_id);
	in[FILTER_COUNT + 4] = in_number(ask->size + 1);
	*entries = arena_array(arena, room, sizeof(**entries));
	TRY(db_query(db, &store_pages[stmt], in, FILTER_COUNT + 5, arena, &rows));
	TRY(read_entries(&rows, masked, *entries, room, &found));
	store_page_settle(ask, *entries, sizeof(**entries), found, page);
	return ERR_OK;
}

enum err store_audit_count(struct db *db, struct arena *arena, const struct audit_filter *filter,
	uint64_t limit, uint64_t *count)
{
	struct db_in in[FILTER_COUNT + 1];
	struct db_rows rows;

	filter_in(arena, filter, in);
	in[FILTER_COUNT] = in_number(limit + 1);
	*count = 0;
	TRY(db_first(db, &store_pages[STMT_AUDIT_COUNT], in, FILTER_COUNT + 1, arena, &rows));
	*count = rows.col[0].number;
	return ERR_OK;
}

enum err store_audit_load(struct db *db, struct arena *arena, bool masked, uint64_t id,
	struct audit_entry *entry)
{
	struct db_rows rows;

	TRY(db_first(db,
		&store_pages[masked ? STMT_AUDIT_MASKED_LOAD : STMT_AUDIT_LOAD],
		DB_IN(in_number(id)), arena, &rows));
	take(rows.col, masked, entry);
	return ERR_OK;
}

const struct statement *const audit_statements[] = {
	&audit_append, &audit_head_insert, &audit_head_lock, &audit_head_update, &audit_chain_insert,
	NULL,
};
