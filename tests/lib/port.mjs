/*
 * A port of 127.0.0.1 that nobody else gets until a server listens there. Node cannot have a port
 * without listening at it; what has one so keeps others out, but for who asks for this very port.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const HOLDER = `
import socket, sys
held = socket.socket()
held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
held.bind(("127.0.0.1", 0))
print(held.getsockname()[1], flush=True)
sys.stdin.read()
`;

/**
 * Holds a port while a server is started on it.
 * @template T
 * @param {(port: number) => Promise<T>} start resolves when the server listens
 * @returns {Promise<T>}
 */
export async function withPort(start) {
	const holder = spawn('/usr/bin/python3', ['-c', HOLDER],
		{ stdio: ['pipe', 'pipe', 'inherit'] });

	try {
		const [port] = await once(holder.stdout, 'data');

		return await start(Number(port));
	} finally {
		holder.stdin.end();
	}
}
