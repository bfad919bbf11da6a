# One image: the gateway, its backends and the web app.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY requirements ./requirements
RUN python -m venv /opt/mdjourney \
 && /opt/mdjourney/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml hatch_build.py README.md LICENSE CHANGELOG.md ./
COPY packaged_schemas ./packaged_schemas
COPY migrations ./migrations
COPY mdjourney-backend ./mdjourney-backend
COPY mdjourney-store ./mdjourney-store
COPY mdjourney-gateway ./mdjourney-gateway
COPY mdjourney-webapp ./mdjourney-webapp
RUN /opt/mdjourney/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
# The newest git of this Debian is wanted: its fixes come under the same name.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 mdjourney \
 && install -d -o mdjourney -g mdjourney -m 0700 /var/lib/mdjourney \
 && install -d -o mdjourney -g mdjourney /data
COPY --from=build /opt/mdjourney /opt/mdjourney
ENV PATH=/opt/mdjourney/bin:$PATH PYTHONUNBUFFERED=1
USER 1000:1000
VOLUME ["/var/lib/mdjourney", "/data"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["mdjourney", "serve", "--home", "/var/lib/mdjourney", "--host", "0.0.0.0", "--port", "8000", "--allowed-root", "/data"]
