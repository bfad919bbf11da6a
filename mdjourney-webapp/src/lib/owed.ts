/** What a place owes with everything below; a backend that was started before an update tells only of the place itself. */
export const owedIn = (place: { missing: number; owed?: number }): number => place.owed ?? place.missing;
