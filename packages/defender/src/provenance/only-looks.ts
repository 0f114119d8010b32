/**
 * Whether a command only looks: one program that prints what is there, on files of the folder it runs in. Such a command
 * carries nothing away and changes nothing, whoever asked for it. Pure.
 */

const PLAIN_WORDS = /^[\w@%+=:,./ -]+$/;
const LOOKING = new Set([
  'ls',
  'pwd',
  'date',
  'uptime',
  'whoami',
  'uname',
  'hostname',
  'wc',
  'tree',
  'cal',
  'df',
  'du',
]);
const GIT_LOOKING = new Set(['status', 'diff', 'log', 'branch', 'tag', 'show']);
/** Options that write, start a program or leave the folder. */
const ACTING_OPTIONS =
  /(?:^| )(?:-[a-zA-Z]*[oOdD]\b|--(?:output|ext-diff|exec|delete|move|set|file|upload-pack|receive-pack)\b)/;
/** Another folder, or a hidden file. */
const ELSEWHERE = /(?:^| |=)(?:\/|~|\.\.)|\/\.\.|(?:^|[ =/])\.(?!\/|\s|$)/;

export function onlyLooks(command: string): boolean {
  const text = command.trim();
  if (!PLAIN_WORDS.test(text) || ELSEWHERE.test(text)) return false;
  const [program = '', second = ''] = text.split(/ +/);
  if (program === 'git') return GIT_LOOKING.has(second) && !ACTING_OPTIONS.test(text);
  if (program === 'date' || program === 'hostname') return !/ -?-?[sS]|^hostname [^-]/.test(text);
  return LOOKING.has(program) && !ACTING_OPTIONS.test(text);
}
