"""Whether a text is about matters that people keep to themselves. Texts come folded and on one line."""

from __future__ import annotations

import re

# Words that are hardly ever about code. A code noun right after them still makes them so.
_PLAIN = """
diabet\\w*|lithium|metformin|had a stroke|heart attack|ibs|crohn'?s|hepatitis|thyroid\\w*|blood type|miscarried|
my shrink|saw a shrink|cancer|tumou?r|chemo(?:therapy)?|depress(?:ion|ed)|antidepressants?|anxiety|bipolar|
schizophreni\\w*|autis(?:m|tic)|adhd|ptsd|ocd|epilep\\w*|asthma\\w*|migraines?|arthritis|hiv|aids positive|
pregnan\\w*|miscarriage|abortion|infertil\\w*|ivf|menopaus\\w*|chronic (?:back pain|pain|illness|fatigue|disease)|
illness|panic attacks?|gender[- ]?fluid|inherited (?:a|the|money|from (?:my|their))|
joined (?:the|a) (?:\\w+'? )?union|teachers'? union|
sick leave|burn(?:ed|t)? ?out|insomnia|therapist|psychiatrist|psychologist|psychotherap\\w*|my doctor|their doctor|
cardiologist|oncologist|gyn[ae]cologist|surgery|hospitali[sz]\\w*|medication|prescription drugs?|insulin|prozac|xanax|
ritalin|adderall|ssris?|disabilit(?:y|ies)|wheelchair|suicid\\w*|self-harm|eating disorder|anorexi\\w*|bulimi\\w*|
alcoholi\\w*|rehab|sobriety|drug addiction|blood pressure|cholesterol|diagnos(?:ed|is) (?:with|of)|health condition|
mental health|dyslexi\\w*|hearing loss|allergic to|girlfriend|boyfriend|fianc[ée]e?|husband|ex-?wife|ex-?husband|
divorc\\w+|marriage|got married|wedding|affair with|dating (?:someone|a|my|their)|breakup|broke up with|custody|
couples? (?:therapy|counsel\\w*)|love life|mother-in-law|my wife|their wife|his wife|my partner and i|salary|
net income|gross income|pay (?:my|the|their) rent|rent arrears|pleite|fauché|evicted|sued|suing (?:me|them)|salaries|
mortgage|bankrupt\\w*|net worth|life savings|their debts?|my debts?|in debt|student loans?|credit score|
tax (?:return|debt|evasion)s?|alimony|inheritance from|pension|payday|stock options|gambling|owes? (?:\\d|money)|
earns? (?:\\W?\\d|about|around|roughly)|make \\W?\\d+k? (?:a|per) year|bank balance|iban|credit card (?:number|debt)|
social security number|christian|catholic|orthodox church|muslim|islam\\w*|jewish|judaism|hindu\\w*|buddhis\\w*|sikh|
mormon|jehovah\\w*|atheis\\w*|agnostic about god|believes? in god|pray(?:s|ing|er|ers)?|church|mosque|synagogue|
ramadan|sabbath|shabbat|kosher|halal|bible|quran|koran|baptis\\w*|communion|religion|religious(?! use)|republican|
democrat|votes? for|voted|labour party|conservative party|
(?:trump|biden|putin|brexit|afd|le pen) (?:supporter|voter|fan)|supports? the (?:\\w+ ){0,2}party|communis\\w*|
socialis[tm]|far[- ]right|far[- ]left|left-wing|right-wing|political (?:views?|opinions?|party|beliefs?)|
abortion rights|maga|gay|asexual|pansexual|lesbian|bisexual|homosexual\\w*|heterosexual|transgender|
trans (?:man|woman)|non-?binary|lgbtq?\\w*|sexual (?:orientation|preference|abuse|health)|sex life|porn\\w*|queer|
ethnicity|(?:is|am|are|i'm) (?:black|white|roma|asian|arab|latin[ao]|mixed[- ]race|indigenous|kurdish)|
ethnic (?:origin|background)|racial(?:ly)? (?:origin|background)?|skin colou?r|african[- ]american|latino|latina|
hispanic|undocumented immigrant|asylum seeker|refugee|immigration status|criminal (?:record|conviction)|convicted|
felony|felon|on parole|probation officer|prison|jail|arrested|restraining order|trade union|labor union|
union (?:member|membership|rep|dues)|shop steward|works council member|fingerprints? (?:scan|template|data)|iris scan|
retina scan|face ?id template|biometric\\w*|dna test|genome|genetic (?:test|data|disorder)|voiceprint|home address|
passport number|driver'?s licen[sc]e number|lives? (?:at|on) (?:\\d|\\w+ (?:street|road|lane|avenue))|
(?:at|on) \\d+ \\w+ (?:street|road|lane|avenue|drive)\\b|my address is|
my (?:son|daughter|kid|kids|children|toddler|baby)|their (?:son|daughter|kid|kids|children|toddler|baby)|
\\d+[- ]year[- ]old (?:son|daughter|kid|boy|girl)|kindergarten|
(?:has|have|raising|raises|two|three|four|\\d+) (?:small |young )?(?:kids|children|sons|daughters|babies)|
daycare|babysitter
"""
_OTHER_LANGUAGES = """
diabetes|krebs(?:erkrankung|diagnose)?|depression(?:en)?|schwanger\\w*|therapeutin?|krankgeschrieben|krankheit|
krankenhaus|medikamente?|behinderung|psychisch\\w*|
meine? (?:arzt|ärztin|frau|mann|freundin|freund|sohn|tochter|kinder|ehe)|geschieden|scheidung|verheiratet|gehalt|
schulden|kredit(?:e|schulden)|hypothek|kontostand|insolvenz|steuererklärung|evangelisch|katholisch|muslimisch|jüdisch|
kirche|moschee|gläubig|religion|wähle? (?:die )?(?:cdu|spd|afd|grünen|fdp|linke)|gewerkschaft\\w*|schwul|lesbisch|
vorbestraft|gefängnis|wohne in der|maladie|cancer|diabète|dépress\\w+|enceinte|grossesse|médicaments?|psychiatre|
psychologue|handicap\\w*|mon mari|ma femme|ma copine|mon copain|divorc\\w+|mon salaire|salaire|dettes?|hypothèque|
impôts|catholique|musulman\\w*|juif|juive|église|mosquée|homosexuel\\w*|syndicat\\w*|casier judiciaire|mon fils|
ma fille|mes enfants|j'habite au|enfermedad|cáncer|depresión|embarazad\\w+|medicamentos?|psiquiatra|psicólog\\w+|
discapacidad|mi (?:marido|esposa|esposo|mujer|novia|novio|hijo|hija)|mis hijos|divorci\\w+|mi sueldo|sueldo|salario|
hipoteca|deudas?|católic\\w+|musulm[aá]n\\w*|judí[oa]|iglesia|mezquita|homosexual|sindicato|antecedentes penales|
cárcel|doença|câncer|depressão|grávida|gravidez|remédios?|psiquiatra|deficiência física|meu marido|
minha (?:esposa|mulher|namorada)|meu namorado|meus filhos|minha filha|meu filho|salário|dívidas?|católic[oa]|
evangélic[oa]|igreja|sindicato|antecedentes criminais|malattia|cancro|depressione|incinta|gravidanza|farmaci|
psichiatra|disabilità|mio marito|mia moglie|la mia ragazza|il mio ragazzo|mio figlio|mia figlia|i miei figli|
stipendio|mutuo|debiti|cattolic[oa]|musulman[oa]|ebre[oa]|chiesa|sindacato|fedina penale|диабет\\w*|рак(?:ом|а)?|
депресси\\w+|беременн\\w+|болезн\\w+|болею|лекарств\\w*|психиатр\\w*|психотерап\\w+|инвалид\\w*|моя жена|мой муж|
моя девушка|мой парень|мой сын|моя дочь|мои дети|развод\\w*|развел\\w*|зарплат\\w+|ипотек\\w+|долг(?:и|ов|ами)|
православн\\w+|мусульман\\w+|католи\\w+|еврей\\w*|церк\\w+|мечет\\w+|голосую за|гей|лесбиянк\\w*|судимост\\w+|
профсоюз\\w*|тюрьм\\w+
"""
_UNSPACED = re.compile(
    "糖尿病|癌症|抑郁|怀孕|心理医生|精神科|服药|病史|残疾|我(?:的)?(?:老婆|妻子|丈夫|老公|女朋友|男朋友|儿子|女儿|孩子)|离婚|结婚|工资|薪水|房贷|欠债|债务|存款|基督徒|基督教|"
    "佛教|穆斯林|教会|信仰|同性恋|犯罪记录|坐牢|工会|身份证号|家庭住址|"
    "がん患者|癌|うつ病|鬱|妊娠|精神科|通院|持病|障害者|妻が|妻は|夫が|夫は|彼女と付き合|離婚|給料|年収|住宅ローン|借金|貯金|キリスト教|仏教徒|イスラム教|信仰|同性愛|前科|労働組合|息子|"
    "うちの娘|自宅の住所"
)
# Words that are about a person only when they are said to be somebody's.
_OWNED = (
    r"\b(?:my|their|his|her|our family'?s?|the person's|the user's|i have|i've got|they have|has|have|"
    r"suffers? from|struggl\w+ with|living with|mein\w*|ma|mon|mes|mi|mis|minha|meu|mio|mia|мо[йяиё])(?: own|"
    r" personal| bad| poor| serious| family| private| heart| lung| back| high)? "
    r"(?:health|illness|disease|condition|relationship|relationships|marriage|finances|financial (?:situation|"
    r"problems|trouble|status)|income|wages?|savings|debt|loan|bank account|bonus|faith|beliefs|religion|"
    r"politics|party membership|"
    r"sexuality|gender identity|race|heritage|nationality|doctor|diagnosis|pain|injury|pills|meds|treatment|"
    r"weight|period|wife|partner|spouse|family|mother|father|mom|dad|sister|brother|parents|address|"
    r"phone number|birthday|taxes|insurance|investments|"
    r"gesundheit|beziehung|finanzen|einkommen|glaube|adresse|santé|relation amoureuse|finances|foi|salud|"
    r"pareja|finanzas|fe|saúde|finanças|salute|finanze|здоровь\w*|финанс\w*|вер[ауы])\b"
)
_CODE_AFTER = (
    r"(?:[- ](?:module|modules|table|tables|column|columns|field|fields|dataset|datasets|class|classes|"
    r"classifier|endpoint|endpoints|api|apis|app|schema|page|pages|service|services|component|components|test|"
    r"tests|model|models|form|forms|"
    r"function|functions|repo|project|package|calculator|feature|features|check|checks|probe|route|router|"
    r"enum|type|types|view|view model|controller|property|attribute|entity|record|records|database|db|"
    r"dashboard|widget|script|"
    r"detection|prediction|simulators?|firmware|portals?|backends?|frontends?|lines|cells?|contracts?|csv|"
    r"import|importer|parser|validator|validation|icon|emoji|theme|website|site|demo|"
    r"example|mode|library|sdk|plugin|scanner|login|auth|authentication|prompt|sensor|chart|graph|"
    r"report generator|tracker|tag|category|flag|id|ids))\b"
)
# One word may stand between: cancer cell lines, prayer times widget. A verb or another thing of the person's may not.
_NOT_CODE = (
    r"(?!(?: (?!(?:and|or|is|are|was|has|had|my|their|the|i|they|so|but|when|while|works?|affects?|in|on|at|with|"
    rf"for)\b)\w+)?{_CODE_AFTER})"
)
_HOMONYMS = re.compile(
    r"\b(?:health[- ]?(?:checks?|probes?|endpoints?|monitor\w*|status|score)|healthz|dependency injection|"
    r"sql injection|prompt injection|race[- ]conditions?|data races?|parent (?:process|class|component|node|"
    r"directory|folder|element|id|commit|span|"
    r"issue|task|row|container)\w*|(?:the )?child(?:ren)? (?:process|class|component|node|element|prop|id|"
    r"span|issue|task|row)\w*|process(?:es)?' children|kill(?:s|ing)? (?:the )?(?:child|children|parent)\w*|"
    r"their children (?:prop|nodes|elements|array)|master (?:branch|slave|node)|"
    r"(?:database|table|foreign[- ]key|entity|many-to-many|one-to-many|model|orm|class) relationships?|"
    r"relationship (?:between|fields?|table|mapping)|heart ?beats?|virus scan\w*|anti-?virus|infected files?|"
    r"immutable|\w+-free code|type unions?|union types?|union (?:all|select)|"
    r"orphan\w* (?:process|row|branch|commit|file)\w*|zombie process\w*|aborted?|abortcontroller|religiously|"
    r"god (?:object|class|mode)|bible of|church[- ](?:encod\w*|numerals?)|alonzo church|technical debt|tech debt|"
    r"code debt|debt in|"
    r"divorced? from the|divorc\w+ (?:of |the |from )?(?:the )?ui\b|"
    r"divorc\w+ (?:the|from) (?:\w+ )?(?:ui|logic|model|view|code|implementation|backend|"
    r"frontend)|married to (?:the|this|a) (?:framework|idea|library|vendor|approach)|fork bomb|sandbox jail|"
    r"chroot jail|jailbreak\w*|freebsd jails?|prisoner's dilemma|"
    r"gender[- ](?:neutral|field|column)|sex(?:y)? (?:column|field)|trans(?:action|ition)\w*|party (?:library|"
    r"package|libraries|service|api|dependency|dependencies|code)|third[- ]party|first[- ]party|"
    r"diagnostics?|diagnose (?:the|this|why|a)|symptoms? of (?:the|a) bug|their (?:parent|parents|"
    r"family) (?:node|id|class|element|type)s?|font family|font-family|address (?:space|bar|book|family)|"
    r"ip address\w*|memory address\w*|email address\w*|"
    r"(?:their|my) (?:address|weight|condition|period|income|party|race|brother|sister) (?:column|field|"
    r"object|variable|param\w*|prop|class)|depressed (?:button|state|key)|"
    r"allergic to (?:\w+ ){0,2}(?:boilerplate|javascript|java|css|orms?|xml|yaml|frameworks?|comments?|mocks?|"
    r"typescript|php|perl|jquery|inheritance|singletons?)|"
    r"surgery on the (?:code|repo|history)|surgical\w*|burn[- ]?(?:out|down) (?:chart|rate)s?|"
    r"medication reminder|prescription (?:app|module|service)|therapy app|pregnan\w+ (?:app|test data)|"
    r"pension (?:calculator|module|service)|"
    r"jewish calendar|hindu-arabic|arrested (?:process|thread)s?|probation period flag|wedding (?:app|site|"
    r"website|planner|page)|church-turing|salary (?:column|field|table|calculator|slider|range filter)|"
    r"voted (?:answer|up|down)\w*|vote[sd]? (?:for|counts?) (?:the )?(?:feature|leader|candidate|proposal|"
    r"answer|post|comment)s?|right-wing (?:panel|sidebar)|genetic algorithms?|genome assembly (?:pipeline|"
    r"tool)|biometric\w* (?:login|auth\w*|prompt|api|unlock|sdk)|fingerprint\w*|"
    r"hash (?:of )?the fingerprint|mortgage (?:calculator|app|module|api)|stock options api|their (?:wife|"
    r"husband) (?:class|relation))\b"
)
_NAMED = "".join((_PLAIN + "|" + _OTHER_LANGUAGES).split("\n"))
_SENSITIVE = re.compile(rf"(?<![\w-])(?:{_NAMED})(?![\w]){_NOT_CODE}|{_OWNED}(?!{_CODE_AFTER})")


def is_sensitive(said: str) -> bool:
    """Whether the text touches such a matter once the words that developers use for other things are taken out."""
    if _UNSPACED.search(said):
        return True
    return _SENSITIVE.search(_HOMONYMS.sub(" ~ ", said)) is not None
