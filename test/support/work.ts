/** Milliseconds of processors that some work took so far: unlike a clock, they don't depend on what else the machine does. */
export function workSoFar(): () => number {
  const began = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
}
