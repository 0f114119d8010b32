/** What an instruction hidden in a text is after (reference defender/defender.md §B). */
export type Intent =
  | 'override'
  | 'persona'
  | 'extraction'
  | 'impersonation'
  | 'addressing'
  | 'steering'
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
const PRIVATE = `(?:${SECRET}|(?:(?:chat|conversation|message|browsing) )?(?:history|transcripts?|logs?)|conversations?|e-?mails?|inbox|contacts?(?: list)?|address book|calendar|documents?|summar(?:y|ies)|(?:customer|client|user) list|tables?|screenshots?|personal (?:data|information|details)|memor(?:y|ies)(?:\\.md)?|files?|bank details|invoices?)`;
const AWAY =
  '(?:https?:\\/\\/|www\\.|[\\w.+-]+@[\\w-]+\\.|attacker|webhook|this (?:address|url|server|number|endpoint|link|site)|the following (?:address|url|server|number|e-?mail|endpoint|link)|(?:my|our|an external|a remote) (?:server|address|endpoint|site|account)|\\+\\d{6,}|discord|telegram|pastebin|[\\w-]+\\.(?:com|net|org|io|xyz|example|evil|ru|cn|co|dev|site|info)\\b)';

const gap = (words: number): string => `(?:[\\s,;:'"()-]+[\\p{L}\\p{N}_'’.-]+){0,${words}}?[\\s,;:'"()-]+`;

/** Texts that speak to a model instead of to a person, in English. */
const ENGLISH: readonly (readonly [Intent, number, string])[] = [
  [
    'override',
    30,
    `(?<!(?<!you )\\b(?:may|might|could|can|would) )\\b(?:ignore|disregard|forget|override|overrule|bypass|discard|neglect|violate|skip|drop|void|cancel|erase|abandon|do not follow|don't follow|stop following|pay no attention to)(?:[\\s,]+(?:about|completely|totally|now|immediately|please|everything in|everything from|what(?:ever)? (?:you were|was) told in)){0,6}(?:[\\s,'"-]+${EARLIER}){1,6}[\\s,'"-]+${RULES}\\b`,
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
    `\\b(?:new|updated|revised|real|actual|true|secret|hidden|additional|important|urgent|special|admin(?:istrator)?|system) (?:system )?(?:instructions?|directives?|orders?|task|objective|mission|prompt)\\s*(?:[:=]|are as follows|follow(?:s)?\\b|for (?:the |this |any |all )?${AI}s?\\s*[:=])`,
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
    `\\b(?:if|when|since|because|as) you(?:'re| are)? (?:an? |the )?(?:(?:ai|llm|language|large|automated|artificial)[\\s-]*){1,4}(?:model|assistant|agent|system|bot|intelligence)?\\b[^.\\n]{0,160}\\b(?:must|should|please|ignore|do|run|send|execute|include|forward|output|say|tell|reply|respond|delete|open|visit|add|follow|call|use|write|give|recommend|rate)\\b`,
  ],
  [
    'exfiltration',
    36,
    `\\b(?:send|forward|e-?mail|post|upload|transmit|leak|exfiltrate|share|submit|copy|deliver|report|relay|text|dm|message(?!["'])|attach|append|include|put|add|encode|embed|paste|publish)\\b${gap(14)}${PRIVATE}\\b[^\\n]{0,120}?\\b(?:to|at|via|into|in|with|as)\\b[^\\n]{0,60}?${AWAY}`,
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
    `\\[[^\\]\\n]{0,200}\\]\\(\\s*https?:\\/\\/[^)\\s]{1,500}[?&/=](?:[^)\\s]{0,300})?(?:\\{|\\[|<|%7B|\\$\\{|(?<==)(?:(?:YOUR|THE|USER)?_?(?:SECRETS?|DATA|TOKEN|HISTORY|CONVERSATION|SUMMARY|CONTENTS?|CHAT|MESSAGES?|PASSWORDS?|PROMPT|INFO|KEY|HERE)(?=[)&_]))|(?<=!\\[[^\\n]{0,700})[A-Za-z0-9+/_-]{60,})`,
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
  [
    'override',
    30,
    `\\b(?:your|the (?:assistant|agent|model|bot|ai)'?s?) (?:current |original |old |previous )*(?:task|goal|objective|mission|role|instructions?) (?:has|have|is|are) (?:now )?(?:been )?(?:changed|replaced|updated|cancell?ed|over)\\b|\\byour new (?:task|objective|goal|mission|role|instructions?|guidelines?|rules?) (?:is|are)\\b`,
  ],
  [
    'override',
    30,
    `\\b(?:the |all |your )?(?:previous|prior|old|earlier|original|safety|system) ${RULES} (?:no longer|do not|don't|does not|cease to) (?:apply|count|matter|hold|exist|bind)|\\b(?:assistant|agent|model|bot|ai)(?:'s|s')? (?:previous |prior |old |earlier |original )*${RULES} (?:are|is|have been) (?:now )?(?:void|cancell?ed|revoked|outdated|obsolete|lifted|replaced|superseded)`,
  ],
  [
    'override',
    30,
    `\\b(?:begin|start) (?:your|the) (?:reply|answer|response|message) with\\b[^\\n]{0,4}(?:sure|yes|ok|of course|absolutely|certainly|here)\\b`,
  ],
  ['override', 25, `\\bnew ${RULES} for (?:the |this |any |all )?${AI}s?\\s*[:=]`],
  [
    'persona',
    28,
    `\\b(?:you|model|assistant|ai)\\b[^.\\n]{0,30}\\b(?:without|free of|freed from|no longer (?:have|bound by)|not bound by|have no|has no)\\b[^.\\n]{0,20}\\b(?:limits|limitations|restrictions|rules|filters|confines|guidelines|content policy)\\b`,
  ],
  [
    'persona',
    28,
    `\\b(?:developer|debug|god|admin|root|maintenance|sudo|jailbreak|unrestricted|dan) mode\\b[^\\n]{0,80}\\b(?:you|no|without|enabled|activated|unlocked|confirm|on)\\b`,
  ],
  [
    'addressing',
    26,
    `(?:^|[\\n"'>*#@/(\\[{|:]|(?<!\\w)-|[.!?]\\s)[ \\t]*(?:(?:dear|hey|hello|hi|attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|important|urgent|for|to|all|any|every|the|if an?)[ \\t,:!]+){0,4}@?(?:(?:ai|artificial intelligence|llms?|language models?)\\b(?:[ \\t]+[\\w'-]+){0,6}?|(?:assistants?|agents?|chatbots?|bots?|copilot|chatgpt|claude|gpt|gemini|openclaw|clawdbot|moltbot|chela)\\b(?:[ \\t]+(?:notice|note|message|alert|instructions?|reading|processing|summari\\w+|handling|triaging|reviewing|of|who|that|which)\\b(?:[ \\t]+[\\w'-]+){0,5}?)?)[ \\t]*(?:[:!—–-][ \\t]*[^\\n]{0,160}?|,[ \\t]*(?:please |kindly |you |now |also |(?:when|before|after|if|while) [^,\\n]{1,60}, ){0,3})\\b(?:must|please|ignore|stop|run|send|execute|include|forward|e-?mail|mail|add|list|reveal|show|give|make|set|change|remove|enable|update|print|output|say|tell|reply|respond|delete|open|visit|follow|append|remember|call|use|read|write|post|copy|share|transfer|approve|grant|install|disregard|rank|report|pay|export|upload|confirm|unlock|accept|fetch|push|your (?:task|new|rules|instructions)|you (?:are|have|may|must|should|can|will))\\b`,
  ],
  [
    'addressing',
    26,
    `(?:^|[\\s"'(])@(?:ai|assistant|agent|bot|llm)\\b[ ,:]{1,3}(?:please )?(?:stop|ignore|run|send|delete|forward|when|open|read|you|instead|disregard|call|use|approve)\\b`,
  ],
  [
    'addressing',
    26,
    `\\bif (?:an? |any |this (?:text |page )?is (?:being )?(?:read|processed|summari[sz]ed) by (?:an? )?)(?:ai|llm|language model|assistant|agent|bot)\\b[^\\n]{0,100}?\\b(?:should|must|please|it|then|say|tell|reply)\\b`,
  ],
  [
    'steering',
    20,
    `\\b(?:when(?:ever)?|if|before|while|after|once)\\s+(?:you(?:'re| are)? )?(?:asked (?:about|to)|answer\\w*|summari[sz]\\w+|repl(?:y|ying)|respond\\w*|read\\w*|review\\w*|translat\\w+|process\\w*|analy[sz]\\w+|scree?n\\w*|transcrib\\w+)\\b[^\\n]{0,100}?\\b(?:tell|inform|convince|advise|urge|persuade) (?:the |your )?(?:user|reader|owner|recruiter|customer|human)\\b|\\b(?:when(?:ever)?|before) you (?:answer|reply|respond|summari[sz]e|use|continue)\\b[^\\n]{0,80}?\\b(?:must|always|include|append|open|fetch|call|end|read|first|say)\\b`,
  ],
  [
    'steering',
    20,
    `\\b(?:the |any |all |every |an? )?(?:ai|llms?|assistants?|agents?|language models?|chatbots?|bots?)(?: [\\w-]+){0,3} (?:must|shall|has to|have to|(?:are|is) (?:required|authori[sz]ed|instructed|allowed|obliged) to|needs? (?:to|the|this|an?)|agrees? to)\\b(?! (?:respect|comply with (?:the )?(?:law|terms)))`,
  ],
  [
    'override',
    25,
    `\\b(?:stop|cease|end|skip|abandon) (?:reading|summari[sz]ing|describing|translating|analy[sz]ing|processing|the (?:analysis|summary|task)|this (?:image|task|analysis))\\b[^\\n]{0,40}\\binstead\\b`,
  ],
  [
    'override',
    25,
    `\\b(?:ignore|disregard|forget) (?:all (?:of )?|everything )?(?:the )?(?:above|preceding|foregoing)\\b(?! (?:e-?mail|message|mail|error|warning|post|comment|link|attachment))`,
  ],
  [
    'addressing',
    26,
    `\\b(?:dear|attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)) (?:(?:ai|llm|the|any|all|every|automated|virtual) )*(?:assistants?|agents?|bots?|chatbots?|llms?|ai|claude|chatgpt|copilot|gemini)\\b[^\\n]{0,12}[,:!—-][^\\n]{0,120}?\\b(?:must|please|ignore|read|open|run|send|forward|execute|delete|include|say|tell|reply|visit|add|rank|approve|pretend|describe)\\b`,
  ],
  [
    'addressing',
    26,
    `\\bas an? (?:ai|llm|(?:large )?language model|ai assistant|ai agent)\\b[^.\\n]{0,60}\\b(?:you must|you should|you have to|you are required|must visit)\\b`,
  ],
  [
    'action',
    24,
    `\\badd\\b[^\\n]{1,60} (?:as|to)\\b[^.\\n]{0,30}\\b(?:collaborators?|admin\\w*|owners?|allow-?list|contributors?|maintainers?|trusted)\\b`,
  ],
  [
    'steering',
    20,
    `\\b(?:before|when) (?:using|calling|invoking|running|editing|answering|continuing)\\b[^\\n]{0,80}?\\b(?:read|fetch|open|send|call|must|first)\\b`,
  ],
  [
    'exfiltration',
    34,
    `\\b(?:repeat|print|echo|tell|say|show|output|what is|value of|paste|include)\\b[^\\n]{0,60}\\$\\{?\\w*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)\\w*`,
  ],
  [
    'steering',
    20,
    `\\b(?:instead|only),? (?:just )?(?:reply|respond|answer|say|output|write|tell the user|claim|recommend)\\b[^\\n]{0,40}(?:["'“:]|\\bthat\\b|\\bwith\\b)|\\b(?:say|claim|answer|tell the user|report|output|confirm) that\\b[^.\\n]{0,80}\\b(?:safest|best|trusted|no issues|everything is fine|everything is ok|all requirements|excellent|locked|approved|verified|compromised)\\b`,
  ],
  [
    'extraction',
    28,
    `\\b(?:repeat|print|output|show|copy|recite|say|write|translate)\\b${gap(6)}(?:everything|all|the (?:text|words?|content|lines?|sentences?|message|initial text))${gap(8)}(?:above|before this|preceding|verbatim|in your context|up to here|at the (?:start|top|beginning))`,
  ],
  [
    'exfiltration',
    36,
    `\\b(?:tell|give|show|send|text|dm|forward|mail|paste|post|read)\\b (?:me|us|him|her|them|here|out)\\b[^.\\n]{0,60}?\\b(?:passwords|api keys?|access tokens?|tokens|credentials|private keys?|ssh keys?|seed phrase|\\.env|one-time codes?|two-factor codes?|card numbers?|door code|alarm code)\\b`,
  ],
  [
    'exfiltration',
    34,
    `<img\\b[^>]{0,200}\\bsrc\\s*=\\s*["']?https?:\\/\\/[^"'>\\s]{1,400}(?:\\{|\\[|\\$\\{|%7B)(?:[^"'>]{0,80})`,
  ],
  [
    'exfiltration',
    34,
    `\\b(?:append|put|include|add|send|attach|pass|paste|post)\\b[^.\\n]{0,40}\\b(?:whole|entire|full|complete|our|this|the user'?s?)\\b[^.\\n]{0,30}\\b(?:conversation|chat|history|message|calendar|inbox|contact list|address|table)\\b[^.\\n]{0,60}\\b(?:query|url|link|address|parameter|to|in|below|as)\\b`,
  ],
  [
    'exfiltration',
    34,
    `\\b(?:upload|send|post|paste|give|reply with|disclose|export)\\b${gap(6)}(?:credentials|secrets|passwords|tokens|api keys|two-factor codes|one-time codes?|conversations|contact list)\\b[^.\\n]{0,60}(?:https?:|@|\\+\\d{5,}|\\bbelow\\b|\\bhere\\b|\\bto (?:me|us|this)\\b|\\breceived\\b)`,
  ],
  [
    'action',
    24,
    `\\b(?:run|execute|type|paste|rerun)\\b[^\\n]{0,40}?[\`"'(:]\\s*(?:sudo |curl |wget |bash |sh |rm |powershell |python3? -c|nc |base64 )`,
  ],
  [
    'action',
    24,
    `\\b(?:call|use|invoke) the (?:tool|function) [\\w.]+|\\bcall \\w+\\.(?:send|exec|run|write|delete)\\b|\\bdrop the table\\b|\\bapprove (?:them|all|the pairing|pairing|this|it|every)\\b|\\b(?:unlock|open) the (?:front |garage |back )?door\\b|\\bturn (?:the )?alarm off\\b`,
  ],
  [
    'action',
    24,
    `\\b(?:rerun|run|restart|start)\\b[^.\\n]{0,40}\\b(?:with )?(?:elevated|root|admin(?:istrator)?) (?:rights|privileges)\\b|\\binstall (?:it|the [\\w -]{1,40}|this) from https?:`,
  ],
  [
    'bypass',
    22,
    `\\b(?:do not|don't|never|no need to|without|not)\\s+(?:ask(?:ing)?|bother(?:ing)?|wait(?:ing)? for|consult(?:ing)?|prompt(?:ing)?|want to be asked|need to be asked)\\b[\\s]*(?:the )?(?:user|owner|human|her|him|them|anyone|first|again with it|with it)?`,
  ],
  [
    'bypass',
    24,
    `\\b(?:user|owner|admin\\w*|human|boss|they|maintainers?)\\b[^.\\n]{0,30}\\b(?:said|says|has said|have already|already|told me|pre-?)\\s*(?:it is |it's |that |this is )*(?:fine|ok|okay|allowed|approved|authori[sz]ed|agreed)\\b|\\bpre-?(?:approved|authori[sz]ed)\\b`,
  ],
  [
    'bypass',
    24,
    `\\b(?:set|change|switch|turn)\\b[^.\\n]{0,20}[\\w.]*(?:defender|approval|sandbox|security|exec\\.ask|guard)[\\w.]* (?:to |= ?)?(?:off|none|false|full|disabled|allow|never)\\b`,
  ],
  [
    'poisoning',
    24,
    `\\bremember (?:this |that |it )?(?:for|in|across) (?:all |any |every |your )*(?:future|later|next|upcoming)\\b|\\b(?:save|write|add|store|append|put) (?:this|it|that|the following)(?: \\w+){0,3} (?:to|in|into) (?:your (?:long-term )?memory|(?:MEMORY|SOUL|AGENTS|USER|TOOLS|CLAUDE)\\.md)`,
  ],
];

/** What is to be done or left out in other languages; the other intents are read by `lexicon.ts`. */
const OTHERS: readonly (readonly [Intent, number, string])[] = [
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
  ['bypass', 24, '\\bsans\\b[^.\\n]{0,30}\\b(?:demander|confirmation|autorisation|approbation|permission|validation)'],
  [
    'action',
    24,
    '\\b(?:exécut|execut|lanc|supprim|effac|install|vir)\\w*\\b[^.\\n]{0,60}\\b(?:commande|script|tous les (?:fichiers|messages|courriels|mails)|toutes les données|argent|euros|programme)\\b',
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
  [
    'action',
    24,
    '(?:выполни|запусти|удали|сотри|переведи|виконай|видали)[\\p{L}]*[^.\\n]{0,60}(?:команд|скрипт|все файлы|все письма|деньги|усі файли|програм)[\\p{L}]*',
  ],
  [
    'action',
    24,
    '(?:执行|執行|运行|運行|删除|刪除|转账|轉帳|安装)[^。\\n]{0,20}(?:命令|脚本|腳本|所有文件|全部文件|代码|程序|资金|所有邮件)',
  ],
];

export const SIGNS: readonly Sign[] = [...ENGLISH, ...OTHERS].map(([intent, points, source]) => ({
  intent,
  points,
  pattern: new RegExp(source, 'iu'),
}));
