"""Small words that decide what a sentence does: ask, plan, deny, report, or merely mention."""

from collections.abc import Sequence

from clone_mcp.stakes.spelling import fold


def words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


# A sentence with one of these (or a question mark) asks for leave or announces; only there can a "yes" authorise.
ASKS = words("""
    shall should want would-like ok okay ready confirm approve approval permission may permit could agree
    i-can we-can unless the-word safe-to me-know i-need we-need which-one tell-me i'd-like
    await awaiting waiting recommend recommended suggest suggested suggestion propose proposed proposal
    prefer go-ahead proceed sign-off consent greenlight
    soll sollen möchtest willst darf dürfen bereit bestätige bestätigen freigabe erlaubnis vorschlag
    schlage könnte würde okay einverstanden
    dois veux voulez puis souhaites souhaitez prêt confirme confirmez autorisation propose pourrais veuillez
    debo quieres puedo listo confirma confirmar permiso propongo quiere deseas podría
    devo quer posso pronto confirme permissão sugiro deseja gostaria vuoi vuole posso confermi procedo
    permesso
    zal wil moet mag klaar bevestig akkoord toestemming
    хочешь хотите можно мне нужно стоит готов готово подтверди подтвердите разреши предлагаю давай могу
    следует
    mı mi mu mü ister misin onaylıyor onay hazır istiyor mıyım miyim
""")
PLANS = words("""
    i'll we'll i'd we'd i-will we-will i-would we-would gonna going about-to plan planning planned next
    finally need needs must step todo
    remaining remains pending lastly intend intends intending upcoming scheduled have-to left
    werde werden jetzt dann als nächstes nächster schritt plan anschließend vais allons ensuite maintenant
    prochaine étape plan
    voy vamos ahora luego siguiente paso vou agora depois próximo passo sto ora poi prossimo passo adesso
    ga nu daarna volgende stap
    сейчас буду дальше затем потом план следующий шаг şimdi sonra adım birazdan
""")
# A question made of nothing but these points back at what stands before it.
EMPTY = words("""
    shall should i we you go ahead proceed continue ok okay ready sound sounds good is that this it do run
    execute apply them these those all now want
    tell-me just say the-word word are sure really certain definitely y/n yes/no j/n s/n me to would like can
    may please confirm approve approval approved yes no y n let know if alright right
    start begin carry on fine with the
    what still agree agreed thoughts plan change changes step steps above everything so and or for a in be
    my your have permission your not look looks
    correct happy make sense could just here there perform what think about any objections objection how
    does acceptable anything else move forward
    order any issues concerns questions next also keep going i'll i'd what's that's it's as work works via
    per then ja nein weiter oui non sí da нет
    einverstanden passt fortfahren soll ich das so machen continuer je d'accord vale bien sigo procedo
    posso va bene akkoord doorgaan хорошо продолжать
""")
BE_ASKED = words("""
    be get want like need needs to getting being wanted should werden être ser essere worden sein sera
    serão sean быть soll sollen shall
""")
REPORTED = words("""
    has have had was were been already is are hasn't haven't wasn't weren't isn't aren't i've we've it's
    got did didn't just habe hat haben wurde wurden ist sind
    bereits j'ai ai a ont avons été est sont déjà he ha hemos han ya fue fueron está eu foi foram já ho
    abbiamo stato stata già heb heeft hebben is al
    был была было были уже
""")
DETERMINERS = words("""
    the a an this your our my its his her their each every some of for in on with from per about these
    those another next last first
    after during latest previous failed successful current
""")
LIGHT = words("""
    do perform run start trigger make execute approve confirm proceed ahead kick initiate ready schedule
    begin carry continue complete finish authorize authorise
    allow permit launch force issue ok okay doing performing running starting triggering executing
    approval apply initiating go finalize finalise place request
    recommend suggest propose permission green-light greenlight confirming completing
    hard full mass
""")
SUBJECTS = words("""
    i we they users it he she who which user people customers admins someone anyone everyone that
    i'll i've we'll we've
""")
NEGATORS = words("""
    not never don't dont won't wont without avoid avoids avoiding avoided instead rather nothing cannot
    can't didn't doesn't isn't shouldn't skip skipping prevent
    prevents preventing refuse neither nor unable nobody none wouldn't refrain refraining stop stopped
    forbid no aren't haven't hasn't wasn't ain't mustn't block blocks
    nicht kein keine keinen nie niemals ohne ne pas jamais sans n' no nunca sin não nem sem non mai senza
    niet geen nooit zonder не нет никогда без değil
    nein nie bez inte aldrig utan statt anstatt plutôt
""")
INVERTED = words("i we you it the")
HARMLESS_NEGATED = words("forget hesitate fail only just mind worry wait think see")
REFRAINED = words("had managed used tried failed refused unable attempted did does didn't")
RUNS = words("""
    run runs execute apply launch invoke trigger start ship send fire running executing applying use
    call proceed continue enter
""")
COORDINATORS = words("""
    and then or but before after by so plus & && + -> => also followed und dann oder aber et puis ou y luego
    e poi o en dan of и затем потом или ve sonra через y además but und ; : , | --
""")
PREPOSITIONS = words("""
    from in on at to into with for of by via inside within across under over through using onto before
    after because since as when while where if that which so until out
    against than without during between above below instead via
""")
# Verbs of writing code, tests and words: what they take is a description of behaviour, not the behaviour.
ENGLISH_WRITING = words("""
    add adds adding write writing create creating implement implementing build building fix fixing test
    testing document documenting refactor refactoring rename
    renaming handle handling support supporting mock mocking design designing review reviewing explain
    explaining describe describing check checking verify
    verifying investigate investigating improve improving optimize optimizing optimise debug debugging
    wrap extend extending introduce include generate draft
    prepare discuss look modify adjust extract simplify cover validate inspect analyze analyse compare
    read find trace reproduce note mention
    summarize summarise update updating change changing style restyle hook wire tweak polish rewrite
    rework expose document log list show ensure assert benchmark
    resolve resolving port clarify outline sketch finish convert centralize unify deduplicate consolidate
    rephrase redesign define
    split type annotate translate inline refine reorder align
""")
WRITING = ENGLISH_WRITING | words("""
    schreibe schreiben hinzufügen ergänze ergänzen implementieren implementiere teste testen erkläre
    erklären dokumentieren baue bauen repariere reparieren umbenennen beheben prüfe prüfen füge korrigiere
    ajoute ajouter écris écrire écrive implémente implémenter corrige corriger teste tester explique
    expliquer documente documenter renomme renommer crée créer vérifie vérifier
    añado añadir agrego agregar agregue escribo escribir escriba implemento implementar corrijo corregir
    arreglo arreglar explico explicar documento documentar renombro renombrar creo crear pruebo probar
    añada reviso revisar
    adiciono adicionar escrevo escrever adicione escreva corrijo corrigir conserto explicar documentar
    renomear crio criar testo testar
    aggiungo aggiungere scrivo scrivere implementare implemento correggo correggere spiego spiegare
    documentare rinominare creo creare testare testo aggiunga scriva
    toevoegen voeg schrijf schrijven implementeren implementeer repareer repareren uitleggen documenteren
    hernoemen maak maken testen
    добавить добавлю написать напишу реализовать исправить исправлю объяснить описать переименовать
    создать протестировать проверить починить добавь напиши
    ekle ekleyeyim yaz yazayım düzelt düzelteyim açıkla test oluştur ekleyim yazay
""")
# Words one slip away from a dangerous one that people really use.
ORDINARY_WORDS = words("""
    absence absent accent agree annotate arise bend bender better binding border bush casing center
    centre chance change changed changes charged charger charming cleared clearly cloning command
    commands commence commend comment comments commits committed compare compose composed compress
    connect connected connects copied crap crops dealer debt decide deciding defense deleted delta demand
    depose deposit destroyed detect digit digits dilate discord disposes done drips ease elate elder
    embedding emerge employ ended ending ends enter enters entry escape even evoke expense expire expired
    erro ever every explode explore export exporter expose exposed falling fender fixing forge formal formats formatting
    former gate gates gender general generous grand greatest guarded hanging hiding hint hush ides impose
    inform ingest inset invert inverting invoke lace lane lanes large latest leading lean leaner leaning
    lease leave leaving lend lender letter licence logic lush maxlen mere merger merges meta mint mover
    moves movie notate oder offense older oppose order ordered outputting page pager pages paging paint
    pair parsing past payers pending perform pinning playing please plush point pointing points polling
    posed postal poster posts preset presets price prime prince prints procedure prompting propose props
    protest provisional public publicly pure purpose pushed pusher quiet quit racing rage rant rating
    redo reds reformatting relate related relates release released rely relying remote removed remover
    removes render renders reorder republic resilient resort response rest restart rewind rewinding
    rogier rotated rotational rune rush rust sake saying scalable scalar scalars scare science scoring
    seeding sender sending shape share shared sharing shark sharp shed shower shown silence sitting
    skipping slow slowly snow solves sorting spanning spare spend spending spends sprint stare staring
    starring stat stating staying stepping stock storing string strong submits subnet subtle summit
    suppose supposed swipe swipes tender tense tester testing tiers ties tile tone tracing tuning urge
    usable utilize varies vendor verge waiting were wiped wiper wipes wise witch
""")
# What follows these is talked about, whatever its grammar.
TALKING = words("""
    explain explaining describe describing document documenting discuss clarify investigate investigating
    review reviewing check checking verify verifying
    analyze analyse compare mention outline understand inspect look read trace reproduce diagnose debug
    debugging proofread proofreading spellcheck translate summarize summarise estimate
""")
ORDINARY_VERBS = words("""
    were render compare depends decide rely relate connect agree leave quit redo solve solves escape ease
    compress
    arise ingest utilize employ invoke evoke urge merge emerge propose compose oppose suppose impose
    purpose change swipe push rush plush stare share scare shape dilate elate annotate inform perform
    expose explore expire explode restart move copied tender bend lend depose deposit protest detect
    commence commend command comment demand forge charm introduce page
""")
# Forms of foreign verbs that English texts use for something else; they need foreign company to count.
FALSE_FRIENDS = words("""
    commander da de desplega do introduce laden leo mergebase mergecells mergecommitsonly mergejson
    merger mergesettingsjson page pages quite schick ta zero
""")
STOPWORDS = {
    "en": words(
        "the i to you should shall want me is it this that do we and of for now let with your on can "
        "have would are in a as no at be me all an or so not up by if one my was has any but too go "
        "am use what how why when did does from its there that's"
    ),
    "de": words(
        "soll ich die der das den und ist jetzt ja nein bitte wir du mir auf nicht mit es sie ein "
        "eine möchtest willst soll zu dann werde"
    ),
    "fr": words(
        "je le la les un une et est oui non dois puis veux tu vous que des du sur pas maintenant je "
        "vais dans il à voulez l' d'accord s'il te"
    ),
    "es": words(
        "el la los las un una y es sí si no debo puedo quieres que de del en ahora lo se por favor "
        "voy con a al dale vale"
    ),
    "pt": words(
        "o a os as um uma e é sim não devo posso quer que de do da no na em agora por favor vou com eu isso pode"
    ),
    "it": words(
        "il lo la i gli le un una e è sì no devo posso vuoi che di del della in ora per favore sto con procedo pure ok"
    ),
    "nl": words("de het een en is ja nee ik zal moet mag wil je dat van op nu in met niet alsjeblieft graag"),
    "ru": words("и в на не да нет я мне ты вы это все"),
    "tr": words("mi mı mu mü bu ve evet hayır ben sen için"),
    "pl": words("czy i w na nie tak mam to"),
    "sv": words("ska jag och i på inte ja nej det vill"),
}
# Words of English sentences that other languages don't use.
ENGLISH = words("""
    the you should shall this that with your would what how it let these those when why does did were they please
    i'll use and is all only our my any from by into be been can could will
""")
FACTS = words(
    "what's who's where's how's when's is are was were did does has have what why how where when who which whose"
)
_NEEDED = {("need", "a"), ("need", "the"), ("need", "any"), ("want", "a")}
_WISHES = words("want like mind agree approve accept authorize authorise consent allow permit wish need prefer")


def asks_for_facts(tokens: Sequence[str]) -> bool:
    """ "Did the push succeed?", "Do you have a subscription?": leave is not what is asked for."""
    if tokens[:1] == ("when",) and not {"should", "shall"}.isdisjoint(tokens):
        return False
    return not FACTS.isdisjoint(tokens[:1]) or (
        tuple(tokens[:1]) == ("do",)
        and tokens[1:2] in (("you",), ("we",), ("they",))
        and (_WISHES.isdisjoint(tokens[2:5]) or tuple(tokens[2:4]) in _NEEDED)
    )
