/* System > Users > Users > Import users. */
import { ImportScreen } from './import.js';
import { LIMITS } from '../contract.js';
import { t } from '../core/i18n.js';

/** @returns {import('../core/router.js').Screen} */
export function open() {
	return new ImportScreen({
		path: 'users/import',
		noun: 'user',
		hint: t('import.users_file_hint', LIMITS),
		list: './?p=users',
	});
}
