"""The tables of the gateway's state; moments are seconds since 1970, hashes are SHA-256 in hex, `gateway` is whose a row is
where several share a state."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Table, Text

metadata = MetaData()

account = Table(
    "account",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("domain", String(64), nullable=False, default="local"),
    Column("name", String(200)),
    Column("email", String(255)),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column(
        "user_id", String(64), ForeignKey("account.user_id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("address", String(64)),
    Column("agent", String(200)),
)

token = Table(
    "token",
    metadata,
    Column("token_id", String(32), primary_key=True),
    Column(
        "user_id", String(64), ForeignKey("account.user_id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("name", String(100), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("link_hash", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("user_id", String(64), ForeignKey("account.user_id", ondelete="CASCADE")),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

config = Table(
    "config",
    metadata,
    Column("config_id", String(36), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("owner", String(64), ForeignKey("account.user_id"), nullable=False, index=True),
    Column("yaml", Text, nullable=False),
    Column("monitor_path", Text, nullable=False),
    Column("members", JSON, nullable=False),
    Column("keep_running", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("gateway", String(36)),
)

config_version = Table(
    "config_version",
    metadata,
    Column("config_id", String(36), ForeignKey("config.config_id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("yaml", Text, nullable=False),
    Column("saved_by", String(64), nullable=False),
    Column("saved_at", Float, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("session_id", String(36), primary_key=True),
    Column("user_id", String(64), nullable=False, index=True),
    Column("config_id", String(36), nullable=False, index=True),
    Column("resident", Boolean, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", Text),
    Column("port", Integer),
    Column("pid", Integer),
    Column("pid_started", String(32)),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("gateway", String(36)),
)

key = Table(
    "key", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False)
)
