/** The ids of the help and error lines under a field. */
export const helpId = (id: string) => `${id}__help`;
export const errorId = (id: string) => `${id}__faults`;
export const describedBy = (id: string) => `${helpId(id)} ${errorId(id)}`;
