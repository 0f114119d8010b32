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

/** Where people publish what others build. */
const KNOWN_HOSTS =
  /^https?:\/\/(?:[^/@]*@)?(?:www\.)?(?:github\.com|gitlab\.\S+?|codeberg\.org|bitbucket\.org|git\.sr\.ht|salsa\.debian\.org|git\.kernel\.org|huggingface\.co|\S+\.googlesource\.com|dev\.azure\.com)\//;

/** The folder that `git clone` fills from an address nobody knows; undefined for everything else. */
export function clonedFolder(name: string, args: readonly string[]): string | undefined {
  if (name !== 'git' || !args.includes('clone')) return undefined;
  const at = args.findIndex((arg) => /^(?:https?|git):\/\//.test(arg));
  const url = args[at];
  if (url === undefined || KNOWN_HOSTS.test(url)) return undefined;
  return (
    args[at + 1] ??
    url
      .replace(/\/+$/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.git$/, '')
  );
}
