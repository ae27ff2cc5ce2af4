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
	may: ('update' | 'delete')[];
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
	/** Permissions of earlier versions. */
	ignored: string[];
}

/** The viewer may change the record (update), and in it, or do with its user, these. */
export type UserAct = 'update' | 'status' | 'groups' | 'mask_data' | 'two_factor' | 'credentials'
	| 'unlock' | 'sessions' | 'delete';

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
	/** What the viewer may do with this user. */
	may: UserAct[];
	/** How the newest letter with credentials fared; not in the answers to changes. */
	delivery?: Delivery | null;
	/** The change voided what the user was given to come in with; only in the answer to it. */
	credentials_void?: boolean;
	/** To choose a password with; only in the answer to the request that made it. */
	link?: string;
}

/** The viewer's own. */
export type Account = Omit<User, 'may'>;

export interface Delivery {
	kind: 'credentials' | 'link';
	state: Mail['state'];
	smtp_code: number | null;
	may_have_arrived: boolean;
	/** It went to another address than the user has now. */
	former_address: boolean;
	at: string;
	signed_in_since: boolean;
}

export interface Mail {
	id: number;
	kind: 'credentials' | 'code' | 'test' | 'link' | 'forgotten' | 'changed';
	user: { id: number; name: string; email: string } | null;
	/** The address it goes to; "" for a letter that is older than this member. */
	to: string;
	state: 'queued' | 'sending' | 'sent' | 'failed' | 'expired' | 'cancelled';
	attempts: number;
	next_attempt_at: string | null;
	created_at: string;
	sent_at: string | null;
	settled_at: string | null;
	smtp_code: number | null;
	reason: string;
	/** What the mail server said last, beside its code. */
	reply: string;
	/** It is not known to have been sent, but a try ended without an answer. */
	may_have_arrived: boolean;
	may: ('resend' | 'delete')[];
}

/** Work on many rows that goes on over many requests. */
export interface Work {
	id: number;
	kind: 'users_bulk' | 'users_undo' | 'users_import' | 'clients_import';
	state: 'running' | 'finished' | 'cancelled' | 'expired';
	set: Record<string, unknown> | null;
	/** The first line of a file. */
	head: string;
	position: number;
	total: number;
	done: number;
	failed: number;
	/** Something of it can be put back: POST work/{id}/undo. */
	undoable: boolean;
	created_at: string;
	updated_at: string;
}

/** What a change of many users would come to. */
export interface Consequences {
	rows: number;
	changed: number;
	refused: number;
	/** Of the changed: they are, or would be, in Administrators. */
	administrators: number;
	/** That would end. */
	sessions: number;
}

export interface WorkRow {
	line: number;
	id: number | null;
	changed: boolean;
	/** Of the record, where it was there before. */
	name: string;
	errors: Record<string, string>;
	/** The refused row as it stands in the file. */
	text: string;
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
	may: ('update' | 'delete')[];
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
	may: 'delete'[];
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

export type ProofKind = 'password' | 'code';

export interface Session {
	user: Account;
	permissions: string[];
	/** What is dangerous asks for a proof from then on. */
	proof_until: string;
	proof_by: ProofKind[];
	features: {
		mail: boolean;
		mail_failing: boolean;
		name: string;
		password_min: number;
		/** How long initial passwords and links are good. */
		credentials_hours: number;
	};
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

/** Filters and order of a list that a user keeps under a name. */
export interface SavedView {
	id: number;
	list: string;
	name: string;
	/** As in the address of the page. */
	query: string;
}

export interface OwnSession {
	id: number;
	created_at: string;
	last_used_at: string;
	remote_address: string;
	user_agent: string;
	current: boolean;
}
