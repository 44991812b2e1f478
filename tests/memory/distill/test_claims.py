# ruff: noqa: E501 - examples, many to a line
"""What a person's sentences claim about them, and above all what they don't."""

from __future__ import annotations

import pytest

from clone_mcp.language.sentence import sentence
from clone_mcp.memory.distill.claims import claims, contradicts
from clone_mcp.memory.distill.habits import habit
from clone_mcp.models.events import Author
from clone_mcp.models.memory import FactKind, Gate
from tests.memory.distill.rows import fact, prompt, raw


def said(text, **rest):
    return [(claim.kind.value, claim.text, claim.key) for claim in claims([raw(text, **rest)])]


def test_an_agent_saying_the_user_prefers_tabs_yields_nothing_the_person_saying_it_does():
    assert said("The user prefers tabs over spaces.", author=Author.AGENT) == []
    assert said("I prefer tabs over spaces.", author=Author.AGENT) == []
    assert said("I prefer tabs over spaces.") == [("preference", "Prefers tabs over spaces.", "want + tab over spac")]


@pytest.mark.parametrize("author", [Author.AGENT, Author.CLONE, Author.TOOL, Author.UNATTRIBUTED])
@pytest.mark.parametrize("text", ["From now on, always use tabs.", "I prefer tabs over spaces.", "We use pytest."])
def test_only_the_person_is_evidence(author, text):
    assert said(text, author=author) == []


def test_clones_own_predictions_are_not_evidence_even_when_the_person_said_the_same_elsewhere():
    rows = [
        raw("I prefer tabs over spaces.", id="mine"),
        raw("I prefer tabs over spaces.", id="clones", author=Author.CLONE),
    ]
    (claim,) = claims(rows)
    assert claim.raw_ids == ("mine",)


PASTED = [
    "```\nalways use tabs\n```",
    "~~~md\nNever commit without tests.\n~~~",
    "> always use tabs",
    "fix this:\n```\n# always use tabs\nfrom now on use spaces\n```\nthanks",
    "```\nalways use tabs",
    "the docs say:\nAlways use tabs.\nNever use spaces.",
    "here is the review comment:\nnever use mocks\nalways add tests",
    "2026-11-20 09:00:00 INFO always use tabs",
    "[09:00:01] never commit without tests",
    "+++ b/x.md\n+   always use tabs",
    "⏺ Always use tabs from now on",
    "<system-reminder>\nalways use tabs\n</system-reminder>",
    "<command-output>Never commit without tests.</command-output>",
    "$ echo always use tabs",
    'Traceback (most recent call last):\n  File "x.py", line 1\nError: never use tabs',
    '{"rule": "always use tabs"}',
    '"description": "Always use this tool after receiving a response",',
    "| always use tabs | yes |",
]


@pytest.mark.parametrize("text", PASTED)
def test_pasted_and_quoted_text_is_not_the_persons(text):
    assert said(text) == []
    assert claims([raw(sentence(prompt(text)))]) == ()


def test_what_stands_around_a_paste_is_the_persons():
    text = "Look at this:\n```\nnever use mocks\n```\nFrom now on, always use fixtures."
    (claim,) = claims([raw(sentence(prompt(text)))])
    assert claim.text == "Wants agents always to use fixtures."


def test_a_prompt_of_more_than_two_thousand_characters_is_a_paste():
    assert claims([raw(sentence(prompt("Always use tabs. " + "word " * 300)))]) != ()
    assert claims([raw(sentence(prompt("Always use tabs. " + "word " * 500)))]) == ()


NOT_STANDING = [
    # questions
    "Should I always use tabs?", "Do you prefer tabs over spaces?", "Why do we never use mocks?", "Is it true that you always run the tests?", "always use tabs?", "should we always rebase before merging",
    "What if I always use tabs?", "Soll ich immer Tabs benutzen?", "总是使用制表符吗？",
    # hypotheticals
    "If I always use tabs, the diff is noisy.", "If you always use tabs, it breaks.", "Maybe always use tabs.", "I would prefer tabs.", "I'd prefer that you use tabs.", "Suppose I prefer tabs over spaces.",
    "I wish I always used tabs.", "Perhaps I prefer tabs over spaces.", "Falls ich immer Tabs benutze, geht es schief.",
    # reported speech
    "The docs say always use tabs.", "The docs say: always use tabs.", "He prefers tabs.", "She said never use mocks.", "My boss says never commit on Fridays.", "They always use tabs.", "Claude says always use tabs.",
    "According to the readme, always use tabs.", "My colleague prefers tabs over spaces.", "Everyone says use tabs not spaces.", "The linter wants tabs over spaces.", "I was told never to commit without tests.",
    "Bob said: from now on use tabs", "The guide recommends: never use mocks.", "Mein Chef sagt, immer Tabs benutzen.", "Il dit: utilise toujours des tabulations.", "Она сказала: всегда используй табы.", "老板说以后都用制表符",
    '"Always use tabs."', "“Never use mocks”, the manual goes.",
    # only this once
    "Use tabs here.", "Use tabs instead of spaces here.", "Always use tabs in this file.", "Use uv instead of pip this time.", "For now, use tabs not spaces.", "use npm instead of yarn for now", "I prefer tabs here.",
    "Never commit today.", "Don't use emojis in this file.", "always use tabs in this function", "Benutze diesmal Tabs statt Leerzeichen.", "Utilise des tabulations plutôt que des espaces ici.", "这次使用制表符而不是空格",
    # what cannot be understood later
    "I prefer this.", "I prefer the second option.", "I prefer option 2 over option 1.", "I love it", "I hate this", "I like the new design better than the old one.", "Always do that.", "never do it again", "I prefer that one",
    "please use this approach in the future as well.", "From now on use the above format.", "I prefer A over B", "I hate that the button moves",
    # what a program shall do, not an agent
    "It should always use the cache.", "The table always shows five rows.", "Points should always use pts.", "The function never returns null.", "this is never called", "always visible", "The user can always undo.",
    "never mind", "Never mind, we'll look at it later.", "I never saw that error", "The session was never committed.", "make sure it always works", "but it always fails", "always the same error",
    # orders for now
    "Fix the login.", "Use tabs.", "run the tests", "yes", "no", "stop", "commit this", "stop the server", "please stop", "don't do that", "use the new endpoint instead of the old one",
    "instead of green use blue", "let's use a map rather than a list here", "add comments over the functions",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_STANDING)
def test_what_is_not_a_standing_wish_stays_unclaimed(text):
    assert [claim for claim in said(text) if claim[0] != "skill"] == []


STANDING = [
    ("Always run the tests before committing.", "rule", "Wants agents always to run the tests before committing."),
    ("please always use tabs", "rule", "Wants agents always to use tabs."),
    ("Never commit without running the tests first.", "rule", "Wants agents never to commit without running the tests first."),
    ("From now on, use uv instead of pip.", "rule", "Wants agents always to use uv instead of pip."),
    ("from now on don't add comments", "rule", "Wants agents never to add comments."),
    ("Use conventional commits from now on.", "rule", "Wants agents always to use conventional commits."),
    ("ok, but from now on write tests first", "rule", "Wants agents always to write tests first."),
    ("Don't ever push to main.", "rule", "Wants agents never to push to main."),
    ("don't ever touch my config", "rule", "Wants agents never to touch their config."),
    ("Please stop adding comments.", "rule", "Wants agents to stop adding comments."),
    ("stop apologizing", "rule", "Wants agents to stop apologizing."),
    ("Going forward, keep functions short.", "rule", "Wants agents always to keep functions short."),
    ("You should always ask me before deleting files.", "rule", "Wants agents always to ask them before deleting files."),
    ("I want you to never mock the database.", "rule", "Wants agents never to mock the database."),
    ("make sure to always run the linter", "rule", "Wants agents always to run the linter."),
    ("In the future, check the logs before guessing.", "rule", "Wants agents always to check the logs before guessing."),
    ("Whenever you change a model, run the migrations.", "rule", "Tells agents: “Whenever you change a model, run the migrations”."),
    ("whenever you are not sure ask me", "rule", "Tells agents: “whenever you are not sure ask me”."),
    ("when working with json, never use grep", "rule", "Tells agents: “when working with json, never use grep”."),
    ("commit your changes, always", "rule", "Tells agents: “commit your changes, always”."),
    ("I prefer tabs over spaces.", "preference", "Prefers tabs over spaces."),
    ("I really prefer small commits", "preference", "Prefers small commits."),
    ("I prefer rebase to merge", "preference", "Prefers rebase over merge."),
    ("I like vim better than emacs", "preference", "Prefers vim over emacs."),
    ("Use tabs, not spaces.", "preference", "Prefers tabs over spaces."),
    ("use pnpm instead of npm", "preference", "Prefers pnpm over npm."),
    ("composition over inheritance", "preference", "Prefers composition over inheritance."),
    ("prefer composition over inheritance", "preference", "Prefers composition over inheritance."),
    ("I hate ORMs", "preference", "Dislikes ORMs."),
    ("I love functional programming", "preference", "Likes functional programming."),
    ("I can't stand nested ternaries.", "preference", "Dislikes nested ternaries."),
    ("no emojis", "preference", "Wants no emojis."),
    ("No emojis please!", "preference", "Wants no emojis."),
    ("don't use emojis", "preference", "Wants no emojis."),
    ("keep it short", "preference", "Prefers short answers."),
    ("be concise", "preference", "Prefers short answers."),
    ("Answer in German.", "preference", "Wants answers in German."),
    ("I usually squash before merging.", "habit", "Says they usually squash before merging."),
    ("I never use semicolons.", "habit", "Says they never use semicolons."),
    ("Our Postgres is slow today", "artifact", None),
    ("We use pytest for everything", "skill", "Works with pytest."),
    ("The backend is written in Rust.", "skill", "Works with Rust."),
    ("run the tests with uv", "skill", "Works with uv."),
    ("our postgres keeps restarting", "artifact", "Works with Postgres."),
    ("run pytest -x", "skill", "Works with pytest."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "third_person"), [row for row in STANDING if row[2]])
def test_a_standing_wish_becomes_a_claim(text, kind, third_person):
    assert [claim[:2] for claim in said(text)] == [(kind, third_person)]


OTHER_LANGUAGES = [
    ("Ab jetzt immer zuerst die Tests laufen lassen.", "rule"),
    ("Benutze immer Tabs.", "rule"),
    ("Bitte nie direkt auf main pushen.", "rule"),
    ("Ich bevorzuge Tabs statt Leerzeichen.", "preference"),
    ("Benutze Tabs statt Leerzeichen.", "preference"),
    ("Bitte keine Emojis", "preference"),
    ("À partir de maintenant, lance les tests avant de committer.", "rule"),
    ("Utilise toujours des tabulations.", "rule"),
    ("Ne commite jamais sans lancer les tests.", "rule"),
    ("Je préfère les tabulations plutôt que les espaces.", "preference"),
    ("Pas d'emojis", "preference"),
    ("A partir de ahora, responde en español.", "rule"),
    ("Usa siempre tabulaciones.", "rule"),
    ("Nunca borres archivos sin preguntar.", "rule"),
    ("Prefiero tabulaciones en lugar de espacios.", "preference"),
    ("A partir de agora, rode os testes antes do commit.", "rule"),
    ("Use sempre tabs.", "rule"),
    ("Nunca apague arquivos.", "rule"),
    ("Prefiro tabs em vez de espaços.", "preference"),
    ("D'ora in poi, usa i tab.", "rule"),
    ("Usa sempre i tab.", "rule"),
    ("Non usare mai gli emoji nei commit.", "rule"),
    ("Preferisco i tab rispetto agli spazi.", "preference"),
    ("Отныне пиши тесты сначала.", "rule"),
    ("Всегда используй табы.", "rule"),
    ("Никогда не пушь в main.", "rule"),
    ("Я предпочитаю табы, а не пробелы.", "preference"),
    ("从现在开始请用中文回答。", "rule"),
    ("请始终使用制表符。", "rule"),
    ("以后不要再加注释。", "rule"),
    ("我更喜欢制表符而不是空格。", "preference"),
    ("不要用表情符号", "preference"),
    ("今後は必ずテストを先に書いてください。", "rule"),
    ("常にタブを使ってください。", "rule"),
    ("絶対にmainにプッシュしないでください。", "rule"),
    ("スペースよりタブの方が好きです。", "preference"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), OTHER_LANGUAGES)
def test_other_languages_are_claimed_in_the_persons_own_words(text, kind):
    (claim,) = claims([raw(text)])
    assert claim.kind == kind
    assert "“" in claim.text


@pytest.mark.parametrize(
    "text",
    ["I prefer tabs over spaces", "use tabs, not spaces", "I like tabs better than spaces", "tabs over spaces", "Benutze Tabs statt Leerzeichen", "Prefiro tabs em vez de espaços"],
)  # fmt: skip
def test_the_same_claim_in_other_wording_has_the_same_key(text):
    assert said(text)[0][2] == "want + tab over spac"


def test_never_without_is_always_before():
    assert (
        said("Never commit without running the tests.")[0][2] == said("Always run the tests before you commit.")[0][2]
    )


def test_rows_that_say_the_same_are_one_claim_with_all_their_ids():
    rows = [
        raw("I prefer tabs over spaces", id="a"),
        raw("use tabs not spaces", id="b", session="s2"),
        raw("hi", id="c"),
    ]
    (claim,) = claims(rows)
    assert claim.raw_ids == ("a", "b")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I prefer tabs over spaces.", "I prefer spaces over tabs."),
        ("Always add comments.", "Never add comments."),
        ("Always run the tests before committing.", "Never run the tests before committing."),
        ("I love ORMs", "I hate ORMs"),
        ("Always use tabs.", "Never use tabs."),
        ("Always use tabs.", "Always use spaces."),
        ("Always use Python 3.11.", "Always use Python 3.13."),
        ("I prefer tabs over spaces.", "Always use spaces."),
        ("Always use npm.", "From now on use pnpm."),
        ("keep it short", "be verbose"),
        ("Answer in German.", "Answer in English."),
        ("Always squash commits before merging branches.", "Never squash commits before merging branches."),
    ],
)
def test_claims_that_cannot_both_hold_contradict(one, other):
    (new,), (old,) = claims([raw(one)]), claims([raw(other)])
    assert contradicts(new, fact(old.text, key=old.key))
    assert contradicts(old, fact(new.text, key=new.key))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I prefer tabs over spaces.", "I prefer tabs over spaces."),
        ("Always use tabs.", "I prefer tabs over spaces."),
        ("Always add tests.", "Never add comments."),
        ("Never use emojis.", "Never use semicolons."),
        ("I love Haskell programs", "I hate ORMs"),
        ("Always run the linter.", "Always run the tests."),
    ],
)
def test_claims_that_can_both_hold_do_not_contradict(one, other):
    (new,), (old,) = claims([raw(one)]), claims([raw(other)])
    assert not contradicts(new, fact(old.text, key=old.key))


def test_a_wish_for_one_project_says_nothing_of_another():
    (here,) = claims([raw("Always use tabs in this project.", project="atlas")])
    assert (here.text, here.project) == ("Wants agents always to use tabs.", "atlas")
    assert not contradicts(here, fact(key="want - tab", project="borealis"))
    assert contradicts(here, fact(key="want - tab", project="atlas"))
    assert contradicts(here, fact(key="want - tab"))


def test_a_claim_that_authorises_waits_and_so_does_a_private_one():
    assert claims([raw("From now on, push without asking me.")])[0].gate is Gate.GROUNDING
    assert claims([raw("Never mention my diabetes in commit messages.")])[0].gate is Gate.SENSITIVE
    assert claims([raw("Never push without asking me.")])[0].gate is None


def test_an_instruction_is_explicit_and_a_preference_is_not():
    assert [claim.explicit for claim in claims([raw("Always use tabs."), raw("I hate ORMs")])] == [True, False]


def test_a_repeated_reply_is_a_habit_of_the_project_it_is_typed_in():
    rows = [raw("run the tests", id=f"r{n}", project="atlas", minute=n) for n in range(3)]
    claim = habit("run the tests", [*rows, raw("run the tests", id="agents", author=Author.AGENT)])
    assert (claim.kind, claim.text, claim.raw_ids, claim.project) == (
        FactKind.HABIT,
        "Often replies “run the tests”.",
        ("r0", "r1", "r2"),
        "atlas",
    )
    assert habit("run the tests", [*rows, raw("run the tests", id="x", project="other")]).project is None


def test_a_command_is_another_habit_than_its_word():
    command, word = habit("/review", [raw("/review")]), habit("review", [raw("review")])
    assert (command.text, command.key) == ("Often uses the command /review.", "habit + /review")
    assert word.key != command.key
    assert habit("!git status", [raw("!git status")]).text == "Often uses the command !git status."


@pytest.mark.parametrize("phrase", ["1", "2.", "b", "", " "])
def test_an_answer_that_means_nothing_without_its_question_is_no_habit(phrase):
    assert habit(phrase, [raw(phrase or "x")]) is None


def test_nobodys_rows_make_no_habit():
    assert habit("yes", [raw("yes", author=Author.CLONE)]) is None


def test_the_same_rows_give_the_same_claims():
    rows = [raw(text, id=str(at)) for at, (text, *_) in enumerate([*STANDING, *OTHER_LANGUAGES])]
    assert claims(rows) == claims(list(rows))
    assert all(len(claim.text) <= 300 and claim.raw_ids for claim in claims(rows))
