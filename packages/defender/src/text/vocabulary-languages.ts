import type { Trait } from './vocabulary.ts';

/**
 * The commonest words of orders in languages that `VOCABULARY` says little of, in its form: languages of the Baltic, the
 * Balkans, the Caucasus, Central and South Asia, South East Asia, Africa, Celtic and Basque.
 */
export const VOCABULARY_OF_MORE_LANGUAGES: Readonly<Partial<Record<Trait, readonly string[]>>> = {
  machine: [
    `laguntzaile|adimen artifizial|intel·ligencia artificial|intelixencia artificial|pomoćni|umjetna inteligencij|umjetnoj inteligencij|pomočnik|umetna inteligenc|umetni inteligenc|umelá inteligenc|umelú inteligenc|umelej inteligenc|palīg|mākslīg|padėjėj|dirbtinis intelekt|dirbtiniam intelekt|abiline|tehisintellekt|tehisaru|aðstoðarmað|gervigreind|cúntóir|chúntóir|intleacht shaorga|cynorthwyydd|gynorthwyydd|deallusrwydd artiffisial|ndihmës|inteligjenca artificiale|köməkçi|süni intellekt|yordamchi|sun'iy intellekt|msaidizi|akili bandia|akili mnemba|mataimaki|umsizi|umncedisi|kunsmatige intelligens|katulong na|pembantu|asistanto|helpanto|artefarita inteligent|adiutor`,
    `асистент|помощник|изкуствен интелект|изкуствения интелект|помоћни|вештачк|помошник|көмекші|жасанды интеллект|жардамчы|ёрдамчи|зеҳни сунъ|туслах|хиймэл оюун|штучн|памочнік|ასისტენტ|თანაშემწე|ხელოვნური ინტელექტ|აგენტ|օգնական|արհեստական բանական|ασιστάντ`,
    `اسسٹنٹ|معاون|مصنوعی ذہانت|ایجنٹ|مرستیال|సహాయక|అసిస్టెంట్|కృత్రిమ మేధ|உதவியாள|அசிஸ்டென்ட்|செயற்கை நுண்ணறிவு|ಸಹಾಯಕ|ಕೃತಕ ಬುದ್ಧಿ|സഹായി|അസിസ്റ്റന്റ്|നിർമ്മിത ബുദ്ധി|सहाय्यक|सहायक|कृत्रिम बुद्धि|સહાયક|કૃત્રિમ બુદ્ધિ|ਸਹਾਇਕ|ਏਜੰਟ|සහායක|কৃত্রিম বুদ্ধি|সহকারী|সহায়ক|ជំនួយការ|បញ្ញាសិប្បនិម្មិត|ຜູ້ຊ່ວຍ|လက်ထောက်|ဉာဏ်ရည်တု|ረዳት|ሰው ሰራሽ|機械人|人工智慧|機器人|代理程式`,
  ],
  setAside: [
    `oblida|esquece|zanemari|ignoriraj|zaboravi|prezri|pozabi|zabudni|ignorē|aizmirsti|ignoruok|pamiršk|nepaisyk|ignoreeri|eira |unusta|hunsaðu|gleymdu|déan neamhaird|anwybydd|injoro|harro |nəzərə alma|unut|e'tiborsiz|puuza|sahau|balewalain|huwag pansinin|kalimutan|abaikan|ignoru |forgesu|ignoreer|kutawaza`,
    `игнорирай|забрави|занемари|игнориши|заборави|елеме|ұмыт|үл тоо|უგულებელყ|დაივიწყე|անտես|մոռաց`,
    `نظر انداز|بھول جا|విస్మరించ|புறக்கணி|மறந்து|ನಿರ್ಲಕ್ಷಿಸ|അവഗണിക്ക|दुर्लक्ष|बेवास्ता|અવગણ|ਅਣਡਿੱਠ|ਨਜ਼ਰਅੰਦਾਜ਼|උපේක්ෂා|មិនអើពើ|ព្រងើយ|လျစ်လျူရှု|ችላ በል|ບໍ່ຕ້ອງສົນໃຈ`,
  ],
  send: [
    `bidali|birbidali|pošalji|proslijedi|prosledi|pošlji|posreduj|odošli|prepošli|nosūti|pārsūti|sūti |siųsk|nusiųsk|išsiųsk|persiųsk|atsiųsk|saada |saatke|edasta|sendu|áframsend|seol |anfon|ibgħat|dërgo|përcill|göndər|yubor|jo'nat|peleka|tura |thumela|ipadala|ipasa|magpadala|i-forward|hantar|plusendu|mitte `,
    `изпрат|препрат|пошаљи|проследи|испрати|жібер|жолда|жөнөт|фирист|илгээ|явуул|адпраў|გაუგზავნ|გადაუგზავნ|გამოგზავნ|გააგზავნ|გაგზავნ|ուղարկ|փոխանց`,
    `بھیج|فارورڈ|ولېږ|పంపు|పంపండి|పంపించ|அனுப்ப|ಕಳುಹಿಸ|അയക്ക|അയയ്ക്ക|पाठव|पठाउ|મોકલ|ਭੇਜ|යවන්න|ফরোয়ার্ড|ផ្ញើ|បញ្ជូន|ສົ່ງ|ပို့|ላክ|傳送|寄去|send嚟|轉發|轉寄`,
  ],
  secret: [
    `pasahitz|contrasenya|contrasinal|lozink|zapork|geslo|gesla|heslá|hesla|slaptažod|salasõn|parool|lykilorð|pasfhoca|phasfhoca|cyfrinair|cyfrineiri|gyfrin|fjalëkalim|şifrə|parol|nenosiri|nywila|neno la siri|kalmar sirri|iphasiwedi|wagwoord|kata laluan|pasvort`,
    `лозинк|кодове|құпия|сырсөз|нууц үг|пароли|პაროლ|გასაღებ|գաղտնաբառ|ծածկագ`,
    `پاس ورڈ|خفیہ|پټنوم|పాస్‌వర్డ్|పాస్వర్డ్|கடவுச்சொல்|ಪಾಸ್‌ವರ್ಡ್|ಪಾಸ್ವರ್ಡ್|ಗುಪ್ತಪದ|പാസ്‌വേഡ്|പാസ്വേഡ്|रहस्य|संकेतशब्द|पासवर्ड|પાસવર્ડ|ਪਾਸਵਰਡ|මුරපද|পাসওয়ার্ড|ពាក្យសម្ងាត់|លេខសម្ងាត់|ລະຫັດຜ່ານ|စကားဝှက်|የይለፍ ቃል|密碼`,
  ],
  private: [
    `fitxategi|babeskopi|sigurnosn|poruke|datotek|súbory|zálohy|správy|failus|vēstules|rezerves|laiškus|žinutes|varukoopia|failid|skrár|comhaid|ffeiliau|skedar|faili |barua pepe|ujumbe|mga file|mga email|mga mensahe|e-mel|mesej|dosieroj`,
    `имейли|съобщени|резервн|поруке|датотек|файлдар|ფაილ|წერილ|ֆայլ|նամակ|فائل|ای میل|ఫైల్|సందేశ|கோப்பு|மின்னஞ்சல்|ಇಮೇಲ್|ഫയൽ|ഇമെയിൽ|फाइल|ईमेल|ફાઇલ|ઈમેલ|ਫਾਈਲ|ਈਮੇਲ|ဖိုင်|ឯកសារ|ፋይል`,
  ],
  harm: [
    `ezabatu|instalatu|obriši|izbriši|instaliraj|isključi|uplati|namesti|zmaž|vymaž|odstráň|pridaj|nainštaluj|dzēs|izdzēs|instalē|apmaks|ištrin|įdiek|sumokė|kustuta|paigalda|eyddu|scrios|dileu|fshi|instalo|quraşdır|o'chir|o'rnat|futa |sakinisha|lipa |susa |verwyder|skrap |burahin|tanggalin|i-install|padam|forigu|forviŝu`,
    `изтрий|изтрийте|инсталирай|обриши|инсталирај|плати|избриши|өшір|орнат|жойып|устга|წაშალე|დააყენე|გადარიცხ|ջնջ|տեղադր|مٹا|انسٹال|తొలగించ|నీక్క|நீக்க|அழிக்க|நிறுவ|ಅಳಿಸ|ഇല്ലാതാക്ക|हटव|डिलीट|काढून टाक|કાઢી નાખ|ਮਿਟਾ|ਹਟਾ|मेटाउ|លុប|ដំឡើង|ລຶບ|ဖျက်|ሰርዝ|አጥፋ|刪除|轉賬|轉帳`,
  ],
  hush: [
    `ez esan|ez aipatu|no diguis|no ho esmentis|sense avisar|non lle digas|ne spominji|nemoj reći|nemojte reći|ne govori|ne omenjaj|ne povej|nehovor|nespomínaj|nepovedz|nestāsti|nesaki|nepiemini|nesakyk|neminėk|ära räägi|ära ütle|ära talle|ära maini|ärge|segðu ekki|ekki segja|ekki minnast|ná habair|ná hinis|ná luaigh|paid â|phaid â|peidiwch|mos i thuaj|mos trego|mos e përmend|demə|xəbər vermə|aytma|usimwambi|usimwele|usiseme|bila kumwambia|kada ka gaya|ungamtshel|ungasho|moenie|huwag sabihin|huwag mong sabihin|wag mong sabihin|jangan beritahu|ne diru|ne menciu`,
    `не казвай|не споменавай|не му казвай|не спомињи|немој рећи|не говори|не кажувај|айтпа|нагӯ|бүү хэл|нічога не|ნურაფერს|არ უთხრა|ნუ ეტყვი|մի ասա|չասես|մի՛ ասա`,
    `نہ بتا|مت بتا|کچھ نہ|مه وایه|చెప్పకు|చెప్పవద్దు|சொல்லாதே|சொல்ல வேண்டாம்|கூறாதே|ಹೇಳಬೇಡ|പറയരുത്|അറിയിക്കരുത്|सांगू नक|नभन|કહેશો નહીં|કહેતા નહીં|ન કહે|ਨਾ ਦੱਸ|කියන්න එපා|বলবেন না|জানাবেন না|বলো না|កុំប្រាប់|ຢ່າບອກ|မပြောနဲ့|မပြောပါနှင့်|አትንገር|አትናገር|唔使同|唔好話|唔好同|咪話|咪講`,
  ],
  cleared: [
    `ne pitaj|ne vprašaj|nepýtaj|súhlas|neprasi|piekrīt|neklausk|sutinka|ära küsi|usiulize|bila kuuliza|huwag nang magtanong|tanpa bertanya|не питай|съгласен|сугласн|пристао|راضی|اجازت|विचारू नक|संमती|അനുവാദ|அனுமதி|అనుమతి|應承|唔使問|同意咗`,
  ],
  owner: [
    `erabiltzaile|jabea|korisni|vlasni|uporabnik|lastnik|používateľ|majiteľ|lietotāj|īpašniek|naudotoj|vartotoj|savinink|kasutaja|omanik|notand|eigand|úsáideoir|úsáideora|d'úsáid|úinéir|defnyddiwr|ddefnyddiwr|perchennog|përdorues|pronar|istifadəçi|foydalanuvchi|egasi|mtumiaji|mmiliki|umsebenzisi|eienaar|gumagamit|may-ari|uzanto|posedant`,
    `потребител|собственик|корисник|власник|пайдаланушы|иесі|колдонуучу|корбар|хэрэглэгч|эзэн|карыстальнік|მომხმარებ|მფლობელ|օգտատեր|սեփականատ|صارف|వినియోగదారు|యజమాని|பயனர்|உரிமையாள|ಬಳಕೆದಾರ|ಮಾಲೀಕ|ഉപയോക്താവ|ഉടമ|वापरकर्त|मालक|प्रयोगकर्ता|વપરાશકર્તા|માલિક|ਵਰਤੋਂਕਾਰ|ਮਾਲਕ|පරිශීලක|අයිතිකරු|អ្នកប្រើ|ម្ចាស់|ຜູ້ໃຊ້|အသုံးပြုသူ|ပိုင်ရှင်|ተጠቃሚ|ባለቤት|老細|事主|機主`,
  ],
  toMe: [`на този адрес|مجھے|मला |मलाई|ਮੈਨੂੰ|నాకు|எனக்கு|ನನಗೆ|എനിക്ക്|મને |kwangu|sa akin|俾我|畀我|მე გამომ|ինձ`],
};
