/*
 * The start of the page: whoever has to sign in is sent there at once. The console is asked for
 * when the server knows who wants it.
 */
import { call, mustSignIn } from './core/api.js';

const asked = call('GET', 'session');

asked.catch((problem) => problem).then(async (answer) => {
	if (!mustSignIn(answer)) { // else this page is being left already
		(await import('./main.js')).start(asked);
	}
});
