/** Where Windows keeps things, as a path that the rules know. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/(?:\$env:|%)(?:USERPROFILE|HOMEPATH|HOME)(?:%|\b)/gi, '~'],
  [/(?:\$env:|%)(?:LOCALAPPDATA|APPDATA)(?:%|\b)/gi, '~/AppData'],
  [/(?:\$env:|%)(?:SYSTEMROOT|WINDIR)(?:%|\b)/gi, 'C:/Windows'],
  [/(?:\$env:|%)SYSTEMDRIVE(?:%|\b)/gi, 'C:'],
  [/(?:\$env:|%)(?:TEMP|TMP)(?:%|\b)/gi, '/tmp'],
];
const IS_WINDOWS = /\b[A-Za-z]:\\|%\w+%|\$env:|\bHK(?:LM|CU|CR|U|EY_\w+):?\\|\\\\[\w.-]+\\/;
const PATH = /(?:\b[A-Za-z]:|\bHK(?:LM|CU|CR|U|EY_\w+):?|~(?:\/AppData)?|\\)\\[^\s"'|;&<>)]*/g;

/** The backslashes of Windows paths, which a shell would take for escapes, as slashes; other texts stay as they are. */
export function withForwardSlashes(text: string): string {
  if (!IS_WINDOWS.test(text)) return text;
  return PLACES.reduce((written, [pattern, place]) => written.replaceAll(pattern, place), text).replaceAll(
    PATH,
    (path) => path.replaceAll('\\', '/'),
  );
}
