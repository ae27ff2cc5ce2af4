/* Runs three nodes and two hosts behind a proxy until Ctrl-C: `make cluster`. */
import { ADMIN_EMAIL, PASSWORD } from '../lib/stack.mjs';
import { MISSING, startCluster } from './cluster.mjs';

if (MISSING) {
	console.error(`backoffice: ${MISSING}`);
	process.exit(1);
}
console.error('backoffice: starting three nodes and two hosts');
const cluster = await startCluster({ kept: true, front: true });

await cluster.tellOfAllNodes();
console.log(`
  backoffice is at ${cluster.front.url}
  Sign in as ${ADMIN_EMAIL} with the password ${PASSWORD}
  Its hosts are at ${cluster.hosts.map(({ url }) => url).join(' and ')}
  Mail, logs and sockets are in ${cluster.data}; Stop with Ctrl-C, which removes them
`);
const alive = setInterval(() => {}, 60_000);

for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, async () => {
		clearInterval(alive);
		await cluster.stop();
	});
}
