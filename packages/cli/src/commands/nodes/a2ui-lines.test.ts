import { expect, it } from 'vitest';
import { checkA2uiLines, textSurface } from './a2ui-lines.ts';

it('a text becomes two messages that pass the check', () => {
  expect(checkA2uiLines(textSurface('hello "you"'))).toBe(2);
});

it.each([
  ['', 'there is no A2UI message to push'],
  ['{"deleteSurface":{}}\n\nnot json', 'line 3 is not JSON'],
  ['[1]', 'line 1 is no JSON object'],
  ['{"createSurface":{}}', 'line 1 is A2UI v0.9; only v0.8 is supported'],
  ['{}', 'line 1 must have exactly one of beginRendering, surfaceUpdate, dataModelUpdate, deleteSurface'],
  ['{"beginRendering":{},"deleteSurface":{}}', 'line 1 must have exactly one of'],
])('%j is refused', (jsonl, message) => {
  expect(() => checkA2uiLines(jsonl)).toThrow(message);
});
