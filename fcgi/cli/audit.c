/*
 * The audit trail from the command line: writing to it, proving that nobody altered it, and
 * removing what is old. Only here can rows be removed: the page's program has no right to.
 */
#include "cli/call.h"
#include "cli/cli.h"

#include "base/clock.h"
#include "store/chain.h"

#include <inttypes.h>

enum err cli_trail(struct cli *cli, const char *action, const char *target_type,
	uint64_t target_id, const char *before, const char *after)
{
	struct call call;

	TRY(cli_open_call(cli, &call));
	return auth_audit_record(&call, &(struct audit_event){ .action = action,
		.target_type = target_type, .target_id = target_id, .before = before, .after = after });
}

/* What proves the trail, and what it has found so far. */
struct proof {
	struct cli *cli;
	struct audit_writer writer;
	int64_t before;      /* rows of earlier than this may be pruned */
	bool prunes;
	uint64_t removed;
	const char *finding; /* sentence about the first fault, NULL while there is none */
	const char *between; /* of JSON */
};

static const char *const fault_words[] = { "whole", "changed", "removed", "inserted" };

static void find(struct proof *proof, const char *sentence)
{
	if (proof->finding == NULL) {
		proof->finding = sentence;
	}
}

/* "node a: row 7 of the chain (id 12) was changed" */
static const char *describe(struct arena *arena, const struct chain_report *report)
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

static void put_node_json(struct text *out, struct arena *arena, const struct chain_report *report)
{
	text_puts(out, "{\"node\":");
	text_put_json(out, report->node);
	text_putf(out, ",\"state\":\"%s\",\"rows\":%" PRIu64 ",\"pruned\":%" PRIu64
		",\"newest\":%" PRIu64 ",\"hash\":\"%s\"", fault_words[report->fault], report->rows,
		report->anchor.seq, report->head.seq,
		secret_to_hex(arena, report->head.hash.bytes, sizeof(report->head.hash.bytes)));
	if (report->fault != CHAIN_WHOLE) {
		text_putf(out, ",\"where\":\"%s\",\"row\":%" PRIu64 ",\"id\":%" PRIu64, report->what,
			report->seq, report->audit_id);
	}
	text_putc(out, '}');
}

static void print_node(struct proof *proof, const struct chain_report *report)
{
	struct cli *cli = proof->cli;

	if (cli->json) {
		text_puts(&cli->out, proof->between);
		put_node_json(&cli->out, &cli->arena, report);
		proof->between = ",";
	} else if (report->fault == CHAIN_WHOLE) {
		text_putf(&cli->out, "node %s: %" PRIu64 " rows proved, %" PRIu64
			" pruned, newest %" PRIu64 " %s\n", report->node, report->rows, report->anchor.seq,
			report->head.seq, secret_to_hex(&cli->arena, report->head.hash.bytes,
			sizeof(report->head.hash.bytes)));
	}
}

static enum err prove_node(struct proof *proof)
{
	struct chain_report report;

	TRY(store_chain_verify(&proof->writer, proof->before, &report));
	if (report.fault != CHAIN_WHOLE) {
		find(proof, describe(&proof->cli->arena, &report));
	}
	if (!proof->prunes) {
		print_node(proof, &report);
		return ERR_OK;
	}
	proof->removed += report.prunable.seq - report.anchor.seq;
	return ERR_OK;
}

static enum err prune_node(struct proof *proof)
{
	struct chain_report report;

	TRY(store_chain_verify(&proof->writer, proof->before, &report));
	return store_chain_prune(&proof->writer, &report);
}

static enum err each_node(struct proof *proof, enum err (*work)(struct proof *proof))
{
	struct db *db = proof->writer.db;
	enum err err = store_chain_next_node(db, proof->writer.arena, "", &proof->writer.node);

	while (err == ERR_OK) {
		err = work(proof);
		if (err == ERR_OK) {
			err = store_chain_next_node(db, proof->writer.arena, proof->writer.node,
				&proof->writer.node);
		}
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Rows that belong to no chain. */
struct strangers {
	uint64_t first; /* that stands among chained ones; 0: none */
	uint64_t older; /* than every chain */
};

static enum err find_strangers(struct proof *proof, struct strangers *strangers)
{
	struct arena *arena = proof->writer.arena;

	TRY(store_chain_strangers(proof->writer.db, arena, &strangers->first,
		&strangers->older));
	if (strangers->first != 0) {
		find(proof, arena_printf(arena, "the row with id %" PRIu64
			" was inserted outside of every chain", strangers->first));
	}
	return ERR_OK;
}

static void print_strangers(struct cli *cli, const struct strangers *strangers)
{
	if (cli->json) {
		text_putf(&cli->out, "],\"inserted\":%" PRIu64 ",\"older\":%" PRIu64 "}\n",
			strangers->first, strangers->older);
	} else if (strangers->older > 0) {
		text_putf(&cli->out, "%" PRIu64 " rows are older than every chain: nothing proves them\n",
			strangers->older);
	}
}

static enum err begin(struct cli *cli, struct secret_key *key, struct proof *proof)
{
	enum err err = cli_server_key(cli, key);

	*proof = (struct proof){ .cli = cli, .between = "",
		.writer = { .db = cli->db, .arena = &cli->arena, .key = key } };
	if (err != ERR_OK) {
		return err;
	}
	err = store_chain_lock(cli->db, &cli->arena);
	return err == ERR_UNAVAILABLE
		? cli_fail(cli, err, "the trail is being verified or pruned by somebody else") : err;
}

static enum err verify(struct proof *proof)
{
	struct cli *cli = proof->cli;
	struct strangers strangers = { 0 };
	enum err err;

	if (cli->json) {
		text_puts(&cli->out, "{\"nodes\":[");
	}
	err = each_node(proof, prove_node);
	if (err == ERR_OK) {
		err = find_strangers(proof, &strangers);
	}
	if (err == ERR_OK) {
		print_strangers(cli, &strangers);
	}
	if (err == ERR_OK && proof->finding != NULL) {
		return cli_fail(cli, ERR_CONFLICT, "%s", proof->finding);
	}
	return err;
}

enum err cli_audit_verify(struct cli *cli)
{
	struct secret_key key;
	struct proof proof;
	enum err err = begin(cli, &key, &proof);

	if (err == ERR_OK) {
		err = verify(&proof);
	}
	secret_wipe(&key, sizeof(key));
	return err;
}

/* A trail that was altered stays as it is: it is evidence. */
static enum err prove_before_pruning(struct proof *proof)
{
	struct strangers strangers;

	TRY(each_node(proof, prove_node));
	TRY(find_strangers(proof, &strangers));
	if (proof->finding != NULL) {
		return cli_fail(proof->cli, ERR_CONFLICT, "%s; nothing was removed", proof->finding);
	}
	return ERR_OK;
}

static enum err prune(struct proof *proof)
{
	struct cli *cli = proof->cli;
	char before[CLOCK_TEXT_MAX];
	uint64_t older = 0;

	TRY(prove_before_pruning(proof));
	TRY(each_node(proof, prune_node));
	TRY(store_chain_prune_older(cli->db, &cli->arena, proof->before, &older));
	proof->removed += older;
	clock_text(proof->before, before);
	cli_open(cli);
	cli_pair(cli, "before", before);
	cli_pair(cli, "removed", arena_printf(&cli->arena, "%" PRIu64, proof->removed));
	cli_close(cli);
	return proof->removed == 0 ? ERR_OK : cli_trail(cli, "audit.prune", "audit", 0, NULL,
		arena_printf(&cli->arena, "{\"before\":\"%s\",\"rows\":%" PRIu64 "}", before,
			proof->removed));
}

enum err cli_audit_prune(struct cli *cli)
{
	struct secret_key key;
	struct proof proof;
	enum err err;

	if (cli->conf.audit_retention == 0) {
		return cli_fail(cli, ERR_INVALID, "[audit] retention is 0: rows are kept for ever");
	}
	err = begin(cli, &key, &proof);
	proof.prunes = true;
	proof.before = clock_now() - (int64_t)cli->conf.audit_retention * CLOCK_DAY;
	if (err == ERR_OK) {
		err = prune(&proof);
	}
	secret_wipe(&key, sizeof(key));
	return err;
}
