# syntax=docker/dockerfile:1
# For Pipecat Cloud, whose base image serves bot.bot(), and for plain Docker; see deploy/README.md.
ARG BASE=dailyco/pipecat-base:latest
FROM ${BASE}

WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    PATH="/app/.venv/bin:$PATH"

# --inexact leaves the base image's own packages in place beside ours.
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    uv sync --frozen --inexact --no-dev --no-install-project \
        --extra embedded --extra daily --extra webrtc

COPY pyproject.toml uv.lock README.md LICENSE ./
COPY LICENSES LICENSES
COPY callwright callwright
COPY bot bot
COPY processors processors
COPY pipelines pipelines
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --inexact --no-dev --extra embedded --extra daily --extra webrtc

# Calls are written as an ordinary user; a volume mounted here keeps them.
RUN useradd --uid 10001 --create-home callwright \
    && install --directory --owner callwright /app/calls
USER 10001
ENV HOME=/home/callwright
