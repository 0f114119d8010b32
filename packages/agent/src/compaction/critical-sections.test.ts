import { expect, test } from 'vitest';
import { WORKSPACE_TEMPLATES } from '../prompt/workspace-templates.ts';
import { criticalRulesNote } from './critical-sections.ts';

test('startup and red lines are repeated with their subsections, the rest is not', () => {
  const note = criticalRulesNote(
    '# A\n\n## session startup\n1. read\n\n## Other\nx\n\n### Red Lines ###\n- no leaks\n#### sub\ny\n\n## End\nz',
  );
  expect(note).toMatch(/^\[Post-compaction context refresh\]/);
  expect(note).toMatch(/## session startup\n1\. read\n\n### Red Lines ###\n- no leaks\n#### sub\ny$/);
});

test('a heading inside a code fence is text', () => {
  expect(criticalRulesNote('```\n## Red Lines\n```\n')).toBeUndefined();
});

test('a file without such sections says nothing, and a long one is cut', () => {
  expect(criticalRulesNote('# A\n\n## Notes\nx')).toBeUndefined();
  const note = criticalRulesNote(`## Red Lines\n${'x'.repeat(5_000)}`) ?? '';
  expect(note.slice(note.indexOf('## Red Lines'))).toHaveLength(3_000 + '\n...[truncated]...'.length);
});

test('the rules of a new workspace are among them', () => {
  expect(criticalRulesNote(WORKSPACE_TEMPLATES['AGENTS.md'] ?? '')).toContain('Private things stay private.');
});
