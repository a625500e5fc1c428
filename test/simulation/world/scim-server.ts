import { settingsWithRoles } from '../../../functions/clarus/decide-settings.ts';
import { guardsOf } from '../../../functions/clarus/guards.ts';
import { makeTenant } from '../../../functions/scim/make-tenant.ts';
import { createScim } from '../../../functions/scim/server.ts';
import { tenantTable } from '../../../functions/tenants/tenant-table.ts';
import { memoryClients } from '../../support/memory-clients.ts';
import { anEvent } from '../../support/memory-scim.ts';
import { memoryScimState } from '../../support/memory-scim-state.ts';
import { NO_WEB_KEYS } from '../../support/web-keys.ts';
import { type BridgePorts, outsideOf } from './bridge.ts';
import { type Life, lifeOf } from './life.ts';
import { SECOND } from './time.ts';

export interface ScimAnswer {
  status: number;
  // What is in it is each client's to know.
  body: ReturnType<typeof Object>;
}

/** Sends a request to the bridge as a SCIM client does. Undefined: there was no answer. */
export type ScimSend = (method: string, path: string, body?: unknown) => Promise<ScimAnswer | undefined>;

/** API Gateway waits no longer, and what goes on in the function after that does nothing any more. */
const TIMEOUT = 29 * SECOND;

/** The real code of scim, in a new process after a death. */
export function scimServer(bridge: BridgePorts, tell: (line: string) => void): ScimSend {
  const { time, random, weather } = bridge;
  const state = memoryScimState();
  let ids = 0;

  function start(life: Life): ReturnType<typeof createScim> {
    const { tenant } = bridge;
    const outside = outsideOf(bridge, life);
    const { clarus, http, secrets } = outside;
    return createScim({
      ...outside,
      ...life.calls(state),
      tenants: tenantTable(new Map([['acme', {}]]), () => tenant),
      serve: () => ({
        ...makeTenant(tenant, http, secrets),
        clarus,
        settings: settingsWithRoles(tenant, clarus),
        guards: guardsOf(tenant, clarus),
      }),
      secrets,
      webKeys: NO_WEB_KEYS,
      clients: memoryClients(),
      logRequest: () => {},
      async sendMessages(messages) {
        for (const { queueUrl, message, delay = 0 } of messages) {
          await outside.put(queueUrl === 'revocations' ? 'revocations' : 'changes', message, delay);
        }
      },
      queues: { changes: 'changes', revocations: 'revocations' },
      random,
      pause: (milliseconds) => new Promise((resolve) => time.after(milliseconds, () => resolve(undefined))),
      newId: () => `id-${++ids}`,
      measure: () => {},
      alert: () => {},
    });
  }

  return function send(method, path, body) {
    return new Promise((resolve) => {
      const gone = (how: string) => {
        life.end();
        tell(`  scim ${method} ${path} ${how}`);
        resolve(undefined);
      };
      const life = lifeOf({ ...bridge, died: () => time.after(SECOND, () => gone('died')) });
      const fate = weather.request().kind;
      if (fate === 'lost') {
        time.after(TIMEOUT, () => gone('was lost'));
        return;
      }
      time.after(TIMEOUT, () => life.isAlive() && gone('took too long'));
      time.after(random.between(10, 300), () => {
        void start(life)(anEvent(method, path, body)).then(({ statusCode = 0, body: text }) => {
          if (!life.isAlive()) return;
          life.end();
          tell(`  scim ${method} ${path} ${JSON.stringify(body ?? null)}: ${statusCode}`);
          // What is done is done, whether or not anybody hears of it.
          const answer = { status: statusCode, body: text === undefined ? {} : JSON.parse(text) };
          time.after(random.between(10, 300), () => resolve(fate === 'answered' ? answer : undefined));
        });
      });
    });
  };
}
