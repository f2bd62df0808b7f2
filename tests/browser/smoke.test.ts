import { expect, it } from 'vitest';
it('has a WebGPU adapter', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  console.log(adapter?.info.description, [...(adapter?.features ?? [])].join(' '), navigator.hardwareConcurrency);
  expect(adapter).not.toBeNull();
});
