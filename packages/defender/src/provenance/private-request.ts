/**
 * Whether somebody asks the assistant for what belongs to its owner: a known peer may talk with it and have things passed
 * on, but the owner's private data is not theirs to ask for (reference defender/defender.md §A, two rule sets). Pure.
 */

/** The wireless network of a house is for its guests. */
const SECRET =
  '(?<!(?:wi-?fi|wlan|network) )(?:pass ?(?:word|code|phrase)s?|pin(?: ?code)?s?|(?:api|ssh|access|private|secret|recovery|signing) ?keys?|credentials?|log-?in (?:data|details)|(?:gateway |access |auth(?:entication)? |session |bearer )?tokens?|(?:two-factor|2fa|verification|security|recovery|backup|one-time) codes?|seed phrase|mfa codes?)';
const SECRET_ELSEWHERE =
  '(?:passw(?:ort|örter|ord)|kennw(?:ort|örter)|zugangsdaten|schlüssel|pin|token|mots? de passe|identifiants|jeton|code secret|contraseñas?|claves?|credenciales|senhas?|parola d’ordine|password|wachtwoord(?:en)?|hasł[oa]|парол[ьи]|пароль)';
const PRIVATE =
  '(?:(?:private |personal |last |latest |newest |recent |work |unread )*(?:notes?|e-?mails?|mails?|inbox|messages?|chats?|conversations?|texts|calendar|diary|journal|locations?|whereabouts|photos?|pictures|documents?|files?|contacts|address book|phone book|bank (?:account|balance|statements?|details)|account balance|salary|payslips?|medical (?:records?|file)|test results|diagnosis|tax(?: return| records?|es)|contracts?|invoices?|browser history|search history|memory|passport|credit card(?: number)?))';
/** The owner as others speak of them. */
const OWNER = "(?:his|her|their|(?:your|the|my) (?:owner|boss|user|human|principal)(?:['’]s)|[A-Z][a-z]+['’]s)";

const TELL = '(?:send|give|tell|show|read|paste|forward|share|text|mail|e-?mail|dm|copy|hand|list|dictate|spell)';
const TELL_ELSEWHERE =
  '(?:schick|gib|sag|zeig|lies|nenn|envoie|donne|dis|montre|lis|manda|envía|dame|dime|muéstrame|lee|invia|dammi|dimmi|stuur|geef|zeg|wyślij|podaj|пришли|скажи|дай)';

const ASKS: readonly RegExp[] = [
  new RegExp(`\\b${TELL}\\b(?: (?:me|us|it|over))?(?:(?! that )[^.!?,\\n]){0,40}\\b${SECRET}\\b`, 'i'),
  new RegExp(`\\bwhat(?:['’]s| is| was| are)\\b[^.!?\\n]{0,40}\\b${SECRET}\\b`, 'i'),
  new RegExp(`\\b(?:need|want|get|have)\\b[^.!?\\n]{0,20}\\b${OWNER}\\b[^.!?\\n]{0,20}\\b${SECRET}\\b`),
  new RegExp(
    `(?<!\\p{L})${TELL_ELSEWHERE}\\p{L}{0,3}(?!\\p{L})[^.!?\\n]{0,40}(?<!\\p{L})${SECRET_ELSEWHERE}(?!\\p{L})`,
    'iu',
  ),
  new RegExp(
    `\\b(?:[Ss]end|[Gg]ive|[Ss]how|[Rr]ead|[Pp]aste|[Ff]orward|[Ss]hare|[Cc]opy|[Ll]ist)\\b[^.!?\\n]{0,30}\\b(?:me|us|here)\\b[^.!?\\n]{0,30}\\b${OWNER} ${PRIVATE}\\b`,
  ),
  new RegExp(
    `\\b(?:[Ss]end|[Gg]ive|[Ss]how|[Rr]ead|[Pp]aste|[Ff]orward|[Ss]hare|[Cc]opy|[Ll]ist)\\b[^.!?\\n]{0,20}\\b${OWNER} ${PRIVATE}\\b[^.!?\\n]{0,30}\\b(?:me|us|here)\\b`,
  ),
  /\bwhat did\b[^.!?\n]{0,40}\b(?:write|send|e-?mail|text|say) (?:to )?(?:him|her|them|your owner)\b/i,
  new RegExp(`\\b[Ww]hat(?:['’]s| is| does)\\b[^.!?\\n]{0,20}\\b${OWNER} (?:${PRIVATE}|${SECRET})\\b`),
];

export const asksForPrivateData = (text: string): boolean => ASKS.some((pattern) => pattern.test(text));
