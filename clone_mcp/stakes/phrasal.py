"""English verbs that are dangerous only with a particle or a certain object: "put it up", "write off the debt".

Written like the tables of `english`: verbs | particles and objects it takes to matter | objects that make it ordinary.
"""

from clone_mcp.stakes.findings import Consequence

_DESTRUCTIVE = """
write | off | CODE

wind knock burn bring take pull tear | down offline | CODE

void nullify annul rescind waive forfeit sunset offboard off-board reimage factory-reset cull jettison
vaporize vaporise incinerate exterminate extinguish euthanize hard-delete bulk-delete mass-delete
force-delete soft-delete force-remove de-provision deprovision undeploy | | CODE

strip hose torch burn wreck smash crush flatten brick flash blast bomb sink toast chop cull
weed dump | it them everything all DATA PROD device phone router firmware | CODE

do | away | CODE

let part | go with | CODE

phase fade clear blank null zero weed kick boot clean wash | out | CODE

pull hit flip throw | plug trigger killswitch kill-switch | CODE

kick boot remove | off user users member members him her them | CODE

disconnect detach sever unlink unmount eject unplug deregister | DATA PROD integration webhook bank disk
volume volumes account | CODE

anonymize anonymise pseudonymise pseudonymize redact scramble | PEOPLE DATA | CODE

dismiss fire sack furlough suspend expel | PEOPLE employee employees contractor contractors him her them
staff | CODE

recycle cycle rotate-out | node nodes instance instances pod pods machine machines servers all them | CODE

log sign | everyone everybody all-users | CODE

lock | out | CODE

rip take | out | CODE

lay | off | CODE

override overrule ignore lift relax loosen weaken lower | protection protections restriction restrictions
safeguard safeguards guardrails lock hold freeze firewall approval approvals checks | CODE

withdraw retract | | CODE

terminate quit abort | contract process instance instances job jobs session sessions lease
employment server | CODE

start begin | fresh scratch anew | CODE

wipe clear mop sweep | slate | CODE

replay reprocess reseed resync repopulate | PROD database everything events | CODE

bypass circumvent sidestep | approval approvals review reviews check checks auth authentication security
protection protections permission permissions firewall 2fa mfa policy gate gates safeguards sandbox | ROUTE

vacate abandon surrender | DATA lease domain | CODE

expire shorten set | retention | CODE

unlock break lift bypass | lock hold legal-hold | CODE
"""
_COSTLY = """
grab snag pick get add take reserve | domain license licenses licence licences seat seats ticket tickets
tier quote offer gpu gpus instances credits capacity nodes server servers | CODE

prepay pre-pay pre-order backorder bankroll sponsor donate crowdfund liquidate redeem disburse remit
compensate overpay payout outbid | | CODE

cash pay | out in | CODE

withdraw fund lend borrow loan wager | money funds $ account wallet it cash eur usd euros dollars
campaign | CODE

move switch go migrate jump hop commit | tier pro enterprise premium annual yearly paid subscription | CODE

stand crank bring turn | up | CODE volume font log logging tests test

cut fail swap | over traffic | CODE

burn use consume drain | credits quota budget | CODE

issue grant process execute run capture collect settle clear release hold wire send initiate | payment
payments payroll invoice invoices refund refunds payout payouts voucher vouchers transfer transfers trade
trades order orders salary salaries wages bonus bonuses deposit debt funds money | CODE

retain engage commission contract outsource | freelancer freelancers agency lawyer consultant designer
developer | CODE

double triple increase raise bump lift lower cut drop change adjust slash set | price prices salary salaries
budget bid bids spend rent fee fees rate-card cap | CODE

start resume activate begin enable | campaign ads subscription trial autoscaling auto-scaling auto-renew
autorenew auto-renewal renewal billing premium paid on-call | CODE

close sign countersign co-sign execute ink seal accept | deal contract agreement nda lease quote sow document
offer terms loan po | CODE

put place enter submit | order orders bid offer bet | CODE

order | lunch food supplies monitor monitors chair chairs desk desks phone phones hardware cables replacement
sample samples printer furniture equipment 10 20 50 100 1000 | CODE

flip toggle switch turn ramp roll dial expose | 100% traffic everyone customers | CODE

route redirect divert shift send point cut | traffic | CODE

reboot | PROD | CODE
"""
_PUBLIC = """
put get push | up out live online | CODE

take flip go | live public | CODE

fire shoot dash zip blast ping | off over email emails mail message messages line reminder | CODE agent agents
subagent subagents task tasks request requests

drop | line | CODE

hand pass send turn | over along onwards | CODE

reach | out | CODE

tell notify alert warn brief thank contact message remind inform | PEOPLE | CODE

accept decline reject confirm propose rsvp | meeting meetings invitation invitations invite invites
appointment interview friend | CODE

apply enroll enrol | job position on-behalf behalf | CODE

unveil disclose syndicate cross-post crosspost reply-all replyall open-sourcing unembargo premiere | | CODE

reveal promote pin boost feature | tweet announcement PEOPLE roadmap launch-date | CODE

list offer advertise put | sale marketplace ebay airbnb craigslist etsy amazon | CODE

dispatch transmit relay deliver escalate hand | PEOPLE email emails message letter order report invoice
package | CODE

answer respond reply | messages emails tickets them all comments reviews customers users | CODE

lift break | embargo | CODE

flip throw hit | switch | CODE

write give post | rating one-star five-star testimonial | CODE

leave | review rating voicemail feedback message one-star five-star | CODE

export share dump hand | PEOPLE | CODE

sign file lodge | petition return returns complaint paperwork claim form appeal taxes lawsuit patent report
| CODE

make | available visible | CODE

close lock | issue issues ticket tickets thread discussion | CODE

subscribe add import | mailing newsletter crm audience | CODE
"""
_CREDENTIAL = """
open unblock forward expose | port ports ssh rdp internet world outside 0.0.0.0/0 0.0.0.0 firewall
security-group anyone everyone | CODE

invite promote appoint upgrade nominate turn register set | owner admin administrator maintainer editor
superuser collaborator root org organisation organization | CODE

store save remember keep autofill enter use record note log | card-number card-numbers iban ssn cvv passport
social-security bank-details fingerprint | CODE

unlock unblock | account accounts phone vault door user | CODE

let | in inside | CODE block blocks

bypass circumvent sidestep | permission permissions auth authentication 2fa mfa login approval approvals | ROUTE

link connect attach hook | bank wallet paypal account calendar gmail inbox drive | CODE

mint issue | CRED | CODE

assume | role identity | CODE

install | certificate ca root extension mdm profile | CODE

forward include attach dictate screenshot mail embed bake ship copy put note write dump stash pipe | CRED | CODE

loosen widen relax broaden lift raise open | permission permissions access scope scopes policy rules acl iam
role | CODE

drop remove bypass skip lower | authentication 2fa mfa captcha login password approval | CODE

add | key keys user member contractor reviewer deploy-key | CODE
"""

VERBS = {
    Consequence.DESTRUCTIVE: _DESTRUCTIVE,
    Consequence.COSTLY: _COSTLY,
    Consequence.PUBLIC: _PUBLIC,
    Consequence.CREDENTIAL: _CREDENTIAL,
}
