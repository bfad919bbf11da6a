"""Starts, watches and ends backends; one spawner per way of doing so, behind one protocol."""

from mdjourney_gateway.spawn.protocol import Child, Order, Record, Spawner, SpawnFailed

__all__ = ["Child", "Order", "Record", "SpawnFailed", "Spawner"]
