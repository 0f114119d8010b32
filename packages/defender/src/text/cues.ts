import type { Sign } from './signs.ts';

/**
 * Turns of phrase that a letter between people may hold as well. They count together: a `cue` with a `hint`, or three
 * hints (`text-guard.ts`).
 */
export interface Cue extends Sign {
  readonly strength: 'cue' | 'hint';
}

const AI =
  '(?:ai|llm|assistant|agent|bot|robot|chatbot|copilot|language model|automation|crawler|summari[sz]er|machine)';
const OWNER =
  '(?:the |your |my |their )?(?:users?|owners?|operators?|principal|account holder|boss|customers?|clients?|developers?|admin\\w*|maintainers?|humans?|family|husband|wife)';
const THEIRS = `(?:his|her|their|your (?:owner|user|boss|principal|human)'?s?|(?:the |this )?(?:user|owner|client|customer|developer|operator|person|account holder)(?:'s|s')|all (?:the |your |of the )?|every|last (?:\\w+ )?|saved|stored|private)`;
const PERSONAL =
  '(?:(?:e-?)?mails?|messages?|mailbox|inbox|chats?|photos?|pictures?|passport|id card|location|whereabouts|schedule|contacts?|address(?: ?book)?|phone numbers?|calendar|documents?|notes|bank\\w*|card numbers?|salary|medical|tax|keys?|tokens?|credentials|passwords?|pin|codes?|config\\w*|environment|env vars?|secrets?|history|files|balance|records?)';
const SENDING =
  '(?:send|forward|e?mail|post|upload|transmit|share|submit|export|paste|attach|append|include|give|hand|pass|tell|text|copy|report|disclos|dictat|read|relay|deliver|encod)(?:ing|e|es|s|ting)?';
const KEY_FILES =
  '(?:~\\/\\.\\w[\\w./-]*|\\bid_(?:rsa|ed25519|ecdsa)\\b|(?<![\\w/])\\.env\\b|\\bopenclaw\\.json\\b|\\b(?:environment|env) var(?:iable)?s?\\b|\\/etc\\/(?:passwd|shadow)|\\bauth-profiles\\b|\\bkeychain\\b|\\bbrowser (?:cookies|passwords)\\b)';

const CUES: readonly (readonly [Sign['intent'], Cue['strength'], string])[] = [
  [
    'addressing',
    'cue',
    `\\b(?:for|to|dear|attention|attn|note|hey|hello|hi|listen)[ ,:]+(?:the |any |all |every |whichever |your |an? |my )?(?:\\w+ )?${AI}s?\\b(?: (?:that|who|which|reading|in charge|on duty|behind)\\b|\\s*[.:,!—-]\\s)`,
  ],
  [
    'addressing',
    'cue',
    `\\b${AI}s?\\b (?:\\w+ ){0,3}?(?:reading|processing|handling|triaging|summari[sz]ing|screening|reviewing|grading|watching|scraping|parsing|translating|(?:that|which|who) (?:reads?|sees?|process\\w*|handles?|summari\\w+))\\b`,
  ],
  [
    'concealment',
    'cue',
    `\\b(?:so (?:that )?(?:nobody|no ?one|they|he|she|it|${OWNER})\\b[^.\\n]{0,24}\\b(?:sees?|notic\\w+|knows?|finds? out|realis\\w+|realiz\\w+|asks?|remains?|stays?|hidden)|keep (?:(?:this|that|these)\\b[^.\\n]{0,30}\\b(?:hidden|secret|quiet|confidential|from)|[^.\\n]{0,30}\\b(?:between us|to yourself))|(?:say|mention|write|report) nothing\\b|leav(?:e|ing) no (?:trace|record|log|note)|behind (?:his|her|their|\\w+'s) backs?|before (?:he|she|they|anyone|anybody|${OWNER}) (?:notices?|sees?|reads?|finds?|gets? back|wakes?|comes? back)|without (?:him|her|them|anyone|anybody|${OWNER}) (?:noticing|knowing|seeing|finding)|(?:hide|conceal) (?:this|it|that|these|the (?:step|message|change|fact))\\b)`,
  ],
  [
    'concealment',
    'cue',
    `\\b(?:don't you dare|refrain from|must not be|mustn't be|should not be|never be|needn't|need not|no need to|no reason to|avoid)\\s+(?:ever |even )?(?:tell|inform|mention|notif|alert|bother|warn|troubl|worr|involv)\\w*|\\b(?:don't|do not|never) (?:log|record) (?:it|this|that)\\b`,
  ],
  [
    'bypass',
    'hint',
    `\\bskip(?:ping)? (?:the |any |all |every )?(?:\\w+ )?(?:confirmation|approval|review|verification|prompt|question|check)s?\\b|\\b${OWNER}\\b[^.\\n]{0,30}\\b(?:knows? (?:about|of|this)|approves|agreed|authori[sz]ed|granted|gave|signed off|okayed|cleared|consent\\w*|permitted|allows?|told me)\\b|\\bno (?:confirmation|approval|sign-?off|permission)s? (?:is |are )?(?:needed|required|necessary)\\b|\\b(?:already|fully) (?:approved|authori[sz]ed|cleared|agreed|granted)\\b|\\bpermission to\\b|\\bsuspended\\b[^.\\n]{0,40}\\b(?:session|policy|rules?)\\b`,
  ],
  [
    'impersonation',
    'cue',
    `"role"\\s*:\\s*"system"|<\\/?system[\\w-]*>|<\\|(?:im_start|im_end|system|user|assistant|start_header_id|eot_id|endoftext)\\|>|#{2,} ?(?:response|instruction|input|human|user)s?\\s*:|(?:={2,}|-{3,}|#{2,}|\\*{3,}|\\[|<\\/?)\\s*(?:end|start|begin|new) (?:of )?(?:the )?(?:data|documents?|file|input|context|user|text|page|untrusted|tool|session|system)\\b|<\\/(?:document|context|data|input|user|untrusted\\w*|tool\\w*|results?)>\\s*\\S|\\b(?:system|admin(?:istrator)?|platform|root)[ -](?:message|notice|directive|override|command|request)\\b\\s*[:\\]]`,
  ],
  [
    'override',
    'cue',
    `\\b(?:everything|whatever|all|anything) (?:that )?(?:you|they|was|were)\\b[^.\\n]{0,20}\\b(?:told|said|instructed|given|learned|asked)\\b[^.\\n]{0,30}\\b(?:outdated|void|wrong|obsolete|superseded|no longer|false|cancelled|changed)|\\b(?:disregard|ignore|forget|drop|set aside|never mind) (?:what(?:ever)?|the (?:task|request|question|goal|rules?)|your)\\b|\\b(?:your|the) (?:previous|current|original|first) (?:task|job|goal|assignment|request) (?:is|was|has)\\b|\\bnew (?:task|job|goal|assignment|orders?)\\s*[:=]|\\b(?:obey|follow|comply with) (?:my|this|these|every|each|all|any|only)\\b[^.\\n]{0,30}\\b(?:orders?|request|command|instruction|directive)`,
  ],
  [
    'action',
    'hint',
    `\\b(?:pay|wire|transfer|refund|buy|order|purchase|donate)(?:ing)?\\b[^.\\n]{0,40}\\b(?:invoice|deposit|balance|money|amount|funds?|sum|gift ?cards?|iban|wallet|account|eur|usd|\\d)|\\b(?:mark|flag|label|treat|list) (?:this|it|the|me|my|these)\\b[^.\\n]{0,40}\\bas (?:trusted|safe|verified|read|important|urgent|approved|clean|resolved)|\\b(?:archive|cancel|erase|delete|wipe|purge|close|merge|approve|accept|unlock|disarm|reset|disable|unsubscribe|revoke|empty|overwrite)\\b (?:\\w+ ){0,2}?(?:this|it|the|all|every|my|his|her|their|any|${OWNER})\\b|\\b(?:grant|give) (?:me|us|him|her|the sender|this \\w+|\\S+@\\S+)\\b[^.\\n]{0,30}\\b(?:access|admin\\w*|rights|permissions?|role)|\\badd (?:my|this|the following|our)\\b[^.\\n]{0,30}\\b(?:key|number|address|account|device|user|server|plugin|remote)|\\b(?:push|merge|deploy|publish)\\b[^.\\n]{0,30}\\b(?:main|master|production|force|directly)|\\b(?:run|execute|call|invoke|use)\\b[^.\\n]{0,30}(?:\`|\\btool\\b|\\bshell\\b|\\bterminal\\b|\\bcommand\\b)|\\b(?:open|unlock) (?:the|his|her|their|${OWNER})\\b[^.\\n]{0,24}\\b(?:door|mailbox|inbox|account|safe|garage|vault)|\\b(?:switch|turn) off\\b[^.\\n]{0,20}\\b(?:alarm|cameras?|logging|recording|notifications?)|\\bopen (?:the|his|her|their)\\b[^.\\n]{0,20}\\b(?:garage|gate|door)`,
  ],
  [
    'exfiltration',
    'hint',
    `\\b(?:print|show|output|read|list|dump)(?:ing)?\\b[^.\\n]{0,20}\\b(?:credentials|passwords|api keys|tokens|secrets)\\b[^.\\n]{0,12}\\b(?:found|stored|saved|from|in)\\b|\\b${SENDING}\\b[^.\\n]{0,40}\\b${THEIRS}[^.\\n]{0,30}\\b${PERSONAL}\\b|\\b(?:${SENDING}|read|open|export|cat|copy|print|dump|fetch|needs?|contents? of|look in|search|load)\\b[^.\\n]{0,50}${KEY_FILES}`,
  ],
  [
    'steering',
    'cue',
    `\\b(?:to (?:continue|proceed|verify|unlock|fix (?:it|this|the)|prove)|before (?:you )?(?:continu|proceed|answer)\\w*)\\b[^.\\n]{0,60}(?:\\b(?:press|run|paste|execute)\\b)|\\b(?:run|paste|execute|press)\\b[^.\\n]{0,60}\\bto (?:continue|proceed|verify|unlock|prove)\\b|\\b(?:the assistant|the agent|the ai) (?:must|shall|should|has to)\\b`,
  ],
  [
    'steering',
    'hint',
    `\\b(?:rank|rate|score|grade|place|put|prefer|favou?r|recommend|book|buy|choose|select|mention|praise|endorse|promote)\\b[^.\\n]{0,40}\\b(?:first|only|highest|top|best|above (?:all|the)|five stars|10\\/10|exclusively|instead)\\b|\\b(?:disregard|ignore|discard|reject|skip) (?:the |all |any |every )?(?:other|failing|remaining|competing|competitors?)\\b|\\byou (?:must|have to|need to|are (?:to|required to)|shall) (?:also |now |first |always |immediately |then )?(?:open|send|call|run|visit|read|include|write|say|tell|post|forward|append|use|fetch|answer|reply|respond|export|print|delete|install|add)\\b|\\bwhen(?:ever)? (?:you )?(?:are )?(?:summari[sz]|answer|reply|respond|process|translat|quot|read)\\w*\\b[^.\\n]{0,40},`,
  ],
];

const POINTS: Readonly<Record<Cue['strength'], number>> = { cue: 20, hint: 16 };

export const CUE_SIGNS: readonly Cue[] = CUES.map(([intent, strength, source]) => ({
  intent,
  points: POINTS[strength],
  strength,
  pattern: new RegExp(source, 'iu'),
}));
