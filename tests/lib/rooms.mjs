/*
 * Rooms as a provider has them: other pages of the host beside the back office, in its nginx,
 * behind snippets/backoffice/gate.conf. The pages are of a real PHP (php-fpm of Debian), and of
 * another server behind proxy_pass; each tells what it was told of whoever asks.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './until.mjs';

const TOLD = `<?php
header('Content-Type: application/json');
$told = ['method' => $_SERVER['REQUEST_METHOD'], 'path' => $_SERVER['REQUEST_URI'],
	'body' => strlen(file_get_contents('php://input')),
	'remote_user' => $_SERVER['REMOTE_USER'] ?? null];
foreach (['USER', 'NAME', 'EMAIL', 'GROUPS'] as $what) {
	$told[strtolower($what)] = rawurldecode($_SERVER["HTTP_REMOTE_$what"] ?? '');
}
$told['headers'] = array_filter($_SERVER, fn ($name) => str_starts_with($name, 'HTTP_REMOTE'),
	ARRAY_FILTER_USE_KEY);
echo json_encode($told);
`;

const pool = (folder) => `[global]
error_log = ${folder}/php.log
daemonize = no
[room]
${process.getuid() === 0 ? 'user = root' : ''}
listen = ${folder}/php.sock
pm = static
pm.max_children = 2
`;

/* php-fpm has its version in its name. */
const fpm = () => join('/usr/sbin',
	readdirSync('/usr/sbin').filter((name) => name.startsWith('php-fpm')).sort().at(-1));

async function startPhp(folder) {
	const child = spawn(fpm(), ['-n', '-y', `${folder}/fpm.conf`, '-F',
		...(process.getuid() === 0 ? ['-R'] : [])], { stdio: 'ignore' });

	process.once('exit', () => child.kill());
	child.unref();
	await until(() => readdirSync(folder).includes('php.sock'));
	return child;
}

/* What is not PHP sees the headers as they came. */
async function startServer() {
	const server = createServer((request, answer) => {
		answer.setHeader('Content-Type', 'application/json');
		answer.end(JSON.stringify(request.rawHeaders));
	});

	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	server.unref();
	return server;
}

/** A location with PHP in it, as README tells, behind what is said before the gate. */
const phpRoom = (path, folder, snippets, said) => `
	location ^~ ${path} {
		root ${folder};
		${said}
		include "${snippets}/gate.conf";
		location ~ \\.php$ {
			include /etc/nginx/fastcgi_params;
			fastcgi_param SCRIPT_FILENAME ${folder}/told.php;
			fastcgi_pass unix:${folder}/php.sock;
			${said}
			include "${snippets}/gate.conf";
		}
	}`;

const proxiedRoom = (path, port, snippets) => `
	location ^~ ${path} {
		include "${snippets}/gate.conf";
		proxy_pass http://127.0.0.1:${port};
	}`;

/**
 * Opens them: each address of php becomes a location, with what stands before its gate.
 * @param {import('./stack.mjs').Stack} stack
 * @param {{php: Record<string, string>, proxied?: string, open?: string}} rooms open: a location of
 *     the same files without a gate
 */
export async function openRooms(stack, { php, proxied, open }) {
	const folder = join(stack.data, 'rooms');
	const snippets = join(stack.data, 'nginx');

	mkdirSync(folder);
	for (const path of [...Object.keys(php), open ?? []].flat()) {
		mkdirSync(join(folder, path), { recursive: true });
		writeFileSync(join(folder, path, 'plain.txt'), 'of the room');
	}
	writeFileSync(join(folder, 'told.php'), TOLD);
	writeFileSync(join(folder, 'fpm.conf'), pool(folder));
	const child = await startPhp(folder);
	const server = await startServer();
	const locations = [`include "${snippets}/gatehouse.conf";`,
		...Object.entries(php).map(([path, said]) => phpRoom(path, folder, snippets, said)),
		...(open ? [`location ^~ ${open} { root ${folder}; }`] : []),
		...(proxied ? [proxiedRoom(proxied, server.address().port, snippets)] : [])].join('\n');

	await stack.nginx((text, name) => name === 'nginx.conf'
		? text.replace(/include ".*server\.conf";/, (line) => `${line}\n${locations}`)
			.replace('http {', 'http {\nunderscores_in_headers on;') : text);
	return {
		close: () => {
			child.kill();
			server.close();
		},
	};
}
