import type { ModelRequest, ThinkingLevel } from '../driver.ts';

type Level = Exclude<ThinkingLevel, 'off'>;

const PRO_BUDGET: Readonly<Record<Level, number>> = {
  minimal: 128,
  low: 2048,
  medium: 8192,
  high: 32_768,
  xhigh: 32_768,
};
const FLASH_BUDGET: Readonly<Record<Level, number>> = {
  minimal: 128,
  low: 2048,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
};
const PRO_LEVEL: Readonly<Record<Level, string>> = {
  minimal: 'LOW',
  low: 'LOW',
  medium: 'HIGH',
  high: 'HIGH',
  xhigh: 'HIGH',
};
const FLASH_LEVEL: Readonly<Record<Level, string>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
};
/** Lets the model decide. */
const DYNAMIC_BUDGET = -1;

/** `generationConfig.thinkingConfig`; undefined when the model is to do as it likes. */
export function thinkingConfig({ model, thinking }: ModelRequest): Readonly<Record<string, unknown>> | undefined {
  if (!model.reasoning) return undefined;
  const id = model.ref.model.toLowerCase();
  if (thinking === 'off') return id.includes('2.5-flash') ? { thinkingBudget: 0 } : undefined;
  if (id.includes('gemini-3')) {
    return { includeThoughts: true, thinkingLevel: (id.includes('flash') ? FLASH_LEVEL : PRO_LEVEL)[thinking] };
  }
  const budget = id.includes('2.5-pro')
    ? PRO_BUDGET[thinking]
    : id.includes('2.5-flash')
      ? FLASH_BUDGET[thinking]
      : DYNAMIC_BUDGET;
  return { includeThoughts: true, thinkingBudget: budget };
}
