/*
 * The audit trail from the command line: proving that nobody altered it, and removing what is old.
 * Only here can rows be removed: the page's program has no right to.
 */
#include "cli/audit.h"

#include "base/clock.h"
#include "cli/call.h"
#include "store/chain.h"

#include <inttypes.h>

/* What proves the trail, and what it has found so far. */
struct chain_check {
	struct cli *cli;
	struct audit_writer writer;
	int64_t before;      /* rows of earlier than this may be pruned */
	bool tells;          /* what was found of each node */
	size_t nodes;        /* that have a chain */
	uint64_t rows;       /* that were proved */
	uint64_t removed;
	uint64_t stranger;   /* the first row that stands among chained ones and is in none; 0: none */
	uint64_t older;      /* rows than every chain */
	const char *finding; /* sentence about the first fault, NULL while there is none */
	enum err err;        /* ERR_CONFLICT, or ERR_NOT_FOUND where only a key is missing */
	bool evidence;       /* one of the faults was, or may have been, done to the trail */
};

static const char *const fault_words[] = { "whole", "changed", "removed", "inserted", "other_key",
	"unproved" };

/* Keeps the first finding; what was done to the trail comes before a key that is missing. */
static void cli_audit_find(struct chain_check *check, enum err err, const char *sentence)
{
	if (check->finding == NULL || (check->err == ERR_NOT_FOUND && err == ERR_CONFLICT)) {
		check->finding = sentence;
		check->err = err;
	}
}

/* Says of which rows no key that is here is the key. */
static const char *cli_audit_describe_keys(struct cli *cli, const struct chain_report *report)
{
	const char *file = cli->conf.server_key_file;
	uint64_t first = report->anchor.seq + 1, last = report->anchor.seq + report->unproved;

	if (report->fault == CHAIN_UNPROVED) {
		return arena_printf(&cli->arena, "node %s: no key of %s proves rows %" PRIu64 " to %" PRIu64
			" of the chain, and all after them are proved: an older key is missing there, to be "
			"added as a line \"retired KEY\", or these rows were changed", report->node, file,
			first, last);
	}
	if (report->rows == 0) {
		return arena_printf(&cli->arena, "node %s: no row was sealed with a key of %s: the key of "
			"this trail was lost, or replaced; put it back (if it is the right one, another trail "
			"was put in the place of this one)", report->node, file);
	}
	return arena_printf(&cli->arena, "node %s: a new key began with row %" PRIu64 " of the chain, "
		"and the one before it is not in %s: nothing proves the rows before; if it is found, add "
		"it as a line \"retired KEY\"", report->node, last + 1, file);
}

/* Says what is wrong: "node a: row 7 of the chain (id 12) was changed". */
static const char *cli_audit_describe(struct arena *arena, const struct chain_report *report)
{
	const char *fault = fault_words[report->fault];

	if (report->what[0] != 'r') {
		return arena_printf(arena, "node %s: the %s of the chain was %s", report->node,
			report->what, fault);
	}
	if (report->audit_id == 0) {
		return arena_printf(arena, "node %s: row %" PRIu64 " of the chain was %s", report->node,
			report->seq, fault);
	}
	return arena_printf(arena, "node %s: row %" PRIu64 " of the chain (id %" PRIu64 ") was %s",
		report->node, report->seq, report->audit_id, fault);
}

/* Prints what is known of a node: in JSON all, for people what was proved. */
static void cli_audit_print_node(struct cli *cli, const struct chain_report *report)
{
	const char *hash = secret_to_hex(&cli->arena, report->head.hash.bytes,
		sizeof(report->head.hash.bytes));
	struct text *out = &cli->out;

	if (!cli->json && report->fault == CHAIN_WHOLE) {
		text_putf(out, "node %s: %" PRIu64 " rows proved, %" PRIu64 " pruned, newest %" PRIu64
			" %s\n", report->node, report->rows, report->anchor.seq, report->head.seq, hash);
	}
	if (!cli->json) {
		return;
	}
	text_separate(out);
	text_puts(out, "{\"node\":");
	text_put_json(out, report->node);
	text_putf(out, ",\"state\":\"%s\",\"rows\":%" PRIu64 ",\"pruned\":%" PRIu64
		",\"newest\":%" PRIu64 ",\"hash\":\"%s\"", fault_words[report->fault], report->rows,
		report->anchor.seq, report->head.seq, hash);
	if (report->fault != CHAIN_WHOLE) {
		text_putf(out, ",\"where\":\"%s\",\"row\":%" PRIu64 ",\"id\":%" PRIu64
			",\"unproved\":%" PRIu64, report->what, report->seq, report->audit_id,
			report->unproved);
	}
	text_putc(out, '}');
}

/* Notes what was found of a node. */
static void cli_audit_note(struct chain_check *check, const struct chain_report *report)
{
	switch (report->fault) {
	case CHAIN_WHOLE:
		return;
	case CHAIN_CHANGED:
	case CHAIN_REMOVED:
	case CHAIN_INSERTED:
		cli_audit_find(check, ERR_CONFLICT, cli_audit_describe(&check->cli->arena, report));
		break;
	case CHAIN_UNPROVED:
		cli_audit_find(check, ERR_CONFLICT, cli_audit_describe_keys(check->cli, report));
		break;
	case CHAIN_OTHER_KEY:
		cli_audit_find(check, ERR_NOT_FOUND, cli_audit_describe_keys(check->cli, report));
		break;
	}
	check->evidence = check->evidence || report->fault != CHAIN_OTHER_KEY || report->rows == 0;
}

static enum err cli_audit_prove_node(struct chain_check *check)
{
	struct chain_report report;

	TRY(store_chain_verify(&check->writer, check->before, &report));
	cli_audit_note(check, &report);
	if (check->tells) {
		cli_audit_print_node(check->cli, &report);
	}
	check->nodes++;
	check->rows += report.rows;
	check->removed += report.prunable.seq - report.anchor.seq;
	return ERR_OK;
}

static enum err cli_audit_prune_node(struct chain_check *check)
{
	struct chain_report report;

	TRY(store_chain_verify(&check->writer, check->before, &report));
	return store_chain_prune(&check->writer, &report);
}

/* Does it with one node after the other. */
static enum err cli_audit_each_node(struct chain_check *check,
	enum err (*visit)(struct chain_check *check))
{
	struct audit_writer *writer = &check->writer;
	const char *last = "";
	enum err err;

	while (
		(err = store_chain_next_node(writer->db, writer->arena, last, &writer->node)) == ERR_OK) {
		TRY(visit(check));
		last = writer->node;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Proves all nodes, and that no row among theirs belongs to none. */
static enum err cli_audit_prove(struct chain_check *check)
{
	struct arena *arena = check->writer.arena;

	TRY(cli_audit_each_node(check, cli_audit_prove_node));
	TRY(store_chain_strangers(check->writer.db, arena, &check->stranger, &check->older));
	if (check->stranger != 0 && check->nodes == 0) {
		check->stranger = 0;
		check->evidence = true;
		cli_audit_find(check, ERR_NOT_FOUND, "no row is in a chain: the trail is from before the "
			"chain, which begins with the next row, or the chain was taken away; nothing proves "
			"it");
	}
	if (check->stranger != 0) {
		check->evidence = true;
		cli_audit_find(check, ERR_CONFLICT, arena_printf(arena, "the row with id %" PRIu64
			" was inserted outside of every chain", check->stranger));
	}
	return ERR_OK;
}

enum err cli_audit_try(struct cli *cli, const struct secret_ring *keys, struct audit_proof *proof)
{
	struct chain_check check = { .cli = cli, .writer = { .db = cli->db, .arena = &cli->arena,
		.key = &keys->key[0], .keys = keys } };

	TRY(cli_audit_prove(&check));
	*proof = (struct audit_proof){ .rows = check.rows, .finding = check.finding };
	return ERR_OK;
}

/* Makes a check that nobody else has under way, under the server's keys. */
static enum err cli_audit_begin(struct cli *cli, struct secret_ring *keys,
	struct chain_check *check)
{
	enum err err;

	*check = (struct chain_check){ .cli = cli,
		.writer = { .db = cli->db, .arena = &cli->arena, .key = &keys->key[0], .keys = keys } };
	TRY(cli_server_keys(cli, keys));
	err = store_chain_lock(cli->db, &cli->arena);
	return err == ERR_UNAVAILABLE
		? cli_fail(cli, err, "the trail is being verified or pruned by somebody else") : err;
}

static enum err cli_audit_verify_chains(struct chain_check *check)
{
	struct cli *cli = check->cli;

	text_puts(&cli->out, cli->json ? "{\"nodes\":[" : "");
	TRY(cli_audit_prove(check));
	if (cli->json) {
		text_putf(&cli->out, "],\"inserted\":%" PRIu64 ",\"older\":%" PRIu64 "}\n",
			check->stranger, check->older);
	} else if (check->older > 0) {
		text_putf(&cli->out, "%" PRIu64 " rows are older than every chain: nothing proves them\n",
			check->older);
	}
	return check->finding == NULL ? ERR_OK : cli_fail(cli, check->err, "%s", check->finding);
}

enum err cli_audit_verify(struct cli *cli)
{
	struct secret_ring keys;
	struct chain_check check;
	enum err err = cli_audit_begin(cli, &keys, &check);

	check.tells = true;
	if (err == ERR_OK) {
		err = cli_audit_verify_chains(&check);
	}
	secret_wipe(&keys, sizeof(keys));
	return err;
}

/* Prunes what was proved, or would have been by a key that is known to be lost. A trail that was
 * altered stays as it is: it is evidence. */
static enum err cli_audit_prune_chains(struct chain_check *check)
{
	struct cli *cli = check->cli;
	char before[CLOCK_TEXT_MAX];
	uint64_t older = 0;

	TRY(cli_audit_prove(check));
	if (check->evidence) {
		return cli_fail(cli, check->err, "%s; nothing was removed", check->finding);
	}
	TRY(cli_audit_each_node(check, cli_audit_prune_node));
	TRY(store_chain_prune_older(cli->db, &cli->arena, check->before, &older));
	check->removed += older;
	clock_text(check->before, before);
	cli_open(cli);
	cli_pair(cli, "before", before);
	cli_pair(cli, "removed", arena_printf(&cli->arena, "%" PRIu64, check->removed));
	cli_close(cli);
	return check->removed == 0 ? ERR_OK : cli_audit_record(cli, &(struct audit_event){
		.action = "audit.prune", .target_type = "audit",
		.after = arena_printf(&cli->arena, "{\"before\":\"%s\",\"rows\":%" PRIu64 "}", before,
			check->removed) });
}

enum err cli_audit_prune(struct cli *cli)
{
	struct secret_ring keys;
	struct chain_check check;
	enum err err;

	if (cli->conf.audit_retention == 0) { /* which is no fault of the timer's */
		cli_open(cli);
		cli_pair(cli, "removed", "0");
		cli_pair(cli, "kept", "for ever: [audit] retention is 0");
		cli_close(cli);
		return ERR_OK;
	}
	err = cli_audit_begin(cli, &keys, &check);
	check.before = clock_now() - (int64_t)cli->conf.audit_retention * CLOCK_DAY;
	if (err == ERR_OK) {
		err = cli_audit_prune_chains(&check);
	}
	secret_wipe(&keys, sizeof(keys));
	return err;
}
