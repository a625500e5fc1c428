import { BridgeError } from '../../identity/bridge-error.ts';
import { type AttributeName, namesIn } from '../../identity/profile/clarus-attributes.ts';
import type { Outcome, Receipt, Step } from '../../identity/receipt.ts';
import type { CommandPorts, ScimTenant } from '../ports.ts';
import type { Command } from './command.ts';
import { type Intent, saidOf } from './intent.ts';

/** How a command ended. */
export interface CommandEnd {
  clarusUserId: string;
  command: Command;
  intent: Intent | undefined;
  outcome: Outcome;
  reason?: string | undefined;
  /** Clarus' last HTTP status. */
  status?: number | undefined;
  steps?: readonly Step[];
  refused?: readonly AttributeName[];
}

/** Writes the receipt of a command. That it cannot be written changes nothing of what Clarus has, so it is logged. */
export type WriteReceipt = (scim: ScimTenant, end: CommandEnd) => Promise<void>;

export function createCommandReceipts({
  receipts,
  clock,
  log,
  measure,
}: Pick<CommandPorts, 'receipts' | 'clock' | 'log' | 'measure'>): WriteReceipt {
  return async function writeReceipt(scim, end) {
    const receipt = receiptOf(scim, end, clock());
    try {
      await receipts.put(receipt, scim.tenant.receiptDays);
      measure(receipt);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      const { steps: _, ...line } = receipt;
      log('error', 'receipt not written', { ...line, code: error.code });
    }
  };
}

function receiptOf({ name, client }: ScimTenant, end: CommandEnd, now: number): Receipt {
  const { clarusUserId, command, intent, outcome, reason, status, steps = [], refused = [] } = end;
  const { eventId, eventType, at } = command;
  const isActive = saidOf(intent);
  const said = { ...intent?.profile, ...(isActive !== undefined && { is_active: isActive }) };
  return {
    tenant: name,
    source: client,
    eventId,
    eventType,
    subjectId: clarusUserId,
    clarusUserId,
    outcome,
    attributes: namesIn(said),
    ...(reason !== undefined && { reason }),
    ...(isActive !== undefined && { isActive }),
    ...(refused.length > 0 && { refused }),
    ...(status !== undefined && { clarusStatus: status }),
    occurredAt: at,
    receivedAt: at,
    settledAt: now,
    ...(steps.some(({ step }) => step === 'confirmed') && { appliedAt: now }),
    steps: [{ at, step: 'received', what: eventType }, ...steps],
  };
}
