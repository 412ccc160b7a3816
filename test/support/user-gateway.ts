import { expect } from '@jest/globals';
import { type Reply, startTestGateway, type TestGateway } from './gateway.js';

/** A started gateway with an app, and a user who may write: applications are refused at one of the contract dates. */
export interface UserGateway extends TestGateway {
  userToken: string;
  /** A create that has to succeed. */
  make(path: string, body: object): Promise<Reply>;
}

export const apps = 'deviceAppManagement/mobileApps';

/** The app's id is `app`. */
export async function startUserGateway(): Promise<UserGateway> {
  const gateway = await startTestGateway();
  const userToken = await gateway.tokenFor({ scopes: ['DeviceManagementApps.ReadWrite.All'] });
  const call: TestGateway['call'] = (method, path, body, headers) =>
    gateway.call(method, path, body, { Authorization: `Bearer ${userToken}`, ...headers });
  const make: UserGateway['make'] = async (path, body) => {
    const reply = await call('POST', path, body);
    expect(reply.status).toBe(201);
    return reply;
  };
  await make(`beta/${apps}`, { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app' });
  return { ...gateway, userToken, call, make };
}

export const messageOf = ({ body }: Reply): string => (body['error'] as { message: string }).message;
