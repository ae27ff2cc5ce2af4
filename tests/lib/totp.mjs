/* An authenticator app, played by oathtool: not by our own idea of the codes. */
import { execFileSync } from 'node:child_process';

/** The code of a secret (base32); steps: how many half minutes from now. */
export function appCode(secret, steps = 0) {
	const seconds = Math.floor(Date.now() / 1000) + 30 * steps;

	return execFileSync('oathtool', ['--totp', '--base32', '--now', `@${seconds}`, secret],
		{ encoding: 'utf8' }).trim();
}

/** The bytes of a secret. */
export function bytesOf(secret) {
	const said = execFileSync('oathtool', ['--totp', '--base32', '--verbose', secret],
		{ encoding: 'utf8' });

	return Buffer.from(said.match(/^Hex secret: (\w+)$/m)[1], 'hex');
}

/** As if the last code had been used long ago, so that no test waits for the next half minute. */
export function forgetLastCode(stack) {
	stack.sql('UPDATE user_totp SET last_step = 0');
}
