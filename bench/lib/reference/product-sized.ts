/** Writes a program as big as a product: 400 modules, about 5 MB of source, each doing a little work when evaluated. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = 400;
const FUNCTIONS_PER_MODULE = 40;

export interface ProductSized {
  /** Imports every module, then the hello gateway. */
  readonly eager: string;
  /** Imports the hello gateway and a table of lazy imports. */
  readonly lazy: string;
  readonly sourceBytes: number;
  readonly modules: number;
}

export function writeProductSized(folder: string, hello: string): ProductSized {
  mkdirSync(folder);
  const file = (name: string): string => join(folder, name);
  for (let m = 0; m < MODULES; m += 1) writeFileSync(file(`m${m}.mjs`), moduleText(m));
  const numbers = Array.from({ length: MODULES }, (_, m) => m);
  const eager = numbers.map(
    (m) =>
      `import * as x${m} from './m${m}.mjs'; globalThis.__keep = (globalThis.__keep ?? 0) + x${m}.default.length; globalThis.__s${m} = x${m};`,
  );
  const table = numbers.map((m) => `m${m}: () => import('./m${m}.mjs'),`);
  const start = `import ${JSON.stringify(hello)};`;
  writeFileSync(file('eager.mjs'), [...eager, start, ''].join('\n'));
  writeFileSync(
    file('lazy.mjs'),
    [start, 'const table = {', ...table, '};', 'globalThis.__load = (k) => table[k]();', ''].join('\n'),
  );
  const sourceBytes = numbers.reduce((sum, m) => sum + statSync(file(`m${m}.mjs`)).size, 0);
  return { eager: file('eager.mjs'), lazy: file('lazy.mjs'), sourceBytes, modules: MODULES };
}

function moduleText(m: number): string {
  const functions = Array.from({ length: FUNCTIONS_PER_MODULE }, (_, f) => {
    const name = JSON.stringify(`m${m}f${f} `.repeat(8));
    return (
      `export function f${f}(a, b) { const o = { id: a, name: ${name}, list: [b, a, ${f}] }; ` +
      `if (a > ${f}) { for (let i = 0; i < b; i += 1) o.list.push(i * ${m} + a); } ` +
      `return o.list.map((x) => x + ${f}).filter((x) => x % 2); }`
    );
  });
  const schema =
    `export const schema${m} = { type: 'object', properties: Object.fromEntries(` +
    "Array.from({ length: 20 }, (_, i) => ['p' + i, { type: 'string', minLength: i }])) };";
  return [...functions, schema, 'export default f0(1, 2);', ''].join('\n');
}
