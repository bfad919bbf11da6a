"""The front door: signs people in, runs backends, proxies to them, serves the catalogue and the web app."""
