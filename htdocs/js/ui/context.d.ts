import type { Group, Session } from '../records.js';

/** What every screen is opened with. */
export interface Context {
	session: Session;
	/** Whether the viewer holds a permission; the server decides again on every request. */
	may: (permission: string) => boolean;
	/** All groups; none when the viewer may not see them. */
	groups: Group[];
	/** Reads rights and groups again, after the viewer changed some; keeps them if it cannot. */
	refresh: () => Promise<void>;
}
