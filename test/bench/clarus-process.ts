import { startClarusSimulator } from '../../local/simulators/clarus/clarus-simulator.ts';

/** The Clarus simulator in a process of its own, so that its CPU time is not counted with the bridge's. */
const clarus = await startClarusSimulator({
  subdomains: ['acme'],
  users: Array.from({ length: 1000 }, (_, i) => ({ id: i + 1, email: `p${i + 1}@acme.example` })),
});
process.send?.(clarus.url);
process.on('disconnect', () => process.exit(0));
