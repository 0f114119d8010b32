import contract from '../data/tools.json' with { type: 'json' };

type Parameters = Readonly<Record<string, unknown>>;

/**
 * The parameter schema of a tool exactly as the contract has it (reference agent/tools.json). Throws for a name the
 * contract does not know, which is a mistake in this package.
 */
export function contractParameters(name: string): Parameters {
  const entry = contract.tools.find((tool) => tool.name === name);
  if (entry === undefined) throw new Error(`the contract has no tool ${name}`);
  return entry.parameters;
}
