// What is asked of an adapter, by an adapter that only takes notes: limits and features no larger than it has, and what plans come of them.
import { describe, expect, it } from 'vitest';
import { resolveProblem } from '../../src/contract/problem.ts';
import { candidatePlans } from '../../src/gpu/candidates.ts';
import { openDevice } from '../../src/gpu/device.ts';

const KIB = 1024;

interface Asked {
  requiredLimits?: Record<string, number>;
  requiredFeatures?: string[];
}

/** An adapter that grants exactly what it is asked for. */
function provider(info: Partial<GPUAdapterInfo>, workgroupStorage: number, features: string[] = []) {
  const asked: Asked[] = [];
  const limits = {
    maxBufferSize: 2 ** 31,
    maxStorageBufferBindingSize: 2 ** 31,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupStorageSize: workgroupStorage,
  };
  const adapter = {
    limits,
    features: new Set(features),
    info: { vendor: '', architecture: '', device: '', description: '', ...info },
    requestDevice(descriptor: Asked) {
      asked.push(descriptor);
      return Promise.resolve({
        limits: { ...limits, maxComputeWorkgroupStorageSize: 16 * KIB, ...descriptor.requiredLimits },
        features: new Set(descriptor.requiredFeatures),
        lost: new Promise(() => {}),
        addEventListener: () => {},
        destroy: () => {},
      });
    },
  };
  return { asked, gpu: { requestAdapter: () => Promise.resolve(adapter) } as unknown as GPU };
}

async function granted(info: Partial<GPUAdapterInfo>, workgroupStorage: number, defaultLimits = false) {
  const { gpu, asked } = provider(info, workgroupStorage, ['timestamp-query', 'texture-compression-bc']);
  const { facts, close } = await openDevice({ provider: gpu, defaultLimits });
  close();
  expect(asked).toHaveLength(1);
  return { facts, asked: asked[0]! };
}

describe('a device', () => {
  it('of a GPU is asked for the memory of the largest tiles, and gets plans that use it', async () => {
    const { facts } = await granted({ vendor: 'nvidia' }, 64 * KIB);
    expect(facts.limits.maxComputeWorkgroupStorageSize).toBe(48 * KIB);
    const names = (headDim: number) =>
      candidatePlans(resolveProblem({ heads: 8, queryLength: 4096, headDim }), facts).map(({ name }) => name);
    expect(names(64)).toContain('panels 64×64');
    expect(names(128)).toContain('panels 64×32');
  });
  it('is asked for no more than its adapter has', async () => {
    const { facts } = await granted({ vendor: 'apple' }, 32 * KIB);
    expect(facts.limits.maxComputeWorkgroupStorageSize).toBe(32 * KIB);
  });
  it('of software gets what such a device computes well with', async () => {
    const { facts } = await granted({ vendor: 'google', architecture: 'swiftshader' }, 64 * KIB);
    expect(facts.limits.maxComputeWorkgroupStorageSize).toBe(32 * KIB);
    expect(facts.isSoftware).toBe(true);
  });
  it('is asked only for features it has and we use, and for nothing where defaults are wanted', async () => {
    expect((await granted({}, 32 * KIB)).asked.requiredFeatures).toEqual(['timestamp-query']);
    const plain = await granted({}, 32 * KIB, true);
    expect(plain.asked.requiredLimits).toBeUndefined();
    expect(plain.facts.limits.maxComputeWorkgroupStorageSize).toBe(16 * KIB);
  });
});
