"""The catalogue's routes: thin questions to the metadata store."""

from fastapi import APIRouter

from mdjourney_gateway.accounts import Accounts
from mdjourney_gateway.catalogue.asking import Catalogue
from mdjourney_gateway.catalogue.granting import granting_routes
from mdjourney_gateway.catalogue.life import life_routes
from mdjourney_gateway.catalogue.reading import reading_routes
from mdjourney_gateway.catalogue.searching import search_routes
from mdjourney_gateway.catalogue.trail import trail_routes
from mdjourney_gateway.metadata_store import MetadataStore
from mdjourney_gateway.routing import PrefixRouter

__all__ = ["Catalogue", "catalogue_routes"]


def catalogue_routes(store: MetadataStore, accounts: Accounts) -> APIRouter:
    """`/api/catalog/v1/...`, for everybody who is signed in, each limited to what they may see and change."""
    router = PrefixRouter(prefix="/api/catalog/v1", tags=["catalogue"])
    asking = Catalogue(store)
    life_routes(router, asking)  # first: what instruments send is looked for first
    reading_routes(router, asking)
    search_routes(router, asking)
    granting_routes(router, asking, accounts)
    trail_routes(router, asking)
    return router
