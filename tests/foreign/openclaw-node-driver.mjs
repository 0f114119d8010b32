// Drives the openclaw-node client as its README says and prints what it saw as one JSON document.
// Usage: node openclaw-node-driver.mjs MODULE URL TOKEN IDENTITY_FILE
import { pathToFileURL } from 'node:url';

const [modulePath, url, token, deviceIdentityPath] = process.argv.slice(2);
const { OpenClawClient } = await import(pathToFileURL(modulePath).href);
const client = new OpenClawClient({ url, token, deviceIdentityPath, autoReconnect: false });

const hello = await client.connect();
const chunks = [];
for await (const chunk of client.chat('hello from afar', { sessionKey: 'agent:main:foreign' })) chunks.push(chunk);
const reply = await client.chatSync('and again', { sessionKey: 'agent:main:foreign' });
const sessions = await client.sessions.list({ limit: 10 });
const history = await client.sessions.history('agent:main:foreign', { limit: 20 });
const health = await client.health();
await client.disconnect();

process.stdout.write(JSON.stringify({ hello, chunks, reply, sessions, history, health }));
