process.env.POWERTOOLS_METRICS_DISABLED = 'true';
process.env.POWERTOOLS_METRICS_NAMESPACE = 'ClarusBridge';

// After the environment is set, since loggers and metrics read it when they are made.
const { asTable } = await import('./measure.ts');
const { importBench } = await import('./import-bench.ts');
const { receiveBench } = await import('./receive-bench.ts');

const rows = [...importBench(), ...(await receiveBench())];

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
const { deliverBench } = await import('./deliver-bench.ts');
const { burstBench } = await import('./burst-bench.ts');
rows.push(...(await deliverBench()), ...(await burstBench()));
rows.push(...(await (await import('./scim-bench.ts')).scimBench()));
rows.push(...(await (await import('./sweep-bench.ts')).sweepBench()));

console.log(`${asTable(rows)}\n\nMachines differ and are noisy: compare the ratios, not the times.`);
