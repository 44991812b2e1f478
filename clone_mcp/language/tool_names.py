"""Tools, languages and services that developers use, and the words around a name that show it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clone_mcp.models.memory import FactKind

_LANGUAGES = """
Python: python, py3|Rust: rust|Go: golang|JavaScript: javascript|TypeScript: typescript|Java: java|
Kotlin: kotlin|Scala: scala|Ruby: ruby|PHP: php|C#: c#|C++: c++|Elixir: elixir|Erlang: erlang|Haskell: haskell|
OCaml: ocaml|Clojure: clojure|Zig: zig|Swift: swift|Perl: perl|Lua: lua|Dart: dart|Julia: julia|
Fortran: fortran|COBOL: cobol|Objective-C: objective-c|Solidity: solidity|SQL: sql|Bash: bash|zsh: zsh|
fish: fish shell|PowerShell: powershell|HTML: html|CSS: css|Sass: sass, scss|LaTeX: latex|R: rstats|
MATLAB: matlab|F#: f#|Nim: nim|Crystal: crystal lang|Assembly: assembly|GraphQL: graphql|
WebAssembly: webassembly, wasm
"""
_FRAMEWORKS = """
React: react, reactjs|Vue: vue, vuejs|Angular: angular|Svelte: svelte|SvelteKit: sveltekit|
Next.js: next.js, nextjs|Nuxt: nuxt|Remix: remix run|Astro: astro|Django: django|Flask: flask|FastAPI: fastapi|
Rails: rails, ruby on rails|Laravel: laravel|Symfony: symfony|Spring Boot: spring boot|
Express: express.js, expressjs|NestJS: nestjs|Phoenix: phoenix liveview|Flutter: flutter|
React Native: react native|SwiftUI: swiftui|Tailwind: tailwind, tailwindcss|Bootstrap: bootstrap|Blazor: blazor|
MudBlazor: mudblazor|.NET: .net, dotnet|ASP.NET: asp.net|Unity: unity3d|Godot: godot|PyTorch: pytorch|
TensorFlow: tensorflow|pandas: pandas|Polars: polars|NumPy: numpy|SQLAlchemy: sqlalchemy|Prisma: prisma|
Drizzle: drizzle orm|Pydantic: pydantic|Celery: celery|LangChain: langchain|Playwright: playwright|
Cypress: cypress|Selenium: selenium|Storybook: storybook|Electron: electron|Tauri: tauri|jQuery: jquery|
htmx: htmx|Pinia: pinia|shadcn/ui: shadcn, shadcn/ui|Zod: zod|tRPC: trpc|Streamlit: streamlit
"""
_TOOLS = """
pytest: pytest|uv: uv|pip: pip|Poetry: poetry|conda: conda|pipx: pipx|ruff: ruff|Black: black formatter|
mypy: mypy|pyright: pyright|flake8: flake8|isort: isort|pre-commit: pre-commit|tox: tox|npm: npm|pnpm: pnpm|
Yarn: yarn|Bun: bun|Deno: deno|Vite: vite|Vitest: vitest|webpack: webpack|esbuild: esbuild|ESLint: eslint|
Prettier: prettier|Biome: biome|Jest: jest|Mocha: mocha|Cargo: cargo|Clippy: clippy|rustfmt: rustfmt|
gofmt: gofmt|Gradle: gradle|Maven: maven|CMake: cmake|Make: makefile|just: justfile|Bazel: bazel|Nix: nix|
Homebrew: homebrew, brew|Git: git|GitHub: github|GitLab: gitlab|Bitbucket: bitbucket|
GitHub Actions: github actions|Jenkins: jenkins|CircleCI: circleci|gh: gh cli|Docker: docker|
Docker Compose: docker compose, docker-compose|Podman: podman|Kubernetes: kubernetes, k8s|Helm: helm|
Terraform: terraform|Pulumi: pulumi|Ansible: ansible|Vagrant: vagrant|tmux: tmux|Vim: vim|Neovim: neovim, nvim|
Emacs: emacs|VS Code: vs code, vscode|Zed: zed editor|Sublime Text: sublime|JetBrains: jetbrains|
IntelliJ: intellij|PyCharm: pycharm|WebStorm: webstorm|Xcode: xcode|Android Studio: android studio|
Cursor: cursor ide|Claude Code: claude code|Jupyter: jupyter|Obsidian: obsidian|Notion: notion|
Linear: linear app|Jira: jira|Trello: trello|Slack: slack|Figma: figma|Postman: postman|curl: curl|jq: jq|
ripgrep: ripgrep, rg|ffmpeg: ffmpeg|Alembic: alembic|Flyway: flyway|Aspire: .net aspire|mise: mise|asdf: asdf|
Nx: nx monorepo|Turborepo: turborepo|Excel: excel|Fastlane: fastlane|direnv: direnv
"""
_SERVICES = """
Postgres: postgres, postgresql|MySQL: mysql|MariaDB: mariadb|SQLite: sqlite|MongoDB: mongodb, mongo|
Redis: redis|Valkey: valkey|Elasticsearch: elasticsearch|OpenSearch: opensearch|ClickHouse: clickhouse|
DuckDB: duckdb|Cassandra: cassandra|DynamoDB: dynamodb|Snowflake: snowflake|BigQuery: bigquery|Neo4j: neo4j|
Kafka: kafka|RabbitMQ: rabbitmq|NATS: nats|AWS: aws|Azure: azure|Google Cloud: gcp, google cloud|S3: s3|
Lambda: aws lambda|Cloudflare: cloudflare|Vercel: vercel|Netlify: netlify|Heroku: heroku|Fly.io: fly.io|
Render: render.com|Railway: railway.app|DigitalOcean: digitalocean|Hetzner: hetzner|Supabase: supabase|
Firebase: firebase|Stripe: stripe|Twilio: twilio|Sentry: sentry|Datadog: datadog|Grafana: grafana|
Prometheus: prometheus|nginx: nginx|Caddy: caddy|Traefik: traefik|Keycloak: keycloak|Auth0: auth0|
Clerk: clerk auth|Airflow: airflow|dbt: dbt|Spark: pyspark|Databricks: databricks|Ubuntu: ubuntu|Debian: debian|
Fedora: fedora|Arch Linux: arch linux|NixOS: nixos|macOS: macos|Windows: windows 11, windows 10|WSL: wsl, wsl2|
Raspberry Pi: raspberry pi|Pinecone: pinecone|Qdrant: qdrant|pgvector: pgvector|Algolia: algolia
"""


def _names(table: str, kind: FactKind) -> dict[str, tuple[str, FactKind]]:
    entries = (entry.split(": ") for entry in table.replace("\n", "").split("|"))
    return {alias: (name, kind) for name, aliases in entries for alias in aliases.split(", ")}


TOOLS = {
    **_names(_LANGUAGES, FactKind.SKILL),
    **_names(_FRAMEWORKS, FactKind.SKILL),
    **_names(_TOOLS, FactKind.SKILL),
    **_names(_SERVICES, FactKind.ARTIFACT),
}
"""Every spelling, with the name it stands for. Words that mean something else too (go, r, express) are left out."""

_NAME = rf"({'|'.join(sorted(map(re.escape, TOOLS), key=lambda name: (-len(name), name)))})(?![\w+#]|[-/.]\w)"
_NOUN = (
    r"(?:db|database|instance|container|image|tests?|code|project|script|config|server|app|command|commands|"
    r"deployment|cluster|workflow|pipeline|migrations?|query|queries|components?|package|packages|classes|setup|"
    r"build|repo|backend|frontend)"
)
_USED = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?:i|we)(?:'re| are|'m| am|'ve been)? (?:\w+ly |always )?(?:use|using|run|running|write|writing|work in|"
    rf"work with|working in|working with|develop in|deploy to|deploying to|deploy on|host on) {_NAME}"
    rf"|(?:our|my|the) (?:\w+ )?{_NAME}(?= {_NOUN}\b|$|[,.])|(?:our|my) {_NAME}"
    rf"|(?:written|implemented|coded|built|developed|hosted|deployed|running|stored|saved) (?:in|with|on|to) {_NAME}"
    rf"|^(?:run|rerun|use|using|install|start) (?:the )?{_NAME}"
    r"|(?:run|install|build|test|do|add|lint|format|check|start|deploy|implement|write|push|pull|open) (?:it|"
    rf"this|that|them|everything|the \w+|all \w+|tests|a \w+)? ?(?:with|using|via|in|on|to|from) {_NAME}"
    r")",
    re.IGNORECASE,
)
_NOT_USED = re.compile(
    r"\b(?:not|no|never|n't|without|instead of|rather than|don't|dont|stop|avoid|remove|drop|replace|switch|"
    r"migrate|migrating|move away|support|supports|like|compare|vs|versus|unlike|alternative|example|"
    r"for users|parser|plan|consider|could|can we|explore)\b",
    re.IGNORECASE,
)


def tools_used(statement: str) -> Iterator[tuple[str, FactKind]]:
    """The tools that a statement shows its author using. A name alone shows nothing: people write about tools, too."""
    if _NOT_USED.search(statement):
        return
    for found in _USED.finditer(statement):
        name = next(value for value in found.groups() if value)
        yield TOOLS[name.casefold()]


def known(word: str) -> bool:
    """Whether this is the name of a tool."""
    return word.casefold() in TOOLS
