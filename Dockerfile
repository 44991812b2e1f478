# syntax=docker/dockerfile:1
# One image for the server, the worker and the migration step: they differ in their command alone.

FROM python:3.13-slim AS build
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/clone
RUN pip install --no-cache-dir "uv>=0.9,<1"
WORKDIR /src
# What the lock file names first: it changes more seldom than our own code.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --extra otel --no-install-project
COPY clone_mcp ./clone_mcp
RUN uv sync --locked --no-dev --extra otel --no-editable

FROM python:3.13-slim
RUN useradd --uid 10001 --no-log-init --create-home --home-dir /data clone && chmod 700 /data
COPY --from=build /opt/clone /opt/clone
ENV PATH=/opt/clone/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CLONE_HOME=/data \
    CLONE_HOST=0.0.0.0 \
    CLONE_PORT=8787 \
    CLONE_LOG_FORMAT=json \
    CLONE_LOG_LEVEL=info
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8787/healthz', timeout=4)"]
ENTRYPOINT ["clone-mcp"]
CMD ["serve"]
