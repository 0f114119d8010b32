/** How a tool is called in front of people: a picture and words (reference agent/sessions.md §17.6). Pure. */

const PICTURES: Readonly<Record<string, string>> = {
  agents_list: '🧭',
  apply_patch: '🩹',
  browser: '🌐',
  canvas: '🖼️',
  cron: '⏰',
  edit: '📝',
  exec: '🛠️',
  gateway: '🔌',
  memory_get: '📓',
  memory_search: '🧠',
  message: '✉️',
  nodes: '📱',
  process: '🧰',
  read: '📖',
  session_status: '📊',
  sessions_history: '🧾',
  sessions_list: '🗂️',
  sessions_send: '📨',
  sessions_spawn: '🧑‍🔧',
  subagents: '🤖',
  web_fetch: '📄',
  web_search: '🔎',
  write: '✍️',
};
const ANY_PICTURE = '🧩';

/** Tools whose words are not those of their name. */
const WORDS: Readonly<Record<string, string>> = {
  agents_list: 'Agents',
  sessions_history: 'Session History',
  sessions_list: 'Sessions',
  sessions_send: 'Session Send',
  sessions_spawn: 'Sub-agent',
};

/** E.g. `📄 Web Fetch`. */
export function toolTitle(name: string): string {
  return `${PICTURES[name] ?? ANY_PICTURE} ${WORDS[name] ?? wordsOf(name)}`;
}

function wordsOf(name: string): string {
  const words = name.split(/[\s_]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
