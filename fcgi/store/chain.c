/*
 * A link is computed from the row as the database gives it back, so nothing may be stored in
 * another form than it was hashed in: times are whole microseconds, text is UTF-8 that fits its
 * column.
 */
#include "store/chain.h"

#include "base/text.h"

#include <string.h>

enum { PAGE = 500, PRUNE_MAX = 1000 };

/* Length before content, so that no two rows look the same in a line. */
static void put_bytes(struct text *out, const void *bytes, size_t size)
{
	text_putu(out, size);
	text_putc(out, ':');
	text_put(out, bytes, size);
}

static void chain_put_text(struct text *out, const char *part)
{
	if (part == NULL) {
		text_putc(out, '-');
	} else {
		put_bytes(out, part, strlen(part));
	}
}

static void put_number(struct text *out, uint64_t number)
{
	text_putu(out, number);
	text_putc(out, ',');
}

struct secret_hash chain_link(const struct audit_writer *writer, const struct secret_hash *before,
	uint64_t seq, uint64_t id, int64_t at, const struct audit *audit)
{
	struct text out = text_in(writer->arena);

	put_bytes(&out, before->bytes, sizeof(before->bytes));
	chain_put_text(&out, writer->node);
	put_number(&out, seq);
	put_number(&out, id);
	put_number(&out, (uint64_t)at);
	put_number(&out, audit->actor_id);
	chain_put_text(&out, audit->action);
	chain_put_text(&out, audit->result);
	chain_put_text(&out, audit->target_type);
	put_number(&out, audit->target_id);
	chain_put_text(&out, audit->remote_address);
	chain_put_text(&out, audit->user_agent);
	chain_put_text(&out, audit->request_id);
	chain_put_text(&out, audit->before);
	chain_put_text(&out, audit->after);
	return secret_keyed(writer->key, "audit link", out.bytes, out.len);
}

struct secret_hash chain_seal(const struct audit_writer *writer, const char *what,
	const struct chain_mark *mark)
{
	struct text out = text_in(writer->arena);

	chain_put_text(&out, what);
	chain_put_text(&out, writer->node);
	put_number(&out, mark->seq);
	put_number(&out, mark->first_id);
	put_bytes(&out, mark->hash.bytes, sizeof(mark->hash.bytes));
	return secret_keyed(writer->key, "audit seal", out.bytes, out.len);
}

static const struct statement audit_head = { "audit_head", DB_WEB, "s", "ubub",
	"SELECT seq, hash, first_id, seal FROM {audit_head} WHERE node = ?" };

enum err store_chain_head(struct db *db, struct arena *arena, const char *node,
	struct chain_mark *head)
{
	return db_first(db, &audit_head, DB_IN(in_text(node)), arena,
		DB_INTO(CHAIN_MARK_INTO(head)));
}

static bool same(const struct secret_hash *a, const struct secret_hash *b)
{
	return secret_equal(a->bytes, b->bytes, sizeof(a->bytes));
}

/* Whether one of the keys has sealed it. */
static bool is_sealed(const struct audit_writer *writer, const char *what,
	const struct chain_mark *mark)
{
	struct audit_writer by = *writer;
	bool sealed = false;

	for (size_t i = 0; !sealed && i < writer->keys->count; i++) {
		struct secret_hash seal;

		by.key = &writer->keys->key[i];
		seal = chain_seal(&by, what, mark);
		sealed = same(&seal, &mark->seal);
	}
	return sealed;
}

static const struct statement chain_lock = { "chain_lock", DB_ADMIN, "", "u",
	"SELECT GET_LOCK('backoffice.{audit}', 30)" };

enum err store_chain_lock(struct db *db, struct arena *arena)
{
	uint64_t locked = 0;

	TRY(db_first(db, &chain_lock, DB_NONE, arena, DB_INTO(into_number(&locked))));
	return locked != 1 ? ERR_UNAVAILABLE : ERR_OK;
}

static const struct statement chain_next_node = { "chain_next_node", DB_ADMIN, "s", "s",
	"SELECT n.node FROM (SELECT node FROM {audit_head} UNION SELECT node FROM {audit_anchor} "
	"UNION SELECT DISTINCT node FROM {audit_chain}) n WHERE n.node > ? ORDER BY n.node LIMIT 1" };

enum err store_chain_next_node(struct db *db, struct arena *arena, const char *after,
	const char **node)
{
	*node = "";
	return db_first(db, &chain_next_node, DB_IN(in_text(after)), arena,
		DB_INTO(into_text(node)));
}

static enum err blame(struct chain_report *report, enum chain_fault fault, const char *what,
	uint64_t seq, uint64_t audit_id)
{
	if (report->fault == CHAIN_WHOLE) {
		report->fault = fault;
		report->what = what;
		report->seq = seq;
		report->audit_id = audit_id;
	}
	return ERR_OK;
}

/* The walk along one chain: where it stands, and what is on the way. */
struct walk {
	const struct audit_writer *writer;
	struct chain_report *report;
	struct chain_mark last;  /* that was proved */
	int64_t before;
	bool all_before;         /* so far */
	bool ended;              /* no link after the last one */
	size_t key;              /* that has proved the last link */
	unsigned retired;        /* keys that prove nothing from here on, as bits */
	bool begins;             /* the first link that was proved says that a key begins */
};

_Static_assert(SECRET_KEYS_MAX <= sizeof(unsigned) * 8, "a bit for each key");

/* Tells whether the key has made the link that follows the last one. */
static bool proves(const struct walk *walk, size_t key, uint64_t seq, uint64_t id, int64_t at,
	const struct audit *audit, const struct secret_hash *hash)
{
	struct audit_writer by = *walk->writer;
	struct secret_hash proved;

	by.key = &by.keys->key[key];
	proved = chain_link(&by, &walk->last.hash, seq, id, at, audit);
	return (walk->retired >> key & 1) == 0 && same(&proved, hash);
}

/* Looks for the key that has made the link: that of the one before first. */
static bool is_proved(struct walk *walk, uint64_t seq, uint64_t id, int64_t at,
	const struct audit *audit, const struct secret_hash *hash)
{
	size_t count = walk->writer->keys->count;

	for (size_t i = 0; i < count; i++) {
		size_t key = (walk->key + i) % count;

		if (proves(walk, key, seq, id, at, audit, hash)) {
			walk->key = key;
			return true;
		}
	}
	return false;
}

/* Takes what a row that was proved says of keys. */
static void heed(struct walk *walk, const struct audit *audit)
{
	const struct secret_ring *keys = walk->writer->keys;
	char name[SECRET_FINGERPRINT];

	walk->begins = walk->begins ||
		(walk->report->rows == 1 && strcmp(audit->action, CHAIN_KEY_BEGIN) == 0);
	for (size_t i = 0; i < keys->count && strcmp(audit->action, CHAIN_KEY_RETIRE) == 0; i++) {
		secret_fingerprint(&keys->key[i], name);
		if (audit->after != NULL && strstr(audit->after, name) != NULL) {
			walk->retired |= 1U << i;
		}
	}
}

static enum err check_link(struct walk *walk, const struct db_rows *rows)
{
	struct chain_report *report = walk->report;
	uint64_t seq = 0, id = 0, row_id = 0, expected = walk->last.seq + 1;
	struct secret_hash hash;
	struct audit audit = { 0 };
	bool proved;
	int64_t at = 0;

	db_take(rows, DB_INTO(into_number(&seq), into_number(&id), into_hash(&hash),
		into_number(&row_id), into_time(&at), into_number(&audit.actor_id),
		into_text(&audit.action), into_text(&audit.result), into_text(&audit.target_type),
		into_number(&audit.target_id), into_text(&audit.remote_address),
		into_text(&audit.user_agent), into_text(&audit.request_id),
		into_text_or_null(&audit.before), into_text_or_null(&audit.after)));
	if (seq != expected) {
		return blame(report, CHAIN_REMOVED, "row", expected, 0);
	}
	if (row_id == 0) {
		return blame(report, CHAIN_REMOVED, "row", seq, id);
	}
	proved = is_proved(walk, seq, id, at, &audit, &hash);
	if (!proved && (report->rows > 0 || report->anchored)) {
		return blame(report, CHAIN_CHANGED, "row", seq, id);
	}
	report->begin_id = report->rows + report->unproved == 0 ? id : report->begin_id;
	report->rows += proved;
	report->unproved += !proved;
	walk->last.seq = seq;
	walk->last.hash = hash;
	if (proved) {
		heed(walk, &audit);
	}
	walk->all_before = walk->all_before && at < walk->before;
	if (walk->all_before) {
		report->prunable = walk->last;
	}
	return ERR_OK;
}

static const struct statement chain_page = { "chain_page", DB_ADMIN, "suu", "uubutusssusssss",
	"SELECT c.seq, c.audit_id, c.hash, a.id, a.at, a.actor_id, a.action, a.result, a.target_type, "
	"a.target_id, a.remote_address, a.user_agent, a.request_id, a.before_json, a.after_json "
	"FROM {audit_chain} c LEFT JOIN {audit} a ON a.id = c.audit_id "
	"WHERE c.node = ? AND c.seq > ? ORDER BY c.seq LIMIT ?" };

/* One page of links, in an arena of its own: a trail may be longer than memory. */
static enum err walk_page(struct walk *walk, struct arena *arena)
{
	struct audit_writer writer = *walk->writer;
	struct walk here = *walk;
	struct db_rows rows;
	enum db_step step = DB_ROW; /* until the last was read */
	size_t count = 0;
	enum err ended, err = db_query(writer.db, &chain_page, DB_IN(in_text(writer.node),
		in_number(walk->last.seq), in_number(PAGE)), arena, &rows);

	if (err != ERR_OK) {
		return err;
	}
	writer.arena = arena;
	here.writer = &writer;
	while (err == ERR_OK && here.last.seq < here.report->head.seq &&
	       here.report->fault == CHAIN_WHOLE && (step = db_next(&rows)) == DB_ROW) {
		err = check_link(&here, &rows);
		count++;
	}
	ended = db_rows_end(&rows, step);
	here.writer = walk->writer;
	here.ended = count < PAGE;
	*walk = here;
	return err == ERR_OK ? ended : err;
}

static enum err walk_chain(struct walk *walk)
{
	struct chain_report *report = walk->report;
	struct arena arena;
	enum err err = ERR_OK;

	arena_init(&arena);
	while (err == ERR_OK && report->fault == CHAIN_WHOLE && !walk->ended &&
	       walk->last.seq < report->head.seq) {
		err = walk_page(walk, &arena);
		arena_reset(&arena);
	}
	arena_release(&arena);
	TRY(err);
	if (walk->last.seq < report->head.seq) {
		return blame(report, CHAIN_REMOVED, "row", walk->last.seq + 1, 0);
	}
	if (!same(&walk->last.hash, &report->head.hash)) {
		return blame(report, CHAIN_CHANGED, "head", report->head.seq, 0);
	}
	return ERR_OK;
}

static const struct statement chain_head = { "chain_head", DB_ADMIN, "s", "ububu",
	"SELECT h.seq, h.hash, h.first_id, h.seal, COALESCE((SELECT MAX(c.seq) FROM {audit_chain} c "
	"WHERE c.node = h.node), 0) FROM {audit_head} h WHERE h.node = ?" };

/* The head and the number of the newest link, from one moment. */
static enum err load_head(const struct audit_writer *writer, struct chain_mark *head,
	uint64_t *newest)
{
	*newest = 0;
	return db_first(writer->db, &chain_head, DB_IN(in_text(writer->node)), writer->arena,
		DB_INTO(CHAIN_MARK_INTO(head), into_number(newest)));
}

static const struct statement chain_anchor = { "chain_anchor", DB_ADMIN, "s", "ubub",
	"SELECT seq, hash, first_id, seal FROM {audit_anchor} WHERE node = ?" };

static enum err load_anchor(const struct audit_writer *writer, struct chain_report *report)
{
	enum err err;

	report->anchor = (struct chain_mark){ .first_id = report->head.first_id };
	err = db_first(writer->db, &chain_anchor, DB_IN(in_text(writer->node)), writer->arena,
		DB_INTO(CHAIN_MARK_INTO(&report->anchor)));
	if (err == ERR_NOT_FOUND) {
		return ERR_OK;
	}
	TRY(err);
	report->anchored = is_sealed(writer, "anchor", &report->anchor);
	return ERR_OK;
}

/* Says what it means that the head, the anchor or the first rows are not proved. What is wrong with
 * the head or the anchor comes before what was found between them. */
static enum err judge(const struct walk *walk, bool headed)
{
	struct chain_report *report = walk->report;
	uint64_t first = report->anchor.seq + 1;
	bool anchor_wrong = report->anchor.seq > 0 && !report->anchored;
	bool ours = headed || report->anchored || report->rows > 0;

	if (ours && (!headed || (anchor_wrong && !walk->begins))) {
		report->fault = CHAIN_WHOLE;
		return headed ? blame(report, CHAIN_CHANGED, "anchor", report->anchor.seq, 0)
			: blame(report, CHAIN_CHANGED, "head", report->head.seq, 0);
	}
	if (report->fault != CHAIN_WHOLE) {
		return ERR_OK;
	}
	if (!ours || (walk->begins && (anchor_wrong || report->unproved > 0))) {
		return blame(report, CHAIN_OTHER_KEY, "row", first, report->begin_id);
	}
	return report->unproved == 0 ? ERR_OK
		: blame(report, report->unproved == 1 || report->rows == 0 ? CHAIN_CHANGED
			: CHAIN_UNPROVED, "row", first, report->begin_id);
}

static const struct statement chain_link_at = { "chain_link_at", DB_ADMIN, "su", "ub",
	"SELECT audit_id, hash FROM {audit_chain} WHERE node = ? AND seq = ?" };

/* A link beyond the head was put there by somebody who could not move the head. */
static enum err check_end(const struct audit_writer *writer, struct chain_report *report)
{
	struct chain_mark head;
	uint64_t newest, id = 0;

	TRY(load_head(writer, &head, &newest));
	if (newest <= head.seq) {
		return ERR_OK;
	}
	TRY(db_first(writer->db, &chain_link_at, DB_IN(in_text(writer->node), in_number(newest)),
		writer->arena, DB_INTO(into_number(&id))));
	return blame(report, CHAIN_INSERTED, "row", newest, id);
}

enum err store_chain_verify(const struct audit_writer *writer, int64_t before,
	struct chain_report *report)
{
	struct walk walk = { .writer = writer, .report = report, .before = before,
		.all_before = true };
	uint64_t newest;
	bool headed;
	enum err err;

	*report = (struct chain_report){ .node = writer->node, .what = "" };
	err = load_head(writer, &report->head, &newest);
	if (err == ERR_NOT_FOUND) {
		return blame(report, CHAIN_REMOVED, "head", 0, 0);
	}
	TRY(err);
	headed = is_sealed(writer, "head", &report->head);
	TRY(load_anchor(writer, report));
	walk.last = report->anchor;
	report->prunable = report->anchor;
	TRY(walk_chain(&walk));
	TRY(judge(&walk, headed));
	return report->fault == CHAIN_WHOLE ? check_end(writer, report) : ERR_OK;
}

static const struct statement chain_first = { "chain_first", DB_ADMIN, "", "u",
	"SELECT COALESCE(MIN(first_id), 0) FROM {audit_head}" };

static enum err load_first(struct db *db, struct arena *arena, uint64_t *id)
{
	*id = 0;
	return db_first(db, &chain_first, DB_NONE, arena, DB_INTO(into_number(id)));
}

static const struct statement chain_older = { "chain_older", DB_ADMIN, "u", "u",
	"SELECT COUNT(*) FROM {audit} WHERE id < ?" };

static const struct statement chain_stranger = { "chain_stranger", DB_ADMIN, "u", "u",
	"SELECT a.id FROM {audit} a LEFT JOIN {audit_chain} c ON c.audit_id = a.id "
	"WHERE a.id >= ? AND c.audit_id IS NULL ORDER BY a.id LIMIT 1" };

enum err store_chain_strangers(struct db *db, struct arena *arena, uint64_t *id, uint64_t *older)
{
	uint64_t first;
	enum err err;

	*id = 0;
	*older = 0;
	TRY(load_first(db, arena, &first));
	TRY(db_first(db, &chain_older, DB_IN(in_number(first)), arena, DB_INTO(into_number(older))));
	err = db_first(db, &chain_stranger, DB_IN(in_number(first)), arena,
		DB_INTO(into_number(id)));
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* One step of pruning, a transaction that writers need not wait for. */
struct prune_step {
	const struct audit_writer *writer;
	struct chain_mark from;
	struct chain_mark to;
};

static const struct statement chain_anchor_put = { "chain_anchor_put", DB_ADMIN, "subububub", "",
	"INSERT INTO {audit_anchor} (node, seq, hash, first_id, seal) VALUES (?, ?, ?, ?, ?) "
	"ON DUPLICATE KEY UPDATE seq = ?, hash = ?, first_id = ?, seal = ?" };

static const struct statement chain_prune_rows = { "chain_prune_rows", DB_ADMIN, "suu", "",
	"DELETE a FROM {audit} a JOIN {audit_chain} c ON c.audit_id = a.id "
	"WHERE c.node = ? AND c.seq > ? AND c.seq <= ?" };

static const struct statement chain_prune_links = { "chain_prune_links", DB_ADMIN, "su", "",
	"DELETE FROM {audit_chain} WHERE node = ? AND seq <= ?" };

static enum err prune_step(struct db *db, void *context)
{
	struct prune_step *step = context;
	const struct audit_writer *writer = step->writer;
	struct chain_mark *to = &step->to;
	struct db_in node = in_text(writer->node);
	uint64_t id;

	TRY(db_first(db, &chain_link_at, DB_IN(node, in_number(to->seq)), writer->arena,
		DB_INTO(into_number(&id), into_hash(&to->hash))));
	to->seal = chain_seal(writer, "anchor", to);
	TRY(db_run(db, &chain_prune_rows,
		DB_IN(node, in_number(step->from.seq), in_number(to->seq))));
	TRY(db_run(db, &chain_prune_links, DB_IN(node, in_number(to->seq))));
	return db_run(db, &chain_anchor_put, DB_IN(node, in_number(to->seq), in_hash(&to->hash),
		in_number(to->first_id), in_hash(&to->seal), in_number(to->seq), in_hash(&to->hash),
		in_number(to->first_id), in_hash(&to->seal)));
}

enum err store_chain_prune(const struct audit_writer *writer, const struct chain_report *report)
{
	struct prune_step step = { .writer = writer, .from = report->anchor, .to = report->anchor };

	while (step.from.seq < report->prunable.seq) {
		uint64_t left = report->prunable.seq - step.from.seq;

		step.to.seq = step.from.seq + (left < PRUNE_MAX ? left : PRUNE_MAX);
		TRY(db_transact(writer->db, prune_step, &step));
		step.from = step.to;
	}
	return ERR_OK;
}

static const struct statement chain_prune_older = { "chain_prune_older", DB_ADMIN, "ut", "",
	"DELETE FROM {audit} WHERE id < ? AND at < ? LIMIT 1000" };

enum err store_chain_prune_older(struct db *db, struct arena *arena, int64_t before,
	uint64_t *removed)
{
	uint64_t first;

	*removed = 0;
	TRY(load_first(db, arena, &first));
	do {
		TRY(db_run(db, &chain_prune_older, DB_IN(in_number(first), in_time(before))));
		*removed += db_affected(db);
	} while (db_affected(db) > 0);
	return ERR_OK;
}

const struct statement *const chain_statements[] = {
	&audit_head, &chain_lock, &chain_next_node, &chain_head, &chain_anchor, &chain_page,
	&chain_link_at, &chain_first, &chain_older, &chain_stranger, &chain_prune_rows,
	&chain_prune_links, &chain_prune_older, &chain_anchor_put, NULL,
};
