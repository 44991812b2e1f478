"""The prompts of shells, debuggers and consoles at the beginning of a line: what follows is a terminal's.

A sign that people type too ("#", "%", "$" after a word) counts only before a command.
"""

from __future__ import annotations

_COMMANDS = (
    r"(?:ls|ll|cd|pwd|cp|mv|rm|mkdir|rmdir|chmod|chown|grep|egrep|rg|awk|sed|xargs|sudo|su|ssh|scp|rsync|curl|wget|tar"
    r"|unzip|gunzip|ps|df|du|env|uname|whoami|hostname|vim?|nvim|nano|ansible|apk|apt(?:-get)?|brew|dnf|yum|pacman|dpkg"
    r"|systemctl|journalctl|git|gh|glab|docker|podman|kubectl|helm|terraform|aws|gcloud|az|npm|npx|pnpm|yarn|bun|deno"
    r"|tsc|pip3?|pipx|uvx?|poetry|conda|python[\d.]*|pytest|ruby|perl|php|java|javac|mvn|gradle|cargo|rustc|rustup|gcc"
    r"|g\+\+|clang|cmake|psql|sqlite3|mysql|jq|tmux|claude|codex|aider|llm|echo|export|(?:\.{0,2}|~)/\S+)(?=\s|$)"
)
_WORDS = (
    r"(?:cat|make|find|go|node|echo|kill|head|tail|less|more|sort|cut|touch|which|type|diff|open|source|export|set|test"
    r"|time|watch|tree|date|history|man|bash|zsh|sh)\s(?:.{0,200}?\s)?(?:-{1,2}\w|[~.$/\"'*]|[\w-]+[./=_]\w|[A-Z_]{3,})"
    r"|(?:make|just|go)\s(?:all|build|check|clean|deploy|dev|docs?|format|install|lint|run|start|tests?)\s*$"
)
"""Commands that are words too. An option, a path, a file or a variable says that they are commands."""
_COMMAND = rf"\s{{0,2}}(?:\w+=\S+\s)?(?:{_COMMANDS}|{_WORDS})"
_HOST = r"[\w.-]{1,40}@[\w.-]{1,60}"
_BRANCH = r"(?:\s?\([^)\n]{1,60}\))?"
_ENVIRONMENT = r"(?:\((?:base|[\w.-]{0,20}env[\w.-]{0,10})\)\s)"

PROMPTS = rf"""
      \$\s(?![\d\s]) | {_HOST}(?:[:\s][^\s$\#%>]{{0,100}})?{_BRANCH}\s?[$\#%>](?:\s|$)
    | {_HOST}\s[\w~/.-]{{1,80}}\s[$\#%](?:\s|$)
    | \[[\w.-]{{1,40}}@[^\]\n]{{1,80}}\]\s?[$\#] | (?:ba|z|da|k|fi)?sh-[\d.]{{1,8}}[$\#](?:\s|$)
    | (?:\([\w.-]{{1,40}}\)\s)?(?:(?:PS\s)?[A-Za-z]:\\[^>\n]{{0,120}}>
      |PS\s[/~][^>\n]{{0,120}}>|[➜λ❯]\s|{_HOST}[:\s].{{0,100}}[$\#%>]\s)
    | {_ENVIRONMENT}.{{0,120}}[$\#%>]\s | [╰└]─{{1,4}}[╼\s]{{0,2}}[$\#%>❯➤➜λ○](?:\s|\w|$) | ╰─{{1,2}}{_COMMAND}
    | [^❯⟩:,.?!"]{{0,80}}[❯⟩](?:\s|$) | [✗»▶>]{_COMMAND} | .{{0,60}}\bgit:\([\w./-]{{1,60}}\)\s
    | (?:\S{{1,40}}\s){{1,2}}[/~][^\s$\#%>]{{0,100}}{_BRANCH}\s?[$\#%]\s
    | [~/][\w./-]{{0,100}}{_BRANCH}\s?[$\#%>]\s\S | [\w.-]{{1,40}}:[~/][\w./-]{{0,100}}\s?[\w.-]{{0,40}}[$\#%>]\s
    | (?:[\w./~:-]{{1,60}}\s?)?{_BRANCH}\s?[$\#%]{_COMMAND}
    | >>>\s | In\s\[\d{{1,4}}\]: | \w{{1,40}}=[\#>]\s\S | \w{{1,40}}=\#\s*$
    | [A-Za-z][\w.()/-]{{0,30}}[\w)]>\s(?!\d+\s[a-z])\S | [\w.-]{{1,40}}:[\w.~/-]{{1,60}}\s[\w.-]{{1,32}}\$\s
    | [\w-]{{2,30}}(?:\([\w-]{{1,30}}\)\#\s|\#\s(?:show|conf|configure|exit|copy|ping|enable)\b)
    | Last\slogin:\s | Script\sstarted\son\s | make(?:\[\d{{1,3}}\])?:\s[A-Z*]
    | \d{{1,3}}(?:\.\d{{1,3}}){{3}}:\d{{1,5}}>\s
    | (?i:\((?:gdb|lldb|dlv|i?pdb(?:\+\+)?|byebug|rdb[:\d]{{0,6}})\)(?:\s|$))
    | (?:mysql|mariadb|sqlite|redis|mongo|irb|pry|iex|ghci|scala|julia|i?pdb|php|cqlsh|s?ftp|SQL|duckdb)
      [^>\n]{{0,40}}>\s
    | >\s(?:\d[\d\s.]{{0,40}}[-+*/%]\s?\d[\d\s.+*/()%-]{{0,80}}|(?:const|let|var)\s\w+\s?=.{{0,300}}
      |(?:await\s)?[\w$]{{1,40}}(?:\.[\w$]{{1,40}}){{0,6}}\(.{{0,300}}\);?|\S{{1,80}}@\d+\.\d\S{{0,40}}\s\S.{{0,100}})\s*$
    | (?:Python\s\d|Welcome\sto\sNode\.js|Type\s"(?:help|copyright|\.help)")[^\n]{{0,60}}(?:\[|v\d|"|\(main)"""
