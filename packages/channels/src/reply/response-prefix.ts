/** `messages.responsePrefix` (reference channels/framework.md §13, agent/sessions.md §17.5). Pure. */

export interface PrefixFacts {
  readonly provider: string;
  readonly model: string;
  readonly thinkingLevel: string;
  readonly identityName: string | undefined;
}

const VARIABLE = /\{([a-z.]+)\}/gi;
const DATE_SUFFIX = /-(?:\d{8}|\d{4}-\d{2}-\d{2})$/;

/** The prefix with its variables filled in; undefined when there is none. Unknown variables stay as they are written. */
export function responsePrefix(template: string | undefined, facts: PrefixFacts): string | undefined {
  if (template === undefined || template === '') return undefined;
  if (template === 'auto') return facts.identityName === undefined ? undefined : `[${facts.identityName}]`;
  return template.replace(VARIABLE, (written, name: string) => variable(name.toLowerCase(), facts) ?? written);
}

/** Puts the prefix before a text, once. */
export function withPrefix(text: string, prefix: string | undefined): string {
  if (prefix === undefined || text === '' || text.startsWith(prefix)) return text;
  return `${prefix} ${text}`;
}

function variable(name: string, { provider, model, thinkingLevel, identityName }: PrefixFacts): string | undefined {
  switch (name) {
    case 'model':
      return shortModel(model);
    case 'modelfull':
      return provider === '' ? model : `${provider}/${model}`;
    case 'provider':
      return provider;
    case 'thinkinglevel':
    case 'think':
      return thinkingLevel;
    case 'identity.name':
    case 'identityname':
      return identityName;
    default:
      return undefined;
  }
}

/** Without provider, date and `-latest`. */
function shortModel(model: string): string {
  const name = model.split('/').at(-1) ?? model;
  return name.replace(/-latest$/, '').replace(DATE_SUFFIX, '');
}
