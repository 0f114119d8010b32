/** Whether a program fetches files from the network. */
export function isDownload(name: string): boolean {
  return /^(?:curl|wget|aria2c|fetch|http|https|xh|lwp-download|lynx|iwr|Invoke-WebRequest)$/i.test(name);
}

/** The file a download ends up in; undefined when it is only printed. */
export function downloadTarget(name: string, args: readonly string[]): string | undefined {
  if (name === 'scp') return /:/.test(args.at(-2) ?? '') ? args.at(-2)?.split(/[:/]/).at(-1) : undefined;
  if (!isDownload(name)) return undefined;
  const folder = args[args.findIndex((arg) => /^(?:-P|--directory-prefix|--output-dir)$/.test(arg)) + 1];
  const at = args.findIndex((arg) => /^(?:-o|-O|--output|--output-document|-OutFile)$/i.test(arg));
  const joined = args.find((arg) => /^--output(?:-document)?=|^-[oO][^-]/.test(arg));
  if (joined !== undefined) return joined.replace(/^--output(?:-document)?=|^-[oO]/, '');
  const isNamedByUrl = name === 'wget' ? at < 0 : args.includes('-O') || args.includes('--remote-name');
  if (!isNamedByUrl) return at < 0 ? undefined : args[at + 1];
  const url = args.findLast((arg) => /^[a-z]+:\/\//.test(arg) || /^[\w-]+\.[\w.-]+\//.test(arg));
  const file = url?.split(/[?#]/, 1)[0]?.split('/').at(-1);
  return file === undefined || folder === undefined || folder === args[0]
    ? file
    : `${folder.replace(/\/$/, '')}/${file}`;
}

/** A file's path without `./`, so that the ways to write it are one. */
export function filePath(path: string): string {
  return path.replace(/^(?:\.\/)+/, '');
}
