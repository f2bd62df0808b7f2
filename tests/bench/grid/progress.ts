// One line of progress for a run of minutes: on a terminal it overwrites itself, in a log there is a line for every tenth.

export function progressLine(): (done: number, latest: string) => void {
  const begin = performance.now();
  let toldTenths = -1;
  return (done, latest) => {
    const seconds = Math.round((performance.now() - begin) / 1000);
    const line = `${Math.round(100 * done)} % after ${seconds} s  ${latest}`;
    const tenths = Math.floor(10 * done);
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${line}${done >= 1 ? '\n' : ''}`);
    else if (tenths > toldTenths) console.error(line);
    toldTenths = Math.max(toldTenths, tenths);
  };
}
