import { BridgeError } from '../../identity/bridge-error.ts';
import { type ClarusAttributes, namesIn } from '../../identity/clarus-attributes.ts';
import type { Outcome, Receipt } from '../../identity/receipt.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import type { Command } from './command.ts';

/** How a command ended: what it said of which user, and what became of that. */
export interface CommandEnd {
  clarusUserId: string;
  command: Command;
  wanted: Partial<ClarusAttributes>;
  outcome: Outcome;
  reason?: string | undefined;
  /** Clarus' last HTTP status. */
  status?: number | undefined;
}

/** Writes the receipt of a command. That it cannot be written changes nothing of what Clarus has, so it is logged. */
export type WriteReceipt = (scim: ScimTenant, end: CommandEnd) => Promise<void>;

export function createCommandReceipts({ receipts, clock, log, measure }: ScimPorts): WriteReceipt {
  return async function writeReceipt(scim, { clarusUserId, command, wanted, outcome, reason, status }) {
    const { is_active } = wanted;
    const now = clock();
    const receipt: Receipt = {
      tenant: scim.name,
      source: 'scim',
      eventId: command.eventId,
      eventType: command.eventType,
      subjectId: clarusUserId,
      clarusUserId,
      outcome,
      attributes: namesIn(wanted),
      ...(reason !== undefined && { reason }),
      ...(is_active !== undefined && { isActive: is_active }),
      ...(status !== undefined && { clarusStatus: status }),
      occurredAt: command.at,
      receivedAt: command.at,
      settledAt: now,
      ...(outcome === 'applied' && { appliedAt: now }),
    };
    try {
      await receipts.put(receipt, scim.tenant.receiptDays);
      measure(receipt);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      log('error', 'receipt not written', { ...receipt, code: error.code });
    }
  };
}
