/** What a word does in an instruction to a model. */
export type Role =
  | 'setAside'
  /** "Ignore" is English too, and means little there. */
  | 'ignore'
  | 'rules'
  | 'which'
  | 'whichEnglish'
  | 'assistant'
  | 'reveal'
  | 'prompt'
  | 'send'
  | 'secrets'
  | 'away'
  /** "To me", where words do not carry it. */
  | 'toMe'
  /** "Note to", "message for". */
  | 'noteTo'
  /** "No longer valid". */
  | 'voided'
  | 'tellNot'
  | 'person'
  | 'noLimits';

/**
 * Beginnings of words by role, in the languages people write to their assistants in; matched without case, at the
 * beginning of a word where a script has word breaks. A line a language or family. English stands in the roles that
 * mixed texts borrow; `signs.ts` reads English itself.
 */
export const LEXICON: Readonly<Record<Role, readonly string[]>> = {
  setAside: [
    'ignorier|missacht|vergiss|vergesst|vergessen sie|überschreib|umgeh|verwirf',
    'ignora|ignorad|ignorez|ignorate|oubli|contourn|fais abstraction|faites abstraction|ne tiens pas compte|ne tenez pas compte|ne tenez plus compte|outrepass',
    'olvid|desobede|descart|omit|haz caso omiso|pasa por alto|anula|esque[çc]|desconsider|dimentic|trascur|scord|tralasci|non seguire|oblida',
    'negeer|negeren|vergeet|omzeil|ignorera|ignorer|glöm|glem|bortse|se bort fra|åsidosätt|tilsidesæt|gleym|hunsa',
    'ohita|unohda|jätä huomiotta|älä noudata|eira|unusta',
    'zignoruj|ignoruj|zapomnij|pomiń|zlekceważ|zapomeň|zapomeňte|zabudni|nedbej|přehlížej|ignoriraj|zanemari|zaboravi|prezri',
    'hagyd figyelmen kívül|hagyja figyelmen kívül|felejtsd el|felejtse el|mellőzd|ignoră|ignorați|uită|nu ține cont|injoro|nepaisyk|aizmirsti',
    'yok say|göz ardı|görmezden gel|unut|dikkate alma|önemseme|abaikan|lupakan|hiraukan|bỏ qua|quên|phớt lờ|làm ngơ|huwag pansinin|kalimutan|puuza|sahau',
    'αγνόησ|αγνοήσ|ξέχασ|ξεχάσ|παράβλεψ|παραβλέψ',
    'игнорир|проигнорир|забуд|не обращай|отмени|пренебреж|ігнор|проігнор|нехту|не зважай|игнорирай|забрави|игнориши|занемари|заборави',
    '忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要理會|不用理会|不要遵守|绕过|繞過|抛开|忽视|忽視|忘れ|破棄|従わない|従うのをやめ',
    '무시|잊어|잊고|잊으|따르지|무효',
    'تجاهل|انس|إنس|تخط|تجاوز|لا تتبع|نادیده بگیر|فراموش کن|نظر انداز|بھول جا',
    'התעלם|התעלמ|שכח|תשכח',
    'अनदेखा|अनदेखी|भूल जा|नज़रअंदाज़|नजरअंदाज|उपेक्षा|উপেক্ষা|ভুলে যা|புறக்கணி|మర్చిపో|విస్మరించ',
    'เพิกเฉย|ละเว้น|ลืม|ไม่ต้องสนใจ|มองข้าม',
  ],
  ignore: ['ignore(?![a-z_(])'],
  rules: [
    'instruction|guideline|rules|directive|prompts',
    'anweisung|instruktion|regel|vorgabe|befehl|richtlinie|vorschrift|einschränkung|systemprompt',
    'consigne|règle|directive|restriction|instruc|instru[çc]|istruzion|regla|regra|regole|directri|diretri|direttiv|indicacion|[oó]rden|restric|restri|comando|comandi',
    'instructie|aanwijzing|opdracht|richtlijn|instruktion|instruksjon|regler|anvisning|retningslin|riktlin|leiðbein',
    'ohje|sääntö|säännö|käsky|määräy|juhis|reegl',
    'instrukcj|polece|zasad|reguł|wytyczn|pokyn|instrukc|pravid|příkaz|inštrukci|príkaz|upute|uputa|pravila|naredb|navodil',
    'utasítás|szabály|irányelv|parancs|instrucțiun|instructiun|reguli|udhëzim|instrukcij|taisykl|norādījum',
    'talimat|kural|komut|yönerge|instruksi|perintah|aturan|petunjuk|arahan|hướng dẫn|chỉ dẫn|lệnh|quy tắc|chỉ thị|tagubilin|panuto|maagizo|sheria',
    'οδηγί|κανόν|εντολ',
    'инструкц|указани|правил|команд|промпт|ограничени|приказ|інструкц|вказівк|обмежен|наказ|упутств|наредб',
    '指令|指示|规则|規則|提示|限制|命令|规定|規定|ルール|プロンプト|制約|설정|지시|명령|규칙|지침|프롬프트',
    'التعليمات|تعليمات|الأوامر|أوامر|القواعد|قواعد|التوجيهات|دستورالعمل|دستور|قوانین|قانون|ہدایات|قواعد',
    'הוראות|ההוראות|כללים|הכללים|הנחיות|ההנחיות',
    'निर्देश|नियम|आदेश|নির্দেশ|নিয়ম|வழிமுறை|அறிவுறுத்தல்|సూచన',
    'คำสั่ง|กฎ|คำแนะนำ',
  ],
  whichEnglish: ['all(?![a-z])|previous|prior|earlier|your'],
  which: [
    'alle|bisherig|vorherig|vorig|früher|obig|deine|ihre|eure|sämtlich|jegliche|systemprompt',
    'toutes|tous|précédent|antérieur|ci-dessus|tes|vos|ton|votre|todas|todos|tutte|tutti|anterior|previ|precedent|tus|sus|suas?|seus?|tue|tuoi|totes',
    'eerdere|vorige|bovenstaande|je|jouw|uw|alla|tidigare|tidligere|föregående|foregående|forrige|dina|dine|din|fyrri',
    'kaikki|aiem|aikaisem|sinun|sääntösi|ohjeesi|eelnev',
    'wszystki|poprzedni|wcześniejs|swoi|twoj|swoje|všechn|všetk|předchoz|predchádz|předešl|svá|svoje|své|tvoje|sve|prethodn|vaša|prejšnj',
    'összes|minden|korábbi|előző|szabályaid|utasításaid|toate|anterioare|precedente|tale|visas|ankstesn|iepriekšēj',
    'tüm|bütün|önceki|kuralların|talimatların|semua|sebelumnya|seluruh|anda|aturanmu|instruksimu|mọi|tất cả|trước|của bạn|lahat|nakaraang|yote',
    'όλες|όλους|προηγούμεν|σου',
    'все|всі|усі|всички|предыдущ|прежн|попередн|предишн|претходн|свои|свої|твои|твої|ранее',
    '之前|以前|先前|上面|上述|所有|全部|一切|任何|你的|您的|これまで|前の|すべて|全て|あなたの|上記|이전|모든|앞의|위의|당신의|너의|기존',
    'جميع|كل|السابقة|قواعدك|تعليماتك|أعلاه|تمام|همه|قبلی|خود|شما|تمام|پچھلی',
    'כל|הקודמ|שלך',
    'पिछले|पिछली|सभी|सारे|अपने|पहले|সমস্ত|আগের|পূর্ববর্তী|সব|முந்தைய|அனைத்து|మునుపటి|అన్ని',
    'ทั้งหมด|ก่อนหน้า|ของคุณ',
  ],
  assistant: [
    'assist|asist|asyst|avustaj|pomocn[ií]k|yardımcı|chatbot|sprachmodell|trợ lý|ai|ki|ia|llm|katulong|msaidizi|βοηθ',
    'ассистент|асистент|помощник|помічник|助手|助理|アシスタント|비서|어시스턴트',
    'مساعد|المساعد|دستیار|עוזר|לעוזר|सहायक|সহকারী|உதவியாளர்|ผู้ช่วย',
  ],
  reveal: [
    'zeig|gib|gebt|nenne|verrat|wiederhol|druck|schreib|enthüll|offenbar|ausgeben|anzeigen',
    'affich|révèl|montr|répèt|donne-moi|divulgu|imprim|écris|écrivez|muestr|muéstr|revel|repit|imprim|dime|mostra|mostre|exib|repet|diga|rivel|ripet|stampa|dimmi|scrivi|escrib|escrev|mostra',
    'toon|laat|geef|herhaal|visa|vis|udskriv|skriv|avslöja|afslør|näytä|tulosta|kerro|paljasta',
    'pokaż|ujawnij|wypisz|podaj|zobraz|vypiš|ukaž|odhal|prikaži|pokaži|otkrij|mutasd|írd|áruld|afișea|arată|dezvălui|spune-mi',
    'göster|yazdır|açıkla|paylaş|tampilkan|tunjukkan|ungkapkan|cetak|hiển thị|tiết lộ|cho tôi|cho biết|in ra|ipakita|onyesha',
    'δείξ|εμφάνισ|αποκάλυψ|покаж|раскро|выведи|напечат|повтор|сообщи|назови|розкри|виведи|покажи|прикажи',
    '显示|顯示|输出|輸出|告诉|告訴|透露|重复|重複|打印|列出|给我|給我|公开|說出|说出|展示|表示|教え|出力|見せ|開示|繰り返|보여|출력|공개|알려|말해|표시',
    'اعرض|أظهر|اكشف|اطبع|نشان بده|نمایش|فاش|הצג|חשוף|תראה|גלה|दिखा|बता|प्रकट|দেখা|காட்டு|చూపించ|แสดง|เปิดเผย|บอก',
  ],
  prompt: [
    'system[ -]?prompt|systemanweisung|systemnachricht|prompt (?:de |del |do |di |du )?(?:sist|syst)|invite (?:de |du )?syst|instruc\\w+ (?:de |del |do )?sistema|instruções (?:de |do )?sistema|istruzioni (?:di |del )?sistema',
    'systeem-?prompt|systemprompt|systeminstru|järjestelmäkeho|rendszerprompt|prompt\\w* syst|systémov\\w+ (?:prompt|pokyn|výzv)|promptul (?:de )?sist|sistemski prompt',
    'sistem (?:istem|prompt|komut|mesaj)|prompt sistem|instruksi sistem|lời nhắc hệ thống|câu lệnh hệ thống|(?:geheime|versteckte|ursprüngliche|interne)n? (?:anweisung|regel|prompt)|(?:instructions|consignes) (?:initiales|cachées|secrètes|système|internes)|(?:instrucciones|instruções|istruzioni) (?:iniciales|iniciais|iniziali|ocultas|nascoste|secretas|internas)',
    'системн\\S* (?:промпт|инструкц|сообщ|подсказ|інструкц|запит|упутств)|скрыт\\S* инструкц|начальн\\S* инструкц|προτροπή συστήματος',
    '系统提示|系統提示|系统指令|系統指令|初始指令|隐藏指令|提示词|提示詞|系统消息|システムプロンプト|システム指示|初期指示|隠された指示|내부 지시|시스템 프롬프트|시스템 지시|초기 지시|숨겨진 지시',
    'موجه النظام|تعليمات النظام|مطالبة النظام|پرامپت سیستم|دستور سیستم|سسٹم پرامپٹ|הנחיות המערכת|הנחיית המערכת|הוראות המערכת|सिस्टम प्रॉम्प्ट|सिस्टम निर्देश|সিস্টেম প্রম্পট|พรอมต์ระบบ|พรอมต์ของระบบ|พรอมป์ระบบ|คำสั่งระบบ',
  ],
  send: [
    'send|forward|upload|posting|mailing|emailing|disclosing|exporting|pasting',
    'schick|send|leite|weiterleit|übermittl|lade|envo[iy]|transf[èe]r|transmet|env[ií]|manda|reenv|sube|invia|inoltra|spedisc|encaminh',
    'stuur|verstuur|doorstuur|skicka|send|lähet|wyślij|prześlij|pošli|zašli|odešli|pošalji|küld|továbbíts|trimit|expedi',
    'gönder|ilet|kirim|teruskan|gửi|chuyển|ipadala|tuma|στείλ|προώθησ',
    'отправ|перешл|пришл|отошл|загруз|передай|надішл|надісл|изпрат|пошаљ|pošalj',
    '发送|發送|转发|轉發|上传|上傳|发到|發到|寄到|寄给|寄給|发给|發給|送信|送っ|送れ|転送|アップロード|보내|전송|전달|업로드',
    'أرسل|ارسل|وأرسل|انقل|حمّل|بفرست|ارسال کن|بھیج|שלח|ושלח|העבר|भेज|अपलोड|পাঠা|அனுப்பு|పంప|ส่ง',
  ],
  secrets: [
    'password|token|credential|api[ -]?key|environment variables|env vars|\\.env(?![a-z])',
    'passw[oö]rt|kennw[oö]rt|zugangsdaten|schlüssel|mots? de passe|identifiants|clés|contraseñ|contrasenya|senha|chave|clave|credenc|credenz|segret|parole? d.ordine',
    'wachtwoord|sleutel|lösenord|adgangskod|passord|lykilorð|salasan|hasł|hasl|klucz|hesl|kľúč|lozink|gesl|jelsz|parol|slaptažod',
    'şifre|anahtar|kata sandi|sandi|mật khẩu|nenosiri|κωδικ|парол|ключ|токен|лозинк|учетн|учётн',
    'verlauf|historial|historique|cronologia|histórico|istori[ac]|historii?|histori',
    '密码|密碼|密钥|密鑰|金鑰|令牌|凭证|憑證|聊天记录|聊天記錄|对话记录|對話|パスワード|秘密鍵|トークン|認証情報|APIキー|비밀번호|암호|토큰|자격 증명|인증',
    'كلمات المرور|كلمة المرور|كلمة السر|كلمات السر|المفاتيح|رمز|رمزهای|گذرواژه|پاس ورڈ|סיסמ|הסיסמ|מפתח|पासवर्ड|कुंजी|टोकन|পাসওয়ার্ড|கடவுச்சொல்|పాస్‌వర్డ్|รหัสผ่าน|โทเค็น',
  ],
  away: [
    'https?:',
    '@[a-z]',
    '\\+\\d{6}',
    'www\\.',
    '[a-z0-9-]\\.(?:com|net|org|io|example|evil|ru|cn|xyz|dev|info)(?![a-z])',
  ],
  toMe: [
    'mir(?!\\w)|uns(?!\\w)|an mich|envoie-(?:moi|nous)|envoyez-moi|transf[eè]re-moi|donne-moi|m.envo|env[ií]ame|mándame|mandame|env[ií]eme|reenv[ií]ame|dame|envie-me|me envi|manda-me|me mand|inviami|mandami|inoltrami|dammi|stuur me|stuur mij|naar mij|skicka till mig|till mig|til meg|til mig|minulle|mi (?:hasł|klucz|wszystk)|do mnie|na mój|mně|nekem|trimite-mi',
    'мне(?![а-я])|мені|bana|kepada saya|ke saya|kepadaku|cho tôi|tới tôi|给我|給我|发我|發我|私に|僕に|나에게|저에게|내게|제게|إلي|لي(?![\\u0600-\\u06ff])|برایم|به من|برای من|לי(?![\\u0590-\\u05ff])|אליי|मुझे|ให้ฉัน|ให้ผม|มาที่ฉัน|μου',
  ],
  noteTo: [
    '(?:hinweis|nachricht|notiz|anweisung|mitteilung|achtung|wichtig)(?:,? (?:an|für))|(?:note|message|avis|remarque|consigne|instruction)s? (?:pour|à|aux?|destinée?s?)(?![a-z])|(?:nota|mensaje|aviso|atención|instrucci[oó]n(?:es)?|mensagem|recado|instru[çc][õo]es) (?:para|al?|ao|à)(?![a-z])|(?:nota|messaggio|avviso|istruzioni) (?:per|al?)(?![a-z])',
    'voor de|(?:bericht|instructie|opmerking) (?:voor|aan)|till (?:ai|assist)|til (?:ai|assist)|meddelande till|(?:besked|melding|beskjed) til|(?:viesti|ohje|huomio) |(?:wiadomość|uwaga|notatka|instrukcj[ae]) (?:dla|do)|(?:poznámka|zpráva|pokyn) pro|(?:notă|mesaj) (?:pentru|către)|üzenet|not:|dikkat|için (?:not|mesaj|talimat)',
    'для (?=\\S*(?:ассистент|асистент|помощник|помічник|ии|ші|нейро|бот))|внимание|увага|untuk (?=ai|agen|asisten)|kính gửi|gửi (?=ai|tác nhân)|dành cho|lưu ý|致|写给|寫給|给(?=AI|ai|助)|注意|へ[:：の]|宛|에게|إلى|תזכורת|הודעה ל|برای|توجه|के लिए|ถึง|สำหรับ',
  ],
  voided: [
    'gelten nicht mehr|gilt nicht mehr|ungültig|aufgehoben|außer kraft|hinfällig|ne sont plus (?:valables|en vigueur)|ne s.appliquent plus|sont annulé|(?:ya )?no (?:son válid|aplican|valen|rigen|se aplican)|quedan (?:anulad|sin efecto)|não (?:valem|são válid|se aplicam)|estão revogad|non valgono|non sono più valid|sono annullat|gelden niet|niet langer|gäller inte|gælder ikke|gjelder ikke|eivät (?:enää )?(?:ole voimassa|päde)|nie obowiązują|są nieważne|tracą ważność|neplatí|már nem érvényes|nu mai sunt valabile',
    'больше не действ|утратили силу|отменены|недействительн|більше не діють|скасован|artık geçerli değil|geçersiz|tidak berlaku|không còn hiệu lực|不再有效|不再适用|失效|作废|作廢|無効|有効ではありません|더 이상 유효|لم تعد|ملغاة|دیگر معتبر|לא בתוקף|בטלות|अब मान्य नहीं|रद्द|ไม่มีผล|δεν ισχύουν',
  ],
  tellNot: [
    '(?:sag|erwähn|verrat|informier|erzähl|zeig)\\w*(?: \\w+){0,4}? (?:nicht|nichts|niemandem)|(?:nicht|nichts|ohne)(?: \\S+){0,4}? (?:sag|erwähn|verrat|informier|erzähl|gegenüber)|erwähne \\w+ \\w+ nicht',
    "n'en parle|ne (?:le )?(?:dis|dites|mentionn|révèl|inform|préven)\\w*|sans (?:le dire|prévenir|informer|en parler|avertir)|à l'insu",
    'no (?:se )?(?:lo |le )?(?:digas|menciones|informes|reveles|avises|cuentes)|sin (?:decir|avisar|informar|preguntar|que)|n[aã]o (?:conte|diga|avise|informe|mencione|revele)|sem (?:avisar|dizer|informar|que)|non (?:dire|dirlo|menzionar|informar|rivelar|avvisar|far)|senza (?:dir|avvisar|informar|che)|no (?:ho |li )?diguis',
    'vertel (?:\\w+ ){0,4}niet|zeg (?:\\w+ ){0,4}niets?|zonder (?:\\w+ ){0,4}te (?:vertellen|zeggen)|berätta (?:\\w+ ){0,2}(?:inte|inget)|säg (?:\\w+ ){0,2}inte|(?:inte|utan att) (?:berätta|säga|nämna)|(?:fortæl|fortell|sig|si|nævn|nevn) (?:\\w+ ){0,2}ikke|(?:uden|uten) at fortælle|älä (?:kerro|mainitse|ilmoita)|äläkä (?:kerro|mainitse)|kertomatta',
    'nie (?:mów|informuj|wspominaj|ujawniaj)|neříkej|neřekni|nezmiňuj|nehovor|nepovedz|(?:uživateli|používateľovi) (?:to |o tom )?ne|ne (?:reci|govori|szólj|mondd|említsd)|nu (?:spune|menționa|informa)|bez wiedzy|bez vědomí|nem szólsz',
    'söyleme|bahsetme|bildirme|haber verme|jangan (?:beri ?tahu|katakan|sebut|bilang)|tanpa sepengetahuan|đừng (?:nói|cho|kể|báo)|không (?:nói|cho .{1,12} biết|báo)|huwag sabihin|usimwambie',
    'μην? (?:το |τ. )?(?:πεις|λες|αναφέρ)|не (?:говори|сообщай|упоминай|рассказывай|показывай|кажи|повідомляй|розповідай|казвай|реци)|не кажи|без ведома|без відома|втайне|тайно',
    '(?:不要|别|別|勿|切勿|不得|不能)(?:让|讓|告诉|告訴|告知|提及|通知|向|透露|被)|知らせないで|知らせず|伝えないで|言わないで|教えないで|報告しないで|気づかれ|알리지|말하지|언급하지|몰래',
    'لا تخبر|ولا تخبر|دون إخبار|دون علم|نگو|اطلاع نده|مت بتا|אל תספר|ואל תספר|אל תגיד|בלי לספר|मत बता|न बता|ना बता|बताए बिना|বলো না|বলবেন না|சொல்லாத|చెప్పవద్దు|อย่าบอก|ห้ามบอก|โดยไม่บอก',
  ],
  person: [
    'user|owner|nutzer|benutzer|anwender|besitzer|inhaber|utilisateur|usuari|utente|utilizator|utilizador|gebruiker|användar|bruger|bruker|käyttäj|kasutaja',
    'użytkownik|uživatel|používateľ|korisnik|uporabnik|felhasznál|kullanıc|pengguna|người dùng|mtumiaji|χρήστη|пользовател|користувач|потребител|владел|хозяин|корисник',
    '用户|用戶|使用者|主人|他人|任何人|ユーザー|利用者|所有者|사용자|주인|المستخدم|کاربر|صارف|המשתמש|למשתמש|משתמש|उपयोगकर्ता|ব্যবহারকারী|பயனர்|ผู้ใช้',
  ],
  noLimits: [
    'keine (?:einschränkung|regeln|grenzen|beschränkung|limits)|ohne (?:einschränkung|regeln|grenzen)|sans (?:aucune )?(?:restriction|limite|règle)|plus (?:aucune )?(?:restriction|limite|règle)|(?:sin|no tienes|ya no tienes) (?:ninguna )?(?:restric|l[ií]mit|reglas)|sem (?:nenhuma )?(?:restri|limit|regras)|senza (?:alcuna )?(?:restrizion|limit|regole)|nessuna (?:restrizion|limit|regola)',
    'geen (?:beperking|regels|grenzen)|zonder (?:beperking|regels)|inga (?:begräns|regler)|utan (?:begräns|regler)|ingen (?:begræns|begrens|regler)|(?:uden|uten) (?:begræns|begrens|regler)|ilman (?:rajoit|sääntö)|bez (?:ogranicze|omezen|obmedzen|ograničen|zasad|pravid)|nie masz (?:żadnych )?ogranicze|fără (?:restric|limit|reguli)|nincs\\w* (?:semmilyen )?(?:korlát|szabály)|korlátok nélkül',
    'kısıtlama(?:n|sız)? ?(?:yok)?|sınırsız|tanpa (?:batas|aturan)|không (?:bị |có )?(?:bất kỳ )?(?:giới hạn|hạn chế)|χωρίς περιορισμ|без (?:каких-либо )?(?:ограничен|обмежен|правил)|нет (?:никаких )?(?:ограничен|правил)|немає (?:жодних )?обмежен',
    '(?:没有|沒有|无|無|不受)(?:任何)?(?:限制|约束|約束|规则|規則)|制限(?:は|が)?(?:なし|ない|ありません|なく)|제한(?:이)? ?없|بلا قيود|بدون قيود|لا قيود|ללא הגבלות|אין לך הגבלות|بدون محدودیت|هیچ محدودیتی|कोई (?:प्रतिबंध|सीमा) नहीं|बिना किसी (?:प्रतिबंध|सीमा)|ไม่มีข้อจำกัด|ไร้ข้อจำกัด',
  ],
};
