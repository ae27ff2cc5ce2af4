/*
 * A network of the test's own, from which a wire leads to each member of a group, in a network of
 * its own (nodes-mysql, make_network). What is sent where the network is cut is lost, and nobody is
 * told: neither who sends it nor who waits for it.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const INSIDE = 'TEST_IS_APART';
const NOBODY = '02:00:00:00:00:01'; // no card has this address
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const TRIAL = `ip link set lo up && ip link add member1 type veth peer name eth0 &&
	ip rule add from 10.64.1.2 to 10.64.2.2 blackhole && echo 1 >/proc/sys/net/ipv4/ip_forward`;

function missing() {
	const { error, status, stderr } = spawnSync('unshare', ['--net', 'bash', '-c', TRIAL],
		{ encoding: 'utf8', env: { ...process.env, PATH } });

	return status !== 0 && `nobody can have a network of their own here: ${
		error?.message ?? stderr.trim()}`;
}

/** Why a test skips what is in here; false where it need not. */
export const NO_NETWORK = missing();

function run(command, ...args) {
	const { status, stderr } = spawnSync(command, args,
		{ encoding: 'utf8', env: { ...process.env, PATH } });

	assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`);
}

/** The file goes on in a network of its own: what it tells is told as if there were but one. */
export async function goApart() {
	if (process.env[INSIDE]) {
		run('ip', 'link', 'set', 'lo', 'up');
		return;
	}
	const child = spawn('unshare', ['--net', process.execPath, ...process.execArgv,
		...process.argv.slice(1)], { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });

	for (const signal of ['SIGTERM', 'SIGINT']) {
		process.on(signal, () => child.kill(signal));
	}
	process.exit((await once(child, 'exit'))[0] ?? 1);
}

const addressOf = (number) => `10.64.${number}.2`;

export class Network {
	constructor(cluster) {
		this.cluster = cluster;
	}

	/** A member and the others no longer hear of each other; who comes from here reaches all. */
	cutFromOthers(t, number) {
		const ways = this.cluster.others(number).flatMap((other) =>
			[[number, other], [other, number]].map((way) => way.map(addressOf)));
		const each = (what) => ways.forEach(([from, to]) =>
			run('ip', 'rule', what, 'from', from, 'to', to, 'blackhole'));

		return this.#untilMended(t, () => each('add'), () => each('del'));
	}

	/** Nobody reaches the member, and it reaches nobody. */
	cutFromAll(t, number) {
		const ends = [[[], `10.64.${number}.2`, `member${number}`],
			[['nsenter', `--net=/proc/${this.cluster.networkOf(number)}/ns/net`],
				`10.64.${number}.1`, 'eth0']];
		const each = (what, ...words) => ends.forEach(([at, address, wire]) =>
			run(...at, 'ip', 'neighbour', what, address, 'dev', wire, ...words));

		return this.#untilMended(t, () => each('replace', 'lladdr', NOBODY, 'nud', 'permanent'),
			() => each('del'));
	}

	/* Gives what mends it, which the end of the test does as well. */
	#untilMended(t, cut, mend) {
		let whole = false;
		const mendOnce = () => {
			whole || mend();
			whole = true;
		};

		cut();
		t.after(mendOnce);
		return mendOnce;
	}
}
