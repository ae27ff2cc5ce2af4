/*
 * The records of the API, as the server sends them, and what each path takes and answers.
 * Printed by backoffice-fcgi --types from its tables: `make contract` writes this file.
 */

export interface List<T> {
	items: T[];
	page: {
		size: number;
		next: string | null;
		prev: string | null;
		total: number;
		total_exact: boolean;
		partial?: true;
		found_by?: 'words' | 'beginnings';
	};
}

/** What a list is sorted by, turned round with a minus in front. */
export type Order<Name extends string> = Name | `-${Name}`;

export type PermissionName = 'users.view' | 'users.create' | 'users.update' | 'users.delete'
	| 'groups.view' | 'groups.create' | 'groups.update' | 'groups.delete' | 'clients.view'
	| 'clients.create' | 'clients.update' | 'clients.delete' | 'mail.view' | 'mail.create'
	| 'mail.update' | 'mail.delete' | 'audit.view' | 'sessions.view' | 'sessions.delete'
	| 'rooms.view' | 'rooms.create' | 'rooms.update' | 'rooms.delete';

export type Status = 'disabled' | 'enabled';

export type TwoFactor = 'disabled' | 'email' | 'totp';

export type LetterKind = 'credentials' | 'code' | 'test' | 'link' | 'forgotten' | 'changed';

export type LetterState = 'queued' | 'sending' | 'sent' | 'failed' | 'expired' | 'cancelled';

export type JobKind = 'users_bulk' | 'users_import' | 'clients_import' | 'users_undo';

export type JobState = 'running' | 'finished' | 'cancelled' | 'expired';

export type UserAct = 'update' | 'status' | 'groups' | 'mask_data' | 'two_factor' | 'credentials'
	| 'unlock' | 'sessions' | 'delete';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'windows-1251'
	| 'windows-1256';

export type ProblemCode = 'malformed' | 'unauthenticated' | 'sign_in_failed' | 'code_wrong'
	| 'sign_in_expired' | 'link_void' | 'forbidden' | 'step_up_required' | 'cross_site'
	| 'password_change_required' | 'totp_enrolment_required' | 'totp_required'
	| 'second_factor_unavailable' | 'second_factor_spent' | 'no_mail' | 'not_found'
	| 'method_not_allowed' | 'duplicate' | 'several' | 'last_administrator' | 'in_use'
	| 'read_only' | 'letter_sent' | 'not_resendable' | 'stale' | 'too_large'
	| 'unsupported_media_type' | 'invalid' | 'idempotency_key_reused' | 'precondition_required'
	| 'too_many_requests' | 'internal' | 'too_slow' | 'unavailable';

export interface SignIn {
	state: 'signed_in' | 'code_required' | 'password_change_required' | 'totp_enrolment_required';
	method?: TwoFactor;
	recovery_codes?: Array<string>;
}

export interface Session {
	user: {
		id: number;
		email: string;
		name: string;
		status: Status;
		two_factor: TwoFactor;
		mask_data: boolean;
		language: string;
		created_at: string | null;
		last_sign_in_at: string | null;
		locked_until: string | null;
		version: number;
		groups: Array<{
			id: number;
			name: string;
		}>;
		creator: {
			id: number;
			name: string;
			email: string;
		} | null;
		ip_allow_list: Array<string>;
	};
	permissions: Array<PermissionName>;
	proof_until: string | null;
	proof_by: Array<'password' | 'code'>;
	features: {
		mail: boolean;
		mail_failing: boolean;
		name: string;
		support: string;
		logo: string;
		accent: string;
		accent_dark: string;
		company: string;
		password_min: number;
		credentials_hours: number;
	};
	views: Array<{
		id: number;
		list: string;
		name: string;
		query: string;
	}>;
	jobs: Array<{
		id: number;
		kind: JobKind;
		state: JobState;
		set: Record<string, unknown> | null;
		head: string;
		separator: string;
		position: number;
		total: number;
		done: number;
		failed: number;
		undoable: boolean;
		created_at: string | null;
		updated_at: string | null;
	}>;
	groups: Array<{
		id: number;
		name: string;
		member_count: number;
		version: number;
		permissions: Array<PermissionName>;
		may: Array<'update' | 'delete' | 'give'>;
	}>;
}

export interface TotpEnrolment {
	secret: string;
	uri: string;
}

export interface LinkPolicy {
	email: string;
	password_min: number;
}

export interface TotpState {
	method: TwoFactor;
	recovery_codes: number;
	required: boolean;
}

export interface RecoveryCodes {
	recovery_codes: Array<string>;
}

export interface OwnSession {
	id: number;
	created_at: string | null;
	last_used_at: string | null;
	remote_address: string;
	user_agent: string;
	current: boolean;
}

export interface SavedView {
	id: number;
	list: string;
	name: string;
	query: string;
}

export interface UserWhole {
	id: number;
	email: string;
	name: string;
	status: Status;
	two_factor: TwoFactor;
	mask_data: boolean;
	language: string;
	created_at: string | null;
	last_sign_in_at: string | null;
	locked_until: string | null;
	version: number;
	groups: Array<{
		id: number;
		name: string;
	}>;
	creator: {
		id: number;
		name: string;
		email: string;
	} | null;
	ip_allow_list: Array<string>;
	may: Array<UserAct>;
	delivery: {
		kind: LetterKind;
		state: LetterState;
		smtp_code: number | null;
		may_have_arrived: boolean;
		former_address: boolean;
		at: string;
		signed_in_since: boolean;
	} | null;
}

export interface UserGiven {
	id: number;
	email: string;
	name: string;
	status: Status;
	two_factor: TwoFactor;
	mask_data: boolean;
	language: string;
	created_at: string | null;
	last_sign_in_at: string | null;
	locked_until: string | null;
	version: number;
	groups: Array<{
		id: number;
		name: string;
	}>;
	creator: {
		id: number;
		name: string;
		email: string;
	} | null;
	ip_allow_list: Array<string>;
	may: Array<UserAct>;
	link?: string;
}

export interface UserChanged {
	id: number;
	email: string;
	name: string;
	status: Status;
	two_factor: TwoFactor;
	mask_data: boolean;
	language: string;
	created_at: string | null;
	last_sign_in_at: string | null;
	locked_until: string | null;
	version: number;
	groups: Array<{
		id: number;
		name: string;
	}>;
	creator: {
		id: number;
		name: string;
		email: string;
	} | null;
	ip_allow_list: Array<string>;
	may: Array<UserAct>;
	credentials_void?: boolean;
}

export interface UserRight {
	permission: string;
	groups: Array<{
		id: number;
		name: string;
	}>;
}

export interface User {
	id: number;
	email: string;
	name: string;
	status: Status;
	two_factor: TwoFactor;
	mask_data: boolean;
	language: string;
	created_at: string | null;
	last_sign_in_at: string | null;
	locked_until: string | null;
	version: number;
	groups: Array<{
		id: number;
		name: string;
	}>;
	creator: {
		id: number;
		name: string;
		email: string;
	} | null;
	ip_allow_list: Array<string>;
	may: Array<UserAct>;
}

export interface Imported {
	dry_run: boolean;
	encoding: Encoding;
	separator: string;
	ignored: Array<string>;
	good: number;
	new: number;
	changed: number;
	same: number;
	refused: number;
	rows: Array<{
		line: number;
		id: number | null;
		deed: 'refused' | 'new' | 'changed' | 'same';
		errors: Record<string, string>;
		said?: Record<string, string>;
	}>;
}

export interface UserBulk {
	results: Array<{
		id: number;
		ok: boolean;
		changed?: boolean;
		credentials_void?: boolean;
		error?: string;
	}>;
	consequences?: {
		rows: number;
		changed: number;
		refused: number;
		administrators: number;
		sessions: number;
	};
	job?: number;
}

export interface Group {
	id: number;
	name: string;
	member_count: number;
	version: number;
	permissions: Array<PermissionName>;
	may: Array<'update' | 'delete' | 'give'>;
}

export interface GroupFile {
	groups: Array<{
		name: string;
		permissions: Array<PermissionName>;
	}>;
}

export interface GroupImported {
	name: string;
	result: 'created' | 'renamed' | 'replaced' | 'unchanged';
	id: number;
	saved_as: string;
	ignored: Array<string>;
}

export interface Permission {
	name: string;
	category: string;
	action: string;
}

export interface Room {
	id: number;
	name: string;
	address: string;
	version: number;
	groups: Array<{
		id: number;
		name: string;
	}>;
	may: Array<'update' | 'delete'>;
}

export interface GateReturn {
	location: string;
	name: string;
}

export interface Client {
	id: number;
	name: string;
	email: string;
	phone: string;
	country: string;
	status: Status;
	created_at: string | null;
	version: number;
	manager: {
		id: number;
		name: string;
	} | null;
	masked: boolean;
	may: Array<'update' | 'delete'>;
}

export interface LiveSession {
	id: number;
	created_at: string | null;
	last_used_at: string | null;
	remote_address: string;
	user_agent: string;
	user: {
		id: number;
		name: string;
		email: string;
	} | null;
	current: boolean;
	may: Array<'delete'>;
}

export interface AuditEntry {
	id: number;
	at: string | null;
	action: string;
	result: string;
	remote_address: string;
	user_agent: string;
	request_id: string;
	actor: {
		id: number;
		name: string;
		email: string;
	} | null;
	target: {
		type: string;
		id: number | null;
		name: string;
	} | null;
	before: Record<string, unknown> | null;
	after: Record<string, unknown> | null;
}

export interface Letter {
	id: number;
	kind: LetterKind;
	user: {
		id: number;
		name: string;
		email: string;
	} | null;
	to: string;
	state: LetterState;
	attempts: number;
	next_attempt_at: string | null;
	created_at: string | null;
	sent_at: string | null;
	settled_at: string | null;
	smtp_code: number | null;
	reason: string;
	reply: string;
	may_have_arrived: boolean;
	may: Array<'resend' | 'delete'>;
}

export interface LetterPreview {
	subject: string;
	text: string;
}

export interface Job {
	id: number;
	kind: JobKind;
	state: JobState;
	set: Record<string, unknown> | null;
	head: string;
	separator: string;
	position: number;
	total: number;
	done: number;
	failed: number;
	undoable: boolean;
	created_at: string | null;
	updated_at: string | null;
}

export interface JobWhole {
	id: number;
	kind: JobKind;
	state: JobState;
	set: Record<string, unknown> | null;
	head: string;
	separator: string;
	position: number;
	total: number;
	done: number;
	failed: number;
	undoable: boolean;
	created_at: string | null;
	updated_at: string | null;
	refused: Array<{
		line: number;
		id: number | null;
		changed: boolean;
		name: string;
		errors: Record<string, string>;
		said?: Record<string, string>;
		text: string;
	}>;
}

export interface JobStep {
	job: {
		id: number;
		kind: JobKind;
		state: JobState;
		set: Record<string, unknown> | null;
		head: string;
		separator: string;
		position: number;
		total: number;
		done: number;
		failed: number;
		undoable: boolean;
		created_at: string | null;
		updated_at: string | null;
	};
	rows: Array<{
		line: number;
		id: number | null;
		changed: boolean;
		name: string;
		errors: Record<string, string>;
		said?: Record<string, string>;
		text: string;
	}>;
}

export interface Site {
	name: string;
	support: string;
	logo: string;
	accent: string;
	accent_dark: string;
	address: string;
	prefix: string;
	https: boolean;
}

export interface Health {
	status: string;
	database: string;
}

export interface Paths {
	GET: {
		'session': {
			answer: Session;
		};
		'session/proof': {
			answer: null;
		};
		'profile/totp': {
			answer: TotpState;
		};
		'profile/sessions': {
			answer: List<OwnSession>;
		};
		'profile/views': {
			answer: List<SavedView>;
		};
		[path: `profile/views/${number}`]: {
			answer: SavedView;
		};
		'users': {
			answer: List<UserWhole>;
			query: {
				sort?: Order<'id' | 'email' | 'name' | 'status' | 'two_factor' | 'created_at'
					| 'last_sign_in_at'>;
				size?: number;
				after?: string;
				before?: string;
				id?: number;
				email?: string;
				name?: string;
				status?: Status;
				two_factor?: TwoFactor;
				group?: number;
				mask_data?: boolean;
				never_signed_in?: boolean;
				idle_days?: number;
				locked?: boolean;
				created_since?: string;
				created_until?: string;
				last_sign_in_since?: string;
				last_sign_in_until?: string;
				creator?: number;
				language?: string;
				has_ip_allow_list?: boolean;
				delivery?: LetterState;
				permission?: PermissionName;
				q?: string;
			};
		};
		[path: `users/${number}`]: {
			answer: UserWhole;
		};
		[path: `users/${number}/rights`]: {
			answer: { items: UserRight[] };
		};
		'users/export.csv': {
			file: 'text/csv; charset=utf-8; header=present';
			query: {
				sort?: Order<'id' | 'email' | 'name' | 'status' | 'two_factor' | 'created_at'
					| 'last_sign_in_at'>;
				id?: number;
				email?: string;
				name?: string;
				status?: Status;
				two_factor?: TwoFactor;
				group?: number;
				mask_data?: boolean;
				never_signed_in?: boolean;
				idle_days?: number;
				locked?: boolean;
				created_since?: string;
				created_until?: string;
				last_sign_in_since?: string;
				last_sign_in_until?: string;
				creator?: number;
				language?: string;
				has_ip_allow_list?: boolean;
				delivery?: LetterState;
				permission?: PermissionName;
				q?: string;
				separator?: 'comma' | 'semicolon';
				rights?: boolean;
			};
		};
		'groups': {
			answer: List<Group>;
			query: {
				sort?: Order<'id' | 'name'>;
				size?: number;
				after?: string;
				before?: string;
				id?: number;
				name?: string;
				permission?: PermissionName;
			};
		};
		'groups/export.json': {
			answer: GroupFile;
		};
		[path: `groups/${number}`]: {
			answer: Group;
		};
		[path: `groups/${number}/users`]: {
			answer: List<UserWhole>;
			query: {
				sort?: Order<'id' | 'email' | 'name' | 'status' | 'two_factor' | 'created_at'
					| 'last_sign_in_at'>;
				size?: number;
				after?: string;
				before?: string;
				id?: number;
				email?: string;
				name?: string;
				status?: Status;
				two_factor?: TwoFactor;
				group?: number;
				mask_data?: boolean;
				never_signed_in?: boolean;
				idle_days?: number;
				locked?: boolean;
				created_since?: string;
				created_until?: string;
				last_sign_in_since?: string;
				last_sign_in_until?: string;
				creator?: number;
				language?: string;
				has_ip_allow_list?: boolean;
				delivery?: LetterState;
				permission?: PermissionName;
				q?: string;
			};
		};
		'permissions': {
			answer: { items: Permission[] };
		};
		'rooms': {
			answer: List<Room>;
			query: {
				sort?: Order<'name' | 'address' | 'id'>;
				size?: number;
				after?: string;
				before?: string;
				name?: string;
				address?: string;
			};
		};
		[path: `rooms/${number}`]: {
			answer: Room;
		};
		'gate': {
			answer: null;
			query: {
				permission?: PermissionName;
				group?: string;
				room?: string;
			};
		};
		'gate/refused': {
			file: 'text/html; charset=utf-8';
		};
		'clients': {
			answer: List<Client>;
			query: {
				sort?: Order<'id' | 'name' | 'email' | 'phone' | 'country' | 'status'
					| 'created_at'>;
				size?: number;
				after?: string;
				before?: string;
				id?: number;
				name?: string;
				email?: string;
				phone?: string;
				country?: string;
				status?: Status;
				manager?: number;
				unmanaged?: boolean;
				created_since?: string;
				created_until?: string;
				q?: string;
			};
		};
		'clients/export.csv': {
			file: 'text/csv; charset=utf-8; header=present';
			query: {
				sort?: Order<'id' | 'name' | 'email' | 'phone' | 'country' | 'status'
					| 'created_at'>;
				id?: number;
				name?: string;
				email?: string;
				phone?: string;
				country?: string;
				status?: Status;
				manager?: number;
				unmanaged?: boolean;
				created_since?: string;
				created_until?: string;
				q?: string;
				separator?: 'comma' | 'semicolon';
			};
		};
		[path: `clients/${number}`]: {
			answer: Client;
		};
		'sessions': {
			answer: List<LiveSession>;
			query: {
				sort?: Order<'last_used_at' | 'created_at' | 'user' | 'remote_address'>;
				size?: number;
				after?: string;
				before?: string;
				user?: number;
				remote_address?: string;
				created_since?: string;
				created_until?: string;
				last_used_since?: string;
				last_used_until?: string;
				user_agent?: string;
			};
		};
		[path: `users/${number}/sessions`]: {
			answer: List<LiveSession>;
			query: {
				sort?: Order<'last_used_at' | 'created_at' | 'user' | 'remote_address'>;
				size?: number;
				after?: string;
				before?: string;
				user?: number;
				remote_address?: string;
				created_since?: string;
				created_until?: string;
				last_used_since?: string;
				last_used_until?: string;
				user_agent?: string;
			};
		};
		[path: `users/${number}/sessions/${number}`]: {
			answer: LiveSession;
		};
		'audit': {
			answer: List<AuditEntry>;
			query: {
				sort?: Order<'at'>;
				size?: number;
				after?: string;
				before?: string;
				actor?: number;
				action?: string;
				result?: string;
				target_type?: string;
				target_id?: number;
				remote_address?: string;
				request_id?: string;
				since?: string;
				until?: string;
			};
		};
		[path: `audit/${number}`]: {
			answer: AuditEntry;
		};
		'audit/export.jsonl': {
			file: 'application/jsonl';
			query: {
				sort?: Order<'at'>;
				actor?: number;
				action?: string;
				result?: string;
				target_type?: string;
				target_id?: number;
				remote_address?: string;
				request_id?: string;
				since?: string;
				until?: string;
			};
		};
		'audit/export.csv': {
			file: 'text/csv; charset=utf-8; header=present';
			query: {
				sort?: Order<'at'>;
				actor?: number;
				action?: string;
				result?: string;
				target_type?: string;
				target_id?: number;
				remote_address?: string;
				request_id?: string;
				since?: string;
				until?: string;
				separator?: 'comma' | 'semicolon';
			};
		};
		'mail': {
			answer: List<Letter>;
			query: {
				sort?: Order<'id' | 'created_at' | 'state'>;
				size?: number;
				after?: string;
				before?: string;
				state?: LetterState;
				kind?: LetterKind;
				user?: number;
				smtp_code?: number;
				created_since?: string;
				created_until?: string;
				settled_since?: string;
				settled_until?: string;
			};
		};
		'mail/preview': {
			answer: LetterPreview;
			query: {
				kind?: LetterKind;
				language?: string;
				notice?: 'password' | 'address' | 'second_factor_off' | 'codes_by_mail' | 'app'
					| 'recovery_codes' | 'administrator' | 'new_browser' | 'wrong_codes';
			};
		};
		'mail/preview.html': {
			file: 'text/html; charset=utf-8';
			query: {
				kind?: LetterKind;
				language?: string;
				notice?: 'password' | 'address' | 'second_factor_off' | 'codes_by_mail' | 'app'
					| 'recovery_codes' | 'administrator' | 'new_browser' | 'wrong_codes';
			};
		};
		[path: `mail/${number}`]: {
			answer: Letter;
		};
		'jobs': {
			answer: { items: Job[] };
		};
		[path: `jobs/${number}`]: {
			answer: JobWhole;
		};
		'site': {
			answer: Site;
		};
		'openapi.json': {
			file: 'application/json';
		};
	};
	POST: {
		'session': {
			answer: SignIn;
			body: {
				email: string;
				password: string;
			};
		};
		'session/code': {
			answer: SignIn;
			body: {
				code: string;
			};
		};
		'session/code/resend': {
			answer: SignIn;
		};
		'session/password': {
			answer: SignIn;
			body: {
				password: string;
			};
		};
		'session/totp': {
			answer: TotpEnrolment;
		};
		'session/link': {
			answer: LinkPolicy;
			body: {
				token: string;
			};
		};
		'session/link/password': {
			answer: null;
			body: {
				token: string;
				password: string;
			};
		};
		'session/forgotten': {
			answer: null;
			body: {
				email: string;
			};
		};
		'session/proof': {
			answer: null;
			body: {
				password?: string;
				code?: string;
			};
		};
		'profile/totp': {
			answer: TotpEnrolment;
			body: {
				password: string;
				code?: string;
			};
		};
		'profile/recovery-codes': {
			answer: RecoveryCodes;
			body: {
				code: string;
			};
		};
		'profile/views': {
			answer: SavedView;
			body: {
				list: 'users' | 'groups' | 'clients' | 'sessions' | 'audit' | 'mail' | 'rooms';
				name: string;
				query: string;
			};
		};
		'users': {
			answer: UserGiven;
			body: {
				email: string;
				name?: string;
				status?: Status;
				mask_data?: boolean;
				language?: string;
				password?: string;
				link?: boolean;
				groups?: number[];
				send_to_email?: boolean;
			};
		};
		[path: `users/${number}/unlock`]: {
			answer: User;
		};
		'users/import': {
			answer: Imported;
			later: Job;
			body: Blob;
			query: {
				dry_run?: boolean;
				encoding?: Encoding;
				ignore_unknown?: boolean;
			};
		};
		'users/bulk': {
			answer: UserBulk;
			later: Job;
			body: {
				ids?: number[];
				filter?: Record<string, string | number | boolean>;
				all?: boolean;
				set: {
					status?: Status;
					mask_data?: boolean;
					add_group?: number | null;
					remove_group?: number | null;
				};
				dry_run?: boolean;
			};
		};
		[path: `users/${number}/credentials`]: {
			answer: UserGiven;
			body: {
				password?: string;
				link?: boolean;
				send_to_email?: boolean;
			};
		};
		'groups': {
			answer: Group;
			body: {
				name: string;
				permissions?: Array<PermissionName>;
			};
		};
		'groups/import': {
			answer: { items: GroupImported[] };
			body: {
				groups: Array<{
					name: string;
					permissions: Array<string>;
				}>;
			};
			query: {
				replace?: boolean;
			};
		};
		'rooms': {
			answer: Room;
			body: {
				name: string;
				address: string;
				groups?: number[];
			};
		};
		'gate': {
			answer: GateReturn;
			body: {
				return: string;
			};
		};
		'clients': {
			answer: Client;
			body: {
				name: string;
				email?: string;
				phone?: string;
				country?: string;
				status?: Status;
				manager?: number | null;
			};
		};
		'clients/import': {
			answer: Imported;
			later: Job;
			body: Blob;
			query: {
				dry_run?: boolean;
				encoding?: Encoding;
				ignore_unknown?: boolean;
			};
		};
		'clients/lookup': {
			answer: Client;
			body: {
				email?: string;
				phone?: string;
			};
		};
		'mail/test': {
			answer: Letter;
			body: {
				to: string;
			};
		};
		[path: `mail/${number}/resend`]: {
			answer: Letter;
		};
		[path: `jobs/${number}/step`]: {
			answer: JobStep;
		};
		[path: `jobs/${number}/undo`]: {
			answer: UserBulk;
			later: Job;
		};
	};
	PUT: {
		'session/totp': {
			answer: SignIn;
			body: {
				code: string;
			};
		};
		'profile/password': {
			answer: null;
			body: {
				current: string;
				password: string;
			};
		};
		'profile/language': {
			answer: null;
			body: {
				language: string;
			};
		};
		'profile/totp': {
			answer: RecoveryCodes;
			body: {
				code: string;
			};
		};
	};
	PATCH: {
		[path: `users/${number}`]: {
			answer: UserChanged;
			body: {
				email?: string;
				name?: string;
				status?: Status;
				mask_data?: boolean;
				language?: string;
				groups?: number[];
				two_factor?: 'disabled' | 'email';
				ip_allow_list?: Array<string>;
			};
		};
		[path: `groups/${number}`]: {
			answer: Group;
			body: {
				name?: string;
				permissions?: Array<PermissionName>;
			};
		};
		[path: `rooms/${number}`]: {
			answer: Room;
			body: {
				name?: string;
				address?: string;
				groups?: number[];
			};
		};
		[path: `clients/${number}`]: {
			answer: Client;
			body: {
				name?: string;
				email?: string;
				phone?: string;
				country?: string;
				status?: Status;
				manager?: number | null;
			};
		};
	};
	DELETE: {
		'session': {
			answer: null;
		};
		'profile/totp': {
			answer: null;
			body: {
				code: string;
			};
		};
		'profile/sessions': {
			answer: null;
		};
		[path: `profile/sessions/${number}`]: {
			answer: null;
		};
		[path: `profile/views/${number}`]: {
			answer: null;
		};
		[path: `users/${number}`]: {
			answer: null;
		};
		[path: `groups/${number}`]: {
			answer: null;
		};
		[path: `rooms/${number}`]: {
			answer: null;
		};
		[path: `clients/${number}`]: {
			answer: null;
		};
		[path: `sessions/${number}`]: {
			answer: null;
		};
		[path: `users/${number}/sessions`]: {
			answer: null;
		};
		[path: `users/${number}/sessions/${number}`]: {
			answer: null;
		};
		[path: `mail/${number}`]: {
			answer: null;
		};
		[path: `jobs/${number}`]: {
			answer: null;
		};
	};
}
