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
	/** Networks that the user may come from; none: from anywhere. */
	ip_allow_list: string[];
	/** Under a delay after too many failures. */
	locked_until: string | null;
	/** Of the page and of mails; "" where none has been chosen. */
	language: string;
	creator: { id: number; name: string; email: string } | null;
	created_at: string;
	last_sign_in_at: string | null;
	version: number;
	/** How the newest letter with credentials fared; only where one user is asked for. */
	delivery?: { state: Mail['state']; smtp_code: number | null; at: string } | null;
}

export interface Mail {
	id: number;
	kind: 'credentials' | 'code' | 'test';
	user: { id: number; name: string; email: string } | null;
	state: 'queued' | 'sending' | 'sent' | 'failed' | 'expired' | 'cancelled';
	attempts: number;
	next_attempt_at: string | null;
	created_at: string;
	sent_at: string | null;
	settled_at: string | null;
	smtp_code: number | null;
	reason: string;
}

/** What became of one user of many. */
export interface UserResult {
	id: number;
	ok: boolean;
	changed?: boolean;
	error?: string;
}

/** A permission and those of a user's groups that grant it. */
export interface Grant {
	permission: string;
	groups: GroupName[];
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

export interface Person {
	id: number;
	name: string;
	email: string;
}

export interface SessionEntry {
	id: number;
	user: Person;
	created_at: string;
	last_used_at: string;
	remote_address: string;
	user_agent: string;
	current: boolean;
}

export interface AuditEntry {
	id: number;
	at: string;
	actor: Person | null;
	action: string;
	result: string;
	target: { type: string; id: number | null; name: string } | null;
	remote_address: string;
	user_agent: string;
	request_id: string;
	before: Record<string, unknown> | null;
	after: Record<string, unknown> | null;
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
	features: { mail: boolean; mail_failing: boolean; name: string; password_min: number };
}

export interface SignInStep {
	state: 'signed_in' | 'code_required' | 'password_change_required' | 'totp_enrolment_required';
	method?: 'email' | 'totp';
	recovery_codes?: string[];
}

export interface TotpState {
	method: TwoFactor;
	recovery_codes: number;
	required: boolean;
}

export interface OwnSession {
	id: number;
	created_at: string;
	last_used_at: string;
	remote_address: string;
	user_agent: string;
	current: boolean;
}
