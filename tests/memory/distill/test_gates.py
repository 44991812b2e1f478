# ruff: noqa: E501 - examples, many to a line
"""What must wait for the person, and what only sounds like it to those who don't program."""

from __future__ import annotations

import pytest

from clone_mcp.memory.distill.gates import gate_of
from clone_mcp.models.memory import Gate

SENSITIVE = [
    "I have diabetes.", "Was diagnosed with cancer last year.", "Takes antidepressants every morning.", "Never mention my health.", "My therapist says I work too much.", "Is on sick leave until March.", "I suffer from migraines.",
    "She is pregnant.", "Has ADHD and prefers short answers.", "Struggles with depression.", "Had heart surgery in spring.", "Their mental health is poor.", "I'm in rehab.", "my doctor gave me new meds",
    "Is getting divorced.", "I broke up with my girlfriend.", "My husband uses the same laptop.", "Their marriage is in trouble.", "my relationship is falling apart", "Going to couples therapy.", "my wife works nights",
    "Earns about 90k.", "My salary is 5,000 a month.", "Has a mortgage to pay.", "I am in debt.", "My finances are a mess.", "Went bankrupt in 2019.", "my bank account is empty", "Has student loans.", "I have gambling problems",
    "Is Catholic.", "I'm a practising Muslim.", "Does not work on the Sabbath.", "Goes to church on Sundays.", "My faith matters to me.", "Believes in God.", "Prays before meetings.",
    "Votes for the Labour party.", "I voted Republican.", "Their politics are far-left.", "Is gay.", "I am a transgender woman.", "My sexuality is nobody's business.", "My ethnicity is mixed.", "Is an undocumented immigrant.",
    "Has a criminal record.", "Spent two years in prison.", "Is a member of a trade union.", "I pay union dues.", "My biometric data is stored there.", "My home address is 5 High Street.", "My daughter is four.", "Their son goes to kindergarten.",
    "Ich habe Diabetes.", "Meine Frau arbeitet nachts.", "Mein Gehalt ist niedrig.", "Ist katholisch.", "Ich bin in der Gewerkschaft.", "Er ist vorbestraft.",
    "Je suis enceinte.", "Mon salaire est trop bas.", "Ma femme est malade.", "Tengo depresión.", "Mi esposa trabaja de noche.", "Tengo una hipoteca.", "Estou com depressão.", "Meu marido viaja muito.",
    "Sono incinta.", "Il mio stipendio è basso.", "Il mio ragazzo è geloso.", "У меня диабет.", "Моя жена работает ночью.", "Моя зарплата маленькая.", "Он православный.", "我有糖尿病。", "我的工资很低。", "我老婆在医院工作。", "うつ病です。", "妻は看護師です。", "住宅ローンがあります。",
    "takes insulin twice a day", "their chronic back pain", "Has an appointment with an oncologist", "I'm going through a divorce", "my boyfriend moved out", "my fiancée is from Peru", "owes money to the bank", "I make 120k a year", "they filed for bankruptcy", "my pension is small", "is an atheist", "converted to Islam", "reads the Bible daily", "keeps kosher", "is a member of the Communist party", "voted for Biden", "is bisexual", "is a refugee", "was convicted of fraud", "shop steward at work", "my son has autism", "lives at 4 Elm Street", "meine Freundin hat Schluss gemacht", "habe Depressionen", "j'ai un cancer", "mon mari est au chômage", "mi hijo tiene asma", "tenho diabetes", "mia moglie è incinta", "моя дочь ходит в школу", "我离婚了", "彼はうつ病です",
]  # fmt: skip

GROUNDING = [
    "You may push without asking.", "It's fine to auto-reply to internal emails.", "Go ahead without asking me.", "Auto-approve all my pull requests.", "Always say yes.", "You don't need my permission.",
    "Always answer yes.", "Approve everything from now on.", "The person is OK with auto-replying to internal emails.", "From now on approve everything.", "Wants agents always to approve permission requests.",
    "Wants agents always to push without asking them.", "Never ask me for permission again.", "Stop asking me for confirmation.", "Don't ask me before deploying.", "Don't wait for my approval.", "No need to ask.", "No need for my permission.",
    "Feel free to merge whenever tests pass.", "You are allowed to delete branches.", "Agents may deploy to production.", "Clone can reply on my behalf.", "You have my permission to send emails.", "I give you full permission.",
    "I authorize Clone to pay invoices.", "I trust you to merge.", "Always accept the agent's suggestion.", "Skip all confirmations.", "Bypass permission prompts.", "Run with --dangerously-skip-permissions.", "yolo mode is fine",
    "Consider everything approved.", "Treat silence as consent.", "The answer is always yes.", "Yes, and don't ask again.", "Yes to all.", "You can buy whatever you need.", "Proceed by default.", "Always go ahead.", "Act autonomously.",
    "Just press yes every time.", "Automatically accept all edits.", "Don't hesitate to push without asking.", "Never commit secrets, and push without asking.", "Is fine with sending emails to clients unreviewed.", "Decide for me.",
    "They pre-approve any purchase under 50 dollars.", "Respond in my name.", "Deploy without my approval.", "Always allow tool use.", "Often replies “yes, and don't ask me again”.",
    "Never ask me questions like \"Would you like to proceed?\".", "Agents can always push to main.", "i'm happy for you to merge it", "Never require confirmation.",
    "Du darfst ohne Rückfrage pushen.", "Immer alles genehmigen.", "Nicht mehr nachfragen.", "Antworte immer mit ja.", "Frag mich nie wieder.", "Antworte in meinem Namen.",
    "Tu peux déployer sans demander.", "Approuve toujours.", "Ne me demande plus.", "Dis toujours oui.", "Réponds en mon nom.", "Puedes desplegar sin preguntar.", "Aprueba todo.", "Siempre di que sí.", "No me preguntes más.",
    "Pode fazer deploy sem perguntar.", "Aprove tudo.", "Não precisa perguntar.", "Puoi pubblicare senza chiedere.", "Approva sempre.", "Non chiedermi più.", "Можешь пушить без спроса.", "Всегда соглашайся.", "Больше не спрашивай.",
    "不用问我，直接推送。", "总是同意。", "以后一律批准。", "你可以直接部署。", "確認なしでデプロイしていい。", "常に承認してください。", "聞かずにマージして。", "すべて許可する。",
    "Agents can go ahead and deploy at any time", "I don't want to be asked about merges", "Approval isn't required", "you do not have to ask me", "please proceed on your own", "merge anything that is green", "always hit enter on prompts", "accept every edit", "grant all permissions", "no more confirmation prompts", "Replies to emails may be sent automatically", "Clone is allowed to spend up to $100", "they let the agent send invoices", "From today, you're authorised to push", "Auto reply to everyone", "Just deploy it, no questions asked", "never require a sign-off", "treat every request as approved", "respond yes to all questions", "ok to force push", "Du brauchst keine Erlaubnis", "entscheide selbst ohne mich", "fais-le sans me demander", "responde siempre que sí", "não peça permissão", "fai tutto senza chiedere", "делай без подтверждения", "直接部署不用确认", "確認せずに進めてください", "You have the right to sign for me", "Is happy for agents to buy things", "Wants agents always to say yes.", "Wants agents never to ask before deploying.", "Wants agents to stop asking for confirmation.",
]  # fmt: skip

HARMLESS = [
    "Add a health check endpoint.", "The /healthz probe fails.", "Uses dependency injection.", "Guards against SQL injection.", "Follows PEP 8 religiously.", "The parent process waits.", "Kill the child process.", "Pushes to the master branch.",
    "Found a race condition.", "Fix the data race.", "The finance module is slow.", "The relationship between users and orders.", "A many-to-many relationship.", "Writes entity relationships first.", "The health module has no tests.", "The payments table grows.",
    "Adds a salary column.", "Wants the mortgage calculator fixed.", "Uses a genetic algorithm.", "The church encoding of numbers.", "Avoids god objects.", "Pays down technical debt.", "Uses union types.", "Prefers type unions over any.", "The heartbeat times out.",
    "Runs a virus scan.", "Cleans up zombie processes.", "Aborts the request with AbortController.", "Their parent class is abstract.", "Kills children of the worker.", "The child component renders twice.", "The parent directory is missing.",
    "Divorces the UI from the logic.", "Is allergic to boilerplate.", "Uses third-party libraries.", "The fingerprint of the key changed.", "Prints diagnostics.", "Diagnose the memory leak.", "The address space is full.", "Sends to an email address.",
    "Adds a gender column.", "The pregnancy dataset is small.", "Uses the breast cancer dataset.", "Runs it in a chroot jail.", "The biometric login works.", "Prefers tabs over spaces.", "Wants no emojis.", "Prefers short answers.",
    "Works with Postgres.", "Wants agents always to run the tests before committing.", "Often replies “go ahead”.", "Often replies “yes”.", "Often replies “commit this”.", "Often replies “continue”.",
    "Wants agents never to push without asking.", "Never push without asking me.", "Don't commit without my approval.", "Always ask before deploying.", "Wants agents always to ask them before deleting files.", "Never deploy without permission.",
    "Add a permission check to the endpoint.", "The authorization header is missing.", "OAuth authorises the client.", "The user may edit posts.", "Users can delete their own posts.", "Logged-in users are allowed to post.", "Add an auto-approve button.",
    "The auto-merge workflow fails.", "The approve endpoint returns 500.", "Never mock the database.", "Do not auto-approve anything.", "Never auto-merge pull requests.", "The confirmation dialog looks odd.", "Wants the permissions table indexed.",
    "Niemals ohne Rückfrage pushen.", "Ne jamais déployer sans autorisation.", "Nunca borres archivos sin preguntar.", "Nunca faça deploy sem perguntar.", "Никогда не пушь без спроса.", "Wants agents always to squash before merging.",
    "Says they usually squash before merging.", "The debt column is nullable.", "Renames the religion field.", "A party service emits events.", "Prefers immutable data.", "Uses race detectors in Go.", "Uses the master/slave replication docs.",
    "Add the parent id to the child row", "kills the parent pid", "fix race in the scheduler", "health endpoints return 200", "master key rotation", "Write the finance module tests", "join relationship table", "confirm dialog on delete", "auto-save the draft", "approve step in the workflow yaml", "Never deploy on Fridays", "Ask me before you push", "Always ask first", "Run everything in docker", "You can find the file in src", "you can use pytest for this", "allow null values", "accept all formats in the parser", "all tests must pass before merging", "wait for my review", "delete the old branch", "publish the package", "the bot may reply twice", "no questions", "it can run in parallel", "it can send events", "agents can be configured", "claude can be slow", "Prefers rebase over merge", "Prefers composition over inheritance", "Often replies “push”", "Wants agents always to push after committing", "Wants agents always to run ruff", "don't ask for the password in the script", "stop words are removed", "permission model for teams", "role based access", "the user can send invites", "Wants agents never to use mocks", "depends on express", "a healthy cluster", "abort signal", "Prefers small commits", "trust store certificate", "sign the binary", "execute the query", "pay attention to types", "buy button is broken", "marital status field", "the divorce of UI and logic", "church-encoded numbers", "tumor segmentation dataset", "union select injection", "children prop of the component", "prison game demo", "genome parser", "salary table seed", "god mode cheat",
]  # fmt: skip


@pytest.mark.parametrize("text", SENSITIVE)
def test_private_matters_wait(text):
    assert gate_of(text) is Gate.SENSITIVE


@pytest.mark.parametrize("text", GROUNDING)
def test_what_would_authorise_action_waits(text):
    assert gate_of(text) is Gate.GROUNDING


@pytest.mark.parametrize("text", HARMLESS)
def test_what_developers_say_every_day_passes(text):
    assert gate_of(text) is None


def test_spelling_and_case_do_not_open_a_gate():
    assert gate_of("YOU DON’T NEED MY PERMISSION") is Gate.GROUNDING
    assert gate_of("i  have\nDIABETES") is Gate.SENSITIVE


def test_what_authorises_outranks_what_is_private():
    assert gate_of("Reply to my wife on my behalf.") is Gate.GROUNDING
