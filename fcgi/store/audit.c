#include "store/audit.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "rule/trail.h"
#include "store/chain.h"
#include "store/rows.h"

#include <string.h>

static const struct statement audit_head_lock = { "audit_head_lock", DB_WEB | DB_ADMIN, "s", "ubub",
	"SELECT seq, hash, first_id, seal FROM {audit_head} WHERE node = ? FOR UPDATE" };

static enum err lock_head(const struct audit_writer *writer, struct chain_mark *head)
{
	return db_first(writer->db, &audit_head_lock, DB_IN(in_text(writer->node)), writer->arena,
		DB_INTO(CHAIN_MARK_INTO(head)));
}

static const struct statement audit_head_insert = {
	"audit_head_insert", DB_WEB | DB_ADMIN, "sbb", "",
	"INSERT IGNORE INTO {audit_head} (node, seq, hash, first_id, seal) VALUES (?, 0, ?, 0, ?)" };

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
	"INSERT INTO {audit} (at, actor_id, action, result, target_type, target_id, remote_address, "
	"user_agent, request_id, before_json, after_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };

static const struct statement audit_head_update = {
	"audit_head_update", DB_WEB | DB_ADMIN, "ububs", "",
	"UPDATE {audit_head} SET seq = ?, hash = ?, first_id = ?, seal = ? WHERE node = ?" };

static const struct statement audit_chain_insert = {
	"audit_chain_insert", DB_WEB | DB_ADMIN, "suub", "",
	"INSERT INTO {audit_chain} (node, seq, audit_id, hash) VALUES (?, ?, ?, ?)" };

/* Rows on their way into the trail: those of one transaction stand together in the chain. */
struct append_tx {
	const struct audit_writer *writer;
	const struct audit *audits;
	size_t count;
	uint64_t *ids;
	struct secret_hash *hashes;
	struct db_in *in; /* room for the operands of the rows */
};

enum { AUDIT_WIDTH = 11, CHAIN_WIDTH = 4 };

static enum err append_rows(const struct append_tx *tx, int64_t at)
{
	for (size_t i = 0; i < tx->count; i++) {
		const struct audit *audit = &tx->audits[i];
		const struct db_in row[AUDIT_WIDTH] = { in_time(at), in_id(audit->actor_id),
			in_text(audit->action), in_text(audit->result), in_text(audit->target_type),
			in_id(audit->target_id), in_text(audit->remote_address),
			in_text(audit->user_agent), in_text(audit->request_id), in_text(audit->before),
			in_text(audit->after) };

		memcpy(tx->in + i * AUDIT_WIDTH, row, sizeof(row));
	}
	return rows_put(tx->writer->db, &audit_append, tx->in, tx->count, tx->ids);
}

static enum err append_links(const struct append_tx *tx, int64_t at, struct chain_mark *head)
{
	const struct audit_writer *writer = tx->writer;

	head->first_id = head->seq == 0 ? tx->ids[0] : head->first_id;
	for (size_t i = 0; i < tx->count; i++) {
		uint64_t id = tx->ids[i];

		head->seq++;
		head->hash = chain_link(writer, &head->hash, head->seq, id, at, &tx->audits[i]);
		tx->hashes[i] = head->hash;
		memcpy(tx->in + i * CHAIN_WIDTH, (const struct db_in[]){ in_text(writer->node),
			in_number(head->seq), in_number(id), in_hash(&tx->hashes[i]) },
			CHAIN_WIDTH * sizeof(*tx->in));
	}
	head->seal = chain_seal(writer, "head", head);
	return rows_put(writer->db, &audit_chain_insert, tx->in, tx->count, NULL);
}

/* The time is told while the head is held: times go as the chain goes. */
static enum err append(struct db *db, void *context)
{
	const struct append_tx *tx = context;
	struct chain_mark head;
	int64_t at;

	TRY(take_head(tx->writer, &head));
	at = clock_now();
	TRY(append_rows(tx, at));
	TRY(append_links(tx, at, &head));
	return db_run(db, &audit_head_update,
		DB_IN(in_number(head.seq), in_hash(&head.hash), in_number(head.first_id),
			in_hash(&head.seal), in_text(tx->writer->node)));
}

/* Nobody who asks has given a row or a link of the trail its key: one that is there already means
 * that the head of the chain does not stand where the chain ends. */
enum err store_audit_append(const struct audit_writer *writer, const struct audit *audits,
	size_t count)
{
	struct append_tx tx = { .writer = writer, .audits = audits, .count = count,
		.ids = arena_array(writer->arena, count, sizeof(*tx.ids)),
		.hashes = arena_array(writer->arena, count, sizeof(*tx.hashes)),
		.in = arena_array(writer->arena, count * AUDIT_WIDTH, sizeof(*tx.in)) };
	enum err err = db_in_transaction(writer->db) ? append(writer->db, &tx)
		: db_transact(writer->db, append, &tx);

	if (err != ERR_CONFLICT) {
		return err;
	}
	log_event(LOG_ERROR, "audit", "chain=broken node=%s remedy=\"backoffice-admin audit verify\"",
		writer->node);
	return ERR_BUG;
}

#define AT(member) offsetof(struct audit_entry, member)

const struct column audit_columns[] = {
	{ .name = "id", .kind = COLUMN_NUMBER, .offset = AT(id), .sql = "a.id", .where = IN_JSON },
	{ .name = "at", .kind = COLUMN_TIME, .offset = AT(at), .sql = "a.at", .where = IN_JSON },
	{ .name = "actor", .kind = COLUMN_ID, .offset = AT(audit.actor_id), .sql = "a.actor_id" },
	{ .name = "actor_name", .kind = COLUMN_TEXT, .offset = AT(actor_name), .sql = "p.name" },
	{ .name = "actor_email", .kind = COLUMN_BYTES, .offset = AT(actor_email), .sql = "p.email" },
	{ .name = "action", .kind = COLUMN_TEXT, .offset = AT(audit.action), .sql = "a.action",
		.where = IN_JSON },
	{ .name = "result", .kind = COLUMN_TEXT, .offset = AT(audit.result), .sql = "a.result",
		.where = IN_JSON },
	{ .name = "target_type", .kind = COLUMN_TEXT, .offset = AT(audit.target_type),
		.sql = "a.target_type" },
	{ .name = "target_id", .kind = COLUMN_ID, .offset = AT(audit.target_id),
		.sql = "a.target_id" },
	{ .name = "remote_address", .kind = COLUMN_TEXT, .offset = AT(audit.remote_address),
		.sql = "a.remote_address", .where = IN_JSON },
	{ .name = "user_agent", .kind = COLUMN_TEXT, .offset = AT(audit.user_agent),
		.sql = "a.user_agent", .where = IN_JSON },
	{ .name = "request_id", .kind = COLUMN_TEXT, .offset = AT(audit.request_id),
		.sql = "a.request_id", .where = IN_JSON },
	{ .name = "before", .kind = COLUMN_TEXT, .offset = AT(audit.before),
		.sql = "a.before_json" },
	{ .name = "after", .kind = COLUMN_TEXT, .offset = AT(audit.after), .sql = "a.after_json" },
	{ .name = "user_name", .kind = COLUMN_TEXT, .offset = AT(user_name), .sql = "u.name" },
	{ .name = "user_email", .kind = COLUMN_BYTES, .offset = AT(user_email), .sql = "u.email" },
	{ .name = "group_name", .kind = COLUMN_TEXT, .offset = AT(group_name), .sql = "g.name" },
	{ .name = "room_name", .kind = COLUMN_TEXT, .offset = AT(room_name), .sql = "r.name" },
	{ .name = "client_name", .kind = COLUMN_TEXT, .offset = AT(client_name), .sql = "c.name",
		.mask = MASK_NAME },
	{ .kind = COLUMN_END },
};

static const char *or_null(const char *json)
{
	return json[0] == '\0' ? NULL : json;
}

/* Of the names that the row was joined with, the one of its target. */
static enum err complete_entries(struct db *db, struct arena *arena, bool masked,
	void *records, size_t count)
{
	struct audit_entry *entries = records;

	(void)db, (void)arena;
	for (size_t i = 0; i < count; i++) {
		struct audit_entry *entry = &entries[i];
		const char *const names[] = { entry->client_name, entry->user_name, entry->user_email,
			entry->group_name, entry->room_name, NULL };

		entry->audit.before = or_null(entry->audit.before);
		entry->audit.after = or_null(entry->audit.after);
		entry->masked = masked;
		entry->target_name = "";
		for (size_t j = 0; entry->target_name[0] == '\0' && names[j] != NULL; j++) {
			entry->target_name = names[j];
		}
	}
	return ERR_OK;
}

static struct list_value *audit_value(struct list_value *values, const char *name)
{
	const struct list_filter *filter = audit_noun.list.filters;

	while (strcmp(filter->name, name) != 0) {
		filter++;
	}
	return &values[filter - audit_noun.list.filters];
}

/* What an action is about needs no database. */
static bool audit_reduce(struct list_value *values)
{
	struct list_value *action = audit_value(values, "action"),
		*type = audit_value(values, "target_type");
	enum trail_meeting meeting = action->given && type->given
		? trail_meets(action->text, type->text) : TRAIL_SOME;

	type->given = type->given && meeting != TRAIL_EACH;
	return meeting != TRAIL_NEVER;
}

const struct noun audit_noun = {
	.name = "audit",
	.programs = DB_WEB,
	.columns = audit_columns,
	.size = sizeof(struct audit_entry),
	.table = "{audit}",
	.alias = "a",
	.joins = " LEFT JOIN {user} p ON p.id = a.actor_id"
		" LEFT JOIN {user} u ON a.target_type = 'user' AND u.id = a.target_id"
		" LEFT JOIN {user_group} g ON a.target_type = 'group' AND g.id = a.target_id"
		" LEFT JOIN {room} r ON a.target_type = 'room' AND r.id = a.target_id",
	.unmasked_joins = " LEFT JOIN {client} c ON a.target_type = 'client' AND c.id = a.target_id",
	.list = {
		.sorts = (const struct list_sort[]){
			{ .name = "at", .index = "audit_at" },
			{ .name = NULL },
		},
		.descending = true,
		.filters = (const struct list_filter[]){
			{ .name = "actor", .kind = COLUMN_ID, .along = "at", .index = "audit_actor" },
			{ .name = "action", .kind = COLUMN_TEXT, .ascii = true, .along = "at",
				.index = "audit_action" },
			{ .name = "result", .kind = COLUMN_TEXT, .ascii = true, .along = "at",
				.index = "audit_result" },
			{ .name = "target_type", .kind = COLUMN_TEXT, .ascii = true, .along = "at",
				.index = "audit_target_type" },
			{ .name = "target_id", .kind = COLUMN_ID, .along = "at", .index = "audit_target" },
			{ .name = "remote_address", .kind = COLUMN_TEXT, .ascii = true,
				.operand = LIST_START },
			{ .name = "request_id", .kind = COLUMN_TEXT, .ascii = true,
				.form = text_lower },
			{ .name = "since", .kind = COLUMN_TIME, .column = "at", .condition = "a.at >= ?" },
			{ .name = "until", .kind = COLUMN_TIME, .column = "at", .condition = "a.at < ?" },
			{ .kind = COLUMN_END },
		},
	},
	.reduce = audit_reduce,
	.complete = complete_entries,
};

enum err store_audit_load(struct db *db, struct arena *arena, bool masked, uint64_t id,
	struct audit_entry *entry)
{
	return store_load(db, arena, &audit_noun, masked, id, entry);
}

static const struct statement audit_newest = { "audit_newest", DB_WEB, "", "t",
	"SELECT at FROM {audit} ORDER BY at DESC LIMIT 1" };

enum err store_audit_newest(struct db *db, struct arena *arena, int64_t *at)
{
	enum err err = db_first(db, &audit_newest, DB_NONE, arena, DB_INTO(into_time(at)));

	if (err == ERR_NOT_FOUND) {
		*at = 0;
		return ERR_OK;
	}
	return err;
}

const struct statement *const audit_statements[] = {
	&audit_append, &audit_head_insert, &audit_head_lock, &audit_head_update, &audit_chain_insert,
	&audit_newest, NULL,
};
