/** English texts of signing in. */

export const login = {
  title: "Sign in",
  username: "User name",
  password: "Password",
  submit: "Sign in",
  token: "Signing you in with the one-time link",
  tokenButton: "Sign in with this link",
  tokenFailed: "This link has been used or has expired. Ask for a new one, or sign in with your password.",
  failed: "User name or password is not right.",
  setupTitle: "Welcome. Set up the first account",
  setupHint: "This account becomes the lab admin. The link works once.",
  name: "Your name (optional)",
  usernameHint: "To sign in with: small letters, digits, dot, dash",
  password2: "Password again",
  mismatch: "The two passwords differ.",
  tooShort: "At least 10 characters.",
  setupSubmit: "Create account",
  setupNoToken: "This page needs the setup link that was printed when the server first started.",
};
