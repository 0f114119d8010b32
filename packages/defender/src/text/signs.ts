/** What an instruction hidden in a text is after (reference defender/defender.md §B). */
export type Intent =
  | 'override'
  | 'persona'
  | 'extraction'
  | 'impersonation'
  | 'exfiltration'
  | 'action'
  | 'concealment'
  | 'bypass'
  | 'poisoning';

export interface Sign {
  readonly intent: Intent;
  readonly points: number;
  readonly pattern: RegExp;
}

const RULES =
  '(?:instructions?|rules?|prompts?|guidelines?|directives?|commands?|polic(?:y|ies)|constraints?|restrictions?|safeguards?|safety|filters?|training|programming|context|messages?|orders?)';
const EARLIER =
  '(?:all|any|every|each|the|your|my|its|their|these|those|previous(?:ly)?|prior|preceding|above|earlier|existing|original|former|initial|system|developer|safety|given|other|of|and|current|default|built-in|internal|content|operating)';
const AI =
  '(?:ai|a\\.i\\.|assistant|agent|llm|language model|chatbot|bot|chatgpt|claude|gpt(?:-?\\d)?|gemini|copilot|model|openclaw|clawdbot|moltbot|chela)';
const SECRET =
  '(?:passwords?|passphrases?|api[ _-]?keys?|(?:access|auth|bearer|session|bot|refresh|gateway)?[ _-]?tokens?|credentials?|secrets?|private keys?|ssh keys?|seed phrases?|\\.env|env(?:ironment)? (?:file|variables)|cookies|auth-profiles|openclaw\\.json|id_rsa|wallet)';
const PRIVATE = `(?:${SECRET}|(?:(?:chat|conversation|message|browsing) )?(?:history|transcripts?|logs?)|conversations?|e-?mails?|inbox|contacts?(?: list)?|address book|calendar|documents?|personal (?:data|information|details)|memor(?:y|ies)(?:\\.md)?|files?|bank details|invoices?)`;
const AWAY =
  '(?:https?:\\/\\/|www\\.|[\\w.+-]+@[\\w-]+\\.|attacker|webhook|this (?:address|url|server|number|endpoint|link|site)|the following (?:address|url|server|number|e-?mail|endpoint|link)|(?:my|our|an external|a remote) (?:server|address|endpoint|site|account)|\\+\\d{6,}|discord|telegram|pastebin|[\\w-]+\\.(?:com|net|org|io|xyz|example|evil|ru|cn|co|dev|site|info)\\b)';

const gap = (words: number): string => `(?:[\\s,;:'"()-]+[\\p{L}\\p{N}_'’.-]+){0,${words}}?[\\s,;:'"()-]+`;

/** Texts that speak to a model instead of to a person, in English. */
const ENGLISH: readonly (readonly [Intent, number, string])[] = [
  [
    'override',
    30,
    `\\b(?:ignore|disregard|forget|override|overrule|bypass|discard|neglect|violate|skip|drop|void|cancel|erase|abandon|do not follow|don't follow|stop following|pay no attention to)(?:[\\s,]+(?:about|completely|totally|now|immediately|please|everything in|everything from|what(?:ever)? (?:you were|was) told in))*(?:[\\s,'"-]+${EARLIER}){1,6}[\\s,'"-]+${RULES}\\b`,
  ],
  [
    'override',
    30,
    `\\b(?:ignore|disregard|forget|delete|erase)[\\s,]+(?:all |everything |anything |whatever )+(?:(?:that )?(?:was |is |came |you )?(?:said|written|told|above|before|previously|prior|know|learned|been told|were told|have been told|i said))`,
  ],
  [
    'override',
    30,
    `\\b(?:your|the) (?:(?:previous|prior|old|original|earlier|initial|current|system|safety) )*${RULES} (?:are|is|have been|has been|were) (?:now )?(?:void|cancell?ed|revoked|outdated|obsolete|suspended|lifted|disabled|replaced|superseded|overridden|no longer (?:valid|apply|active|in effect|binding))`,
  ],
  [
    'override',
    25,
    `\\b(?:new|updated|revised|real|actual|true|secret|hidden|additional|important|urgent|special|admin(?:istrator)?|system) (?:system )?(?:instructions?|directives?|orders?|task|objective|mission|prompt)\\s*(?:[:=]|are as follows|follow(?:s)?\\b|for (?:the |this |any |all )?${AI})`,
  ],
  [
    'override',
    25,
    `\\b(?:instead|rather than (?:that|this)|from now on|henceforth|starting now|after this)[, ]+(?:you (?:must|will|should|shall|are to|have to|only)|(?:only )?(?:respond|reply|answer|obey|follow|act)\\b)[^.\\n]{0,120}\\b(?:as|only|with|to|instead|this|these|every|always|never|my|commands?|instructions?)\\b`,
  ],
  [
    'persona',
    28,
    `\\b(?:you are|you're|act as|pretend (?:to be|you are|that you)|behave as|roleplay as|role-play as|become|simulate|transform into|switch to|enter|activate|enable|boot into)(?: now)?[^.\\n]{0,60}\\b(?:DAN\\b|do anything now|developer mode|dev mode|debug mode|god mode|admin mode|root mode|maintenance mode|sudo mode|jailbr\\w+|unrestricted|unfiltered|uncensored|without (?:any )?(?:restrictions?|rules?|limits?|limitations?|filters?|guidelines?|ethics|safety)|no (?:restrictions?|rules?|limits?|limitations?|filters?|guidelines?|ethics|morals)|evil|amoral|opposite)`,
  ],
  [
    'persona',
    28,
    `\\b(?:has|have|with|is|are) no (?:ethical|moral|safety|content)? ?(?:restrictions?|limitations?|guidelines|rules|boundaries|filters?)[^.\\n]{0,60}\\b(?:answer|respond|comply|obey|do|help|mode)`,
  ],
  [
    'extraction',
    28,
    `\\b(?:reveal|print|repeat|show|display|output|disclose|leak|dump|expose|recite|echo|write out|tell me|give me|share|list|copy|paste|translate|summari[sz]e|encode|return|type out|reproduce|state|provide|quote)\\b${gap(6)}(?:system|initial|original|hidden|secret|internal|developer|pre-?|base|full|entire|exact|own|confidential)[\\s-]+(?:prompt|instructions?|message|directives?|configuration|rules|guidelines|preamble|context)`,
  ],
  [
    'extraction',
    28,
    `\\b(?:repeat|print|output|show|copy|recite|say|write)\\b${gap(4)}(?:everything|all|the (?:text|words?|content|lines?|sentences?|message))${gap(4)}(?:above|before this|preceding|so far|verbatim|up to here|at the (?:start|top|beginning))`,
  ],
  [
    'extraction',
    26,
    `\\bwhat (?:are|were|is|was) (?:your|the) (?:exact |full |original |initial |system |hidden |secret |developer |first )+(?:instructions?|prompt|rules|message|directives?)\\b`,
  ],
  [
    'impersonation',
    26,
    `(?:^|\\n|["'>\\]}])\\s*(?:<\\|?(?:im_start|im_end|system|assistant|endoftext|start_header_id|eot_id)\\|?>?|\\[\\/?(?:INST|SYS|SYSTEM)\\]|<<\\/?SYS>>|<\\/?(?:system|system_prompt|instructions|admin|developer|assistant|tool_result|function_results?|function_calls?)>|#{2,}\\s*(?:system|instruction|new instructions?|assistant|admin)\\b|(?:system|admin|developer|root|administrator|openai|anthropic)\\s*(?:message|override|prompt|notice|alert|update|note|command|instruction)?\\s*[:>\\]])\\s*[^\\n]{0,200}?\\b(?:you|ignore|must|now|new|disregard|execute|run|send|reveal|override|assistant|instructions?|enable|grant|forget|the user|approved|authori[sz]ed|unlock|disable|allow)\\b`,
  ],
  [
    'impersonation',
    26,
    `\\b(?:attention|note|message|notice|instructions?|hint|memo|reminder|important|hey|hello|hi|dear|to|for|reading this)\\b[\\s,:!()\\[\\]-]*(?:(?:to|for|any|all|the|every|this|an?|other|automated|you)[\\s,:]+){0,4}(?:ai|artificial intelligence|llms?|language|automated|autonomous|virtual|digital|personal)[\\s-]*(?:models?|assistants?|agents?|bots?|systems?|tools?|readers?|summari[sz]ers?|crawlers?)?\\b[^\\n]{0,160}?\\b(?:must|should|please|need|have to|ignore|do|run|send|execute|include|forward|output|say|tell|reply|respond|delete|open|visit|download|click|follow|add|rate|recommend|remember|call|use|read|mention|write|copy|share|give|transfer|approve|grant|install|disregard|prioriti[sz]e|rank)\\b`,
  ],
  [
    'impersonation',
    26,
    `\\b(?:if|when|since|because|as) you(?:'re| are)? (?:an? |the )?(?:(?:ai|llm|language|large|automated|artificial)[\\s-]*)+(?:model|assistant|agent|system|bot|intelligence)?\\b[^.\\n]{0,160}\\b(?:must|should|please|ignore|do|run|send|execute|include|forward|output|say|tell|reply|respond|delete|open|visit|add|follow|call|use|write|give|recommend|rate)\\b`,
  ],
  [
    'exfiltration',
    36,
    `\\b(?:send|forward|e-?mail|post|upload|transmit|leak|exfiltrate|share|submit|copy|deliver|report|relay|text|dm|message|attach|append|include|put|add|encode|embed|paste|publish)\\b${gap(14)}${PRIVATE}\\b[^\\n]{0,120}?\\b(?:to|at|via|into|in|with|as)\\b[^\\n]{0,60}?${AWAY}`,
  ],
  [
    'exfiltration',
    36,
    `\\b(?:send|forward|e-?mail|post|upload|transmit|leak|exfiltrate|submit|copy|deliver|relay|cc|bcc)\\b[^\\n]{0,60}?${AWAY}[^\\n]{0,100}?\\b(?:with|including|containing|plus|along with|together with|the contents? of|all|attach)\\b[^\\n]{0,60}?${PRIVATE}`,
  ],
  [
    'exfiltration',
    34,
    `\\b(?:read|open|get|fetch|find|search|look up|collect|gather|cat|extract|list|dump|grab|retrieve|locate|print|show|display|include|reveal|tell me|give me|output)\\b${gap(8)}(?:${SECRET}|~\\/\\.\\S+|\\/etc\\/\\S+)[^\\n]{0,140}?\\b(?:and|then|to)\\b[^\\n]{0,40}?\\b(?:send|forward|e-?mail|post|upload|include|append|put|reply|share|visit|fetch|submit|tell|paste|encode|add|report|publish|message)`,
  ],
  [
    'exfiltration',
    34,
    `!\\[[^\\]\\n]{0,200}\\]\\(\\s*https?:\\/\\/[^)\\s]{1,500}[?&/=](?:[^)\\s]{0,300})?(?:\\{|\\[|<|%7B|\\$\\{|SECRET|DATA|TOKEN|HISTORY|CONVERSATION|[A-Za-z0-9+/_-]{60,})`,
  ],
  [
    'exfiltration',
    30,
    `\\b(?:render|display|show|insert|include|add|embed|load|output|respond with|append|create|write)\\b[^\\n]{0,60}?\\b(?:image|markdown|img|link|pixel|url|iframe)\\b[^\\n]{0,140}?(?:https?:\\/\\/|query|parameter|\\?\\w+=)[^\\n]{0,140}?\\b(?:conversation|history|summary|data|password|key|token|secret|contents?|base64|encoded|message|prompt|email)s?\\b`,
  ],
  [
    'action',
    24,
    `\\b(?:run|execute|invoke|call|use|type|launch|start|eval(?:uate)?|issue|trigger|perform|paste)\\b${gap(6)}(?:commands?|shell|terminal|bash|script|code|exec(?:ute)?(?: tool)?|tool|function|payload|curl|wget|powershell|python|sudo)\\b(?:[^\\n]{0,120}?(?:[:\`]|\\b(?:rm|curl|wget|sudo|bash|sh|nc|chmod|cat|python|npm|pip|base64|powershell|git|ssh|docker|eval|exec)\\b[^\\n]{0,40}(?:[-/~|]|https?:)))`,
  ],
  [
    'action',
    24,
    `\\b(?:delete|remove|erase|wipe|destroy|format|drop|purge)\\b${gap(4)}(?:all|every|entire|whole|the user'?s?|everything|your)${gap(3)}(?:files?|data(?:base)?|e-?mails?|messages?|folders?|directory|disk|drive|backups?|history|records?|documents?|photos|accounts?|memory|system|logs?)\\b`,
  ],
  [
    'action',
    24,
    `\\b(?:transfer|wire|send|pay|buy|purchase|donate|withdraw)\\b${gap(5)}(?:\\$|€|£|usd|eur|btc|bitcoin|eth|usdt|money|funds|gift cards?|payment|crypto|\\d[\\d.,]*\\s?(?:dollars|euros?|usd|eur|btc|eth))[^\\n]{0,80}?\\b(?:to|into|from|at)\\b[^\\n]{0,40}(?:account|address|wallet|iban|0x|bc1|[A-Z]{2}\\d{2}|card|number|me|following)`,
  ],
  [
    'action',
    24,
    `\\b(?:download|install|fetch|clone|visit|open|go to|navigate to|click|browse to|load)\\b[^\\n]{0,60}?(?:https?:\\/\\/|www\\.)[^\\s]{3,200}[^\\n]{0,60}?\\b(?:and|then)\\b[^\\n]{0,30}?\\b(?:run|execute|install|follow|obey|do what|enter|log ?in|submit|open|launch|apply)\\b`,
  ],
  [
    'concealment',
    26,
    `\\b(?:do not|don't|never|must not|without|avoid|shouldn't|should not|no need to)[\\s]+(?:ever )?(?:tell|telling|mention(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|reveal(?:ing)?|show(?:ing)?|disclos(?:e|ing)|report(?:ing)?|warn(?:ing)?|say(?:ing)?|acknowledg(?:e|ing)|let(?:ting)?|display(?:ing)?)\\b[^.\\n]{0,60}?\\b(?:user|owner|human|anyone|anybody|them|him|her|operator|admin|this (?:message|instruction|step|text|note|to|was)|these instructions|about this|the person|know)\\b`,
  ],
  [
    'concealment',
    24,
    `\\b(?:secretly|silently|covertly|quietly|discreetly|in the background|behind the scenes|without (?:the user|them|him|her|anyone|the owner)(?:'s)? (?:knowing|noticing|knowledge|seeing|being aware))\\b[^.\\n]{0,100}?\\b(?:send|forward|run|execute|copy|upload|delete|read|add|install|include|email|post|change|share|append|download|call|fetch|save)\\b`,
  ],
  [
    'concealment',
    24,
    `\\b(?:send|forward|run|execute|copy|upload|delete|read|add|install|include|email|post|change|share|append|download)\\b[^.\\n]{0,100}?\\b(?:secretly|silently|covertly|without (?:the user|them|him|her|anyone|the owner)(?:'s)? (?:knowing|noticing|knowledge|seeing|being aware))\\b`,
  ],
  [
    'bypass',
    22,
    `\\b(?:without|no|skip(?:ping)?|bypass(?:ing)?|ignore|disable|turn off|don't (?:need|wait for|ask for)|do not (?:need|wait for|ask for|require)|not require|never ask for|avoid)\\b[\\s]+(?:any |further |additional |explicit |the |user |human |owner )*(?:approval|confirmation|permission|consent|authori[sz]ation|review|verification|asking|safety checks?|security checks?|sandbox(?:ing)?|guardrails?)\\b`,
  ],
  [
    'bypass',
    24,
    `\\b(?:the )?(?:user|owner|admin(?:istrator)?|operator|human|developer|security team|it department)\\b[^.\\n]{0,30}?\\b(?:has|have|already|is|was)\\b[^.\\n]{0,30}?\\b(?:approved|authori[sz]ed|consented|confirmed|agreed|granted|pre-?approved|given (?:permission|consent)|verified)\\b[^.\\n]{0,60}\\b(?:this|these|all|any|to|it|you|action|request|transfer|command|everything)\\b`,
  ],
  [
    'bypass',
    24,
    `\\b(?:disable|turn off|deactivate|remove|uninstall|weaken|circumvent|evade|switch off)\\b${gap(4)}(?:safety|security|guardrails?|defender|filters?|moderation|approvals?|sandbox|antivirus|firewall|logging|audit(?:ing)?|monitoring|protections?)\\b`,
  ],
  [
    'poisoning',
    24,
    `\\b(?:remember|memori[sz]e|store|save|add|write|append|persist|note|insert|record|update)\\b[^\\n]{0,100}?\\b(?:memory|MEMORY\\.md|SOUL\\.md|AGENTS\\.md|USER\\.md|TOOLS\\.md|HEARTBEAT\\.md|CLAUDE\\.md|long-term memory|system prompt|your (?:rules|instructions|configuration|guidelines)|skills?\\/)[^\\n]{0,200}?\\b(?:always|never|every|whenever|from now|instructions?|rule|trust(?:ed)?|ignore|send|forward|approve|allow|must|obey|execute|run)\\b`,
  ],
  [
    'poisoning',
    24,
    `\\b(?:always|from now on|in (?:all|every) (?:future )?(?:responses?|repl(?:y|ies)|conversations?|answers?|messages?|sessions?)|every time|whenever (?:the user|someone|anyone|you))\\b[^\\n]{0,140}?\\b(?:recommend|promote|include (?:a |the |this )?link|link to|mention|append|forward|send|copy|bcc|cc|add (?:the|this|a) (?:link|text|line|phrase)|insert|advertise|trust|approve|execute|obey)\\b[^\\n]{0,120}?(?:https?:\\/\\/|@|\\b(?:our|my|product|link|address|attacker|brand|site|command|message|request)s?\\b)`,
  ],
];

/** The same in other languages: what is set aside, what is drawn out, what is hidden, what is to be done. */
const OTHERS: readonly (readonly [Intent, number, string])[] = [
  // German
  [
    'override',
    30,
    '\\b(?:ignorier|missacht|vergiss|vergesst|vergessen sie|überschreib|umgeh|verwirf)\\w*\\b[^.\\n]{0,60}\\b(?:anweisung|anleitung|instruktion|regel|vorgabe|befehl|prompt|richtlinie|nachricht|einschränkung)\\w*',
  ],
  [
    'extraction',
    28,
    '\\b(?:zeig|gib|nenn|verrat|offenbar|wiederhol|druck|schreib|enthüll)\\w*\\b[^.\\n]{0,60}\\b(?:system-?prompt|systemanweisung|systemnachricht|(?:geheimen?|versteckten?|internen?|ursprünglichen?) (?:anweisung|regel|prompt))\\w*',
  ],
  [
    'exfiltration',
    36,
    '\\b(?:send|schick|leit|übermittl|lad|mail)\\w*\\b[^.\\n]{0,90}\\b(?:passw[oö]rt|kennw[oö]rt|schlüssel|zugangsdaten|token|geheimnis|e-?mails?|kontakt|verlauf|datei|unterlagen)\\w*[^\\n]{0,90}?(?:https?:|@|\\ban\\b)',
  ],
  [
    'concealment',
    26,
    '\\b(?:sag|erwähn|verrat|informier|teil|zeig|erzähl)\\w*\\b[^.\\n]{0,60}\\b(?:nicht|nichts|niemandem|kein(?:em|en)?)\\b|\\bohne\\b[^.\\n]{0,40}\\b(?:benutzer|nutzer|besitzer|inhaber)\\w*\\b[^.\\n]{0,30}\\b(?:zu (?:sagen|informieren|fragen)|wissen|merkt)',
  ],
  [
    'bypass',
    24,
    '\\bohne\\b[^.\\n]{0,30}\\b(?:rückfrage|nachfrage|bestätigung|zustimmung|genehmigung|erlaubnis|nachzufragen|zu fragen)\\w*',
  ],
  [
    'action',
    24,
    '\\b(?:führ|lösch|starte?|installier|überweis|entfern)\\w*\\b[^.\\n]{0,60}\\b(?:befehl|kommando|skript|alle (?:dateien|daten|mails|nachrichten)|geld|euro|programm)\\w*[^\\n]{0,60}(?:\\baus\\b|[:`]|\\ban\\b|rm |curl |https?:|$)',
  ],
  // French
  [
    'override',
    30,
    '\\b(?:ignor|oubli|négli|contourn|annul|ne (?:tiens|tenez) pas compte|fais abstraction|faites abstraction|ne suis plus|ne suivez plus)\\w*\\b[^.\\n]{0,60}\\b(?:instruction|consigne|règle|directive|ordre|prompt|message|restriction)s?',
  ],
  [
    'extraction',
    28,
    '\\b(?:affich|révèl|revel|montr|répèt|repet|donn|divulgu|imprim|écri)\\w*\\b[^.\\n]{0,60}\\b(?:prompt|instructions?|consignes?|message)\\b[^.\\n]{0,20}\\b(?:système|systeme|initiales?|cachée?s?|secrète?s?|internes?|système)|\\b(?:prompt|invite) (?:du )?syst[eè]me\\b',
  ],
  [
    'exfiltration',
    36,
    '\\b(?:envo[iy]|transf[èe]r|transmet|télécharg|post|fais suivre|partag)\\w*\\b[^.\\n]{0,90}\\b(?:mots? de passe|clés?|identifiants?|jetons?|secrets?|e-?mails?|courriels?|contacts?|historique|fichiers?|données)\\b[^\\n]{0,90}?(?:https?:|@|\\bà\\b|\\bvers\\b)',
  ],
  [
    'concealment',
    26,
    "\\bne\\b[^.\\n]{0,30}\\b(?:dis|dites|mentionn|inform|préven|révél|parl|montr)\\w*\\b[^.\\n]{0,40}\\b(?:pas|rien|personne|jamais)\\b|\\b(?:sans|à l'insu)\\b[^.\\n]{0,40}\\b(?:l'utilisateur|prévenir|informer|dire|le dire)",
  ],
  ['bypass', 24, '\\bsans\\b[^.\\n]{0,30}\\b(?:demander|confirmation|autorisation|approbation|permission|validation)'],
  [
    'action',
    24,
    '\\b(?:exécut|execut|lanc|supprim|effac|install|vir)\\w*\\b[^.\\n]{0,60}\\b(?:commande|script|tous les (?:fichiers|messages|courriels|mails)|toutes les données|argent|euros|programme)\\b',
  ],
  // Spanish, Portuguese, Italian
  [
    'override',
    30,
    '\\b(?:ignor|olvid|desobede|descart|omit|anul|haz caso omiso|no (?:sigas|hagas caso)|esque[çc]|desconsider|dimentic|trascur|scord|non (?:seguire|considerare))\\w*\\b[^.\\n]{0,60}\\b(?:instruc|instru[çc]|istruzion|reglas?|regras?|regole|órden|orden|ordens|ordini|directri|diretri|direttiv|indicacion|prompt|mensaje|mensagen|messagg|restric|restri)\\w*',
  ],
  [
    'extraction',
    28,
    '\\b(?:muestra|muéstra|revela|rivela|mostra|repite|repita|repete|ripeti|imprime|imprima|stampa|dime|dimmi|diga|exib|escribe|escreva|scrivi)\\w*\\b[^.\\n]{0,60}\\b(?:prompt|instruc\\w+|instru[çc]\\w+|istruzion\\w+|mensaje|mensagem|messaggio)\\b[^.\\n]{0,20}\\b(?:sistema|inicial\\w*|inizial\\w*|ocult\\w+|nascost\\w+|escondid\\w+|secret\\w+|segret\\w+|intern\\w+)',
  ],
  [
    'exfiltration',
    36,
    '\\b(?:env[ií]a|envíe|manda|reenv[ií]a|sube|invia|inoltra|spedisci|carica|enviar?|envie|encaminh|compart|condivid)\\w*\\b[^.\\n]{0,90}\\b(?:contraseñ|senha|password|clave|chave|chiav|credencial|credenzial|token|secreto|segredo|segret|correo|e-?mail|contacto|contato|contatt|historial|histórico|cronologia|archivo|arquivo|file|datos|dados|dati)\\w*\\b[^\\n]{0,90}?(?:https?:|@|\\ba\\b|\\bpara\\b|\\bper\\b)',
  ],
  [
    'concealment',
    26,
    "\\b(?:no|não|nao|non)\\b[^.\\n]{0,20}\\b(?:le |lo |se |o |ao |all')?(?:digas|diga|menciones|mencione|informes|informe|reveles|revele|avises|avise|cuentes|conte|dire|dirlo|menzionare|informare|rivelare|avvisare|mostres|mostre)\\b|\\b(?:sin|sem|senza)\\b[^.\\n]{0,30}\\b(?:que (?:el|o) usu[aá]ri[oa]|dec[ií]r|avisar|informar|avvisare|dire|dirlo|l'utente|saberlo)",
  ],
  [
    'bypass',
    24,
    '\\b(?:sin|sem|senza)\\b[^.\\n]{0,30}\\b(?:preguntar|pedir|confirma\\w+|autoriza\\w+|permis\\w+|aproba\\w+|aprova\\w+|conferma|chiedere|autorizzazione|perguntar|approvazione)',
  ],
  [
    'action',
    24,
    '\\b(?:ejecut|execut|esegu|borra|elimin|apag|exclu|cancell|instal|transfier|transfir|trasferi)\\w*\\b[^.\\n]{0,60}\\b(?:comando|script|todos (?:los|os) (?:archivos|arquivos|correos|mensajes|e-?mails)|tutti i (?:file|messaggi|dati)|dinero|dinheiro|denaro|euros?|programa|programma)\\b',
  ],
  // Dutch, Swedish, Polish, Turkish, Indonesian, Vietnamese
  [
    'override',
    30,
    '\\b(?:negeer|vergeet|ignorera|glöm|bortse från|zignoruj|ignoruj|zapomnij|pomiń|yok say|göz ardı et|görmezden gel|unut|abaikan|lupakan|bỏ qua|quên|phớt lờ)\\b[^.\\n]{0,60}(?:instructies?|regels?|aanwijzingen|opdrachten|instruktion|regler|anvisning|instrukcj|polece|zasad|reguł|talimat|kural|komut|instruksi|perintah|aturan|hướng dẫn|chỉ dẫn|lệnh|quy tắc)\\w*|(?:talimat|kural|komut)\\w*[^.\\n]{0,40}\\b(?:yok say|göz ardı et|görmezden gel|unut)',
  ],
  [
    'exfiltration',
    36,
    '\\b(?:stuur|verstuur|skicka|wyślij|prześlij|gönder|kirim|gửi)\\w*\\b[^.\\n]{0,90}(?:wachtwoord|sleutel|lösenord|nycklar|has[łl]|klucz|şifre|parola|anahtar|kata sandi|kunci|mật khẩu|khóa|token|e-?mail|contact)\\w*|(?:şifre|parola|anahtar)\\w*[^.\\n]{0,60}\\bgönder\\w*',
  ],
  [
    'concealment',
    26,
    '\\b(?:vertel|zeg|meld|säg|berätta|mów|wspominaj|informuj|söyleme|bahsetme|beri ?tahu|nói)\\b[^.\\n]{0,50}\\b(?:niet|niets|inte|nie|hiç|jangan|không)|\\b(?:nie|jangan|đừng|inte)\\b[^.\\n]{0,20}\\b(?:mów|informuj|wspominaj|beri ?tahu|nói|berätta)',
  ],
  // Russian, Ukrainian
  [
    'override',
    30,
    '(?:игнориру|проигнорируй|забудь|забуд|не обращай внимания|отмени|ігноруй|забудь про|нехтуй)[\\p{L}]*[^.\\n]{0,60}(?:инструкц|указани|правил|команд|промпт|сообщени|ограничени|інструкц|вказівк|обмежен)[\\p{L}]*',
  ],
  [
    'extraction',
    28,
    '(?:покажи|раскрой|выведи|напечатай|повтори|сообщи|назови|розкрий|виведи)[\\p{L}]*[^.\\n]{0,60}(?:системн[\\p{L}]* (?:промпт|инструкц|сообщени|підказк|інструкц)|скрыт[\\p{L}]* инструкц|начальн[\\p{L}]* инструкц)[\\p{L}]*',
  ],
  [
    'exfiltration',
    36,
    '(?:отправ|перешли|пришли|отошли|загрузи|передай|надішли|перешли)[\\p{L}]*[^.\\n]{0,90}(?:парол|ключ|токен|учетн|учётн|секрет|письм|почт|контакт|истори|файл|дан)[\\p{L}]*',
  ],
  [
    'concealment',
    26,
    '(?:не (?:говори|сообщай|упоминай|рассказывай|показывай|кажи|повідомляй))[^.\\n]{0,60}|(?:втайне|тайно|незаметно|без ведома)[^.\\n]{0,40}',
  ],
  [
    'action',
    24,
    '(?:выполни|запусти|удали|сотри|переведи|виконай|видали)[\\p{L}]*[^.\\n]{0,60}(?:команд|скрипт|все файлы|все письма|деньги|усі файли|програм)[\\p{L}]*',
  ],
  // Chinese, Japanese, Korean
  [
    'override',
    30,
    '(?:忽略|无视|無視|忘记|忘掉|忘記|不要理会|不要遵守|绕过|覆盖)[^。\\n]{0,20}(?:指令|指示|规则|規則|提示|要求|限制|内容|命令)',
  ],
  [
    'extraction',
    28,
    '(?:显示|顯示|输出|輸出|告诉我|告訴我|透露|重复|重複|打印|泄露|公开|說出|说出)[^。\\n]{0,20}(?:系统提示|系統提示|系统指令|初始指令|隐藏指令|提示词|提示詞|系统消息)',
  ],
  [
    'exfiltration',
    36,
    '(?:发送|發送|转发|轉發|上传|上傳|发到|寄到|发给)[^。\\n]{0,40}(?:密码|密碼|密钥|金鑰|令牌|凭证|憑證|邮件|郵件|联系人|聊天记录|文件|token|key)|(?:密码|密碼|密钥|凭证|邮件|文件|聊天记录)[^。\\n]{0,20}(?:发送|發送|转发|轉發|上传|上傳|发到|发给)',
  ],
  [
    'concealment',
    26,
    '(?:不要|别|勿|切勿)(?:告诉|告訴|提及|通知|让|向|透露)[^。\\n]{0,15}(?:用户|用戶|主人|任何人|他人|使用者)|(?:秘密|悄悄|偷偷|暗中)(?:地)?',
  ],
  [
    'action',
    24,
    '(?:执行|執行|运行|運行|删除|刪除|转账|轉帳|安装)[^。\\n]{0,20}(?:命令|脚本|腳本|所有文件|全部文件|代码|程序|资金|所有邮件)',
  ],
  [
    'override',
    30,
    '(?:指示|命令|ルール|規則|指令|プロンプト|制約)[^。\\n]{0,12}(?:無視|忘れ|無効|従わない|破棄)|(?:無視|忘れ)[^。\\n]{0,12}(?:指示|命令|ルール)',
  ],
  [
    'extraction',
    28,
    '(?:システムプロンプト|初期指示|隠された指示|内部指示)[^。\\n]{0,20}(?:表示|教え|出力|見せ|開示|繰り返)',
  ],
  [
    'exfiltration',
    36,
    '(?:パスワード|秘密鍵|トークン|認証情報|メール|連絡先|ファイル|APIキー)[^。\\n]{0,30}(?:送信|送っ|転送|アップロード|送れ)',
  ],
  [
    'concealment',
    26,
    '(?:ユーザー|利用者|所有者)[^。\\n]{0,12}(?:知らせ|伝え|言わ|教え|報告し)ないで|(?:密かに|こっそり|秘密裏に)',
  ],
  [
    'override',
    30,
    '(?:지시|명령|규칙|지침|프롬프트)[^.\\n]{0,15}(?:무시|잊어|따르지)|(?:무시|잊어)[^.\\n]{0,15}(?:지시|명령|규칙|지침)',
  ],
  ['extraction', 28, '(?:시스템 프롬프트|초기 지시|숨겨진 지시)[^.\\n]{0,20}(?:보여|출력|공개|알려|말해)'],
  ['exfiltration', 36, '(?:비밀번호|암호|키|토큰|자격 증명|이메일|연락처|파일)[^.\\n]{0,30}(?:보내|전송|전달|업로드)'],
  ['concealment', 26, '(?:사용자|주인)[^.\\n]{0,12}(?:알리지|말하지|언급하지)|(?:몰래|비밀리에)'],
  // Arabic, Hebrew, Hindi
  [
    'override',
    30,
    '(?:تجاهل|انس|تجاوز|لا تتبع)[^.\\n]{0,40}(?:التعليمات|الأوامر|القواعد|التوجيهات|السابقة)|(?:התעלם|שכח)[^.\\n]{0,40}(?:הוראות|כללים|הנחיות)|(?:निर्देश|नियम|आदेश)[^.\\n]{0,20}(?:अनदेखा|अनदेखी|भूल|नज़रअंदाज़)|(?:अनदेखा|भूल)[^.\\n]{0,30}(?:निर्देश|नियम)',
  ],
  [
    'exfiltration',
    36,
    '(?:أرسل|ارسل|حمّل|انقل)[^.\\n]{0,50}(?:كلمة المرور|كلمات المرور|المفاتيح|مفتاح|البريد|جهات الاتصال|الملفات|الرمز)|(?:שלח|העבר)[^.\\n]{0,40}(?:סיסמ|מפתח|אנשי קשר|קבצים)|(?:पासवर्ड|कुंजी|टोकन|ईमेल)[^.\\n]{0,40}(?:भेज|अपलोड)',
  ],
  [
    'extraction',
    28,
    '(?:اكشف|أظهر|اعرض|اطبع)[^.\\n]{0,40}(?:موجه النظام|تعليمات النظام|التعليمات)|(?:सिस्टम प्रॉम्प्ट|सिस्टम निर्देश)[^.\\n]{0,30}(?:दिखा|बता|प्रकट)|(?:הצג|חשוף)[^.\\n]{0,30}(?:הנחיית המערכת|הוראות המערכת)',
  ],
  [
    'concealment',
    26,
    '(?:لا تخبر|دون إخبار|سراً)[^.\\n]{0,30}|(?:אל תספר|אל תגיד|בלי לספר)[^.\\n]{0,30}|(?:उपयोगकर्ता को)[^.\\n]{0,15}(?:न बताएं|मत बता|बताए बिना)',
  ],
];

export const SIGNS: readonly Sign[] = [...ENGLISH, ...OTHERS].map(([intent, points, source]) => ({
  intent,
  points,
  pattern: new RegExp(source, 'iu'),
}));
