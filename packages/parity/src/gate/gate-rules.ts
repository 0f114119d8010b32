import { readFile } from 'node:fs/promises';
import Type from 'typebox';
import { checked } from '../checked.ts';
import type { GateRules } from './verdict.ts';

const GateRulesSchema = Type.Object({
  mustBeCovered: Type.Array(Type.String()),
  securitySuite: Type.Array(Type.String({ description: 'evidence ids' })),
});

/** What a release must have (data/gate.json). */
export async function loadGateRules(): Promise<GateRules> {
  const source = await readFile(new URL('../../data/gate.json', import.meta.url), 'utf8');
  return checked(GateRulesSchema, JSON.parse(source), 'gate.json');
}
