/*
 * A box over the page that waits for an answer. Escape closes it without one, and the focus returns
 * to where it was.
 */

/**
 * An empty box that is not shown yet.
 * @param {string} name of the box: its title has the id <name>-title, its text <name>-text
 */
export function makeDialog(name) {
	const dialog = document.createElement('dialog');

	dialog.className = 'dialog';
	dialog.setAttribute('aria-labelledby', `${name}-title`);
	dialog.setAttribute('aria-describedby', `${name}-text`);
	return dialog;
}

/**
 * Shows a box until it is closed, and then throws it away.
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>} its returnValue
 */
export function showDialog(dialog) {
	document.body.append(dialog);
	dialog.showModal();
	return new Promise((resolve) => {
		dialog.addEventListener('close', () => {
			dialog.remove();
			resolve(dialog.returnValue);
		});
	});
}
