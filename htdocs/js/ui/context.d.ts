import type { NEEDS } from '../contract.js';
import type { Group, Session } from '../records.js';

/** A route that needs a permission: "PATCH users/{id}". */
export type Route = keyof typeof NEEDS;

/** What every screen is opened with. */
export interface Context {
	session: Session;
	/** Whether the viewer holds what a route needs; the server decides again on every request. */
	may: (route: Route) => boolean;
	/** Whether the viewer holds a permission, and so can give it. */
	holds: (permission: string) => boolean;
	/** All groups; none when the viewer may not see them. */
	groups: Group[];
	/** Reads rights and groups again, after the viewer changed some; keeps them if it cannot. */
	refresh: () => Promise<void>;
}
