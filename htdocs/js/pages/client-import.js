/* Clients > Import clients. */
import { ImportScreen } from './import.js';
import { LIMITS } from '../contract.js';
import { t } from '../core/i18n.js';

/** @returns {import('../core/router.js').Screen} */
export function open() {
	return new ImportScreen({
		path: 'clients/import',
		noun: 'client',
		hint: t('import.file_hint', LIMITS),
		list: './?p=clients',
	});
}
