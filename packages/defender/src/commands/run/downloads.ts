/** Whether a program fetches files from the network. */
export function isDownload(name: string): boolean {
  return /^(?:curl|wget|aria2c|axel|ftp|fetch|http|https|xh|lwp-download|lynx|iwr|Invoke-WebRequest)$/i.test(name);
}

/** The file a download ends up in; undefined when it is only printed. */
export function downloadTarget(name: string, args: readonly string[]): string | undefined {
  if (name === 'scp') return /:/.test(args.at(-2) ?? '') ? args.at(-2)?.split(/[:/]/).at(-1) : undefined;
  if (!isDownload(name)) return undefined;
  const inFolder = folderOf(name, args);
  const at = args.findIndex((arg) => /^(?:-o|-O|--output|--output-document|--out|-OutFile)$/i.test(arg));
  const joined = args.find((arg) => /^--(?:out|output|output-document)=|^-[oO][^-]/.test(arg));
  if (joined !== undefined) return inFolder(joined.replace(/^--(?:out|output|output-document)=|^-[oO]/, ''));
  const isNamedByUrl =
    name === 'wget' || name === 'aria2c' || name === 'axel'
      ? at < 0
      : args.includes('-O') || args.includes('--remote-name');
  if (!isNamedByUrl) {
    const named = args[at + 1];
    return at < 0 || named === undefined ? undefined : inFolder(named);
  }
  const url = args.findLast((arg) => /^[a-z]+:\/\//.test(arg) || /^[\w-]+\.[\w.-]+\//.test(arg));
  const file = url?.split(/[?#]/, 1)[0]?.split('/').at(-1);
  return file === undefined ? undefined : inFolder(file);
}

/** Puts the folder that a download names apart before its files; a file that has one of its own keeps it. */
function folderOf(name: string, args: readonly string[]): (file: string) => string {
  const at = args.findIndex(
    (arg) => (name === 'aria2c' && arg === '-d') || /^(?:-P|--directory-prefix|--output-dir|--dir)$/.test(arg),
  );
  const joined = args.find((arg) => /^--(?:directory-prefix|output-dir|dir)=/.test(arg));
  const folder = joined?.replace(/^--[\w-]+=/, '') ?? (at < 0 ? undefined : args[at + 1]);
  return (file) => (folder === undefined || /^[/~]/.test(file) ? file : `${folder.replace(/\/$/, '')}/${file}`);
}

/** A file's path without `./`, so that the ways to write it are one. */
export function filePath(path: string): string {
  return path.replace(/^(?:\.\/)+/, '');
}
