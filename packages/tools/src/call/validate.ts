import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import type { ToolArguments } from './arguments.ts';
import { isRecord } from './arguments.ts';

type Validation =
  | { readonly ok: true; readonly args: ToolArguments }
  /** `message` is what the model reads. */
  | { readonly ok: false; readonly message: string };

export interface ArgumentValidator {
  /** Checks arguments against a tool's schema; numbers and booleans given as text are converted. */
  validate(tool: string, schema: Readonly<Record<string, unknown>>, args: ToolArguments): Promise<Validation>;
}

function describe(error: ErrorObject): string {
  const missing: unknown = error.params.missingProperty;
  const where = error.instancePath.slice(1) || (typeof missing === 'string' ? missing : 'root');
  return `  - ${where}: ${error.message ?? 'is invalid'}`;
}

/** A validator that loads Ajv and compiles a tool's schema at the tool's first call. */
export function createArgumentValidator(): ArgumentValidator {
  const compiled = new Map<string, { schema: object; check: ValidateFunction }>();
  let engine: Promise<Ajv> | undefined;

  async function checkFor(tool: string, schema: Readonly<Record<string, unknown>>): Promise<ValidateFunction> {
    const known = compiled.get(tool);
    if (known?.schema === schema) return known.check;
    engine ??= import('ajv').then(({ Ajv }) => new Ajv({ allErrors: true, strict: false, coerceTypes: true }));
    const check = (await engine).compile(schema);
    compiled.set(tool, { schema, check });
    return check;
  }

  return {
    async validate(tool, schema, args) {
      const check = await checkFor(tool, schema).catch(() => undefined);
      // Only schemas from elsewhere can be beyond us; what they ask for is then their owner's to check.
      if (check === undefined) return { ok: true, args };
      // Conversion writes into the object, and the caller's must stay as the model sent it.
      const candidate: unknown = structuredClone(args);
      if (check(candidate) && isRecord(candidate)) return { ok: true, args: candidate };
      const problems = (check.errors ?? []).map(describe).join('\n');
      return {
        ok: false,
        message: `Validation failed for tool "${tool}":\n${problems}\n\nReceived arguments:\n${JSON.stringify(args, null, 2)}`,
      };
    },
  };
}
