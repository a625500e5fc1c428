import { beforeEach, expect, it, vi } from 'vitest';
import { createLog } from '../../functions/platform/logger.ts';

let lines: string[];

beforeEach(() => {
  lines = [];
  // In development mode the logger writes to the global console, where a test can listen.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'deliver');
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
  }
});

/** The lines as CloudWatch takes them. */
function logged(): unknown[] {
  return lines.map((line) => JSON.parse(line));
}

it.each(['info', 'warn', 'error'] as const)('writes "%s" as JSON with the fields at the top', (level) => {
  createLog()(level, 'webhook', { status: 204, tenant: 'acme' });

  expect(logged()).toEqual([
    expect.objectContaining({
      level: level.toUpperCase(),
      message: 'webhook',
      service: 'deliver',
      status: 204,
      tenant: 'acme',
    }),
  ]);
});
