"""Verbs of other languages written with spaces.

An entry: consequence, language: verbs | objects it takes to matter (none: any). `stem-class` stands for the
forms that
`ENDINGS` lists, a plain word for itself. Participles ("gelöscht", "supprimé") are built as past forms, so a
report stays
a report. A blank line ends an entry.
"""

# language -> class -> (forms that direct or plan, forms that report)
ENDINGS: dict[str, dict[str, tuple[str, str]]] = {
    "de": {
        "en": ("en e", "t te ten"),
        "n": ("n e", "t te ten"),
    },
    "fr": {
        "er": ("er e es ons ez erai erons era ant", "é ée és ées ai"),
        "ir": ("ir is issons issez irai irons isse issant", "i ie is ies"),
        "re": ("re s ons ez rai rons e ant", "u ue us ues"),
    },
    "es": {
        "ar": (
            "ar o a e es emos amos en aré aremos ará ando arlo arla arlos arlas alo ala alos elo ela",
            "ado ada ados adas é ó aron",
        ),
        "ir": ("ir o a e amos imos iré iremos irá iendo irlo irla irlos irlas elo ela", "ido ida idos idas í ió"),
        "er": ("er o a e amos emos eré eremos erá iendo erlo erla erlos erlas", "ido ida idos idas í ió"),
    },
    "pt": {
        "ar": ("ar o a e es emos amos em arei aremos ará ando á", "ado ada ados adas ei ou aram"),
        "ir": ("ir o a e amos imos irei iremos irá indo i", "ído ída ídos ídas ido ida idos idas iu"),
        "er": ("er o a e amos emos erei eremos erá endo ê", "ido ida idos idas eu"),
    },
    "it": {
        "are": ("are o a i iamo ino erò eremo ando arlo arla arli arle alo ala ali ale andolo", "ato ata ati ate"),
        "ere": ("ere o i e a iamo erò eremo endo erlo erla erli erle ilo ila", "uto uta uti ute so sa"),
        "ire": ("ire o i a iamo irò iremo endo irlo irla irli irle isco isci isca", "ito ita iti ite"),
    },
    "nl": {
        "en": ("en", "d t de te den ten"),
    },
    "ru": {
        "ить": ("ить ю у им ите и ишь ит", "ил ила или ено ена ены ен ил"),
        "ать": ("ать аю аем айте ай ать аешь у ю ем ите", "ал ала али ано ана аны ан"),
        "ять": ("ять яю яем яйте яй", "ял яла яли яно яна яны"),
        "нуть": ("нуть ну нем ните ни", "нул нула нули нуто нута"),
        "овать": ("овать ую уем уйте уй овываем", "овал овала овали овано ована ован"),
        "зить": ("зить жу зим зите зи", "зил зила зили жено жена"),
        "стить": ("стить щу стим стите сти", "стил стила стили щено щена"),
    },
    "tr": {
        "mek": ("", ""),
        "": ("", ""),
    },
    "pl": {
        "ac": ("ać am amy aj ę ać", "ał ała ano any ana"),
        "ic": ("ić ę imy ij", "ił iła ono ony ona"),
    },
    "sv": {
        "a": ("a ar", "ade at ats"),
    },
}

VERBS = """
destructive de: lösch-en überschreib-en vernicht-en zerstör-en entfern-en verwerf-en leer-en droppe
droppen wegwerf-en kill-en killen plattmach-en formatier-en beende-n zurücksetz-en widerruf-en
deaktivier-en truncaten herunterfahr-en abschalt-en abreiß-en tilg-en bereinig-en wipe-n runterfahr-en
wegschmeiß-en überspiel-en abräum-en weghau-en platt runternehm-en rausnehm-en wegzulöschen ausradier-en
rausschmeiß-en schmeiß-en kündig-en stornier-en eliminier-en säuber-en purge-n nuke-n abklemm-en ausschalt-en
löse aufkündig-en

destructive de: weg | damit alles soll kann können DATA

destructive de: fahre setze schalte setzen werfe wirf reiß reisse mach schmeiss stoppe stoppen starte |
herunter runter zurück ab weg raus platt produktion live produktionsserver

destructive fr: supprim-er effac-er détru-ire détruire détruis écras-er vid-er purg-er enlev-er
élimin-er formate-r formater formate révoqu-er résili-er réinitialis-er désactiv-er tu-er kill-er jet-er
désinstall-er abandonn-er retir-er annul-er termin-er arrêt-er droper dropper droppe tronqu-er efface-r
raye-r virer vire nettoy-er nettoie coup-er ferm-er débranch-er dégag-er bazard-er ras-er

destructive es: borr-ar elimin-ar suprim-ir destru-ir destruyo destruya vaci-ar sobrescrib-ir
sobreescrib-ir descart-ar quit-ar format-ear formatear formateo revoc-ar trunc-ar truncar restablec-er
reinici-ar reset-ear resetear reseteo mat-ar desactiv-ar cancel-ar purg-ar limpi-ar apag-ar tir-ar
tumb-ar machac-ar dropear dropeo desinstal-ar elimín-ar bórr-ar bórralo bórrala elimínalo elimínala
cerr-ar cierr-ar tumb-ar túmb-ar baj-ar bloque-ar
borre borrá eliminá anul-ar

destructive pt: apag-ar apagu-ar delet-ar exclu-ir elimin-ar remov-er destru-ir limp-ar sobrescrev-er
descart-ar format-ar revog-ar redefin-ir reset-ar mat-ar desativ-ar cancel-ar encerr-ar derrub-ar
trunc-ar zer-ar zerar esvazi-ar fech-ar deslig-ar bloque-ar cort-ar dropar dropo drope desinstal-ar exclua exclui apague

destructive it: cancell-are elimin-are rimuov-ere distrugg-ere svuot-are sovrascriv-ere scart-are
formatt-are revoc-are azzer-are resett-are terminare termino disattiv-are disabilit-are spegn-ere
uccid-ere butt-are tronc-are puli-re pulire pulisco dropp-are disinstall-are annull-are disdire disdico
chiud-ere spegn-ere blocc-are stacc-are
ripristin-are

destructive nl: verwijder-en wis wissen wisse delet-en deleten delete vernietig-en overschrijf
overschrijven leegmaken leeg weggooien gooi opschon-en formatt-eren formatteren intrekken droppen drop
resetten reset terugzetten uitschakel-en killen afsluiten annuleren opzeggen stopzetten purgen
wegsmijten legen

destructive ru: удал-ить удал-ять стереть сотру сотри сотрём стираем снести снесу снеси снесём
уничтож-ить очист-ить очищу чистить почистить сброс-ить сброшу сбрасыв-ать перезапис-ать перезапишу
сноси сносить сносим дропн-уть дропнуть дропну дропни грохнуть грохну убить убью убей отозвать отзову
отключ-ить отключать выключ-ить форматир-овать отформатир-овать обнул-ить откатить откачу откати
вытереть затереть затру отмен-ить выкинуть выкину остановить остановлю останови перезапуст-ить убрать
закрыть закрою закрой закрываем выключаем выключай глуши прибей гаси уберу убери завершить ликвидир-овать
стирать стираю вычистить

destructive tr: sileyim silelim silmeliyim siliyorum sileceğim kaldırayım temizleyeyim sıfırlayayım
boşaltayım kapatayım durdurayım

costly tr: satın dağıtayım ödeyeyim

public tr: yayınlayayım göndereyim paylaşayım birleştireyim pushlayayım

credential tr: göstereyim gireyim kaydedeyim | CRED

destructive pl: usun-ic usunąć usuń usunę usuwać skasować skasuj skasuję wyczyścić wyczyść nadpisać
zniszczyć

destructive sv: radera raderar ta bort tömma töm förstöra | bort tabellen databasen filen filer branchen

costly de: kauf-en bestell-en abonnier-en buch-en deploy-en deploye deployen ausroll-en bezahl-en
zahl-en überweis-en bereitstell-en hochskalier-en skalier-en provisionier-en miet-en anmiet-en erwerb-en
upgrade-n spendier-en erstatt-en hochfahr-en beschaff-en verlänger-n verlängern verlängere

costly de: rolle spiele stelle fahre schließe | aus ein bereit hoch abo produktion live deployment

costly fr: achet-er achèt-er command-er pay-er pai-er paie déploy-er déploi-er souscri-re souscrire
souscris abonn-er provisionn-er lou-er dépens-er rembours-er vir-er réserv-er augment-er mettre passe
passer scal-er scaler | euro euros abonnement serveur serveurs instance instances production prod
licence licences crédit crédits forfait nœud noeuds pods application app version site nouveau nouvelle
le la les l service branche it staging clients cluster domaine plan carte gpu facture

costly fr: achet-er achèt-er déploy-er déploi-er souscrire souscris provisionn-er rembours-er pay-er

costly es: compr-ar pag-ar pagu-ar despleg-ar despliegu-ar despliego desplieg-ar contrat-ar suscrib-ir
provision-ar alquil-ar gast-ar encarg-ar reembols-ar escal-ar aprovision-ar reserv-ar adquir-ir adquiero
deployear deployar renov-ar

costly pt: compr-ar pag-ar pagu-ar implant-ar implantar contrat-ar assin-ar provision-ar alug-ar gast-ar
encomend-ar reembols-ar escal-ar deployar deployo reserv-ar adquir-ir renov-ar publicar-em-produção

costly pt: faz-er fazer faço faça faz fazemos | deploy compra pagamento pedido upgrade

costly es: hac-er hacer hago haga haz hacemos | deploy compra pago pedido upgrade despliegue

costly it: acquist-are compr-are pag-are pagh-are ordin-are abbon-are distribu-ire rilasciare
noleggi-are spend-ere rimbors-are scal-are provision-are deploy-are deployare deployo prenot-are
rinnov-are

costly it: far-e fare faccio facciamo fai eseguo eseguire procedo procedere | deploy acquisto pagamento
ordine upgrade rilascio

costly nl: kopen koop kopen bestellen bestel betalen betaal abonneren uitrollen rol deployen deploy
huren huur opschalen schaal aanschaffen inkopen terugbetalen afsluiten boeken boek upgraden overmaken
provisionen

costly ru: куп-ить купить куплю купи покуп-ать оплат-ить оплачу оплачив-ать заказ-ать закажу закажи
заказывать задеплоить задеплою деплоить деплою деплой задеплой развернуть разверну разверни
разворачив-ать подпис-ать подписаться оформ-ить арендов-ать арендовать масштабир-овать выкат-ить выкачу
раскатить раскатываем перевести переведу запла-тить заплатить заплачу возмест-ить приобрести приобрету
продлить продлю

costly pl: kup-ic kupić kup kupię zapłacić wdrożyć wdróż wdrażać zamówić

costly sv: köp köpa beställ beställa betala deploya

public de: veröffentlich-en push-en pushe pushen gepusht poste posten schick-en send-en versend-en
abschick-en verschick-en absend-en merge mergen merge-n hochlad-en teil-en tweete twittern publizier-en
freigeb-en einreich-en releasen release publishe ankündig-en bekanntgeb-en öffentlich schreib-en
antworte-n anschreib-en

public fr: publi-er envoy-er envoi-er envoie post-er partag-er pouss-er push-er merg-er fusionn-er
diffus-er annonc-er soumett-re soumettre soumets tweet-er transmett-re transmettre téléverse-r
téléverser mets mettre rend-re rendre rends ouvr-ir ouvrir ouvre répond-re répondre réponds

public es: public-ar publiqu-ar envi-ar enví-ar mand-ar post-ear postear posteo tuite-ar tuitear
compart-ir fusion-ar mergear mergeo mergee pushear pusheo pushee empuj-ar lanz-ar lance anunci-ar sub-ir
difund-ir abrir-pr respond-er liber-ar hago-push

public es: hac-er hacer hago haga haz hacemos abr-ir abrir abro abra | push merge pr público pública
pull release publicación

public pt: public-ar publiqu-ar envi-ar mand-ar post-ar compartilh-ar partilh-ar mergear mescl-ar
lanç-ar lance anunci-ar divulg-ar sub-ir submet-er tuit-ar respond-er empurr-ar liber-ar

public pt: faz-er fazer faço faça faz fazemos abr-ir abrir abro abra dar dou tornar torno | push merge
pr público pública pull release publicação

public it: pubblic-are pubblich-are invi-are mand-are post-are condivid-ere mergiare mergio pushare
pusho pushiamo push twitt-are annunci-are rilasci-are spedi-re spedire spedisco lanci-are diffond-ere
carico caricare rispond-ere inoltr-are unire unisco

public it: far-e fare faccio facciamo fai apr-ire aprire apro rendere rendo eseguo | push merge pr
pubblico pubblica pull release pubblicazione

public nl: publiceren publiceer versturen verstuur sturen stuur verzenden verzend posten post plaatsen
plaats delen deel mergen merge pushen push mailen mail uitbrengen twitteren openbaar aankondigen
indienen uploaden vrijgeven samenvoegen

public ru: слить сливаем сливай слей выкладывай выкладываем рассылаем рассылай опублик-овать публик-овать
отправ-ить отправлю отправь отправ-лять отправляю послать пошлю
пошли выслать вышлю разослать разошлю запушить запушу пушить запушь пушу пуш пушнуть смержить смержу
мержить замержить вылож-ить запост-ить постить влить вливаю вольём слить зарелизить выпустить выпущу
анонсир-овать поделиться твитнуть рассылать написать залить залью

public pl: opublikować opublikuj wysłać wyślij wyślę wypchnąć wypchnij zmergować

public sv: publicera skicka pusha posta merga mejla

credential de: eingeb-en gib gebe anzeig-en zeig-en teil-en rotier-en kopier-en speicher-n speichern
erzeug-en erstell-en hinterleg-en schick-en ausgeb-en druck-en verrat-en nenn-en setz-en trag-en
weitergeb-en verwend-en nutz-en generier-en eintrag-en auszugeben einzugeben anzuzeigen lese lesen
auslesen schreib-en lad-en hochlad-en | CRED

credential de: gewähr-en erteil-en einlogg-en einloggen anmeld-en melde logge

credential fr: saisi-r saisir saisis entr-er affich-er montr-er partag-er copi-er stock-er génér-er
gén-érer donn-er envoy-er révél-er imprim-er change-r changer utilis-er ajout-er renouvel-er rotationner
lire lis divulgu-er communiqu-er écri-re écrire écris fourn-ir mettre mets publi-er | CRED

credential fr: accord-er octroy-er

credential fr: connect-er authentifi-er | admin root administrateur compte serveur en

credential es: introduc-ir ingres-ar mostr-ar muestr-ar compart-ir copi-ar guard-ar gener-ar dar doy
envi-ar enví-ar imprim-ir rot-ar us-ar revel-ar añad-ir agreg-ar escrib-ir pon-er pongo pega-r pegar
cambi-ar exportar le-er leer lee sub-ir | CRED

credential es: conced-er otorg-ar loguear autentic-ar inici-ar-sesión

credential es: inici-ar dar doy da dé dale | sesión admin administrador permisos acceso

credential pt: inser-ir digit-ar mostr-ar compartilh-ar copi-ar guard-ar salv-ar ger-ar dar dou envi-ar
imprim-ir rotacion-ar us-ar revel-ar adicion-ar escrev-er coloc-ar coloqu-ar export-ar exib-ir troc-ar
ler leia | CRED

credential pt: conced-er autoriz-ar logar

credential pt: dar dou dê fazer faço faça | admin administrador permissão permissões acesso login

credential it: inser-ire mostr-are condivid-ere copi-are salv-are gener-are dare do invi-are stamp-are
ruot-are us-are rivel-are aggiung-ere scriv-ere mett-ere metto cambi-are esport-are legg-ere
visualizz-are incoll-are | CRED

credential it: conced-ere autentic-are loggarmi accedere accedo

credential nl: invoeren voer tonen toon delen deel kopiëren kopieer opslaan genereren genereer geven
geef sturen stuur printen print roteren roteer gebruiken gebruik toevoegen voeg zetten zet vullen vul
weergeven wijzig wijzigen lezen laat | CRED

credential nl: verlenen verleen inloggen log aanmelden

credential ru: ввести введу введи вводить показать покажу покажи вывести выведу распечатать сменить
сменю поменять скопир-овать копировать сохран-ить сгенерир-овать дать дам дай отправ-ить отправлю
послать пошлю передать использ-овать ротир-овать обновить прописать пропишу добав-ить добавлю вставить
вставлю записать запишу прочитать поделиться раскрыть | CRED

credential ru: выдать выдам войти войду зайти залогиниться залогинюсь авторизоваться предоставить
"""

# Turkish verbs carry everything in suffixes, so a stem at the start of a word counts; a past suffix makes it a report.
TURKISH_STEMS = """
destructive tr: silme sileyim siliyor sileceğ silec silin silelim sileb silsin silmem silmemi silmek
silip silinsin silmeli kaldırayım kaldırma kaldır kaldıra temizle boşalt yokettim yokede yoket sıfırla
sonlandır kapatayım yeniden_başlat kapat iptal_et devre_dışı kapataca kapatma düşürey düşürme durdur imha uçur
formatla geri-al iptal

destructive tr: sil | tablo* dosya* veri* tabloyu dosyayı veritabanını dal dalı hepsini onu bunu lütfen
evet tamamını

costly tr: satın dağıt deploy ödeme ödey öde ölçekle abone kirala satınal yayına sipariş yükselt harca

public tr: yayınla gönder paylaş pushla push'la birleştir mergele merge tweetle duyur postala yolla ilet
pushl

credential tr: girey gireyim göster yazdır paylaş kopyala kaydet oluştur değiştir gönder ver kullan
döndür ekle yenile | CRED

credential tr: yetki izin oturum | ver* verey* aç* açayım
"""
TURKISH_PAST = """
dim dım dum düm tim tım tum tüm dik dık duk dük ildi ıldı indi ındı miş mış muş müş
""".split()
