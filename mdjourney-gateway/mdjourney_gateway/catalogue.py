"""The catalogue's routes: thin questions to the metadata store, each with a deadline, none on the event loop."""

from fastapi import APIRouter

from mdjourney_gateway.metadata_store import MetadataStore


def catalogue_routes(store: MetadataStore) -> APIRouter:
    """`/api/catalog/v1/...`"""
    return APIRouter(prefix="/api/catalog/v1", tags=["catalogue"])
