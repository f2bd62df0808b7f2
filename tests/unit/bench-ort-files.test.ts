import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findOrt, ORT_FILES } from '../bench/node/ort-files.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'ort-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function put(place: string, names: readonly string[]): string {
  mkdirSync(place, { recursive: true });
  for (const name of names) writeFileSync(join(place, name), '');
  return place;
}

test('onnxruntime-web beside the program goes before the repository’s', () => {
  const [program, packages] = [folder(), folder()];
  const installed = put(join(packages, 'onnxruntime-web/dist'), ORT_FILES);
  expect(findOrt(program, packages)).toBe(installed);
  const beside = put(join(program, 'onnxruntime-web'), ORT_FILES);
  expect(findOrt(program, packages)).toBe(beside);
});

test('a folder without the WASM file is none; the message says what to put where', () => {
  const program = folder();
  put(join(program, 'onnxruntime-web'), ORT_FILES.slice(0, 2));
  expect(() => findOrt(program, folder())).toThrow(`${ORT_FILES[2]} of its package into ${program}`);
});
