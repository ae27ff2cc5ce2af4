/*
 * The chain of the audit trail, computed a second time by Python's hashlib from what the headers
 * promise, so that a test can write a trail of last year with the links that it would have had.
 */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SEALER = `
import hashlib, json, sys
given = json.load(sys.stdin)
key = bytes.fromhex(given["key"])
node = given["node"].encode()

def keyed(purpose, content):
    return hashlib.blake2b(purpose + b"\\0" + content, digest_size=32, key=key).digest()

def text(part):
    return b"-" if part is None else b"%d:%s" % (len(part), part)

def number(value):
    return b"%d," % value

links, last = [], bytes(32)
for seq, row in enumerate(given["rows"], 1):
    identity, at, actor, target, *parts = row
    action, result, kind, address, agent, request, before, after = [
        None if part == "NULL" else bytes.fromhex(part) for part in parts]
    last = keyed(b"audit link", text(last) + text(node) + number(seq) + number(int(identity))
                 + number(int(at)) + number(int(actor)) + text(action) + text(result) + text(kind)
                 + number(int(target)) + text(address) + text(agent) + text(request)
                 + text(before) + text(after))
    links.append(last.hex())
first = int(given["rows"][0][0])
seal = keyed(b"audit seal", text(b"head") + text(node) + number(len(links)) + number(first)
             + text(last))
print(json.dumps({"links": links, "seal": seal.hex()}))
`;

const ROWS = `SELECT a.id, CAST(UNIX_TIMESTAMP(a.at) * 1000000 AS UNSIGNED),
	COALESCE(a.actor_id, 0), COALESCE(a.target_id, 0), HEX(a.action), HEX(a.result),
	HEX(a.target_type), HEX(a.remote_address), HEX(a.user_agent), HEX(a.request_id),
	HEX(a.before_json), HEX(a.after_json)
	FROM audit a JOIN audit_chain c ON c.audit_id = a.id ORDER BY c.seq`;

/** Gives the rows of the only node, as they are now, the links that belong to them. */
export function chainAgain(stack) {
	const [[node]] = stack.sql('SELECT node FROM audit_head');
	const key = readFileSync(join(stack.data, 'keys/server.key'), 'utf8').trim();
	const rows = stack.sql(`SET time_zone = '+00:00'; ${ROWS}`);
	const done = spawnSync('/usr/bin/python3', ['-c', SEALER],
		{ input: JSON.stringify({ node, key, rows }), encoding: 'utf8' });

	if (done.status !== 0) {
		throw new Error(done.stderr);
	}
	const { links, seal } = JSON.parse(done.stdout);
	stack.sql([...links.map((link, at) =>
		`UPDATE audit_chain SET hash = UNHEX('${link}') WHERE seq = ${at + 1};`),
	`UPDATE audit_head SET hash = UNHEX('${links.at(-1)}'), seal = UNHEX('${seal}');`].join(''));
	return links;
}
