"""The demo: a small lab folder made of real files, and one command that shows everything on it."""
