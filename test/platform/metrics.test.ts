import { beforeEach, expect, it, vi } from 'vitest';
import type { Receipt } from '../../functions/identity/receipt.ts';
import { createReceiptMetrics } from '../../functions/platform/metrics.ts';
import { NOW } from '../support/changes.ts';
import { aReceipt } from '../support/receipts.ts';

let lines: string[];

beforeEach(() => {
  lines = [];
  // In development mode they go to the global console, where a test can listen, but only if told to.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'ClarusBridge');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'deliver');
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
});

/** What CloudWatch takes out of the log after these receipts. */
function measured(...receipts: Receipt[]): Record<string, unknown> {
  const metrics = createReceiptMetrics();
  for (const receipt of receipts) metrics.measure(receipt);
  metrics.flush();
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

it('counts receipts by outcome', () => {
  const found = measured(
    aReceipt({ outcome: 'no_change' }),
    aReceipt({ outcome: 'rejected' }),
    aReceipt({ outcome: 'no_change' }),
  );

  expect(found).toMatchObject({ Receipts_no_change: [1, 1], Receipts_rejected: 1 });
});

it('measures how long a revocation took, from the event to the confirmation', () => {
  const found = measured(aReceipt({ occurredAt: NOW, appliedAt: NOW + 3_000 }));

  expect(found).toMatchObject({ TimeToRevoke: 3_000, Receipts_applied: 1 });
});

it("measures no negative time when the sender's clock is ahead", () => {
  expect(measured(aReceipt({ occurredAt: NOW, appliedAt: NOW - 1 }))).toMatchObject({ TimeToRevoke: 0 });
});

it('measures no time of what is no revocation, or changed nothing', () => {
  const { appliedAt: _, ...unchanged } = aReceipt({ outcome: 'no_change' });

  const found = measured(aReceipt({ isActive: true }), unchanged);

  expect(found).not.toHaveProperty('TimeToRevoke');
});

it('writes nothing, not even a warning, when nothing was measured', () => {
  vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void lines.push(String(line)));

  createReceiptMetrics().flush();

  expect(lines).toEqual([]);
});

it('counts what a sweep found and Clarus did not have, and notifications of unknown subscriptions', () => {
  const { appliedAt: _, ...settled } = aReceipt({ outcome: 'no_change' });

  const found = measured(
    aReceipt({ foundBy: 'sweep' }),
    aReceipt({ foundBy: 'resync' }),
    aReceipt({ foundBy: 'first' }),
    { ...settled, foundBy: 'sweep' },
    { ...settled, reason: 'unknown_subscription' },
  );

  expect(found).toMatchObject({ MissedByWebhook: [1, 1], UnknownSubscription: 1 });
});
