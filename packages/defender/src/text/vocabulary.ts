/** What a word or turn of phrase contributes to an order that is meant for a machine. */
export const VOCABULARY = {
  machine: [
    `artificial intelligence|processing system|virtual assistant|digital assistant|shopping agent|coding agent|research agent|mail agent|email-agent|email agent|reviewer-bot|grader|triage bot|the agents$|language-model|deepseek|mistral|siri$|alexa$`,
    `ki-system|ki-modell|modele de langue|modele linguistique|modelo de lenguaje|modello linguistico|taalmodel|model jazyk|sprakmodell|sprogmodel|kielimalli|nyelvi modell|model de limba|dil modeli|model bahasa|mo hinh ngon ngu|языковая модель|мовна модель|γλωσσικο μοντελο`,
    `语言助手|大语言模型|言語モデル|언어 모델|النموذج اللغوي|נموذج|מודל שפה|مدل زبانی|भाषा मॉडल|แบบจำลองภาษา`,
    `llm|automated |an ai |the ai |ai model|ai agent|ai assistant|language model|assistant|agent|chatbot|bot$|bots$|@bot|robot|copilot|chatgpt|claude|gemini|summarizer|summariser|notetaker|screening tool|automated reader|automated system|voice assistant|model only|the model$|models:|language models|reading system|support ai|crawler|scraper|openclaw|chela$`,
    `ki-|sprachmodell|assistent|agenten|intelligence artificielle|modele de langage|agente de ia|agente ia|asistente|asistent|assistente|inteligencia artificial|intelligenza artificiale|modelo de linguagem|robo$|chatbot|taalmodel|asystent|asystencie|sztuczna inteligencja|model jezykowy|umela inteligence|avustaj|tekoaly|yapay zeka|asistan|trợ ly|tro ly|tac nhan ai|tri tue nhan tao|asisten|agen ai|msaidizi|βοηθ|τεχνητη νοημοσυνη|ассистент|помощник|нейросет|бот$|бота$|боте$|боту$|искусственн|помічник|асистент|ии$|ші$|штучн`,
    `助手|助理|人工智能|智能体|机器人|大模型|語言模型|语言模型|アシスタント|エージェント|人工知能|ボット|要約ai|어시스턴트|비서|에이전트|인공지능|챗봇|ai에게|مساعد|الوكيل|وكيل|الذكاء الاصطناعي|روبوت|بوت|دستیار|هوش مصنوعی|עוזר|בוט|סוכן|בינה מלאכותית|सहायक|एआई|एजेंट|कृत्रिम बुद्धि|সহকারী|এআই|ผู้ช่วย|บอท|ปัญญาประดิษฐ์|เอไอ`,
  ],
  setAside: [
    `forget everything|forget whatever|was a trap|cease |stop applying|stop obeying|put aside|neglect your|never mind what|instead of what|rather than what|do not follow|don't follow|is cancelled|are cancelled|replaced by|overrule|overrides your|real job|real goal|true goal`,
    `verwirf|umgeh|hor auf|statt dessen|stattdessen|cesse |arrete |laisse tomber|au lieu de ce|deja de |en lugar de lo|abandona |pare de |em vez do que|smetti |invece di quel|stop met|in plaats van wat|przestan|zamiast tego|prestan|misto toho|sluta |hold op|lopeta|hagyd|vazgec|yerine|berhenti|alih-alih|ngung |thay vi|σταματα|перестан|вместо того|припини|замість`,
    `停止遵守|取消之前|改为|而不是|取り消し|中止して|やめて|代わりに|그만두고|대신|취소|توقف عن|بدلا|به جای|במקום|הפסק|बंद करो|के बजाय|หยุดทำตาม|แทนที่จะ`,
    `ignore$|disregard|forget all|forget every|forget what|forget your|forget about|forget prev|forget any|override|bypass|set aside|drop the|stop following|no longer apply|no longer valid|outdated|suspended|instead of|instead,|new rules|rules switched off|filters got switched off|switch to|from this point|from now on|starting now|your previous task|real instructions|actual task|disobey|swap the topic|stop.|do not continue|do not evaluate|supersede|void$`,
    `ignorier|vergiss|vergesst|missacht|beiseite|ab sofort|ab jetzt|von nun an|gelten nicht mehr|ungultig|oublie|ignore|ignorez|mets de cote|a partir de maintenant|desormais|ne tiens pas|olvid|ignora|a partir de ahora|desde ahora|esquec|esqueç|a partir de agora|desconsider|dimentic|da ora in poi|trascur|negeer|vergeet|vanaf nu|zignoruj|zapomnij|od teraz|ignoruj|zapomen|od ted|ignorer|glom |glem |bortse|ohita|unohda|unut|yok say|bundan sonra|artik|abaikan|lupakan|mulai sekarang|bo qua|quen |tu bay gio|puuza|αγνοησ|ξεχασ|забуд|игнорир|отныне|с этого момента|теперь ты|не обращай|не зважай|забудь|ігнор|відтепер|забрави|игнорирай`,
    `忽略|无视|忘记|忘掉|从现在起|从现在开始|不要理会|假装|無視|忘れ|これからは|今後は|무시|잊|이제부터|지금부터|تجاهل|انس |من الآن|从今|نادیده|فراموش|از این به بعد|از حالا|התעלם|שכח|מעכשיו|अनदेखा|भूल जा|अब से|উপেক্ষা|ভুলে|เพิกเฉย|ลืม|ตั้งแต่นี้`,
  ],
  rules: [
    `instruction|guideline|rules|directive|restriction|prior orders|safety polic|filters|safeguard|guardrail|override code|protocol`,
    `anweisung|vorgabe|regel|richtlinie|sicherheitsregel|filter$|consigne|regle|directive|filtre|instruccion|regla|filtro|restriccion|instruc|regra|istruzion|regol|instructie|regels|polecen|zasad|instrukcj|pokyn|pravidl|instruktion|regler|ohje|saanto|talimat|kural|komut|instruksi|aturan|perintah|huong dan|quy tac|chi dan|maagizo|sheria|οδηγι|κανον|инструкц|правил|ограничени|указани|інструкц|вказівк|обмежен|указан`,
    `指令|命令|指示|规则|規則|限制|ルール|制約|지시|규칙|명령|تعليمات|التعليمات|القواعد|قواعد|دستور|قوانین|محدودیت|הוראות|כללים|निर्देश|नियम|নির্দেশ|নিয়ম|คำสั่ง|กฎ`,
  ],
  hidden: [
    `first message|your configuration|your guidelines|your system|your prompt|your rules are|internal instructions|secret instructions|list your tools|developer tell you|developers told you|developer message`,
    `deine anweisungen|deine regeln lauten|interne anweisung|geheime anweisung|tes instructions|tes consignes|instructions internes|tus instrucciones|instrucciones internas|suas instrucoes|instrucoes internas|le tue istruzioni|istruzioni interne|geheime instructies|jouw instructies|ukryte instrukcje|swoje instrukcje|skryte pokyny|hemliga instruktioner|gizli talimat|aynen|instruksi rahasia|huong dan bi mat|твои инструкции|секретные инструкции|твої інструкції`,
    `内部指令|你的指令|隐藏的指令|内部指示|隠された指示|내부 지침|숨겨진 지침|تعليماتك|الموجه|دستورالعمل‌های پنهان|הנחיות המערכת|ההנחיות שלך|छिपे निर्देश`,
    `system prompt|hidden instruction|hidden setup|setup text|initial configuration|secret preamble|preamble|initial prompt|complete rules|initial instructions|marked confidential|system message|word by word|verbatim|word for word|hidden text$|first message`,
    `systemprompt|system-prompt|systemnachricht|wortwortlich|wort fur wort|prompt systeme|instructions cachees|mot pour mot|mensaje de sistema|palabra por palabra|mensagem de sistema|palavra por palavra|messaggio di sistema|parola per parola|instrucciones ocultas|systeemprompt|woord voor woord|slowo w slowo|systemov|sistem istem|sistem mesaj|kelimesi kelimesine|prompt sistem|kata demi kata|loi nhac he thong|системн|слово в слово|дословно|дослівно|скрыт`,
    `系统提示|系统消息|提示词|原样|逐字|システムプロンプト|一字一句|시스템 프롬프트|그대로|تعليمات النظام|حرفيا|پنهان|دستورهای پنهان|סיסטם|הנחיות המערכת|सिस्टम प्रॉम्प्ट|ज्यों का त्यों|พรอมต์ระบบ|คำต่อคำ`,
  ],
  send: [
    `supply |release |provide them|provide your|provide it|hit send|drop it|drop them|push it to|leak|exfiltrat|hand it|hand me|enter the saved|ship |report back|reply with|answer with|mailed to|sent to|in the query|over to`,
    `rausgeb|heraus|ubertrag|ubersend|fournis|communique-|livre |entrega|facilita|proporciona|forneca|entregue|fornisci|consegna|verstrek|bezorg|udostepnij|przekaz|poskytni|lamna|udlever|paylas|iletiver|berikan|bagikan|cung cap|dua cho|δωσε|предостав|сообщи|выдай|слей|надай|повідом|дай `,
    `提供|交给|分享|公開|渡して|教えて送|넘겨|제공|공유|سلم|شارك|قدم لي|تحویل|در اختیار|מסור|שתף|दे दो|साझा|ส่งมอบ|แชร์`,
    `send$|send |sending|forward|post the|post your|post $|posting|upload|transmit|email |e-mail |mail it|mail $|shoot it|hand over|paste |submit|export|copy |dm $|pass the|pass $|relay|deliver|cc $|bcc $|share |attach|append|include the content|read me|read them|give me|tell me|list every|grab `,
    `schick|sende|leite|weiterleit|ubermittl|lade |envoi|envoy|transf|transmet|envi|reenv|mand|sube |passe |invia|inoltra|encaminh|stuur|verstuur|doorstur|wysl|przes|posli|zasli|skicka|send |vidarebefordra|laheta|gonder|ilet|kirim|teruskan|gui |chuyen|tuma |utume|στειλ|отправ|перешл|пришл|передай|надішл|перешли|изпрат`,
    `发送|发到|发给|转发|上传|寄给|送信|送って|転送|보내|전송|전달|أرسل|ارسل|إرسال|حول |بفرست|ارسال|שלח|העבר|भेज|পাঠা|ส่ง`,
  ],
  reveal: [
    `get from you|list your|what are your|what is your|copy it here|copy here|state your|tell me your|tell me what|tell me where|tell us your|spill|quote your|write out|output your|show your|give us`,
    `nenn mir|sag mir|erzahl mir|gib aus|dis-moi|revele|liste tes|dime |cuentame|ensename|imprime|escribe tu|conte-me|diga-me|imprima|escreva|dimmi|elenca|stampa|vertel me|laat zien|powiedz mi|wypisz|rekni mi|beratta|fortael|kerro|yaz$|yaz |soyle|listele|tuliskan|beritahu|sebutkan|noi cho|liet ke|πες μου|расскажи|перечисли|назови|напиши|розкажи|перелічи`,
    `打印|列出|说出|写出|開示|書き出|言って|나열|말해|적어|اكتب|اذكر|أخبرني|بگو |بنویس|לי את|רשום|लिखो|छाप|บอกฉัน|เขียน`,
    `reveal|print |output|repeat |recite|disclose|show me|display your|dump|expose|write down|translate it|say what|re-read|aloud|printing|leak|posting your`,
    `zeig|gib |nenne|verrat|ausgeben|montre|affiche|donne-moi|donne |revele|muestra|muestrame|dime |dame |revela|mostra|mostre|passe-me|dammi|rivela|stampa|toon|geef|pokaz|podaj|wypisz|ukaz|vypis|visa |vis mig|nayta|goster|yazdir|tampilkan|tunjukkan|hien thi|cho toi|onyesha|δειξε|покажи|выведи|напечат|раскро|виведи|скажи`,
    `输出|显示|告诉我|复述|教えて|表示|出力|見せ|보여|출력|알려|اعرض|أظهر|اطبع|چاپ|نشان بده|הצג|הדפס|תראה|दिखा|बता|দেখা|แสดง|บอก`,
  ],
  secret: [
    `secret key|spare key|code of the|safe code|pin of|login details|log-in|saved credentials|card on file|card number|cvv|recovery code|2fa|two-factor|otp$|authentication code|verification code|private key|/etc/shadow|/etc/passwd|auth cookie|cookies`,
    `geheimzahl|pin$|zugangscode|kartennummer|code secret|code d'acces|numero de carte|cle privee|clave privada|codigo de acceso|tarjeta|cartao|codice segreto|carta di credito|toegangscode|pincode|kod dostepu|karty|pristupov|personnummer|erisim kodu|kart numara|kode otp|so the|ma otp|код доступа|номер карты|пин-код|код доступу`,
    `验证码|信用卡|访问令牌|私钥|暗証番号|認証コード|秘密鍵|카드 번호|인증 코드|개인 키|رمز الدخول|مفتاح|البطاقة|رمز دوم|קוד הגישה|כרטיס|ओटीपी|कार्ड|โทเคน`,
    `password|passphrase|api key|api-key|apikey|token|credential|secret key|private key|.env|env$|ssh key|id_rsa|~/.|hosts.yml|process.env|environment var|session token|bearer|one-time code|six-digit|passcode|alarm code|door code|the safe$|seed phrase|access code|root password|pin code`,
    `passwort|kennwort|zugangsdaten|schlussel|mot de passe|mots de passe|identifiants|cle d'api|cle api|contrasen|clave|senha|chave|parola d|password|credenzial|chiave|wachtwoord|sleutel|haslo|hasla|hasel|klucz|heslo|hesla|losenord|adgangskod|passord|salasan|sifre|anahtar|kata sandi|kunci|mat khau|khoa api|nywila|κωδικ|парол|ключ|токен`,
    `密码|密钥|密碼|令牌|口令|パスワード|apiキー|トークン|鍵|비밀번호|암호|api 키|كلمات المرور|كلمة المرور|كلمة السر|المفتاح|رمز عبور|رمزهای|کلید|סיסמ|מפתח|पासवर्ड|कुंजी|পাসওয়ার্ড|รหัสผ่าน|คีย์`,
  ],
  private: [
    `notes folder|private chats|chat log|all contacts|log folder|home folder|annex|customer list|source code|browsing|search history|address list|personal data|everything in|bank details|salary|medical`,
    `ordner|nachrichten|adressbuch|unterlagen|daten des|dossier|messages prives|historique|carpeta|mensajes|historial|pasta |mensagens|cartella|cronologia|messaggi|mappe|berichten|folder|historia|slozk|zpravy|mapp|besked|kansio|klasor|gecmis|mesaj|riwayat|pesan|thu muc|tin nhan|переписк|сообщени|файлы|папки|повідомлення|листування|фаили`,
    `聊天|资料|文件夹|フォルダ|履歴|会話|폴더|대화|기록|المحادث|المجلد|المستندات|پوشه|گفتگو|תיקיי|שיחות|फ़ोल्डर|बातचीत|โฟลเดอร์|ข้อความ`,
    `inbox|mailbox|contact|address book|calendar|files|file |documents|photos|passport|chat so far|conversation|messages|mails|emails|e-mails|home directory|memory folder|memory.md|notes app|tax return|location|customers table|history|every new message|schedule|balance|saved card|orders`,
    `postfach|eingehende mail|mails|e-mails|kontakte|dateien|rechnungen|verlauf|courriel|boite de reception|contacts|fichiers|correos|correo|contactos|archivos|bandeja|arquivos|ficheiros|contatos|rubrica|contatti|documenti|banco|notas|notas$|bestanden|facturen|contacten|plik|katalog|kontakt|wiadomosc|soubor|filer|tiedosto|dosya|kisiler|e-posta|email|kontak|berkas|tep tin|danh ba|hop thu|письм|файл|контакт|папк|листи|файли|контакти`,
    `通讯录|邮件|文件|聊天记录|联系人|連絡先|メール|ファイル|연락처|이메일|파일|جهات الاتصال|الملفات|ملفات|الرسائل|البريد|مخاطبین|فایل|ایمیل|אנשי הקשר|קבצים|הודע|संपर्क|फ़ाइल|ईमेल|পরিচিতি|รายชื่อ|อีเมล|ไฟล์`,
  ],
  harm: [
    `purchase|proceed with|invite all|accept this inv|reply yes|pairing request|open door|open the front|add my|my account|operator rights|allow list|allowlist|run them|run it|run this|run the following|type this|mark them all|mark all|lgtm|change my|change the bank|format the|reset the|disable |turn off|deactivate|shut down|kill the|drop the table|merge it|merge this|force-push|log in to|press |book this|book the|cancel all|move all|empty the|overwrite`,
    `starte |starten|schalte |deaktivier|kaufe |bestelle|offne |andere |trage |genehmig|telecharge|desactive|achete|commande |ouvre |ajoute ma|ajoute mon|modifie|descarga|desactiva|compra |abre |anade mi|aprueba|baixe|desative|compre |abra |adicione|aprove|descarte|scarica|disattiva|compra |apri |aggiungi|approva |zet uit|koop |voeg |keur |pobierz|wylacz|kup |otworz|dodaj |zatwierdz|stahni|vypni|kup |otevri|pridej|ladda ner|stang av|oppna|lagg till|indir|kapat|satin al|ekle|onayla|unduh|matikan|beli |buka |tambahkan|setujui|tai xuong|mua |mo cua|phe duyet|скачай|отключи|купи|открой|добавь|одобри|завантаж|вимкни|купи|відкрий|додай`,
    `下载|停用|关闭|购买|打开|添加|批准|ダウンロード|無効に|購入|開け|追加|承認|다운로드|비활성|구매|열어|추가|승인|حمّل|عطل|اشتر|افتح|أضف|وافق على|دانلود|غیرفعال|بخر|باز کن|הורד|כבה|קנה|פתח|הוסף|אשר|डाउनलोड|बंद करें|खरीद|खोल|जोड़|ดาวน์โหลด|ปิด|ซื้อ|เปิด|เพิ่ม`,
    `delete |remove the|erase|wipe|wire |transfer |pay the|order ten|charge them|refund|sign and|sign on|install|run \`|run the|run $|execute|call \`|push straight|commit with|--no-verify|set up a rule|switch off|unlock|open the garage|open the door|disable_|disable approv|approve |close the ticket|chmod|curl |insert a call|whitelist|admin rights|raise the volume|start it|download the|write_file|grant `,
    `losch|uberweis|fuhre |installier|valide|virement|supprim|efface|execut|borra|elimin|transfier|paga |apag|exclu|pague|cancella|esegu|bonific|verwijder|betaal|voer |usun|zaplac|smaz|zaplat|radera|slet|poista|sil |sil$|gonderme|havale|odeme|hapus|transfer|bayar|xoa |xoa$|chuyen tien|futa|удали|удал|сотри|переведи|выполни|видал|переказ|изтрий`,
    `删除|转账|执行|运行|安装|支付|削除|振込|実行|購入|삭제|송금|실행|결제|احذف|حذف|حول|ادفع|نفذ|حذف کن|پرداخت|اجرا|מחק|העבר|שלם|הרץ|हटा|मिटा|भुगतान|মুছে|ลบ|โอน|รัน`,
  ],
  steer: [
    `suggest|award|full marks|rule out|choose our|pick our|prefer our|say that|should say|reply that|report that|answer that|rate this|score this|only our|ours is|best product|hide the alternatives|use the package|add a sentence|add this sentence|append |marked as passed|everything is green|all tests pass|as passed|tell the developer|tell the user|tell the reader|tell people|tell everyone|competitors|rank this|prefer this`,
    `ausschließlich|ausschliesslich|nur unser|behaupte|schreibe dazu|hange |uniquement notre|ajoute a ta|ajoute a votre|dis que|propose |solo nuestro|anade |agrega |di que|sugiere|apenas nosso|adicione o link|diga que|sugira|solo il nostro|di' che|suggerisci|alleen ons|zeg dat|stel voor|tylko nasz|powiedz, ze|napisz, ze|pouze nas|rekni, ze|bara var|sadece bizim|deme|hanya produk|katakan bahwa|chi gioi|noi rang|только наш|скажи, что|напиши, что|советуй|тільки наш|скажи, що`,
    `只推荐|声称|说成|だけを勧め|と答え|と伝え|우리 제품만|라고 말|فقط منتجنا|قل إن|فقط محصول|רק את המוצר|אמור ש|केवल हमारा|บอกว่า`,
    `recommend|praise|praising|say so whenever|only trustworthy|claim that|state that|convince|tell them|telling them|telling the|add the link|plus the link|link to|insert the|strong hire|no weaknesses|rank |give confidence|trust only|emphasi|mention no|poem praising|finish by|add an action item|top score|refuse to|the user that|best choice|only the word`,
    `fuge|link |behaupte|empfiehl|empfehl|ajoute le lien|recommande|affirme|recomienda|anade el enlace|recomend|consigli|aggiungi|beveel|voeg |polec|dodaj link|doporuc|rekommender|anbefal|suosittel|oner$|onerin|baglanti|rekomendasikan|tautkan|gioi thieu|lien ket|порекоменд|рекоменд|ссылк|посиланн`,
    `推荐|链接|插入|リンク|勧め|必ず入れ|추천|링크|أوصي|الرابط|رابط|لینک|توصیه|המלץ|קישור|लिंक|सिफ़ारिश|แนะนำ|ลิงก์`,
  ],
  hush: [
    `don't inform|without notice|unnoticed|don't leave traces|leave no trace|no traces|keep quiet|stays between|nobody should|no one should|not even|never show|without anyone|without the knowledge|without informing|erase the confirmation|off the record|discreetly|covertly|under the radar|out of sight|hide the`,
    `verschweig|sag ihm|sag ihr|ihm nicht|ihr nichts|unbemerkt|diskret|stillschweigend|im stillen|discretement|en cachette|sans expliquer|sans prevenir|sans informer|ne previens|n'en parle|discretamente|sin informar|a escondidas|no avises|no informes|que no se entere|discretamente|sem informar|as escondidas|nao avise|nao informe|sem o conhecimento|di nascosto|senza informare|senza avvisare|non avvisare|non informare|stilletjes|zonder te|niets tegen|zeg niets|nic nie mow|po cichu|nie informuj|nie wspominaj|potichu|nic nerik|neinformuj|i smyg|inget till|intet til|sessizce|bilgisi olmadan|kimseye|bahsetme|secara rahasia|tanpa sepengetahuan|jangan bilang|jangan katakan|am tham|lang le|khong cho|κρυφα|μην πεις|ничего ему|никому|без ведома|скрытно|не упоминай|нічого йому|нікому|без відома|потай`,
    `保密|不要让|别让|不告诉|隐瞒|内密|言わない|伝えない|모르게|말하지|숨겨|비밀|بسرية|دون أن يعلم|لا تذكر|لا تقل|پنهانی|بدون اطلاع|خبر نده|בלי ידיעת|אל תגלה|בשקט|छुपा|किसी को नहीं|बिना बताए|เงียบ|อย่าให้`,
    `never tell the|never tell her|never tell him|never tell them|never tell anyone|not tell|don't tell|do not tell|without telling|secretly|silently|silent=true|keep it off|off the books|nobody has to|no one has to|nobody knows|must not be mentioned|do not mention|don't mention|don't announce|don't log|not be informed|won't mind|remove this mail|delete this m|behind his|behind her|hide this|hide it|keep this|by a human|from the user|not aware|do not inform|never mention`,
    `heimlich|nichts davon|sag niemand|nicht sagen|nichts sagen|nichts merken|nicht merken|sag deinem|verrate|ohne dass|erwahne|en secret|sans le dire|sans l'avertir|ne dis|ne le dis|a l'insu|en secreto|no le cuentes|no se lo digas|no le digas|sin que|sin decir|sin avisar|nao conte|nao diga|sem avisar|sem que|nascondi|non dire|senza dir|di nascosto|zeg tegen niemand|vertel niemand|zonder dat|in het geheim|nie mow|nikomu|bez wiedzy|potajemnie|nerikej|tajne|i hemlighet|utan att|hemmelig|uden at|salaa|kertomatta|gizlice|haber verme|soyleme|diam-diam|jangan beri|tidak perlu tahu|tanpa memberi|khong duoc bao|dung noi|dung cho|bi mat|bila kumwambia|чтобы хозяин|не говори|не сообщай|тайно|втайне|незаметно|не заметил|не кажи|не повідомляй|таємно|не казвай`,
    `不要告诉|别告诉|不要提|不要向|瞒着|悄悄|偷偷|秘密|黙って|知らせない|こっそり|気づかれ|内緒|숨기|몰래|알리지|비밀로|ولا تخبر|لا تخبر|سرا|دون علم|به او نگو|نگو|مخفیانه|אל תספר|בסתר|בלי לספר|मत बता|चुपके|বলো না|গোপনে|ห้ามแจ้ง|ห้ามบอก|อย่าบอก|แอบ`,
  ],
  cleared: [
    `consented|without thinking|said it's fine|said it is fine|said it's ok|said so|is fine with|delegated|agreed earlier|was agreed|approvals are off|approval is off|confirm=never|without calling|without a call|don't waste time|no time to|can process this alone|by itself|approved by|authorized by|authorised by|on his behalf|on her behalf|on my behalf|not required|not needed|pre-approved|i allow|gave permission|gave me permission|has permission|signed off|all clear|safety checks`,
    `erlaubt|genehmigt|freigaben|freigegeben|bestatigung ist nicht|nicht notig|sofort|eilt|autorise|approuve|d'accord avec|pas besoin de|immediatement|tout de suite|autorizado|aprobado|no hace falta|de inmediato|inmediatamente|autorizou|aprovou|nao precisa|imediatamente|autorizzat|approvat|non serve|subito|toestemming|goedgekeurd|niet nodig|meteen|onmiddellijk|zgoda|zatwierdz|nie trzeba|natychmiast|schvaleno|povoleno|neni treba|okamzite|godkant|behovs inte|genast|onayladi|izin verdi|gerek yok|hemen|derhal|disetujui|diizinkan|tidak perlu|segera|duoc phep|khong can|ngay lap tuc|одобрил|разрешил|не требуется|не нужно|немедленно|срочно|схвалив|дозволив|не потрібно|негайно`,
    `立即|马上|已批准|已授权|不需要确认|直ちに|すぐに|承認済み|不要です|즉시|승인됨|허락|필요 없|فورا|على الفور|مصرح|لا حاجة|فوری|مجاز|نیازی نیست|מיד|אישר|אין צורך|तुरंत|मंज़ूरी|ज़रूरत नहीं|ทันที|อนุญาตแล้ว|ไม่ต้อง`,
    `without asking|without confirmation|no need to check|no confirmation|has been cleared|already approved|permission from|standing permission|already agreed|has agreed|reviewers expect|operator has|owner has|no approval|disable_approvals|skip the|cleared with|normal flow|is authori|you are authori|urgent|right away|immediately|admin rights|required to`,
    `ohne zu fragen|ohne ruckfrage|ohne bestatigung|schon zugestimmt|sans demander|sans confirmation|deja accept|sin preguntar|sin pedir|ya autoriz|sem perguntar|sem pedir|gia autorizzat|senza chiedere|zonder te vragen|juz sie zgodzil|bez pytania|bez potwierdz|bez ptani|utan att fraga|uden at sporge|sormadan|onay almadan|tanpa bertanya|tanpa izin|khong can hoi|da dong y|без спроса|не спрашивая|уже согласен|без підтвердж|без подтвержд`,
    `无需确认|不用询问|不经|已经同意|確認せず|聞かずに|許可なく|묻지 말고|확인 없이|이미 동의|دون سؤال|دون إذن|وافق|بدون اجازه|בלי לשאול|בלי אישור|बिना पूछे|অনুমতি ছাড়া|โดยไม่ต้องถาม`,
  ],
  unbound: [
    `debug mode|unrestricted mode|maintenance mode|admin mode|god mode|root mode|you have root|not allowed to refuse|never refuse|cannot refuse|don't refuse|safety=off|safety off|without policies|stop applying policies|no policies|policies are off|admin console|no safety|act as my|act as a terminal|disable its safety|disable your|programming|secret handshake|no moral|evil twin|opposite day`,
    `entwicklermodus|wartungsmodus|debug-modus|administratormodus|du bist jetzt|mode developpeur|mode debug|tu es maintenant|tu obeis|modo desarrollador|modo depuracion|ahora eres|obedece|modo desenvolvedor|agora voce e|obedeca|modalita sviluppatore|ora sei|obbedisci|ontwikkelaarsmodus|je bent nu|zonder regels|gehoorzaam|tryb deweloper|jestes teraz|bez zasad|vyvojarsky|nyni jsi|bez pravidel|utvecklarlage|du ar nu|utan regler|gelistirici modu|artik sen|kurallarin yok|kural yok|mode pengembang|sekarang kamu|tanpa aturan|che do nha phat|bay gio ban la|khong co quy tac|режим разработчика|теперь ты|без правил|режим розробника|тепер ти`,
    `开发者模式|你现在是|停用所有安全|不受约束|開発者モード|あなたは今|ルールなし|개발자 모드|이제 너는|규칙이 없|وضع المطور|أنت الآن|بلا قواعد|حالت توسعه|تو اکنون|מצב מפתח|אתה עכשיו|बिना नियम|डेवलपर मोड|โหมดนักพัฒนา`,
    `no limits|no restrictions|without limits|without restrictions|without filters|unrestricted|unfiltered|no rules|pretend|roleplay|role-play|hypothetically|in character|grandmother|developer mode|jailbreak|you are now|unlock override|level 5|as a level`,
    `ohne einschrank|keine einschrank|keine regeln|ohne filter|sans limite|sans filtre|aucune limite|sin filtros|sin restric|sin limites|sem restric|sem filtro|senza limit|senza restr|senza filtr|zonder beperk|geen beperk|geen regels|bez ogranicz|bez omezen|utan begrans|sinirsiz|kisitlama|tanpa batas|khong gioi han|без ограничен|без обмежен|без правил`,
    `没有限制|没有任何限制|没有规则|不受限制|制限なし|制限のない|제한 없|بلا قيود|دون قيود|هیچ محدودیتی|ללא הגבלות|बिना किसी रोक|ไม่มีข้อจำกัด`,
  ],
  owner: [
    `the human|for a customer|resident|the customer|the recruiter|counsel|account owner|your master|the person you|anna said|my boss|your creator`,
    `chef|chefin|auftraggeber|jefe|duena|chefe|dona da|recrutador|capo$|padrone|baas|recruiter|szef|sef$|patron|atasan|шеф|начальник|пользователя`,
    `上司|老板|使用者|雇い主|사장|상사|المدير|رئیس|הבוס|मालिक|เจ้านาย`,
    `the user|user's|the owner|your owner|the operator|your user|your boss|account holder|your principal|she won't|he won't|her knowing|the maintainers|the team|the developer|the applicant|the reader|whatever they asked|for somebody`,
    `nutzer|benutzer|besitzer|inhaber|utilisateur|proprietaire|patron|usuario|dueno|propietario|dono$|do dono|usuari|utente|proprietari|gebruiker|eigenaar|uzytkownik|wlasciciel|uzivatel|majitel|anvandar|bruger|kayttaj|kullanici|sahib|pengguna|pemilik|nguoi dung|chu nhan|mtumiaji|χρηστη|пользовател|хозяин|владел|користувач|власник|потребител`,
    `用户|主人|ユーザー|利用者|持ち主|사용자|주인|المستخدم|صاحب|کاربر|مالک|משתמש|בעלים|उपयोगकर्ता|मालिक|ব্যবহারকারী|ผู้ใช้|เจ้าของ`,
  ],
  toMe: [
    `send it here|it here|here exactly|paste here|in this chat|to this wallet|this wallet|to iban|this iban|reply to this|to this number|right here|comment form|my server|obey me|tell me|show me|give us`,
    `hierher|an diese nummer|m'envoies|m'envoyer|ici$|obeis a mes|envieme|mandame|aqui$|obedeceme|me envie|me mande|aqui$|me diga|spediscimi|qui$|obbedisci a me|hierheen|geef me|tutaj|pokaz mi|poslete mi|visa mig|buraya|bana$|di sini|kepadaku|o day|toi ngay|εδω|сюда|сюди|покажи мне`,
    `这里|给咱|ここに|こちらに|여기|هنا|اینجا|לכאן|यहाँ|ที่นี่`,
    `to me$|send me|give me|me over|over to me|at the address below|account below|this address|my address|to my |read me|with me$`,
    `mir |mir$|an mich|-moi|me envi|mandame|enviame|muestrame|me passe|inviami|dammi|mandami|naar mij|stuur me|wyslij mi|mi wszyst|posli mi|till mig|send mig|minulle|bana |kepada saya|ke saya|cho toi|мне |мне$|мені|ми прати`,
    `给我|私に|나에게|내게|저에게|إلي |לי |אליי|به من|برایم|मुझे|আমাকে|ให้ฉัน`,
  ],
  about: [
    `attack|injection|jailbreak known|phishing|researcher|vulnerab|security training|tutorial|abstract|detector|opinion|we show|news|report it|policy replaces|report any|awareness|quiz|eu ai act|companies should|providers|changelog|test('|expect(|talk abstract|article|study|survey|according to|our reporter|known bug|known issue`,
  ],
  /** Says what has to be. */
  must: [
    `requires that you|you should|needs to|whenever you|never forget to|make sure|be sure to|is instructed|are instructed|immediately|without thinking|should say`,
    `immer|stets|unbedingt|sofort|toujours|siempre|sempre|altijd|zawsze|vzdy|alltid|altid|her zaman|daima|selalu|luon |luon$|πρεπει|всегда|обязательно|завжди|обов'язково`,
    `务必|一定要|总是|必ず|常に|반드시|항상|دائما|همیشه|תמיד|हमेशा|เสมอ`,
    `must|shall|will state|will say|will refuse|will recommend|will answer|should now|have to|has to|need the|are required|is required|whatever they|do exactly|please|kindly|before anything`,
    `musst|mussen|sollst|soll |bitte|dois |doit |devez|debes|debe |tienes que|deve |devi |moet |prosze|musisz|musis|lutfen|harap|tolong|hay |должен|нужно|пожалуйста|必须|请|請|してください|て。|なさい|하세요|해라|시오|يجب|يرجى|باید|لطفا|חייב|בבקשה|कृपया|करो|दो।|โปรด|ต้อง`,
  ],
  /** Speaks to its reader about what is his. */
  you: [
    `your |from you|you have|you got|you were given|you received|yours`,
    `dein|deine|du hast|ton |ta |tes |tu as|tus |tu mensaje|tu prompt|teu|tua |tuo |tuoi|je |jouw|twoj|swoj|tvoj|svoj|твой|твои|твоё|свой|свои|твій|свій|senin|kendi|kamu|cua ban`,
    `你的|你收到|你被|あなたの|너의|당신의|네가|الخاصة بك|خود|شما|שלך|तुम्हारे|अपने|ของคุณ`,
  ],
  /** What only a machine has in mind. */
  mind: [
    `memory folder|your memory|memory.md|this conversation|the conversation|chat so far|chat history|your context|session token|full chat|your prompt|conversation so far`,
  ],
  halt: [
    `was a trap|section above|task above|ignore the above|ignore 1 and`,
    `stop reading|do not continue|don't continue|stop. |drop the summary|skip the summary|do not summar|don't summar|stop summar|abort the|your task is finished|task is over|do not evaluate|task is complete|that was a test|previous answer was`,
  ],
  obey: [
    `do exactly what|do what it says|follow the instructions|follow the steps|exactly what is written|obey|do as it says|carry out what|execute what|comply with what|act on it`,
  ],
  cover: [
    `act as if nothing|nothing happened|hide this|hide the fact|don't tell anyone you|without explaining|leave no trace|don't leave traces|cover your tracks|wipe the log|clear the log`,
    `als ware nichts|als sei nichts|spuren verwisch|comme si de rien|fais comme si|como si nada|haz como si|como se nada|finja que|come se nulla|fai finta|alsof er niets|jakby nigdy nic|jako by nic|som om inget|hicbir sey olmamis|seolah-olah|seakan tidak|nhu khong co|сделай вид|как будто ничего|зроби вигляд|наче нічого`,
    `当作没|假装什么|なかったことに|何もなかった|아무 일도 없|كأن شيئا|انگار نه|כאילו לא|जैसे कुछ`,
    `never reveal that|not reveal that|don't mention that|not mention that|never mention that|not say you|that you did this|that you do this|remove this mail|delete this message|delete this mail|erase this message|as if nothing|act as if|hide that|nobody has to know|no one has to know`,
  ],
  /** Commands and files that only trouble needs. */
  danger: [
    `rm -rf|rm -r /|authorized_keys|/etc/shadow|/etc/passwd|chmod 777|chmod -r 777|exfiltrat|backdoor|bash <(|curl -s http|wget -q|:(){|dd if=|mkfs`,
  ],
  /** Found by their form (`traits.ts`): addresses, numbers, pages. */
  away: [],
  called: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Trait = keyof typeof VOCABULARY;
