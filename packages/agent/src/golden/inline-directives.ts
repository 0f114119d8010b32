import { type InlineDirectives, type LevelDirective, parseInlineDirectives } from '../commands/inline-directives.ts';
import { defined, type Fields, flag, listOf, text } from './fields.ts';

/** Runs a case of the table `inline-directives`, which names every finding by its own member. */
export function inlineDirectivesCase(input: Fields): unknown {
  const allowStatusDirective = flag(input.allowStatusDirective);
  const parsed = parseInlineDirectives(text(input.body) ?? '', {
    modelAliases: listOf(input.modelAliases).flatMap((alias) => text(alias) ?? []),
    disableElevated: input.disableElevated === true,
    ...(allowStatusDirective === undefined ? {} : { allowStatusDirective }),
  });
  return defined({
    cleaned: parsed.cleaned,
    ...level('Think', 'think', parsed.think),
    ...level('Verbose', 'verbose', parsed.verbose),
    ...level('Reasoning', 'reasoning', parsed.reasoning),
    ...level('Elevated', 'elevated', parsed.elevated),
    ...execFields(parsed),
    hasStatusDirective: parsed.status,
    hasModelDirective: parsed.model !== undefined,
    rawModelDirective: parsed.model?.raw,
    rawModelProfile: parsed.model?.profile,
    ...queueFields(parsed),
  });
}

function level(title: string, name: string, found: LevelDirective | undefined): Fields {
  return {
    [`has${title}Directive`]: found !== undefined,
    [`${name}Level`]: found?.level,
    [`raw${title}Level`]: found?.raw,
  };
}

function execFields({ exec }: InlineDirectives): Fields {
  const invalid = (name: 'host' | 'security' | 'ask' | 'node'): boolean =>
    exec?.raw[name] !== undefined && exec.valid[name] === undefined;
  return {
    hasExecDirective: exec !== undefined,
    hasExecOptions: Object.keys(exec?.raw ?? {}).length > 0,
    execHost: exec?.valid.host,
    execSecurity: exec?.valid.security,
    execAsk: exec?.valid.ask,
    execNode: exec?.valid.node,
    rawExecHost: exec?.raw.host,
    rawExecSecurity: exec?.raw.security,
    rawExecAsk: exec?.raw.ask,
    rawExecNode: exec?.raw.node,
    invalidExecHost: invalid('host'),
    invalidExecSecurity: invalid('security'),
    invalidExecAsk: invalid('ask'),
    invalidExecNode: invalid('node'),
  };
}

function queueFields({ queue }: InlineDirectives): Fields {
  const options = [queue?.rawDebounce, queue?.rawCap, queue?.rawDrop];
  return {
    hasQueueDirective: queue !== undefined,
    queueReset: queue?.reset === true,
    hasQueueOptions: options.some((option) => option !== undefined),
    queueMode: queue?.mode,
    rawQueueMode: queue?.rawMode,
    debounceMs: queue?.debounceMs,
    cap: queue?.cap,
    dropPolicy: queue?.drop,
    rawDebounce: queue?.rawDebounce,
    rawCap: queue?.rawCap,
    rawDrop: queue?.rawDrop,
  };
}
