/** What the start screen says; plain facts, so that it can be tested without a gateway. */
export interface StartFacts {
  readonly version: string;
  readonly pageUrl: string;
  /** Shown in the page address's fragment; undefined when the gateway asks for a password. */
  readonly token: string | undefined;
  /** SHA-256 of the port's certificate; undefined without TLS. */
  readonly tlsFingerprint: string | undefined;
  readonly model: string;
  readonly modelSource: string;
  readonly stateDir: string;
  readonly configPath: string;
  readonly logFile: string;
  /** Made by this start, when it was the first one. */
  readonly firstRun: boolean;
  readonly problems: readonly string[];
  readonly startMs: number;
}

const DEMO_HINT =
  'a demonstration without a real model; set ANTHROPIC_API_KEY or OPENAI_API_KEY, or agents.defaults.model.primary';

function modelLine(facts: StartFacts): string {
  if (facts.modelSource === 'demo') return `${facts.model} (${DEMO_HINT})`;
  return `${facts.model} (${facts.modelSource})`;
}

/** The calm screen of a start on a terminal: where to go, what is in use, where things live, what to do next. */
export function startScreen(facts: StartFacts, bold: (text: string) => string): string[] {
  const fragment = facts.token ? `#token=${encodeURIComponent(facts.token)}` : '';
  return [
    '',
    `  ${bold('Chela')} ${facts.version}, ready in ${facts.startMs} ms`,
    '',
    `  Page     ${bold(`${facts.pageUrl}${fragment}`)}`,
    ...(facts.tlsFingerprint === undefined ? [] : [`  TLS      SHA-256 ${facts.tlsFingerprint}`]),
    `  Model    ${modelLine(facts)}`,
    `  State    ${facts.stateDir}${facts.firstRun ? ' (new)' : ''}`,
    `  Config   ${facts.configPath}`,
    `  Log      ${facts.logFile}`,
    '',
    ...(facts.problems.length > 0
      ? [
          '  The configuration has problems; the last good one is in use:',
          ...facts.problems.map((problem) => `    - ${problem}`),
          '',
        ]
      : []),
    '  Next     open the page, or try: chela agent --agent main --message "list the files here"',
    '  Stop     Ctrl C',
    '',
  ];
}
