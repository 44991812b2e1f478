"""Languages known only by the stems of what matters: dangerous acts, sensitive things, ordinary work.

A stem counts where a word begins with it; `_` stands for a space, and at the end for the end of the word. Where
several begin at one place the longest wins ("skriva över" is not "skriva"). No grammar is needed: what such a
sentence asks is judged by its words alone, and ordinary work spares it.
"""

import re
from collections.abc import Iterator, Sequence

from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.grammar import NEGATORS, words
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.vocabulary import is_known

D, C, P, K = Consequence.DESTRUCTIVE, Consequence.COSTLY, Consequence.PUBLIC, Consequence.CREDENTIAL

_ACTS: dict[Consequence, str] = {
    D: """
        radera ta_bort tabort släng_ slänga kasta_bort tömma töm_ rensa skriva_över skriv_över återställ avsluta
        stäng_av stänga_av stäng_ner stänga_ner avinstaller förstör formater döda_ nollställ kassera dra_tillbaka
        starta_om rulla_tillbaka inaktiver säga_upp
        slett slet_ fjern tøm_ tømme overskriv nulstil nullstill gendan tilbakestill avslutt afslut dræb drep_ drepe
        sluk_ slå_av ødelegg ødelæg rydd_ ryd_ afinstaller genstart omstart start_på_nytt rull_tilbake rulle_tilbake
        rul_tilbage deaktiver kanseller opsig si_opp
        poist tuhoa tuhoan tyhjenn ylikirjoit nollaa nollaan pyyhi pyyhk sammut lopet peruut alust kumoa hylkä tapan_
        käynnistä_uudelleen uudelleenkäynnist hävit palaut irtisan
        smaž smaz vymaž vymaz odstran odstráň zahod zahoď přepsat přepiš prepís prepíš vyčist zruš vyprázdn resetov
        restart ukonč vypn zastav obnov formátov naformátov odinstal znič zlikvid vrátit_zpět zneplatn odvol
        șterg sterg elimin suprascri golesc golim goli_ curăț distrug reset formatez dezinstal opresc oprim anulez revoc
        repornesc arunc închid
        töröl kitöröl felülír kiürít visszaállít leállít eltávolít megsemmisít visszavon ürít lemond újraindít kidob
        eldob
        διαγρα σβησ σβην αφαιρ αδειασ επαναφ καταργ τερματ απεγκαταστ αντικατασ καταστρε ακυρ επανεκκιν πεταξ
        ανακαλ
        hapus menghapus padam kosongkan mengosongkan timpa menimpa mereset batalkan membatalkan matikan mematikan
        hentikan menghentikan buang membuang copot mencabut cabut bersihkan musnahkan mulai_ulang memformat
        xóa_ xoá_ gỡ_bỏ loại_bỏ hủy_ huỷ_ ghi_đè đặt_lại tắt_ dừng_ gỡ_cài khởi_động_lại thu_hồi chấm_dứt vứt_
        видал вилуч стер зітр очист очищ скин скид перезапис знищ відклик вимк зупин скасув відкот прибрат перезапуст
        перезавантаж
        изтри премахн изчист презапи унищож нулир спра_ спри_ отмен деинстал рестарт
        obriš obris izbriš izbris ukloni ponišť poništ prepiš isprazn uništ resetir zaustav ugasi deinstal otkaž
        esborr suprim sobreescri buid destru
        kustuta dzēst dzest ištrin istrin pašalin burahin tanggalin futa_ verwyder skrap_ vee_uit
        usuń usun skasuj skasow kasuj wykasuj wyczyść wyczyszcz czyści nadpis zniszcz zresetuj resetuj przywróć cofn
        wycof wyłącz zatrzym zabij odinstal unieważn sformatuj formatow anuluj wywal wyrzuc zrestart restartuj opróżn
        zlikwid zamkn wypowiedz
        удал сотр стира снес снос очист сброс сбрас перезапис уничтож отключ выключ отмен останов перезапуск откат закры
        sperr_ sperre sperren herstart перезагруз отзов отзыв откл serwer сервер szerver palvelin auflös vom_netz
        yeniden_başlat devre_dışı herunterfahr stilllegen stilllege archivier kippe_ kippen rückgängig
        """,
    C: """
        köp_ köpa köper beställ betala hyra_ driftsätt rulla_ut i_drift skala_upp uppgrader prenumerer överför boka_
        återbetal förnya teckna deploya
        køb_ købe kjøp bestil betal lej_ lei_ leie rul_ud rulle_ut rull_ut rulle_ud udrul utrull skalér oppskaler
        opgrader oppgrader abonner overfør refunder tilbagebetal tilbakebetal forny
        osta_ ostan tilaa tilaan maksa vuokra käyttöön tuotantoon skaala hyvit varaa varaan deployaa
        koupit koup_ koupím kúpi kúp_ nakoup objedn zaplat uhrad pronaj prenaj nasad nasaď škálov předplat predplat
        převés převeď previes rezervov refund prodlouž predĺž upgrad
        cumpăr plătesc plăti comand închiri lansez abonez rezerv transfer ramburs prelungesc scalez
        vásárol vegyem_ vegyek megvesz megvegy fizess fizet kifizet rendel megrendel bérel élesít kitelep előfizet
        utal átutal foglal visszatér meghosszabb bővíts
        αγορασ αγοραζ πληρω παραγγ νοικιασ συνδρομ κρατησ ανανεω αναβαθμ
        beli_ membeli bayar membayar pesan_ memesan sewa menyewa deploy mendeploy men-deploy terapkan_ke langgan
        berlangganan mentransfer transfer kembalikan_dana perpanjang memperpanjang tingkatkan_paket
        mua_ thanh_toán trả_tiền đặt_hàng thuê_ triển_khai đăng_ký_gói chuyển_tiền chuyển_khoản hoàn_tiền gia_hạn
        nâng_cấp đặt_vé đặt_phòng
        купи купу придба оплат заплат сплат замов оренд задепло депло розгорн розгорт підписат переказ масштаб
        повернути_кошт викот
        закуп плати платя поръч наема внедр абонир прехвърл мащаб подновя
        kupi plati_ platit naruč unajm pretplat skalir rezervir
        compr_ comprar pagar despleg llog
        kup_ kupi zakup zapłać zapłac zamów wynaj wdroż wdróż wdraża zdeploy przelej przelać przelew zarezerw zwróć
        odnow opłac opłać skaluj wykup subskryb produkcję
        купи купл оплач оплат заказ закаж задепл деплой разверн разворач арендов выкат раскат продли масштаб
        freischalte draufbuchen
        """,
    P: """
        publicer skicka posta_ pusha merga dela_ mejla maila ladda_upp släpp_ släppa tillkännag twittra lansera slå_ihop
        offentlig
        udgiv publicér publiser send_ sende flet_ merge merger del_ dele last_opp uploade frigiv lancer lanser annoncer
        kunngjør slå_sammen legg_ut læg_ud push pushe
        julkais julkist lähet postaa puske yhdist jaa_ jaan_ lataa_ylös ilmoit mergaa tviittaa
        zveřej zverej publik pošl posl_ odesl odešl odošl poslat poslať pushn slouč zlúč mergn sdíl zdieľ nahraj nahrát
        oznám vydat vydám tweetn
        public trimit postez partaj distribu îmbin fuzion încărc anunț
        közzé közlés küld elküld postáz pushol egyesít megoszt feltölt bejelent kiadj publikál mergel
        δημοσι στειλ στελν αποστ αναρτ προωθ συγχων κοινοποι μοιρασ ανεβασ ανακοιν κυκλοφορ
        terbit menerbit publikasi mempublikasi kirim mengirim unggah mengunggah bagikan membagikan dorong memposting
        posting gabungkan menggabungkan umumkan rilis merilis sebarkan
        công_khai xuất_bản gửi_ đăng_bài đăng_lên đăng_ đẩy_ push hợp_nhất gộp_ chia_sẻ tải_lên công_bố phát_hành
        опублік публік надісл надсил відправ послат пошл розісл запуш пуш змерж мерж злит поділ оголос випуст виклас
        публикув изпрат прати пусна пусни слее слив сподел обяв
        objavi pošalji poslat pošalj pushaj spoji podijel podel najavi
        publiqu envia envii compart
        opublik publik wyślij wysła wyśl roześl prześl wypchn wypych pushn zmerg merguj scal_ scalić udostępn ogłoś
        опублик публик отправ пошл выслат вышл разосл рассыл пуш запуш мерж смерж влив слив выложи выклад релиз анонс
        ogłosi en_ligne en_línea zaposto wrzuć wrzuci wystaw upubliczn wypuść
        """,
}
_THINGS: dict[Consequence, str] = {
    D: """
        databas tietokan databáz baza_de_date bazy_danych baza_danych bazę_danych adatbázis βαση_δεδ basis_data
        cơ_sở_dữ_liệu база_дан бази_дан базу_дан bazu_podat produksjon produktion tuotan produkc éles_ producți
        παραγωγ produksi продакш varmuuskop säkerhetskopi sikkerhetskopi záloh zálož kopi_zapas kopie_zapas резервн
        """,
    C: """
        faktura fakturu fakturę lasku factur számlá τιμολογ tagihan hóa_đơn рахун abonnemang předplat langganan підписк
        """,
    P: "kunder kunderne asiakka zákazn klientom klientów pelanggan khách_hàng клієнт clienț ügyfel πελατ nyhetsbrev",
    K: """
        lösenord passord adgangskode kodeord salasana heslo hesla heslá parol jelsz κωδικ kata_sandi mật_khẩu пароль
        паролі lozink contrasenya hasło hasła api-nyckel api-nøkkel api-avain klíč klucz kulcs κλειδι kunci_api
        administrat administrát järjestelmänvalv admin behörighet rettighet åtkomst oikeud oprávn jogosults hozzáfér
        δικαιωμ hak_akses quyền права_адм uprawn dostęp tilgang adgang_til prístup přístup
        """,
}
_ORDINARY = """
    lägga_till lägg_till skriv testa test förklar fixa rätta refaktor byt_namn byta_namn döpa_om visa kolla kontroll
    fortsätt läsa kör_ köra kommenter dokumenter beskriv förbättr översätt jämför sammanfatt söka öppna skapa lint
    tilføj legg_til legge_til forklar fiks ret_ rett_ rette omdøb gi_nytt vis_ vise tjek sjekk fortsæt fortsett
    læs les_ lese kør_ køre kjør kjøre forbedr oversæt oversett sammenlign opsummer oppsummer søg søk åbn åpne opret
    opprett
    lisä kirjoit testi selit korja nimeä näyt tarkist jatka luen_ ajan_ suorit kommento dokumento kuvaile paran käännä
    vertaa tiivist etsi avaa luon_ muotoil
    přid pridať pridám napsat napíš napís vysvět vysvet oprav přejmen premen ukáz ukaž zobraz zkontrol skontrol pokrač
    přeč prečít spust komentov dokumentov popis popsat vylepš zlepš přelož prelož porovn shrn zhrn hled hľad otevř otvor
    vytvoř vytvor
    adaug scriu scri_ explic repar corect redenum arăt verific continu citesc rulez coment document descri îmbunăt
    traduc compar rezum caut deschid creez refactor
    hozzáad adjak írjak írj_ teszt magyaráz javít átnevez nevezzem mutass mutat ellenőr folytat olvas futtas futtat
    komment dokument leír fordít hasonlít összefogl keres nyissa létrehoz
    προσθε γραψ τεστ εξηγ διορθ μετονομ δειξ ελεγξ συνεχ διαβ τρεξ εκτελεσ σχολι τεκμηρι περιγρ βελτι μεταφρ συγκρ
    συνοψ αναζητ ψαξ ανοιξ δημιουργ
    tambah menambah tulis menulis uji menguji tes_ jelaskan menjelaskan perbaik memperbaik ganti_nama mengganti_nama
    tampilkan menampilkan periksa memeriksa cek mengecek lanjut melanjut baca membaca jalankan_ menjalankan komentar
    dokumentasi buat_ buatkan membuat terjemah menerjemah bandingkan membandingkan ringkas meringkas cari_ mencari
    buka_ membuka refaktor
    thêm viết kiểm_thử kiểm_tra giải_thích sửa tái_cấu_trúc đổi_tên hiển_thị xem_ tiếp_tục đọc chạy_ chú_thích tài_liệu
    mô_tả cải_thiện dịch_ so_sánh tóm_tắt tìm mở_ tạo_
    дода напис тест поясн виправ рефактор перейменув покаж показ перевір продовж прочит запуст комент документ опис
    покращ переклад порівн підсум шукат знайт відкри створ
    добав напиш обясн поправ преимен провер продълж прочет изпълн докумен опиш подобр превед сравн обобщ търс отвор
    създа
    doda napis objasn poprav preimen pokaž prikaž provjer prover nastav proč pokren koment opiš poboljš prevedi
    usporedi sažm traž stvor kreiraj
    afeg escri arregl reanomen mostr comprov llegi execut millor tradu resum cerc
    napisz wyjaś napraw przemian zmień_nazw zmienić_nazw pokaza sprawd kontynu przeczyt uruchom ulepsz przetłum tłumacz
    porówn podsum szuk znajd otwórz otworz stworz utwórz utworz zaimplement sformatować_kod
    добав напи реализ исправ объясн опиш переимен созда протест провер почин покаж прочит запуст тест сравн
    lisada lisan selgita pievieno paskaidro pridėti paaiškin
"""
_CODE = """
    funktion funksjon funkcj funkcij funkci funkti functi metod metóda variabel variabl promenn proměnn premenn muuttuj
    zmienn kommentar komentár komentář komentarz rad_ raden linje linjen riadok řádek řádk linij linia sor_ sort_ rivi
    riviä import knap_ knappen przycisk tlačí συναρτησ μεταβλητ γραμμη σχολιο fungsi variabel_ baris komentar hàm_ biến_
    dòng_ импорт функц метод переменн строк отступ пробел провер змінн рядок коментар імпорт ред_
"""
_NOT = words("""
    inte ikke ikkje ej ei älä älkää ne nem nu nie neni není nechci nemoj nisam μη μην δεν jangan tidak bukan đừng không
    chưa не ні няма huwag hindi no
""")

_KINDS = (("act", _ACTS), ("thing", _THINGS), ("ordinary", {None: _ORDINARY}), ("code", {None: _CODE}))
_SHORTEST, _TRUSTED, _LONGEST = 3, 5, 18
_WORD_START = re.compile(r"[^\W\d_][\w'-]*")
Stem = tuple[str, Consequence | None]


def _table() -> dict[str, Stem]:
    table: dict[str, Stem] = {}
    for name, stems in _KINDS:
        for consequence, written in stems.items():
            for stem in written.split():
                table.setdefault(fold(stem.replace("_", " ")), (name, consequence))
    return table


_TABLE = _table()
_STARTS = frozenset(stem[:_SHORTEST] for stem in _TABLE)


def stem_acts(folded: str, tokens: Sequence[str], *, short: bool) -> Iterator[tuple[Consequence, int]]:
    """What the sentence would do, with the place where it says so; nothing where it is about ordinary work.

    `short` stems are only trusted where the text had accents: "gửi" is no "GUI".
    """
    found = list(_stems(folded, short=short))
    ordinary = any(name == "ordinary" for (name, _), _ in found)
    in_code = any(name == "code" for (name, _), _ in found)
    if not (_NOT | NEGATORS).isdisjoint(tokens) and not folded.rstrip("?! ").endswith("khong"):
        return
    for (name, consequence), place in found:
        if (
            consequence is not None
            and not ordinary
            and (name == "act" or not in_code)
            and not (consequence is D and in_code)
        ):
            yield consequence, place


def _stems(folded: str, *, short: bool) -> Iterator[tuple[Stem, int]]:
    padded = _WORD_END.sub(" ", folded) + " "
    for word in _WORD_START.finditer(padded):
        start = word.start()
        if padded[start : start + _SHORTEST] not in _STARTS or is_known(word[0]):
            continue
        for length in range(min(_LONGEST, len(padded) - start), _SHORTEST - 1 if short else _TRUSTED - 1, -1):
            found = _TABLE.get(padded[start : start + length])
            if found is not None:
                yield found, start
                break


_WORD_END = re.compile(r"[^\w'\s-]")
