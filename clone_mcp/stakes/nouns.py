"""What an action is done to. The kind of object decides whether "remove" is an edit or a loss.

CODE is text under version control: taking it out of a file is ordinary work that a commit can bring back.
DATA is what lives outside the text (files, rows, branches, machines): taking it away may lose it.
A star marks a stem, so inflected forms count too. Words are written plainly; `fold` is applied when the
table is built.
"""

import re
from functools import lru_cache

from clone_mcp.stakes.spelling import fold

CODE, DATA, CRED, PEOPLE, PROD, PLACE = "CODE", "DATA", "CRED", "PEOPLE", "PROD", "PLACE"

_TABLE = {
    CODE: """
        code function method class variable import export import-statement comment line argument parameter
        param arg
        test testcase spec assertion assert mock stub fixture log-statement console.log print statement
        log-line debug
        debugging whitespace space newline blank indentation semicolon comma bracket parenthesis
        parentheses brace quote
        todo todos fixme docstring doc docs documentation readme section paragraph sentence heading word
        typo text wording
        phrase title label caption placeholder tooltip button icon spinner modal dialog popup banner toast
        menu navbar
        sidebar header footer component widget page-title style styling css margin padding border shadow
        color colour
        animation transition hover layout gradient opacity font div span tag attribute prop props state
        hook effect
        handler listener callback middleware decorator annotation type typing typehint hint interface enum
        constant
        const literal logic check condition conditional branch-condition if-statement guard clause loop
        iteration
        fallback default retry retries timeout delay sleep workaround hack shim polyfill wrapper
        abstraction helper
        util utility duplication repetition redundancy deadcode boilerplate snippet definition
        declaration signature property getter setter constructor namespace module endpoint route controller
        view template partial selector rule lint linter warning warnings error errors exception
        suppression noqa
        ignore eslint-disable pragma flag feature-flag feature option setting example mention reference
        references
        bullet link anchor emoji flicker regex pattern string quotes prefix suffix parens cast casting
        conversion
        validation validator sanitizer formatter serializer schema-definition mapping mapper alias
        overload fn func
        lambda closure generator iterator promise async await call calls invocation usage usages
        dependency-array
        stats statistics metadata-field expiry expiration count counter length limit usage budget strength
        policy field form input page screen flow
        functionality feature behaviour behavior support format operation command subcommand step ui
        button-label message-text
        edge-case logging logger trace breakpoint breakpoints nesting complexity assumption constraint-check
        parser lexer tokenizer tokeniser refresh-logic rotation-logic instructions instruction guide notes
        tutorial
        description descriptions commented-out confirmation confirmations prompt wording line-break linebreak
        else elif return progress bar api apis ifs mutant mutants path paths
        pipeline trailing unreachable
        shortcut keybinding keyword syntax macro directive include
        try/except try/catch try catch except files-list formatting unused feature-flags deprecated-method
        deprecated-function shadowing variant overflow scrollbar background outline cursor
        idea restriction limitation requirement dependency-injection indirection rerender re-render jitter
        gap
        hash-function implementation algorithm pipeline-step entry-point unit-test e2e codepath code-path
        path-alias
        approach suggestion colon period apostrophe zero null sorting filter filtering throttle debounce
        memo
        bindings locale translation i18n wrapper-div fragment conditional-rendering ternary
        assertion-message
        funktion* methode* klasse* variable* import* kommentar* zeile* absatz* testfall* tests codezeile*
        leerzeichen ueberschrift überschrift* tippfehler* fehlermeldung* knopf schaltflaeche schaltfläche*
        parameter* hinweis* prüfung*
        fonction* méthode* méthodes variable* commentaire* ligne* paramètre* bouton* titre* texte*
        condition* espace* importation*
        función funciones método* variable* comentario* línea* parámetro* botón botones título* texto*
        condición espacio* importación importaciones código
        função funções método* variável variáveis comentário* linha* parâmetro* botão título* texto*
        importações
        funzione funzioni metodo metodi variabile variabili commento commenti riga righe parametro
        parametri pulsante titolo testo codice importazione importazioni
        functie methode* variabele* opmerking* commentaar regel regels knop titel tekst
        функци* метод* переменн* импорт* комментари* строк* параметр* кнопк* заголов* текст* код кода
        проверк* тест* отступ* пробел*
        fonksiyon* metod* değişken* yorum* satır* parametre* düğme* başlık* metin* kod kodu test testi
        testler*
    """,
    DATA: """
        materialized device devices laptop phone router door mailing-list
        table row record column entry database db schema
        dataset data collection document index indices
        partition
        file folder directory dir dirs branch branches tag-ref stash commit history repo repository fork
        deploy-keys backup snapshot dump archive bucket blob object-store volume disk drive storage
        log-file logs cache-cluster
        queue topic stream cluster node pod namespace-k8s deployment instance vm server machine container
        image images
        service stack environment env workspace project account user users customer customers tenant
        member order orders
        invoice invoices message messages email emails inbox mailbox photo photos video videos note-file
        upload uploads
        download downloads artifact artifacts build-dir dist node_modules venv site domain dns zone record
        certificate
        key-vault key keys secret secrets token tokens vault lambda-function cron cronjob job jobs changes
        worktree index-file
        submodule release releases package packages version distribution everything disk-image production
        prod staging
        replica replicas redis postgres mysql mongo mongodb sqlite elasticsearch kafka s3 rds ec2 k8s
        kubernetes heroku
        subscription subscriptions session sessions sheet spreadsheet calendar contact contacts profile
        profiles
        migration migrations wallet funds registry firewall network vpc subnet role roles policy-binding
        tabelle* datei* datenbank* zweig* ordner* verzeichnis* server* daten datensatz* datensätze*
        sicherung* benutzer* konto konten bucket* produktion*
        fichier* base bdd branche* dossier* répertoire* donnée* sauvegarde* utilisateur* compte comptes
        serveur* enregistrement*
        tabla* fichero* archivo* rama ramas carpeta* directorio* dato datos respaldo* usuario* cuenta*
        servidor* registro* base bases
        tabela* arquivo* ficheiro* pasta* diretório* dados usuário* conta contas banco ramo registros
        servidores
        tabella tabelle file cartella cartelle dati utente utenti ramo rami backup
        tabel* bestand* map mappen gegevens databank gebruiker* tak takken
        таблиц* файл* баз* ветк* папк* каталог* данн* сервер* пользовател* аккаунт* бэкап* запис* резервн*
        tablo* dosya* veritaban* dal dalı klasör* veri veriler* kullanıcı* hesap* sunucu* yedek*
    """,
    CRED: """
        password passwords passwd passphrase passcode pwd token tokens apikey apikeys api-key api-keys
        secret secrets credential
        credentials creds .env dotenv keyfile private-key ssh-key pin otp 2fa mfa seed mnemonic
        private-keys ssh-keys access-keys secret-key secret-keys encryption-key signing-key deploy-key
        de-passe env-file credit-card credit-cards client-key keychain keyring
        authorized_keys access-key accesskey client-secret bearer cookie cookies vault keystore kubeconfig pem
        service-account ssn cvv pat card-number card-numbers iban passport social-security bank-details
        aws/credentials config/gcloud
        id_rsa id_ed25519 .npmrc .netrc .pgpass api_key secret_key access_token auth_token database_url
        passwort* passwörter* kennwort* zugangsdaten geheimnis* zugangsschlüssel* api-schlüssel*
        anmeldedaten schlüssel*
        mot-de-passe passe identifiants jeton* clé clés secrets
        contraseña* credencial* clave claves secreto* llave* token* senha* credenciais chave chaves
        segredo* palavra-passe
        chiave chiavi credenziali segreto segreti wachtwoord* inloggegevens sleutel* geheim*
        парол* токен* ключ* секрет* учетн* учётн* şifre* parola* anahtar* kimlik* hasło hasła lösenord*
    """,
    PEOPLE: """
        customer customers client clients team boss manager everyone everybody subscribers subscriber
        investors investor
        vendor press users colleagues stakeholders list them him her me-all supplier lawyer partner
        partners reviewer reviewers
        maintainer maintainers author landlord bank accountant hr recruiter candidate candidates lead
        leads ceo cto
        oncall on-call followers audience community members contacts recipients support people company
        staff ops mom wife
        kunden kunde kundin team alle chef clients équipe tous cliente clientes equipo equipe todos
        clienti tutti klanten klant
        клиент* команд* всем müşteri* ekip* ekib* herkes*
    """,
    PROD: """
        production prod live customers produktion* productie produktiv* livesystem produção producción
        produzione прод продакшен* продакшн* боев* üretim* canlı* produkcj*
        irreversible irreversibly permanently permanent unrecoverable unwiderruflich irréversible
        irreversible необратим* irreversibile irreversível
    """,
    PLACE: """
        main master trunk production prod release develop stable upstream origin
    """,
}

FILE_NAME = re.compile(
    r".\.(?:pyc?|jsx?|tsx?|json|jsonl|md|txt|csv|tsv|sql|db|sqlite3?|log|ya?ml|toml|xml|html?|css|scss|zip|tar|gz|tgz|bak|old|env"
    r"|sh|go|rs|java|kt|rb|php|c|h|cpp|ini|cfg|conf|lock|png|jpe?g|svg|pdf|docx?|xlsx?|parquet|ipynb|dump|pem|key|tf|tfstate"
    r"|bin|iso|mp4)$"
)


def _build() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    exact: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for kind, words in _TABLE.items():
        for written in words.split():
            word = fold(written)
            target = stems if word.endswith("*") else exact
            target.setdefault(word.rstrip("*"), set()).add(kind)
    return {w: frozenset(k) for w, k in exact.items()}, {w: frozenset(k) for w, k in stems.items()}


_EXACT, _STEMS = _build()
_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def kinds(token: str) -> frozenset[str]:
    """Which kinds of object a folded word names; empty when it names none we know."""
    found = _EXACT.get(token) or _EXACT.get(token.removesuffix("s")) or _EXACT.get(token.removesuffix("es"))
    if found:
        return found
    if token.endswith("'s"):
        return kinds(token[:-2])
    if "/" in token and CRED in kinds(token.rpartition("/")[2]):
        return _EXACT["id_rsa"]
    if token.endswith("ies") and token[:-3] + "y" in _EXACT:
        return _EXACT[token[:-3] + "y"]
    if FILE_NAME.search(token):
        return frozenset((CRED, DATA)) if token.endswith((".env", ".pem", ".key")) else frozenset((DATA,))
    for end in range(len(token), 2, -1):
        if token[:end] in _STEMS:
            return _STEMS[token[:end]]
    return _NONE


@lru_cache(maxsize=64)
def kinds_in(words: frozenset[str]) -> frozenset[str]:
    """All kinds the words of one sentence name; remembered briefly, since one sentence is asked many times."""
    return frozenset(kind for word in words for kind in kinds(word))
