"""Who acts: a person as gateway, backend, documents, history and store all name them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

PlatformRole = Literal["admin", "researcher", "reader"]


class Identity(BaseModel):
    """One person. `user_id` and `domain` are the key of `user_detail`.

    `domain` is `local` for gateway accounts, the provider for others, `os:<host>` for owners of files.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_id: str
    domain: str = "local"
    name: str | None = None
    email: str | None = None
    role: PlatformRole = "researcher"

    @property
    def display_name(self) -> str:
        """The name to show, and to use as git author."""
        return self.name or self.user_id

    @property
    def git_email(self) -> str:
        """The address git records; made from the key when the person gave none."""
        return self.email or f"{self.user_id}@{self.domain.replace(':', '.')}.mdjourney.invalid"


SYSTEM = Identity(user_id="mdjourney", domain="system", name="MDJourney")
