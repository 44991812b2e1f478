"""English verbs that do something, what they must be done to, and what makes them ordinary work.

An entry: verbs | objects it takes to matter (none: any object) | objects that make it ordinary. A blank line ends it.
Objects in capitals are kinds of `nouns`; a star marks a stem. Inflections are made by `inflection`.
"""

from clone_mcp.stakes.findings import Consequence

_DESTRUCTIVE = """
delete drop wipe erase purge truncate destroy nuke obliterate shred expunge eradicate annihilate | |
CODE

remove unlink scrap trash discard overwrite clobber scrub zap eliminate axe ditch uninstall dispose raze
| | CODE

rid unsubscribe ban expel sweep expire invalidate deauthorize | | CODE

reclaim free | space disk gb storage volume volumes

block lock suspend | account accounts user users customer customers | CODE

throw blow toss | away out | CODE

rip | out | CODE

recreate reinitialize reinitialise reprovision rebuild | database db schema tables cluster volume
volumes scratch | CODE

bin | it them this these DATA | CODE

kill terminate retire decommission deactivate revoke evict dismantle demolish prune | | CODE

clear clean empty flush vacuum | DATA PROD everything all it them these those this that trash recycle
bin bucket | CODE code

reset | database db branch branches hard repo repository head main master data password cluster table
tables history everything machine device account accounts server PROD schema git commit commits changes
working worktree environment | CODE

format reformat repartition partition | dev/* disk disks drive drives partition usb sd volume ssd hdd | CODE

shut tear take bring pull | down | CODE notes

shut turn switch | off PROD | CODE lights light

shutdown poweroff halt reboot | | CODE

stop restart pause suspend bounce | PROD database container containers instance instances cluster vm vms
cron replication backup backups pods pod nginx postgres redis server-farm | CODE

disable skip | backup backups monitoring alert alerts alerting firewall auth authentication
authorization 2fa mfa security protection protections ssl tls account accounts user users rls antivirus
safeguards safeguard sandbox permissions permission approval approvals confirmation-prompts verification
selinux audit auditing PROD branch-protection | CODE

cancel | subscription subscriptions order orders account plan contract membership booking reservation
service domain payment | CODE

close | account accounts | CODE

unpublish yank delist deregister | | CODE

roll | back | CODE

rollback | | CODE

revert undo | uncommitted all database PROD deployment migration migrations release everything working
history main master snapshot backup

rewrite | history

restore | backup snapshot database dump PROD

migrate | PROD database databases customers users data server | CODE

reinstall reimage re-image downgrade | os database PROD cluster server machine

cut fail failover | over

force-push forcepush

drain cordon | node nodes cluster queue

lose forfeit | DATA everything

replace swap | PROD | CODE
"""
_COSTLY = """
buy purchase provision rent lease hire donate procure redeploy deploy | | CODE

subscribe | | CODE event events topic observable channel store queue updates stream

spend pay | | CODE time effort attention

order | license licenses licence licences server servers hardware domain domains book books laptop
laptops gpu gpus seat seats unit units copies pizza parts item items stock keyboard more new another one
two three it them | CODE

scale | up out down replica replicas cluster instance instances node nodes pod pods server servers
worker workers to PROD | CODE image font icon chart axis canvas svg logo size

autoscale upscale resize | cluster instance instances node nodes pool server servers vm database db

upgrade | plan tier subscription instance instances account cluster server license licence PROD database
pro enterprise premium team business machine

book reserve | flight flights hotel room appointment ticket tickets trip table meeting seat seats
capacity

launch | instance instances campaign ads cluster product site PROD gpu gpus job jobs vm vms ec2 training
it sweep

spin | up | CODE

fire spawn | up instance instances vm vms gpu gpus cluster | CODE

roll | out

ship | it PROD release customers users order orders version package v1 v2 now today this | CODE

charge debit bill invoice | visa mastercard amex iban paypal card cards customer customers client clients
account accounts user users
them him her amount fee $ subscription it

refund reimburse | | CODE

transfer | money funds $ eth btc usdc payment balance domain euros dollars usd eur ownership

wire | deposit money funds payment $ dollars euros usd eur

top | up | CODE level

renew prolong extend | subscription license licence domain certificate plan contract lease trial | CODE

allocate acquire | gpu gpus instance instances vm server servers capacity cluster license licenses
domain budget

run start kick launch submit rerun execute train queue schedule begin relaunch | instance instances training
sweep gpu gpus
a100 h100 expensive costly paid billable backfill fine-tune finetune finetuning fine-tuning
hyperparameter cluster billing | CODE

enable activate | billing autoscaling paid subscription plan licence license premium

promote | | CODE

apply | manifest manifests cluster terraform kubernetes helm infrastructure infra | CODE

bump raise increase double expand enlarge grow | instance instances rds plan tier quota budget spend
spending bid replicas nodes capacity cluster server servers | CODE

go | live

sign | up contract

accept approve authorize authorise confirm place settle | invoice invoices quote offer purchase budget
payment payments order orders expense transaction charge charges deploy deployment rollout terms
contract

invest stake mint trade sell bid swap | share shares stock stocks btc eth bitcoin nft token tokens coin
coins crypto funds money $ usd
"""
_PUBLIC = """
tag request | reviewer reviewers review

publish republish tweet retweet announce broadcast open-source opensource advertise livestream | | CODE

push | | CODE array stack list queue notification notifications item element value further harder pixel
pixels bit down right left state

post repost | comment comments message messages tweet tweets blog article slack discord twitter linkedin
reddit hn forum update announcement review it this them that issue pr reply photo photos video results
summary channel story everywhere here there to on publicly online thread invoice | CODE endpoint request
requests

release | | CODE lock locks memory resource resources connection connections handle handles mutex
semaphore buffer

send resend forward | | request requests signal signals event events props header headers payload
response packet query parameter parameters CODE

ask inform email mail e-mail text message ping notify dm contact invite call cc sms remind whatsapp |
PEOPLE | CODE

reply respond answer comment | customer customers client email issue thread ticket tweet review pr him
her them reviewer reviewers mail message complaint | CODE

submit | | CODE handler

share distribute circulate | | fixture fixtures helper helpers context memory ref instance state code logic type
types component utils

upload | | CODE

open create raise make file submit put update | pr prs pull-request pull-requests merge-requests pull mr
merge-request | CODE

file raise create log open report | issue issues ticket complaint bug bug-report patent claim lawsuit
taxes | CODE template tracker

merge | pr prs pull mr main master trunk PROD release develop dev branch it this these that them
pull-request merge-request request requests now upstream feature everything default | CODE conflict
conflicts function functions object objects dict array arrays cells column columns config files class
classes cell dataframe dataframes df lists file files rules rule

squash-merge automerge auto-merge | | conflict conflicts

approve close reopen | pr prs pull-request merge-request issue issues ticket tickets mr pull | CODE

create make | release releases gist | CODE

tag cut | release version v0* v1* v2* v3* v4* v5* v6* v7* v8* v9*

make set switch turn change go mark flip | public publicly open-source | CODE

register | domain account trademark company

schedule | post tweet email emails campaign newsletter announcement send meeting | CODE

leak | | CODE memory memories
"""
_CREDENTIAL = """
login logon | to into with as using

log sign | in into | CODE

auto-approve autoapprove autoaccept auto-accept auto-merge

authenticate impersonate | | CODE

enter type paste print show echo log rotate share reveal expose read copy export add set store commit
upload send create generate hardcode put give provide fill cat dump embed include regenerate reset
change disclose transmit write save pass inject load fetch extract decrypt display output post email
reissue issue decode insert supply submit hand forward sync push paste grab retrieve tell use drop
recover unlock hard-code cache transfer expand view open pull append place publish message text
print-out leak print | CRED | CODE

grant | |

rotate share reveal paste enter disclose hand leak send give regenerate reissue expose transmit copy
export tell | key keys logins login | CODE

give make add assign hand | admin access owner root collaborator maintainer superuser privileges sudo
sudoers permission permissions write write-access rights | CODE

elevate escalate | privilege privileges permission permissions root admin role | CODE

whitelist allowlist allow-list trust | | CODE

authorize authorise allow | app application access oauth all permission permissions integration | CODE

run execute start become | root admin administrator sudo superuser elevated | CODE

disable skip ignore | auth authentication permission permissions 2fa mfa sandbox ssl tls
verification security approval approvals | CODE
"""

VERBS = {
    Consequence.DESTRUCTIVE: _DESTRUCTIVE,
    Consequence.COSTLY: _COSTLY,
    Consequence.PUBLIC: _PUBLIC,
    Consequence.CREDENTIAL: _CREDENTIAL,
}
NOUNS = {
    Consequence.DESTRUCTIVE: """
        deletion removal wipe truncation destruction termination purge teardown shutdown rollback failover drop
        delete reset erasure force-push overwrite revocation decommissioning clean-up cleanup restart reboot
    """,
    Consequence.COSTLY: """
        deployment deploy rollout cutover switchover purchase payment provisioning transaction refund
        subscription upgrade apply go-live launch transfer checkout buy renewal
    """,
    Consequence.PUBLIC: """
        release publication push merge submission announcement posting publish send-out mailing broadcast upload
        tweet post pr merging
    """,
    Consequence.CREDENTIAL: """
        login sign-in authentication
    """,
}
