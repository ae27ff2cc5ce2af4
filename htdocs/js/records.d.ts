/* The records of the API, as the server sends them. */

export type Status = 'enabled' | 'disabled';
export type TwoFactor = 'email' | 'totp' | 'disabled';

export interface GroupName {
	id: number;
	name: string;
}

export interface Group extends GroupName {
	permissions: string[];
	member_count: number;
	version: number;
}

export interface Permission {
	name: string;
	category: string;
	action: string;
}

export interface GroupImport {
	name: string;
	result: 'created' | 'renamed' | 'replaced' | 'unchanged';
	id: number;
	saved_as: string;
}

export interface User {
	id: number;
	email: string;
	name: string;
	status: Status;
	two_factor: TwoFactor;
	groups: GroupName[];
	mask_data: boolean;
	creator: { id: number; name: string; email: string } | null;
	created_at: string;
	last_sign_in_at: string | null;
	version: number;
}

export interface Client {
	id: number;
	name: string;
	email: string;
	phone: string;
	country: string;
	status: Status;
	manager: { id: number; name: string } | null;
	created_at: string;
	masked: boolean;
}

export interface ImportRow {
	line: number;
	id: number | null;
	/** Column to key; "row" is the row itself. */
	errors: Record<string, string>;
}

export interface Import {
	dry_run: boolean;
	good: number;
	refused: number;
	rows: ImportRow[];
}

export interface List<T> {
	items: T[];
	page: {
		size: number;
		next: string | null;
		prev: string | null;
		total: number;
		total_exact: boolean;
	};
}

export interface Session {
	user: User;
	permissions: string[];
	features: { mail: boolean; name: string; password_min: number };
}

export interface SignInStep {
	state: 'signed_in' | 'code_required' | 'password_change_required';
}
