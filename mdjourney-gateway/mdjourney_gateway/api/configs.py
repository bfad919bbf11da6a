"""Stored session configs."""

import difflib
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from mdjourney_contract.clock import rfc3339
from mdjourney_contract.problems import NotAllowed, NotFound
from mdjourney_gateway.accounts import Caller
from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.models import CheckedConfig, ConfigVersions, StoredConfigs, WholeConfig
from mdjourney_gateway.api.parameters import ConfigId
from mdjourney_gateway.api.reading import Person, yaml_body
from mdjourney_gateway.api.refusals import also
from mdjourney_gateway.api.shapes import takes_config
from mdjourney_gateway.configs import Config, Configs, check_config
from mdjourney_gateway.moments import moment
from mdjourney_gateway.routing import PrefixRouter
from mdjourney_gateway.sessions import Sessions
from mdjourney_gateway.settings import Settings


def may_upload(caller: Caller, settings: Settings) -> None:
    """Whether the operator lets this person bring configs.

    Raises:
        NotAllowed: not.
    """
    allowed = settings.adhoc_configs
    if caller.is_admin and allowed != "nobody":
        return
    if allowed != "researchers" or caller.is_reader:
        raise NotAllowed("the operator does not let you upload configs: ask for one to be shared with you")


def config_routes(settings: Settings, configs: Configs, sessions: Sessions) -> APIRouter:
    """`/api/configs`"""
    router = PrefixRouter(prefix="/api/configs", tags=["configs"])

    def shown(config: Config) -> dict[str, Any]:
        return {
            "config_id": config.config_id,
            "name": config.name,
            "monitor_path": config.monitor_path,
            "owner": config.owner,
            "members": config.members,
            "version": config.version,
            "keep_running": config.keep_running,
            "updated_at": rfc3339(moment(config.updated_at)),
            "running": sessions.is_running(config.config_id),
        }

    def whole(config: Config) -> dict[str, Any]:
        return {**shown(config), "yaml": config.yaml, "effective": config.effective().model_dump(mode="json")}

    @router.get("", response_model=StoredConfigs)
    async def list_configs(caller: Person) -> Response:
        """The configs a person may use."""
        found = await anyio.to_thread.run_sync(configs.visible_to, caller.identity)
        return Json({"items": [shown(each) for each in found]})

    @router.post("/validate", response_model=CheckedConfig, openapi_extra=takes_config())
    async def validate(request: Request, caller: Person) -> Response:
        """Check a config without storing it; answers every key with the value it would have."""
        may_upload(caller, settings)
        checked = await anyio.to_thread.run_sync(check_config, await yaml_body(request), settings)
        return Json({"effective": checked.config.model_dump(mode="json"), "name": checked.name})

    @router.post(
        "", response_model=WholeConfig, status_code=201, responses=also(409), openapi_extra=takes_config()
    )
    async def add_config(request: Request, caller: Person) -> Response:
        """Store a config; the same person and folder again is a new version of the same config."""
        may_upload(caller, settings)
        checked = await anyio.to_thread.run_sync(check_config, await yaml_body(request), settings)
        config = await anyio.to_thread.run_sync(configs.register, caller.identity, checked)
        await sessions.config_saved(config)
        return Json(whole(config), status_code=201)

    @router.get("/{config_id}", response_model=WholeConfig)
    async def get_config(config_id: ConfigId, caller: Person) -> Response:
        """One config with its text and its effective values."""
        return Json(whole(await anyio.to_thread.run_sync(configs.get, caller.identity, config_id)))

    @router.put("/{config_id}", response_model=WholeConfig, responses=also(409), openapi_extra=takes_config())
    async def change_config(config_id: ConfigId, request: Request, caller: Person) -> Response:
        """Save a new version; backends that run are started again with it."""
        may_upload(caller, settings)
        checked = await anyio.to_thread.run_sync(check_config, await yaml_body(request), settings)
        config = await anyio.to_thread.run_sync(configs.change, caller.identity, config_id, checked)
        await sessions.config_saved(config)
        return Json(whole(config))

    @router.delete("/{config_id}", status_code=204)
    async def delete_config(config_id: ConfigId, caller: Person) -> Response:
        """Forget a config and end its backends; nothing in the folder is touched."""
        await anyio.to_thread.run_sync(configs.delete, caller.identity, config_id)
        await sessions.config_deleted(config_id)
        return Response(status_code=204)

    @router.get("/{config_id}/versions", response_model=ConfigVersions)
    def list_versions(config_id: ConfigId, caller: Person) -> Response:
        """Every version, newest first, with a unified diff to the one before."""
        versions = configs.versions(caller.identity, config_id)
        if not versions:
            raise NotFound("no versions")
        older = [*[v["yaml"] for v in versions[1:]], ""]
        items = [
            {**v, "saved_at": rfc3339(moment(v["saved_at"])), "diff": _diff(before, v["yaml"])}
            for v, before in zip(versions, older, strict=True)
        ]
        return Json({"items": items})

    return router


def _diff(before: str, after: str) -> str:
    return "\n".join(
        difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm="")
    )
