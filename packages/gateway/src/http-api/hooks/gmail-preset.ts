import type { HookMapping } from './hook-mapping.ts';

/** The `gmail` preset: one agent run a message (reference protocol/http.md §5). */
export const GMAIL_MAPPING = {
  id: 'gmail',
  match: { path: 'gmail' },
  action: 'agent',
  name: 'Gmail',
  sessionKey: 'hook:gmail:{{messages[0].id}}',
  messageTemplate:
    'New email from {{messages[0].from}}\nSubject: {{messages[0].subject}}\n{{messages[0].snippet}}\n{{messages[0].body}}',
} as const satisfies HookMapping;
