"""Whether labelled lines ("Alice: …", "User: …") are a conversation that was copied, or fields that somebody typed.

Copied, if a part in a conversation with an agent is named twice, if a name comes again, or if two lines begin with what
may be names. Words that people put before a colon themselves ("Note: …", "Frontend: …") name nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

ROLE = (
    r"(?i:user|human|assistant|system|ai|bot|agent|model|developer|tool|claude(?:\scode)?|chat\s?gpt|gpt[\w.-]{0,8}|gemini"
    r"|codex|copilot|cursor|llama|mistral|deepseek|grok|aider|cline|windsurf|you|me|usuario|usuária|usuário|asistente"
    r"|assistente|utente|utilisateur|benutzer|nutzer|assistent|пользователь|ассистент|用户|用戶|助手|助理|ユーザー|アシスタント)"
)
_IS_ROLE = re.compile(rf"{ROLE}$")
_MACHINE = re.compile(r"(?i:human|assistant|chat\s?gpt|asistente|assistente|assistent|ассистент|助手|アシスタント)$")
_LABEL = re.compile(
    r"\s{0,8}(?P<item>(?:[-*+]|\d{1,2}[.)])\s+)?(?:[*_]{1,2})?(?P<label>@?[^\W\d_][\w.'’-]{0,24}(?:\s[^\W\d_][\w.'’-]{0,24}){0,2})"
    r"(?:\s?\([^()\n]{1,40}\))?(?:[*_]{1,2})?(?:\s?:(?:[*_]{1,2})?(?=\s|$|[^\x00-\x7f])|\s?：)"
)
_SAID = re.compile(r"\s(?:said|says|wrote|sagte|dijo|dit)$")
_NOBODY = re.compile(r"(?:Error|Exception|Warning)$|[a-z][A-Z]")
_NAMES = frozenset(
    """
    adam ahmed aisha alan alex alexander alice amir amy ana anders andrea andrew angela ann anna anne anton antonio
    arjun ben benjamin bob brian camille carl carlos carol caroline charlie chen chloe chris christian christine
    claire clara daniel daria dave david diego dmitri elena eli elias elif elizabeth ella emil emily emma eric erik
    erin eva eve fatima felix fiona florian francesca frank gabriel george giulia grace greg hana hannah hans harry
    hassan helen henry hiro ian ibrahim ines ingrid irina isabel ivan jack jacob jake james jan jane jason javier
    jean jeff jen jennifer jim joe johan john jonas jordan jorge jose josh juan judy julia julian jürgen kai karen
    karl kate katie kenji kevin kim klaus kumar laura lea lee lena leo li liam lin linda lisa luca lucas lucy luis
    lukas luke maja mallory marco maria marie marta martin mary matt matteo max maya mehmet mei mia michael miguel
    mike mira mohammed mona nadia natasha nick nico nicolas nils nina noah nora olga oliver olivia omar oscar pablo
    paul paula pavel pedro peggy peter philip pierre priya rachel rahul raj ravi rebecca rob robert rosa ruth ryan
    sam samuel sandra sara sarah sasha sergei simon sofia sophie stefan steve susan sven tanja tara thomas tim tina
    tom tomas tony trent trudy uwe valentina vera victor victoria wei wendy william xavier yan yuki yusuf zoe
    """.split()
)
"""First names that are common somewhere: two of them are a conversation, however little they say."""
_FIELDS = frozenset(
    """
    about acceptance access achtung action actions actual add address advice after age agenda agreed aim also
    alternative alternatively amount analysis and anforderung anforderungen answer answers api app approach apps
    architecture area args arguments aside asks assumption assumptions audience aufgabe ausgabe auth author
    available back backend background bad base basically basics before behavior behaviour beispiel benefit benefits
    besides best bitte blocker body bonus bottom branch browser btw budget bug bugs build business but button by can
    card cards case cases category cause caution caveat change changed changes chapter chart charts check checks
    choice ci city clarification class clean cleanup client code color colors colour colours column columns command
    commands comment comments commit commits company component components con concept conclusion condition
    conditions config configuration cons consider constraint constraints contact content context cool core correct
    correction cost country create criteria css current dark data database date datei datum day days db deadline
    decision default defaults definition delete deliverable deliverables demo dependencies deploy deployment
    description design desired desktop detail details dev device dialog difference docker docs documentation domain
    don't done dont double download dr duplication duration edge edit edit1 effects effort ejemplo email end
    endpoint endpoints env environment erreur error errors erwartet estimate event events evidence exact exactly
    example examples exception exceptions exemple exemplo existing expectation expected experience explanation extra
    fact facts fail failure false feature features feedback fehler fichier field fields file filename files final
    finally finding findings fine first fix fixed fixes flow focus folder follow follow-up followup font footer for
    format frage framework frequency frontend fun function functions furthermore fyi general git go goal goals good
    got great group hack header heading height hello help hence here hey hi hint hints hinweis home hotfix how
    however html http https hypothesis icon idea ideas idee if image images imo impact impacted implement
    implementation important improvement in info information input inputs install instead instruction instructions
    intent interface intro introduction issue issues item items keep key keys kind label language languages large
    last layout league left length lesson level library license light limit limitation limitations line link links
    list local location log logic login logs low lösung main match max maybe meaning means medium menu message
    metadata method methods milestone min minor missing mobile modal mode module monday more motivation move must
    name names naming nav navigation need needed needs new next nice nit nitpick no nope not nota note notes now
    number object objectif objective objetivo observation observed odd oder offer ok okay old one only open option
    optional options or order other otherwise our output outputs overview owner page pages parameters params part
    paso passo password path paths pattern payment perfect performance phase phone pitfalls place plan platform
    please plus point points policy position possible post prefer preference preferences pregunta prerequisites
    preview price pricing prio priority pro problem problems procedure process product production profile progress
    project prompt proof proposal proposed pros ps pull purpose python q qa question question1 questions quick quote
    raises range rate rationale react read reason reasoning reasons recap recommendation ref reference references
    regarding regression release reminder remove rename repo report repository repro reproduce reproduction request
    required requirement requirements research resolution resource resources response rest result results return
    returns review right risk risks role roles root round rule rules run résultat sample scenario schedule schema
    schritt scope screen screenshot script search season second section security server service services setting
    settings setup severity short should show side sidebar similarly simple situation size skip small so solución
    solution source spec specification specs sprache stack stage staging start state statement status step steps
    stop storage story strategy strengths structure style styles subject subtitle suggested suggestion suggestions
    summary sunday support sure symptom syntax tab table tabs tag tags tarea tarefa target task task1 tasks tech
    test testing tests text thanks the theme therefore thing things third thought thoughts threshold thus thx ticket
    tip tips title tl tldr to today todo todos token tomorrow tone tool tools top topic topics total trade tradeoff
    tradeoffs trigger true type types typescript typo tâche ui unit up update updates url usage use ux validation
    value values variable variant verdict version versus via video view vs wait warning weaknesses web week what
    when where which who why width wish wishlist with without word words workaround workflow wrong yeah yep yes
    yesterday you'll your yup ziel zip zone zusammenfassung étape задача заметка ошибка пример цель шаг traceback
    extract achtung anforderung anforderungen aufgabe ausgabe beispiel bitte datei datum erwartet fehler frage
    hinweis idee lösung oder schritt sprache ziel zusammenfassung erreur exemple fichier objectif résultat tâche
    étape ejemplo nota objetivo paso pregunta solución tarea exemplo passo tarefa заметка задача ошибка пример цель
    шаг
    """.split()
)
_US = frozenset(("you", "me"))
"""In a list, tasks are given to them."""
_WORD = re.compile(r"[\w'’]+")
_LONGEST = 200
_SENTENCE = 3
"""Words of a line that says something. "Width: 20" is a field."""


class _Line(NamedTuple):
    number: int
    label: str
    role: bool
    name: bool
    """May be somebody's: in capitals, and no word that people label things with."""
    says: int
    """Words after the label."""


def first_speaker(lines: Sequence[str]) -> int | None:
    """The first line of a conversation whose lines begin with who speaks; None where there is none."""
    labelled = [found for number, line in enumerate(lines) if (found := _read(number, line))]
    speakers = [line for line in labelled if line.role or line.name]
    if len(speakers) > 1 and _converse(speakers):
        return speakers[0].number
    for line in speakers:
        alone = line.role and not line.says and any(each.strip() for each in lines[line.number + 1 :])
        if alone or _MACHINE.match(line.label):
            return line.number
    return _alternating(labelled)


def _converse(speakers: Sequence[_Line]) -> bool:
    if any(line.role for line in speakers):
        return True
    labels = Counter(line.label for line in speakers)
    if len(labels) < len(speakers):
        return True
    return sum(label.split()[0] in _NAMES for label in labels) > 1 or any(line.says >= _SENTENCE for line in speakers)


def _alternating(labelled: Sequence[_Line]) -> int | None:
    """Where handles in small letters take turns: one speaks, another, and the first again."""
    seen: dict[str, int] = {}
    for place, line in enumerate(labelled):
        first = seen.setdefault(line.label, place)
        if place - first > 1 and len(seen) > 1:
            return labelled[first].number
    return None


def _read(number: int, line: str) -> _Line | None:
    found = _LABEL.match(line[:_LONGEST]) if ":" in line or "：" in line else None
    if found is None:
        return None
    label = _SAID.sub("", found["label"])
    folded = label.casefold()
    role = _IS_ROLE.match(label) is not None and folded not in _FIELDS and not (found["item"] and folded in _US)
    if not role and (found["item"] or not _FIELDS.isdisjoint(_WORD.findall(folded)) or _NOBODY.search(label)):
        return None
    name = not role and (label.startswith("@") or all(word[0].isupper() for word in label.split()))
    return _Line(number, folded, role, name, len(line[found.end() : _LONGEST].split()))
