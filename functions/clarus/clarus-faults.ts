import type { ServiceFaults } from '../platform/http.ts';

export const CLARUS_FAULTS: ServiceFaults = {
  service: 'Clarus',
  unreachable: 'clarus_unreachable',
  unavailable: 'clarus_unavailable',
  throttled: 'clarus_throttled',
};
