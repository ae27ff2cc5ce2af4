/* Disabling and enabling a user from the palette: asked and undone as a change of many is. */
import { asProblem } from '../ui/explain.js';
import { beginJob } from '../core/job.js';
import { call, fetched } from '../core/api.js';
import { keyKeeper } from '../lib/idempotency.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';
import { told } from '../ui/told.js';

/** @typedef {import('../ui/records-found.js').Found} Found */

/** @param {Found} found @param {'enabled' | 'disabled'} status */
async function change({ id, name }, status) {
	const { askAboutMany } = await fetched(import('./users-bulk-question.js'));
	const { plainActs } = await fetched(import('./users-bulk-acts.js'));
	const act = plainActs().find(({ set }) => set.status === status);
	const body = { ids: [id], set: { status } };
	const { data } = await call('POST', 'users/bulk', { body: { ...body, dry_run: true } });
	const { consequences } = data;

	if (act && consequences
		&& await askAboutMany(act, consequences, [/** @type {any} */ ({ name })])) {
		await beginJob('users/bulk', { body, key: keyKeeper()(body) });
	}
}

/**
 * What came of it, with the way to take it back, stands above every screen.
 * @param {Found} found
 * @returns {import('../ui/palette.js').Entry}
 */
export function disableOf(found) {
	const status = found.status === 'disabled' ? 'enabled' : 'disabled';

	return { label: t(status === 'disabled' ? 'bulk.disable' : 'bulk.enable'), kind: '',
		run: () => {
			change(found, status).catch((error) => showToast(told(asProblem(error))));
		} };
}
