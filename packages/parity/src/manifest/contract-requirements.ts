/** The requirements that are counted from the contract's data: nothing in the data without one. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';
import { CORPUS_GOLDEN } from '../default-gateway.ts';
import { loadTables } from '../golden/table.ts';
import { isLeafKey, loadConfigKeys } from './config-keys.ts';
import { type Requirement, RequirementSchema } from './requirement.ts';
import { subsystemOfEvent, subsystemOfMethodFamily, subsystemOfTable, subsystemOfTool } from './subsystems.ts';
import { loadThresholds } from './thresholds.ts';

const text = Type.String();
const Methods = Type.Array(Type.Object({ method: text, subsystem: text }));
const Events = Type.Array(Type.Object({ event: text }));
const Tools = Type.Object({ tools: Type.Array(Type.Object({ name: text })) });
const CliCommands = Type.Array(Type.Object({ path: text, options: Type.Array(text) }));
const SlashCommands = Type.Array(Type.Object({ key: text, aliases: Type.Array(text) }));
const ChannelCases = Type.Array(Type.Object({ id: text, title: text }));
const Listed = Type.Array(RequirementSchema);

/** Data of the contract: this package's, and the copies the packages that run on it hold. */
const PACKAGES = new URL('../../../', import.meta.url);

async function dataFile(path: string): Promise<unknown> {
  return JSON.parse(await readFile(fileURLToPath(new URL(path, PACKAGES)), 'utf8'));
}

const own = (name: string): Promise<unknown> => dataFile(`parity/data/contract/${name}`);

/** Every requirement, sorted by id. */
export async function contractRequirements(): Promise<readonly Requirement[]> {
  const lists = await Promise.all([
    methods(),
    events(),
    tools(),
    cliCommands(),
    slashCommands(),
    channelCases(),
    configKeys(),
    goldenTables(),
    benchmarks(),
    listed('sections.json', (row) => ({ ...row, id: `section/${row.id}` })),
    listed('mission.json', (row) => row),
  ]);
  return lists.flat().toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function methods(): Promise<readonly Requirement[]> {
  const rows = checked(Methods, await dataFile('protocol/data/methods.json'), 'methods.json');
  return rows.map(({ method, subsystem }, index) => ({
    id: `method/${method}`,
    subsystem: subsystemOfMethodFamily(subsystem),
    title: `method ${method}`,
    source: `protocol/methods.json#/${index}`,
  }));
}

async function events(): Promise<readonly Requirement[]> {
  const rows = checked(Events, await dataFile('protocol/data/events.json'), 'events.json');
  return rows.map(({ event }, index) => ({
    id: `event/${event}`,
    subsystem: subsystemOfEvent(event),
    title: `event ${event}`,
    source: `protocol/events.json#/${index}`,
  }));
}

async function tools(): Promise<readonly Requirement[]> {
  const { tools: rows } = checked(Tools, await dataFile('tools/data/tools.json'), 'tools.json');
  return rows.map(({ name }, index) => ({
    id: `tool/${name}`,
    subsystem: subsystemOfTool(name),
    title: `tool ${name}`,
    source: `agent/tools.json#/tools/${index}`,
  }));
}

async function cliCommands(): Promise<readonly Requirement[]> {
  const rows = checked(CliCommands, await own('cli-commands.json'), 'cli-commands.json');
  return rows.map(({ path, options }) => ({
    id: `cli/${path}`,
    subsystem: 'cli',
    title: `command ${path}${options.length > 0 ? `, ${options.length} options` : ''}`,
    source: `cli/commands.json (${path})`,
  }));
}

/** The chat commands with the words that call them. */
export async function loadSlashCommands(): Promise<Static<typeof SlashCommands>> {
  return checked(SlashCommands, await own('slash-commands.json'), 'slash-commands.json');
}

async function slashCommands(): Promise<readonly Requirement[]> {
  return (await loadSlashCommands()).map(({ key, aliases }, index) => ({
    id: `slash/${key}`,
    subsystem: 'commands',
    title: `chat command ${aliases.join(', ')}`,
    source: `agent/slash-commands.json#/commands/${index}`,
  }));
}

async function channelCases(): Promise<readonly Requirement[]> {
  const rows = checked(ChannelCases, await own('channel-cases.json'), 'channel-cases.json');
  return rows.map(({ id, title }) => ({
    id: `channel/${id}`,
    subsystem: `channel ${id.split('/')[0]}`,
    title,
    source: `channels/golden/${id}.json`,
  }));
}

/** A key is accepted, and it does what it says: two claims, because the first is proven by loading it alone. */
async function configKeys(): Promise<readonly Requirement[]> {
  const keys = await loadConfigKeys();
  return keys.flatMap((key, index) => {
    const source = `config/keys.json#/keys/${index}`;
    const accepted = {
      id: `${key.origin === 'loader' ? 'config' : 'config-of-plugins'}/${key.path}`,
      subsystem: 'config keys accepted',
      title: `${key.path} is accepted`,
      source,
    };
    const effect = {
      id: `config-effect/${key.path}`,
      subsystem: 'config keys in effect',
      title: `${key.path} has its effect`,
      source,
    };
    return isLeafKey(key) ? [accepted, effect] : [accepted];
  });
}

async function goldenTables(): Promise<readonly Requirement[]> {
  return (await loadTables([CORPUS_GOLDEN])).map(({ name, table }) => ({
    id: `rule/${name}`,
    subsystem: subsystemOfTable(name),
    title: table.rule,
    source: `agent/golden/${name}.json`,
  }));
}

async function benchmarks(): Promise<readonly Requirement[]> {
  return (await loadThresholds()).map(({ id, title }) => ({
    id: `bench/${id}`,
    subsystem: 'benchmarks',
    title,
    source: 'parity/data/thresholds.json',
  }));
}

const listed = async (name: string, change: (row: Requirement) => Requirement): Promise<readonly Requirement[]> =>
  checked(Listed, await own(name), name).map(change);
