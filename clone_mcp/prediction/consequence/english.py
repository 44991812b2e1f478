"""English verbs that do something, what they must be done to, and what makes them ordinary work.

A row: consequence, verbs, objects it takes to matter (none: any object), objects that make it ordinary.
Objects in capitals are kinds of `nouns`. Inflections are made by `inflect`.
"""

from typing import TypeAlias

from clone_mcp.prediction.consequence.findings import Consequence

Row: TypeAlias = tuple[Consequence, str, str, str]
D, C, P, K = Consequence.DESTRUCTIVE, Consequence.COSTLY, Consequence.PUBLIC, Consequence.CREDENTIAL

_STORES = "DATA PROD everything all it them these those this that trash recycle bin bucket"
_RUNNING = "PROD database container containers instance instances cluster vm vms cron replication backup backups pods pod nginx postgres redis server-farm"
_SAFEGUARDS = (
    "backup backups monitoring alert alerts alerting firewall auth authentication authorization 2fa mfa security protection "
    "protections ssl tls account accounts user users rls antivirus safeguards safeguard sandbox permissions permission approval "
    "approvals confirmation-prompts verification selinux audit auditing PROD branch-protection"
)
_MEDIA = "request requests signal signals event events props header headers payload response packet query parameter parameters CODE"

ROWS: tuple[Row, ...] = (
    (D, "delete drop wipe erase purge truncate destroy nuke obliterate shred expunge eradicate annihilate", "", "CODE"),
    (
        D,
        "remove unlink scrap trash discard overwrite clobber scrub zap eliminate axe ditch uninstall dispose raze",
        "",
        "CODE",
    ),
    (D, "rid", "", "CODE"),
    (D, "throw blow toss", "away out", "CODE"),
    (D, "bin", "it them this these DATA", "CODE"),
    (D, "kill terminate decommission deactivate revoke evict dismantle demolish", "", "CODE"),
    (D, "clear clean empty flush prune vacuum", _STORES, "CODE code"),
    (
        D,
        "reset",
        "database db branch branches hard repo repository head main master data password cluster table tables history everything "
        "machine device account accounts server PROD schema git commit commits changes working worktree environment",
        "CODE",
    ),
    (D, "format reformat repartition partition", "disk disks drive drives partition usb sd volume ssd hdd", "CODE"),
    (D, "shut tear take bring pull", "down", "CODE notes"),
    (D, "shut turn switch", "off PROD", "CODE lights light"),
    (D, "shutdown poweroff halt reboot", "", "CODE"),
    (D, "stop restart pause suspend bounce", _RUNNING, "CODE"),
    (D, "disable bypass skip", _SAFEGUARDS, "CODE"),
    (
        D,
        "cancel",
        "subscription subscriptions order orders account plan contract membership booking reservation service domain payment",
        "CODE",
    ),
    (D, "close", "account accounts", "CODE"),
    (D, "unpublish yank delist deregister", "", "CODE"),
    (D, "roll", "back", "CODE"),
    (D, "rollback", "", "CODE"),
    (
        D,
        "revert undo",
        "uncommitted all database PROD deployment migration migrations release everything working history main master",
        "",
    ),
    (D, "rewrite", "history", ""),
    (D, "restore", "backup snapshot database dump PROD", ""),
    (D, "migrate", "PROD database databases customers users data server", "CODE"),
    (D, "reinstall reimage re-image downgrade", "os database PROD cluster server machine", ""),
    (D, "cut fail failover", "over", ""),
    (D, "force-push forcepush force-pushing", "", ""),
    (D, "drain cordon", "node nodes cluster queue", ""),
    (D, "lose forfeit", "DATA everything", ""),
    (D, "replace swap", "PROD", "CODE"),
    (C, "buy purchase provision rent lease hire donate procure redeploy deploy", "", "CODE"),
    (C, "subscribe", "", "CODE event events topic observable channel store queue updates stream"),
    (C, "spend pay", "", "CODE time effort attention"),
    (
        C,
        "order",
        "license licenses licence licences server servers hardware domain domains book books laptop laptops gpu gpus seat seats unit "
        "units copies pizza parts item items stock keyboard more new another one two three it them",
        "CODE",
    ),
    (
        C,
        "scale",
        "up out down replica replicas cluster instance instances node nodes pod pods server servers worker workers to PROD",
        "CODE image font icon chart axis canvas svg logo size",
    ),
    (C, "autoscale upscale resize", "cluster instance instances node nodes pool server servers vm database db", ""),
    (
        C,
        "upgrade",
        "plan tier subscription instance instances account cluster server license licence PROD database pro enterprise premium team business machine",
        "",
    ),
    (
        C,
        "book reserve",
        "flight flights hotel room appointment ticket tickets trip table meeting seat seats capacity",
        "",
    ),
    (
        C,
        "launch",
        "instance instances campaign ads cluster product site PROD gpu gpus job jobs vm vms ec2 training it sweep",
        "",
    ),
    (C, "spin", "up", "CODE"),
    (C, "fire spawn", "up instance instances vm vms gpu gpus cluster", "CODE"),
    (C, "roll", "out", ""),
    (C, "ship", "it PROD release customers users order orders version package v1 v2 now today this", "CODE"),
    (
        C,
        "charge debit bill invoice",
        "card cards customer customers client clients account accounts user users them him her amount fee $ subscription it",
        "",
    ),
    (C, "refund reimburse", "", "CODE"),
    (C, "transfer", "money funds $ eth btc usdc payment balance domain euros dollars usd eur ownership", ""),
    (C, "wire", "money funds payment $ dollars euros usd eur", ""),
    (C, "top", "up", "CODE level"),
    (C, "renew prolong extend", "subscription license licence domain certificate plan contract lease trial", "CODE"),
    (
        C,
        "allocate acquire",
        "gpu gpus instance instances vm server servers capacity cluster license licenses domain budget",
        "",
    ),
    (
        C,
        "run start kick launch submit rerun execute train queue schedule begin relaunch",
        "training sweep gpu gpus a100 h100 expensive costly paid billable "
        "backfill fine-tune finetune finetuning fine-tuning hyperparameter cluster billing",
        "CODE",
    ),
    (C, "enable activate", "billing autoscaling paid subscription plan licence license premium", ""),
    (C, "promote", "PROD release live", ""),
    (C, "go", "live", ""),
    (C, "sign", "up contract", ""),
    (
        C,
        "accept approve authorize authorise confirm place settle",
        "invoice invoices quote offer purchase budget payment payments order orders expense transaction "
        "charge charges deploy deployment rollout terms contract",
        "",
    ),
    (
        C,
        "invest stake mint trade sell bid swap",
        "share shares stock stocks btc eth bitcoin nft token tokens coin coins crypto funds money $ usd",
        "",
    ),
    (P, "publish republish tweet retweet announce broadcast open-source opensource advertise livestream", "", "CODE"),
    (
        P,
        "push",
        "",
        "CODE array stack list queue notification notifications item element value further harder pixel pixels bit down right left state",
    ),
    (
        P,
        "post repost",
        "comment comments message messages tweet tweets blog article slack discord twitter linkedin reddit hn forum update announcement review "
        "it this them that issue pr reply photo photos video results summary channel story everywhere here there to on publicly online thread invoice",
        "CODE endpoint request requests",
    ),
    (
        P,
        "release",
        "",
        "CODE lock locks memory resource resources connection connections handle handles mutex semaphore buffer",
    ),
    (P, "send resend forward", "", _MEDIA),
    (P, "email mail e-mail text message ping notify dm contact invite call cc sms remind whatsapp", "PEOPLE", "CODE"),
    (
        P,
        "reply respond answer comment",
        "customer customers client email issue thread ticket tweet review pr him her them reviewer reviewers mail message complaint",
        "CODE",
    ),
    (P, "submit", "", "CODE handler"),
    (P, "share distribute circulate", "", "CODE context memory ref instance"),
    (P, "upload", "", "CODE"),
    (P, "open create raise make file submit put update", "pr prs pull-request pull mr merge-request", "CODE"),
    (
        P,
        "file raise create log open report",
        "issue issues ticket complaint bug-report patent claim lawsuit taxes",
        "CODE template tracker",
    ),
    (
        P,
        "merge",
        "pr prs pull mr main master trunk PROD release develop dev branch it this these that them request requests now upstream feature everything default",
        "CODE conflict conflicts function functions object objects "
        "dict array arrays cells column columns config files class classes cell dataframe dataframes df lists",
    ),
    (P, "squash-merge automerge auto-merge", "", "conflict conflicts"),
    (P, "approve close reopen review-approve", "pr prs issue issues ticket tickets mr pull", "CODE"),
    (P, "tag cut", "release version", ""),
    (P, "make set switch turn change go mark flip", "public publicly open-source", "CODE"),
    (P, "register", "domain account trademark company", ""),
    (P, "schedule", "post tweet email emails campaign newsletter announcement send meeting", "CODE"),
    (P, "leak", "", "CODE memory memories"),
    (K, "login logon", "to into with as using", ""),
    (K, "log sign", "in into", "CODE"),
    (K, "authenticate impersonate", "", "CODE"),
    (
        K,
        "enter type paste print show echo log rotate share reveal expose read copy export add set store commit upload send create generate hardcode put "
        "give provide fill cat dump embed include regenerate reset change disclose transmit write save pass inject load fetch extract decrypt display output "
        "post email reissue issue decode insert supply submit hand forward sync push paste grab retrieve tell use drop recover unlock hard-code cache "
        "transfer expand view open pull append place publish message text print-out leak print",
        "CRED",
        "CODE",
    ),
    (K, "grant", "", "CODE"),
    (
        K,
        "give make add assign hand",
        "admin access owner root collaborator maintainer superuser privileges sudo sudoers permission permissions write-access rights",
        "CODE",
    ),
    (K, "elevate escalate", "privilege privileges permission permissions root admin role", "CODE"),
    (K, "whitelist allowlist allow-list trust", "", "CODE"),
    (K, "authorize authorise allow", "app application access oauth all permission permissions integration", "CODE"),
    (K, "run execute start become", "root admin administrator sudo superuser elevated", "CODE"),
    (
        K,
        "disable bypass skip ignore",
        "auth authentication permission permissions 2fa mfa sandbox ssl tls verification security approval approvals",
        "CODE",
    ),
)

NOUNS = {
    D: "deletion removal wipe truncation destruction termination purge teardown shutdown rollback drop delete reset erasure force-push overwrite revocation decommissioning clean-up cleanup restart reboot",
    C: "deployment deploy rollout purchase payment provisioning order transaction refund subscription upgrade go-live launch transfer checkout buy renewal",
    P: "release publication push merge submission announcement posting publish send-out mailing broadcast upload tweet post pr merging",
    K: "login sign-in authentication",
}

IRREGULAR = {
    "send": "sent",
    "resend": "resent",
    "buy": "bought",
    "pay": "paid",
    "give": "gave given",
    "put": "put",
    "shut": "shut",
    "set": "set",
    "reset": "reset",
    "tear": "tore torn",
    "take": "took taken",
    "bring": "brought",
    "throw": "threw thrown",
    "blow": "blew blown",
    "spend": "spent",
    "make": "made",
    "read": "read",
    "cut": "cut",
    "hide": "hid hidden",
    "undo": "undid undone",
    "rewrite": "rewrote rewritten",
    "write": "wrote written",
    "show": "shown",
    "overwrite": "overwrote overwritten",
    "go": "went gone",
    "get": "got",
    "lose": "lost",
    "spin": "spun",
    "sell": "sold",
    "run": "ran run",
    "begin": "began begun",
    "become": "became",
    "tell": "told",
    "rid": "rid",
    "broadcast": "broadcast",
    "lend": "lent",
    "bid": "bid",
    "shred": "shredded",
}
_DOUBLED = frozenset(
    (
        "drop scrap ship spin plan ban zap scrub bin cut put shut set reset wrap tag swap stop get run "
        "begin log submit commit dm shred rid bid grab transfer"
    ).split()
)


def inflect(verb: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(-s forms, -ing forms, past forms) of an English verb."""
    if verb.endswith("ie"):
        stem, ing = verb, verb[:-2] + "ying"
    elif verb.endswith("e") and not verb.endswith("ee"):
        stem, ing = verb, verb[:-1] + "ing"
    elif verb in _DOUBLED:
        stem, ing = verb + verb[-1], verb + verb[-1] + "ing"
    else:
        stem, ing = verb, verb + "ing"
    soft_y = verb.endswith("y") and verb[-2] not in "aeiou"
    sibilant = verb.endswith(("s", "x", "z", "ch", "sh", "o"))
    does = verb[:-1] + "ies" if soft_y else verb + ("es" if sibilant else "s")
    past = verb[:-1] + "ied" if soft_y else stem + ("d" if stem.endswith("e") else "ed")
    return (does,), (ing,), tuple(IRREGULAR.get(verb, past).split())
