// Processor time of this process, so that a bound holds on a busy machine too. Not for measuring workers or GPUs.

/** Milliseconds of processor time that `act` takes: the better of two runs. */
export function processorMs(act: () => unknown): number {
  const once = () => {
    const before = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  return Math.min(once(), once());
}
