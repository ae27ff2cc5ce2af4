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
		sample: [['name', 'email', 'phone', 'country', 'status', 'manager'],
			['Ada Lovelace', 'ada@example.com', '+442079460018', 'GB', 'enabled', ''],
			['Müller & Söhne', 'info@example.de', '+49301234567', 'Germany', 'disabled', '']],
	});
}
