// What Node and Postgres can do without a gateway: a bare server, named statements, no identity, no checks, no protocol.
// Takes the connection as JSON in its first argument, prints its port.
import { createServer } from 'node:http';
import { Pool } from 'pg';

const { connection, tenant, app } = JSON.parse(process.argv[2] ?? '');
const pool = new Pool({ ...connection, max: 10 });
const table = 'mobile_app_install_statuses';
const where = '"tenantId" = $1 AND "mobileAppId" = $2';

const statements = {
  get: { name: 'get', text: `SELECT * FROM ${table} WHERE ${where} AND "id" = $3` },
  page: { name: 'page', text: `SELECT * FROM ${table} WHERE ${where} AND "id" > $3 ORDER BY "id" LIMIT 100` },
  patch: {
    name: 'patch',
    text: `UPDATE ${table} SET "installState" = $4, "errorCode" = $5, "osVersion" = $6 WHERE ${where} AND "id" = $3 RETURNING *`,
  },
};

async function answer(request, body) {
  const [path, query] = (request.url ?? '').split('?');
  const id = path?.slice(1) ?? '';
  if (request.method === 'PATCH') {
    const { installState, errorCode, osVersion } = JSON.parse(body);
    const values = [tenant, app, id, installState, errorCode, osVersion];
    return (await pool.query({ ...statements.patch, values })).rows[0];
  }
  if (id === '')
    return { value: (await pool.query({ ...statements.page, values: [tenant, app, query ?? ''] })).rows };
  return (await pool.query({ ...statements.get, values: [tenant, app, id] })).rows[0];
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    answer(request, body).then(
      (result) => {
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify(result));
      },
      () => {
        response.statusCode = 500;
        response.end();
      },
    );
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address()?.port}\n`));
