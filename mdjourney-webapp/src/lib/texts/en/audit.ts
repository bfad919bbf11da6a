/** English texts of the audit trail. */

export const audit = {
  lead: "What cannot be changed afterwards: who changed roles, and who signed in, made accounts, configs and tokens.",
  roles: "Roles in projects",
  accounts: "Sign-ins, accounts, configs and tokens",
  at: "When",
  what: "What",
  whom: "Whom or what",
  by: "By",
  details: "Particulars",
  events: {
    "sign-in": "Signed in", "sign-in-refused": "Sign-in refused", "sign-out": "Signed out", "account-made": "Account made", "account-changed": "Account changed",
    "login-link-made": "Login link made", "password-set": "Password set", "config-saved": "Config saved", "config-deleted": "Config removed", "token-made": "Token made", "token-deleted": "Token deleted",
  } as Record<string, string>,
};
