#!/usr/bin/env bash
# The roles of docs/howto/postgres.md, made once when the database's volume is new. Passwords come from the environment.
set -euo pipefail
psql --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" --no-psqlrc --set ON_ERROR_STOP=1 \
    --set owner="$OWNER_PASSWORD" --set server="$SERVER_PASSWORD" <<'SQL'
CREATE ROLE clone_owner LOGIN PASSWORD :'owner';
CREATE ROLE clone_app NOLOGIN;
CREATE ROLE clone_server LOGIN PASSWORD :'server' IN ROLE clone_app;
CREATE DATABASE clone OWNER clone_owner;
SQL
