/* To the clipboard, which only pages over https may: elsewhere the reader copies by hand. */
import { showToast } from './toast.js';

/**
 * @param {string} text
 * @param {string} copied said then
 * @param {string} refused said where the browser does not allow it
 * @returns {Promise<boolean>} whether it is copied
 */
export async function copyText(text, copied, refused) {
	const done = await Promise.resolve().then(() => navigator.clipboard.writeText(text))
		.then(() => true, () => false);

	showToast(done ? copied : refused);
	return done;
}
