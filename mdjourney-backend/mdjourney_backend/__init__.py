"""One session: describes, versions and serves one tree."""
