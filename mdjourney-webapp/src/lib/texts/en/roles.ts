/** English texts of who may do what in a project. */

export const roles = {
  title: "Roles",
  lead: "Project admins change roles and describe; operators describe. Lab admins may do everything, readers see everything.",
  names: { admin: "Project admin", operator: "Operator" } as Record<string, string>,
  noRole: "no role",
  none: "Nobody has a role in this project yet.",
  noProjects: "No project has reached the catalogue yet",
  noProjectsHint: "Start a session on a folder: projects in it appear here.",
  who: "Who works on it",
  change: "Change",
  of: (project: string) => `Roles in ${project}`,
  person: "Person",
  personHint: "Their user name",
  give: "Give role",
  takeAway: (name: string) => `Remove: the role of ${name}`,
  takeAsk: (name: string) => `Remove the role of ${name}? Unless a lab admin or reader, they no longer see the project.`,
  notYours: "Roles, and who changed them, are looked after by the project's admins and lab admins.",
  trail: "Who changed roles",
  noTrail: "Nobody has changed a role by hand yet.",
  changed: (who: string, before: string, after: string) => `${who}: ${before} → ${after}`,
};
