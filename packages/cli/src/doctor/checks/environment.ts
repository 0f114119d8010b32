import type { Check } from '../finding.ts';

/** Variables of an earlier release that are still set. */
export const environment: Check = async ({ context }) => {
  const names = Object.keys(context.env).filter((name) => name.startsWith('CLAWDBOT_') && context.env[name]?.trim());
  if (names.length === 0) return [];
  const lines = names.toSorted().map((name) => `- ${name}: use OPENCLAW_${name.slice('CLAWDBOT_'.length)} instead.`);
  return [{ title: 'Environment', lines: ['Variables of an earlier release are set:', ...lines] }];
};
