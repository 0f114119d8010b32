import { delimiter } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that make a program load code or change how it reads its command line. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'NODE_OPTIONS',
  'NODE_PATH',
  'PYTHONPATH',
  'PYTHONHOME',
  'RUBYLIB',
  'PERL5LIB',
  'BASH_ENV',
  'ENV',
  'GCONV_PATH',
  'IFS',
  'SSLKEYLOGFILE',
]);
const FORBIDDEN_PREFIXES = ['DYLD_', 'LD_'] as const;

/** Throws when a call sets a variable that a command on the host must not get (reference agent/tools.md ). */
export function assertHostEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(variables)) {
    const upper = name.toUpperCase();
    if (isForbidden(upper)) {
      throw new Error(`Security Violation: Environment variable '${name}' is forbidden during host execution.`);
    }
    if (upper === 'PATH') {
      throw new Error("Security Violation: Custom 'PATH' variable is forbidden during host execution.");
    }
  }
}

function isForbidden(upper: string): boolean {
  return FORBIDDEN.has(upper) || FORBIDDEN_PREFIXES.some((prefix) => upper.startsWith(prefix));
}

/** What skills bring along, without what no call may set either. */
export function skillVariables(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isHarmless = ([name]: readonly [string, string]): boolean =>
    name.toUpperCase() !== 'PATH' && !isForbidden(name.toUpperCase());
  return Object.fromEntries(Object.entries(variables).filter(isHarmless));
}

/** The environment of a child: the gateway's, the call's over it, and the configured folders in front of PATH. */
export function childEnvironment(
  base: Environment,
  variables: Readonly<Record<string, string>>,
  pathPrepend: readonly string[],
): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...base, ...variables })) {
    if (value !== undefined) merged[name] = value;
  }
  const wanted = pathPrepend.map((folder) => folder.trim()).filter((folder) => folder !== '');
  if (wanted.length === 0) return merged;
  const present = (merged.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  merged.PATH = [...new Set([...wanted, ...present])].join(delimiter);
  return merged;
}
