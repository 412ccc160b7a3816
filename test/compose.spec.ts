import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { Configuration, defaultClientId, defaultTenantId } from '../src/configuration.js';
import { microsoftHosts } from '../src/operations/base-url.js';

interface Service {
  environment: Record<string, string | null>;
  ports: string[];
  volumes: string[];
  networks: { default: { aliases: string[] } };
}

const textOf = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

/** The services of a file, with what Compose would take from an environment that holds the required variables only. */
function servicesOf(path: string): Record<string, Service> {
  const text = textOf(path).replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name, kind, rest) =>
    kind === '-' ? rest : `a-${name}`,
  );
  // Compose's own tag: instead of what the file before says, not added to it.
  const customTags = [{ tag: '!override', collection: 'seq' as const }];
  const document = parseDocument(text, { customTags });
  expect([document.errors, document.warnings]).toEqual([[], []]);
  return (document.toJS() as { services: Record<string, Service> }).services;
}

const base = servicesOf('docker-compose.yml');
const dropIn = servicesOf('docker-compose.drop-in.yml');

/** Later ones win; a name without a value is left out where it is not set. */
function configurationOf(...environments: Service['environment'][]): Configuration {
  const given = Object.entries(Object.assign({}, ...environments)).filter(([, value]) => value !== null);
  return Configuration.read(Object.fromEntries(given) as Record<string, string>);
}

describe('docker compose up', () => {
  it('starts a gateway whose settings are right', () => {
    const { tls, port, publicUrl } = configurationOf(base['gateway']!.environment);
    expect([tls, port, publicUrl]).toEqual([undefined, 3000, 'http://localhost:3000']);
  });
});

describe('docker compose up with the drop-in laid over it', () => {
  const [gateway, client] = [dropIn['gateway']!, dropIn['client']!];
  const configuration = configurationOf(base['gateway']!.environment, gateway.environment);

  it("gives the gateway Microsoft's names and a certificate for each", () => {
    expect(gateway.networks.default.aliases).toEqual(microsoftHosts);
    expect(configuration.tls).toMatchObject({ port: 443, files: undefined });
    expect(configuration.tls?.names).toEqual(expect.arrayContaining([...microsoftHosts]));
  });

  it('publishes the ports that it listens on', () => {
    expect(gateway.ports).toEqual([`3000:${configuration.port}`, `3443:${configuration.tls?.port}`]);
  });

  it('gives the client what the gateway knows it by', () => {
    const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = client.environment;
    expect([AZURE_TENANT_ID, AZURE_CLIENT_ID]).toEqual([defaultTenantId, defaultClientId]);
    expect(configuration.auth).toMatchObject({
      clientId: AZURE_CLIENT_ID,
      clientSecret: AZURE_CLIENT_SECRET,
    });
  });

  it('lets the client trust the CA of the volume that the two share', () => {
    const [volume, target] = client.volumes[0]?.split(':') ?? [];
    expect(client.environment['NODE_EXTRA_CA_CERTS']).toBe(`${target}/tls/ca.pem`);
    const [own] = (base['gateway'] as Service).volumes;
    expect(own).toBe(`${volume}:${/DATA_DIR=(\S+)/.exec(textOf('Dockerfile'))?.[1]}`);
  });

  it('builds the client with the versions that the tests run it with', () => {
    const { devDependencies } = JSON.parse(textOf('package.json')) as {
      devDependencies: Record<string, string>;
    };
    const installed = /npm install (.*)/.exec(textOf('examples/drop-in/Dockerfile'))?.[1]?.split(' ') ?? [];
    const names = ['@azure/identity', '@microsoft/microsoft-graph-client'];
    expect(installed).toEqual(names.map((name) => `${name}@${devDependencies[name]}`));
  });
});
