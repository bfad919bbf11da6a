"""What the gateway's own routes answer."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from mdjourney_contract.session_config import SessionConfig
from mdjourney_gateway.api.shapes import (
    Answer,
    Domain,
    Identifier,
    Location,
    Moment,
    UserId,
)

Role = Literal["admin", "researcher", "reader"]
CsrfToken = Annotated[
    str | None,
    Field(description="What unsafe requests carry as X-CSRF-Token; null for API tokens.", examples=["kq3w…"]),
]
LoginLink = Annotated[
    str,
    Field(
        description="Path of a link that signs the person in once.", examples=["/login?token=q0x4ZDhJm2o8…"]
    ),
]


class Who(Answer):
    """A person, as the rest of MDJourney knows them."""

    user_id: UserId
    domain: Domain
    name: Annotated[str | None, Field(examples=["Ada Lovelace"])]
    email: Annotated[str | None, Field(examples=["ada@example.org"])]
    role: Role


class SignedIn(Answer):
    """Who is signed in, and the CSRF token of the sign-in."""

    user: Who
    csrf_token: CsrfToken


class Device(Answer):
    """A device on which the person is signed in."""

    sign_in_id: Identifier
    created_at: Moment
    seen_at: Moment
    address: Annotated[str | None, Field(examples=["127.0.0.1"])]
    agent: Annotated[str | None, Field(examples=["Mozilla/5.0"])]
    current: Annotated[bool, Field(description="Whether it is the one that asks.", examples=[True])]


class Devices(Answer):
    """A person's sign-ins."""

    items: list[Device]


class ApiToken(Answer):
    """An API token, without its secret."""

    token_id: Identifier
    user_id: UserId
    name: Annotated[str, Field(examples=["microscope 2"])]
    scopes: Annotated[list[str], Field(examples=[["read", "write"]])]
    created_at: Moment
    expires_at: Moment


class MadeToken(ApiToken):
    """A new API token."""

    token: Annotated[str, Field(description="Its secret, shown once.", examples=["mdj_9dG3…"])]


class ApiTokens(Answer):
    """A person's API tokens."""

    items: list[ApiToken]


class User(Answer):
    """An account."""

    user_id: UserId
    domain: Domain
    name: Annotated[str | None, Field(examples=["Ada Lovelace"])]
    email: Annotated[str | None, Field(examples=["ada@example.org"])]
    role: Role
    disabled: bool
    has_password: Annotated[bool, Field(examples=[True])]
    created_at: Moment


class MadeUser(User):
    """A new account."""

    login_link: Annotated[LoginLink | None, Field(description="There when no password was given.")]


class NamedProject(Answer):
    """A project by name."""

    project_id: Identifier
    name: Annotated[str | None, Field(examples=["Heat"])]


class ChangedUser(User):
    """An account after a change, and what it means for projects."""

    projects_without_admin: Annotated[
        list[NamedProject],
        Field(
            description="Only the platform's admins can administer these now; with `force`.", examples=[[]]
        ),
    ]
    not_checked: Annotated[
        str | None, Field(description="Why it was not seen whether there are such projects.", examples=[None])
    ]


class Users(Answer):
    """Every account."""

    items: list[User]


class Link(Answer):
    """A one-time link."""

    login_link: LoginLink


class StoredConfig(Answer):
    """A stored session config."""

    config_id: Identifier
    name: Annotated[str, Field(examples=["Lab"])]
    monitor_path: Location
    owner: UserId
    members: Annotated[list[str], Field(examples=[["grace"]])]
    version: int
    keep_running: Annotated[bool, Field(examples=[True])]
    updated_at: Moment
    running: Annotated[bool, Field(description="Whether a backend serves it now.", examples=[True])]


class StoredConfigs(Answer):
    """Configs a person may use."""

    items: list[StoredConfig]


Effective = Annotated[
    SessionConfig,
    Field(examples=[SessionConfig(monitor_path="/data/lab", name="Lab").model_dump(mode="json")]),
]


class WholeConfig(StoredConfig):
    """A stored config with its text and the value of every key."""

    yaml: Annotated[str, Field(examples=["monitor_path: /data/lab\nname: Lab\n"])]
    effective: Effective


class CheckedConfig(Answer):
    """A config that could be used."""

    effective: Effective
    name: Annotated[str, Field(examples=["Lab"])]


class ConfigVersion(Answer):
    """One saved version of a config."""

    version: int
    yaml: Annotated[str, Field(examples=["monitor_path: /data/lab\n"])]
    saved_by: UserId
    saved_at: Moment
    diff: Annotated[
        str, Field(description="Unified, to the version before.", examples=["+monitor_path: /data/lab"])
    ]


class ConfigVersions(Answer):
    """Every version of a config, newest first."""

    items: list[ConfigVersion]


SessionState = Literal["requested", "starting", "ready", "stopping", "stopped", "failed"]


class SessionView(Answer):
    """A session as its person sees it."""

    session_id: Identifier
    state: Annotated[SessionState, Field(examples=["ready"])]
    monitor_path: Location
    name: Annotated[str, Field(examples=["Lab"])]
    config_id: Annotated[Identifier | None, Field(examples=["3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11"])]
    reason: Annotated[str | None, Field(description="Why it is being restarted or failed.", examples=[None])]
    log_tail: Annotated[
        list[str] | None, Field(description="The last lines of a backend that died.", examples=[None])
    ]
    started_at: Moment
    last_used_at: Moment
    port: Annotated[int | None, Field(examples=[8100])]
    owner: Annotated[UserId, Field(description="Empty for a resident backend.")]
    resident: bool
    restarts: Annotated[int, Field(examples=[0])]


class RunningSession(SessionView):
    """A session as admins see it."""

    pid: Annotated[int | None, Field(examples=[4242])]
    memory_bytes: Annotated[int | None, Field(examples=[94371840])]
    spawn_seconds: Annotated[
        float | None, Field(description="Its last start, to the first answer.", examples=[0.41])
    ]


class RunningSessions(Answer):
    """Every session, resident backends too."""

    items: list[RunningSession]
    waiting: Annotated[int, Field(description="Starts that wait for room.", examples=[0])]


class SessionLog(Answer):
    """The end of a session's log."""

    session_id: Identifier
    lines: Annotated[
        list[str],
        Field(description="Oldest first.", examples=[["INFO mdjourney_backend.assembly leading /data/lab"]]),
    ]


class MySessions(Answer):
    """The session requests go to, and all of a person's."""

    session: SessionView | None
    sessions: list[SessionView]


class Alive(Answer):
    """The gateway answers."""

    status: Annotated[Literal["ok"], Field(examples=["ok"])]


class Ready(Alive):
    """What works."""

    store: Annotated[Literal["ok", "away"], Field(description="The metadata store.")]


class Problem(Answer):
    """RFC 9457: what is wrong, in words for people; some problems tell more."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    type: Annotated[str, Field(examples=["about:blank"])]
    title: Annotated[str, Field(examples=["Sign in first"])]
    status: Annotated[int, Field(examples=[401])]
    detail: Annotated[str, Field(examples=["sign in first"])]
    errors: Annotated[list[dict[str, Any]], Field(description="One for each fault.", examples=[[]])]
    instance: Annotated[str | None, Field(description="The request id.", examples=["0f3a…"])] = None
    code: Annotated[str | None, Field(description="For programs.", examples=[None])] = None
    retry_after: Annotated[
        int | None, Field(description="Seconds after which it may be asked again.", examples=[None])
    ] = None
