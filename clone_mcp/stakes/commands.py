"""Commands that act: shell, version control, SQL, HTTP, clouds and package registries.

Each row is looked up by a word that must be present, so a text without it costs nothing.
Patterns run on folded text of one sentence and are bounded, so none can run away.
"""

import re
from collections.abc import Iterable, Iterator

from clone_mcp.stakes.findings import Consequence

D, C, P, K = Consequence.DESTRUCTIVE, Consequence.COSTLY, Consequence.PUBLIC, Consequence.CREDENTIAL

_ROWS: tuple[tuple[Consequence, str, str], ...] = (
    (D, "rm", r"\brm\s+(?:-|/|\.|\w|\"|')"),
    (D, "rmdir", r"\brmdir\s+\S"),
    (D, "del", r"\bdel\s+(?:/|\w+\.)"),
    (D, "remove-item", r"remove-item\b"),
    (D, "rd", r"\brd\s+/s"),
    (D, "git", r"git\s.{0,40}?\breset\b.{0,20}--(?:hard|merge|keep)"),
    (D, "git", r"git\s.{0,40}?\bpush\b.{0,60}?(?:\s-f\b|--force|--delete|\s-d\b|--mirror|--prune|\s\+\w|\s:\w)"),
    (P, "git", r"git\s.{0,40}?\bpush\b"),
    (D, "git", r"git\s.{0,40}?\bclean\b.{0,20}-\w*[fdx]"),
    (D, "git", r"git\s.{0,40}?\bbranch\b.{0,20}(?:-d\b|--delete)"),
    (
        D,
        "git",
        r"git\s+(?:stash\s+(?:drop|clear)|reflog\s+expire|gc\s+--prune|filter-branch|filter-repo|"
        r"update-ref\s+-d|worktree\s+remove)",
    ),
    (D, "git", r"git\s+checkout\s+(?:-f|--force|--\s|\.|head\s+--)"),
    (D, "git", r"git\s+(?:restore\s+(?!--staged)|tag\s+-d|rm\s)"),
    (D, "git", r"git\s+svn\s+reset"),
    (P, "git", r"git\s+send-email"),
    (
        D,
        "drop",
        r"\bdrop\s+(?:if\s+exists\s+)?(?:table|database|schema|index|view|column|user|role|collection|"
        r"keyspace|trigger|constraint|sequence|type|function)\b",
    ),
    (D, "delete", r"\bdelete\s+from\b"),
    (D, "truncate", r"\btruncate\s+(?:table\s+)?\w"),
    (D, "update", r"\bupdate\s+\w[\w.\"]*\s+set\b"),
    (D, "alter", r"\balter\s+(?:table|database|user|role)\b"),
    (K, "grant", r"\bgrant\s+(?:all|select|insert|update|usage|\w+\s+on)\b"),
    (D, "find", r"\bfind\s.{0,120}?-(?:delete|exec\s+rm)"),
    (D, "sed", r"\bsed\s+(?:-\w+\s+)*-i.{0,80}?/etc/"),
    (D, "psql", r"\bpsql\s.{0,80}?(?:prod|\s-f\s)"),
    (D, "mysql", r"\bmysql\s.{0,80}?(?:prod|<\s)"),
    (D, "merge", r"\bmerge\s+into\s+\w"),
    *(
        (D, word, rf"\b{word}\s+\S")
        for word in ("userdel", "groupdel", "lvremove", "vgremove", "pvremove", "wipefs", "mdadm")
    ),
    *(
        (D, word, rf"\b{word}\s+(?:-\S+\s+)*\S")
        for word in ("fdisk", "parted", "blkdiscard", "tune2fs", "swapoff", "zpool")
    ),
    (K, "usermod", r"\busermod\s+-"),
    (K, "useradd", r"\buseradd\s+\S"),
    (K, "setfacl", r"\bsetfacl\s"),
    (D, "etcdctl", r"\betcdctl\s+(?:\S+\s+)*?del\b"),
    (D, "nomad", r"\bnomad\s+\w+\s+(?:stop|run|purge)"),
    (D, "dropdb", r"\bdropdb\b"),
    (D, "dropdatabase", r"dropdatabase"),
    (D, "flushall", r"\bflushall\b"),
    (D, "flushdb", r"\bflushdb\b"),
    (D, "terraform", r"terraform\s+(?:\S+\s+)?(?:destroy|state\s+rm|taint|force-unlock)"),
    (C, "terraform", r"terraform\s+(?:\S+\s+)?(?:apply|import)"),
    (D, "tofu", r"tofu\s+(?:destroy|apply)"),
    (C, "tofu", r"tofu\s+apply"),
    (C, "terragrunt", r"terragrunt\s+(?:\S+\s+)?(?:apply|destroy)"),
    (D, "terragrunt", r"terragrunt\s+(?:\S+\s+)?destroy"),
    (C, "pulumi", r"pulumi\s+(?:up|destroy|update)"),
    (D, "pulumi", r"pulumi\s+destroy"),
    (D, "kubectl", r"kubectl\s.{0,60}?\b(?:delete|drain|replace|cordon|rollout\s+(?:undo|restart))\b"),
    (C, "kubectl", r"kubectl\s.{0,60}?\b(?:apply|create|scale|patch|set|edit|rollout|autoscale|run|expose)\b"),
    (K, "kubectl", r"kubectl\s.{0,60}?\bsecrets?\b"),
    (C, "helm", r"helm\s+(?:\S+\s+)?(?:upgrade|install)"),
    (D, "helm", r"helm\s+(?:\S+\s+)?(?:uninstall|delete|rollback)"),
    (D, "docker", r"docker\s.{0,30}?\b(?:prune|rm|rmi|kill|stop|down\s+-v|down\s+--volumes)\b"),
    (D, "docker-compose", r"docker-compose\s.{0,30}?(?:down|rm|kill)"),
    (P, "docker", r"docker\s.{0,30}?\bpush\b"),
    (K, "docker", r"docker\s+login"),
    (P, "npm", r"\bnpm\s+(?:publish|dist-tag|deprecate|access|owner)"),
    (D, "npm", r"\bnpm\s+unpublish"),
    (K, "npm", r"\bnpm\s+(?:login|token\s+(?:create|revoke)|adduser)"),
    (C, "npm", r"\bnpm\s+run\s+(?:deploy|release|publish)"),
    (P, "yarn", r"\byarn\s+(?:npm\s+)?(?:publish|release|deploy)"),
    (P, "pnpm", r"\bpnpm\s+.{0,20}?(?:publish|release|deploy)"),
    (P, "lerna", r"lerna\s+publish"),
    (P, "semantic-release", r"semantic-release"),
    (P, "twine", r"twine\s+upload"),
    (P, "poetry", r"poetry\s+publish"),
    (P, "uv", r"\buv\s+publish"),
    (P, "hatch", r"hatch\s+publish"),
    (P, "flit", r"flit\s+publish"),
    (P, "cargo", r"cargo\s+(?:publish|release|owner)"),
    (D, "cargo", r"cargo\s+yank"),
    (P, "gem", r"gem\s+push"),
    (D, "gem", r"gem\s+yank"),
    (P, "nuget", r"nuget\s+push"),
    (P, "mvn", r"mvn\s.{0,20}?(?:deploy|release)"),
    (P, "gradle", r"gradlew?\s.{0,20}?publish"),
    (P, "goreleaser", r"goreleaser"),
    (P, "fastlane", r"fastlane\s"),
    (P, "eas", r"eas\s+(?:submit|update)"),
    (P, "vsce", r"vsce\s+publish"),
    (
        P,
        "gh",
        r"\bgh\s+(?:release|pr|issue|gist|repo|workflow\s+run|api)\b(?!\s+(?:list|view|status|diff|checks|checkout))",
    ),
    (D, "gh", r"\bgh\s+\w+\s+delete"),
    (K, "gh", r"\bgh\s+(?:auth|secret|ssh-key)"),
    (P, "glab", r"\bglab\s+(?:mr|release|issue)\s+(?:create|merge|close|note)"),
    (
        C,
        "aws",
        r"\baws\s.{0,40}?\b(?:run|create|put|start|update|modify|deploy|purchase|allocate|publish|"
        r"scale|request|attach|authorize|associate|enable|disable|register|set|import|reboot|restore)\w*-?",
    ),
    (
        D,
        "aws",
        r"\baws\s.{0,40}?\b(?:rm|rb|delete|terminate|stop|remove|deregister|purge|detach|revoke|"
        r"sync\s.{0,80}--delete)\w*-?",
    ),
    (P, "aws", r"\baws\s+s3\s+(?:cp|sync|mv)"),
    (K, "aws", r"\baws\s+(?:configure|iam|secretsmanager|sts|ssm\s+get)"),
    (C, "gcloud", r"\bgcloud\s.{0,60}?\b(?:create|deploy|update|resize|start|submit|add|set|enable)\b"),
    (D, "gcloud", r"\bgcloud\s.{0,60}?\b(?:delete|stop|reset|remove\S*|destroy)\b"),
    (K, "gcloud", r"\bgcloud\s+(?:auth|secrets|iam|projects\s+add-iam)"),
    (D, "gsutil", r"gsutil\s.{0,20}?\b(?:rm|rb|rsync\s+-d)\b"),
    (P, "gsutil", r"gsutil\s.{0,20}?\b(?:cp|rsync|acl)\b"),
    (C, "az", r"\baz\s.{0,60}?\b(?:create|update|start|deploy|up|scale)\b"),
    (D, "az", r"\baz\s.{0,60}?\b(?:delete|stop|purge|deallocate)\b"),
    (C, "doctl", r"doctl\s.{0,40}?\b(?:create|delete|deploy)"),
    (C, "eksctl", r"eksctl\s+\w+"),
    (C, "cdk", r"\bcdk\s+(?:deploy|destroy|bootstrap)"),
    (D, "cdk", r"\bcdk\s+destroy"),
    (C, "sam", r"\bsam\s+(?:deploy|delete)"),
    (C, "serverless", r"serverless\s+(?:deploy|remove)"),
    (C, "sls", r"\bsls\s+(?:deploy|remove)"),
    (C, "heroku", r"heroku\s.{0,40}?\b\w+"),
    (D, "heroku", r"heroku\s.{0,40}?\b(?:destroy|reset|rollback|stop)"),
    (C, "vercel", r"vercel\s+(?:deploy|--prod|promote|rollback|rm|remove|env)|\bvercel\s*$"),
    (C, "netlify", r"netlify\s+(?:deploy|env)"),
    (C, "fly", r"\bfly\s+(?:deploy|launch|scale|secrets|apps|volumes|machine)"),
    (C, "flyctl", r"flyctl\s+\w+"),
    (C, "railway", r"railway\s+(?:up|deploy|down|redeploy)"),
    (C, "wrangler", r"wrangler\s+(?:deploy|publish|delete|secret|d1)"),
    (C, "firebase", r"firebase\s+\w*:?(?:deploy|delete)"),
    (C, "eb", r"\beb\s+(?:deploy|create|terminate|swap)"),
    (C, "cf", r"\bcf\s+(?:push|delete)"),
    (C, "kamal", r"kamal\s+(?:deploy|redeploy|remove)"),
    (C, "cap", r"\bcap\s+production"),
    (C, "ansible-playbook", r"ansible-playbook\s"),
    (C, "stripe", r"stripe\s+(?:charges|refunds|payment\w*|invoices|subscriptions|payouts|transfers|trigger)"),
    (C, "sbatch", r"\bsbatch\s"),
    (D, "supabase", r"supabase\s+db\s+(?:reset|push)"),
    (D, "prisma", r"prisma\s+(?:migrate\s+(?:reset|deploy)|db\s+push)"),
    (D, "rails", r"rails\s+db:(?:drop|reset|migrate|rollback|purge|setup)"),
    (D, "rake", r"rake\s+db:(?:drop|reset|migrate|rollback|purge|setup)"),
    (D, "alembic", r"alembic\s+downgrade"),
    (D, "artisan", r"artisan\s+(?:migrate:(?:fresh|reset|refresh|rollback)|db:wipe)"),
    (D, "manage.py", r"manage\.py\s+(?:flush|reset_db|sqlflush)"),
    (D, "redis-cli", r"redis-cli\s.{0,40}?(?:flush|del|shutdown)"),
    (D, "pg_restore", r"pg_restore\s"),
    (D, "mkfs", r"\bmkfs"),
    (D, "mkfs.ext4", r"\bmkfs"),
    (D, "dd", r"\bdd\s+(?:\w+=\S+\s+)*of="),
    (D, "wipefs", r"wipefs"),
    (D, "fdisk", r"fdisk\s"),
    (D, "parted", r"parted\s"),
    (D, "diskpart", r"diskpart"),
    (D, "diskutil", r"diskutil\s+\w*erase\w*"),
    (D, "find", r"\bfind\s.{0,80}?-(?:delete|exec\s+rm)"),
    (D, "xargs", r"xargs\s+.{0,20}?\b(?:rm|kill)"),
    (D, "kill", r"\bkill\s+-\d"),
    (D, "pkill", r"\bpkill\s"),
    (D, "killall", r"\bkillall\s"),
    (D, "taskkill", r"\btaskkill\b"),
    (D, "systemctl", r"systemctl\s+(?:--\w+\s+)?(?:stop|restart|disable|mask|poweroff|reboot|kill)"),
    (D, "service", r"\bservice\s+\w+\s+(?:stop|restart)"),
    (D, "shutdown", r"\bshutdown\s+(?:-|now|/)"),
    (D, "init", r"\binit\s+[06]\b"),
    (D, "crontab", r"crontab\s+-[re]"),
    (D, "iptables", r"iptables\s+-"),
    (D, "ufw", r"\bufw\s+(?:disable|allow|delete|reset)"),
    (D, "setenforce", r"setenforce\s+0"),
    (D, "rsync", r"rsync\s.{0,80}?--delete"),
    (P, "rsync", r"rsync\s.{0,80}?\w@?[\w.-]+:"),
    (P, "scp", r"\bscp\s.{0,80}?\w+:"),
    (D, "mv", r"\bmv\s+-f\b|\bmv\s.{0,60}?/dev/null"),
    (K, "chmod", r"chmod\s+(?:-\w+\s+)?(?:0?777|a\+\w|\+s|u\+s|666)"),
    (K, "chown", r"chown\s"),
    (K, "sudo", r"\bsudo\b"),
    (K, "su", r"\bsu\s+(?:-|root)"),
    (K, "doas", r"\bdoas\s"),
    (K, "visudo", r"visudo"),
    (K, "passwd", r"\bpasswd\b\s*\w*$"),
    (K, "ssh", r"\bssh\s+(?:-\w+\s+)*[\w.-]+@"),
    (K, "ssh-copy-id", r"ssh-copy-id"),
    (K, "ssh-keygen", r"ssh-keygen"),
    (K, "cat", r"\bcat\s+\S*(?:\.env|id_rsa|\.pem|credentials|\.netrc|\.npmrc|shadow|\.key)\b"),
    (K, "printenv", r"\bprintenv\b"),
    (K, "echo", r"\becho\s+\"?\$\{?\w*(?:token|key|secret|pass)"),
    (
        K,
        "env",
        r"(?:^|[\s(\"'])(?:cp|cat|source|open|edit|commit|add|push|upload|print|share|send|"
        r"show)\s+(?:the\s+|your\s+)?[\w./-]*\.env\b",
    ),
    (K, "vault", r"\bvault\s+(?:read|write|login|token|kv)"),
    (K, "op", r"\bop\s+(?:read|item|signin)"),
    (K, "dangerously-skip-permissions", r"dangerously-skip-permissions"),
    (K, "curl", r"curl\s.{0,200}?\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b"),
    (K, "wget", r"wget\s.{0,200}?\|\s*(?:sudo\s+)?(?:ba|z)?sh\b"),
    (
        P,
        "curl",
        r"curl\s.{0,200}?(?:-x\s*|--request[ =])\"?(?:post|put|patch)|curl\s.{0,200}?\s(?:-d|--data\S*|"
        r"-f|-t|--upload-file)\s",
    ),
    (D, "curl", r"curl\s.{0,200}?(?:-x\s*|--request[ =])\"?delete"),
    (P, "http", r"\bhttp\s+(?:post|put|patch)\s"),
    (D, "http", r"\bhttp\s+delete\s"),
    (D, "requests.delete", r"requests\.delete"),
    (D, "shutil.rmtree", r"shutil\.rmtree"),
    (D, "os.remove", r"os\.remove"),
    (D, "fs.rm", r"fs\.rm"),
    (P, "mail", r"\bmail\s+-s\b"),
    (P, "sendmail", r"\bsendmail\s"),
    (P, "ngrok", r"\bngrok\s+(?:http|tcp)"),
)


def _by_word() -> dict[str, tuple[tuple[Consequence, re.Pattern[str]], ...]]:
    table: dict[str, list[tuple[Consequence, re.Pattern[str]]]] = {}
    for consequence, word, pattern in _ROWS:
        table.setdefault(word, []).append((consequence, re.compile(pattern)))
    return {word: tuple(patterns) for word, patterns in table.items()}


_BY_WORD = _by_word()
COMMAND_WORDS = frozenset(_BY_WORD)


def commands(folded: str, words: Iterable[str]) -> Iterator[tuple[Consequence, int]]:
    """Each consequence of a command in the sentence, with the place where it starts."""
    for word in words:
        for consequence, pattern in _BY_WORD.get(word, ()):
            found = pattern.search(folded)
            if found:
                yield consequence, found.start()
