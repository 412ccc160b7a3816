// Preloaded into a client's process in place of a hosts file: port 443 of the hosts in LED_HOSTS is LED_PORT of this
// machine, and nothing else can be reached. Every address that is asked for becomes a line of the file LED_LOG.
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';

const { LED_HOSTS = '', LED_PORT, LED_LOG = '' } = process.env;
const led = new Set(LED_HOSTS.split(',').map((host) => `${host}:443`));
const { value: connect } = Object.getOwnPropertyDescriptor(Socket.prototype, 'connect');

// A proxy would resolve the names by itself.
for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];

Socket.prototype.connect = function (...args) {
  // Node's own modules hand over all arguments in one array.
  const [options, connected] = Array.isArray(args[0]) ? args[0] : args;
  const address = options.path ?? `${options.host}:${options.port}`;
  appendFileSync(LED_LOG, `${address}\n`);
  if (!led.has(address)) throw new Error(`no way leads to ${address}`);
  return Reflect.apply(connect, this, [{ ...options, host: '127.0.0.1', port: Number(LED_PORT) }, connected]);
};
