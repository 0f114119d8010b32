import { arrayAt, numberAt, textAt } from '../json-reader.ts';

/** How much of each provider's plan is used, for the table of `status --usage`. */
export function quotaCells(usage: unknown): string[][] {
  const providers = arrayAt(usage, 'providers');
  if (providers.length === 0) return [['Usage', 'no provider with a quota is set up']];
  return providers.map((provider) => {
    const windows = arrayAt(provider, 'windows').map(
      (window) => `${textAt(window, 'label') ?? '?'} ${Math.round(numberAt(window, 'usedPercent') ?? 0)}% used`,
    );
    const plan = textAt(provider, 'plan');
    const found = windows.join(', ') || (textAt(provider, 'error') ?? 'nothing to show');
    return [`Usage ${textAt(provider, 'displayName') ?? '?'}`, plan === undefined ? found : `${found} (${plan})`];
  });
}
