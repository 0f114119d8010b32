import type { Command, Option } from 'commander';

const HEAD = `# The command line

Every command of this release with its flags. Written by \`packages/cli/scripts/generate-docs.ts\` from the commands
themselves: change those, then run \`node packages/cli/scripts/generate-docs.ts\`.

\`openclaw\` is another name of \`chela\`. Exit codes: 0 success, 1 any failure, 2 a wrong \`--profile\` or \`--dev\`. With
\`--json\` the answer is on standard output; failures are text on standard error.
`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function optionRow(option: Option): readonly [string, string] {
  const { defaultValue } = option;
  const isShown = defaultValue !== undefined && typeof defaultValue !== 'boolean';
  const fallback = isShown ? ` (default ${String(defaultValue)})` : '';
  const needed = option.mandatory ? ' (required)' : '';
  return [`\`${cell(option.flags)}\``, `${cell(option.description)}${fallback}${needed}`];
}

/** A table as the formatter of the repository leaves it: columns as wide as their longest cell. */
function optionTable(options: readonly Option[]): string[] {
  if (options.length === 0) return [];
  const rows = [['flag', 'meaning'] as const, ...options.map(optionRow)];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = '', ...body] = rows.map(line);
  return ['', head, line(widths.map((width) => '-'.repeat(width))), ...body];
}

function section(command: Command, path: string): string[] {
  const words = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  const own = [
    '',
    `## ${[path, ...words].join(' ')}`,
    '',
    sentence(command.description()),
    ...command.registeredArguments.map((argument) => `\`${argument.name()}\`: ${argument.description}.`),
    ...optionTable(command.options),
  ];
  return [...own, ...command.commands.flatMap((child) => section(child, `${path} ${child.name()}`))];
}

/** The reference page of a command tree, in Markdown. */
export function referencePage(program: Command): string {
  const commands = program.commands.flatMap((command) => section(command, `chela ${command.name()}`));
  return `${[HEAD, '## For every command', ...optionTable(program.options), ...commands].join('\n')}\n`;
}
