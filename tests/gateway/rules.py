"""Who may ask what of the gateway's own routes: each has a rule, so that a new one cannot go without."""

#: Nobody has to be signed in.
PUBLIC = {("GET", "/healthz"), ("GET", "/readyz"), ("POST", "/api/auth/login"), ("POST", "/api/auth/setup")}
#: Admins of the platform.
ADMIN_ONLY = {
    ("GET", "/metrics"), ("GET", "/api/users"), ("POST", "/api/users"), ("PATCH", "/api/users/{user_id}"),
    ("POST", "/api/users/{user_id}/login-link"), ("GET", "/api/sessions"), ("GET", "/api/sessions/{session_id}/log"),
    ("GET", "/api/audit"), ("GET", "/api/users/{user_id}/tokens"), ("DELETE", "/api/users/{user_id}/tokens/{token_id}"),
}  # fmt: skip
#: Everybody who is signed in, about nobody but themselves.
OWN = {
    ("POST", "/api/auth/logout"), ("GET", "/api/auth/me"), ("GET", "/api/auth/sign-ins"), ("GET", "/api/auth/tokens"),
    ("POST", "/api/auth/tokens"), ("GET", "/api/auth/password"), ("POST", "/api/auth/password"), ("GET", "/api/configs"),
    ("POST", "/api/configs"), ("POST", "/api/configs/validate"), ("GET", "/api/session"), ("GET", "/api/session/events"),
    ("GET", "/api/openapi.json"),
}  # fmt: skip
#: Whoever the object belongs to or is shared with: its kind, and the body that names it where the address does not.
OBJECT = {
    ("DELETE", "/api/auth/sign-ins/{sign_in_id}"): ("sign-in", None),
    ("DELETE", "/api/auth/tokens/{token_id}"): ("token", None),
    ("GET", "/api/configs/{config_id}"): ("config", None),
    ("PUT", "/api/configs/{config_id}"): ("config", None),
    ("DELETE", "/api/configs/{config_id}"): ("config", None),
    ("GET", "/api/configs/{config_id}/versions"): ("config", None),
    ("POST", "/api/session/start"): ("config", "config"),
    ("POST", "/api/session/stop"): ("session", "session_id"),
}
#: The catalogue has a table of its own, with rows of projects behind it: tests/store/test_catalogue_http.py.
CATALOGUE = "/api/catalog/v1/"
