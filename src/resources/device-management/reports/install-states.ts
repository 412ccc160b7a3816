import type { EnumType } from '../../../odata/edm.js';

/** The words that the admin center shows for a state, where they aren't those of the member's name. */
const shown: Readonly<Record<string, string>> = { pendingInstall: 'Install pending' };

/** What a number of an enum means, in words: `notInstalled` is «Not installed»; its digits where it means nothing. */
export function enumText({ names }: EnumType): (value: number) => string {
  const texts = new Map([...names].map(([number, name]) => [number, shown[name] ?? words(name)]));
  return (value) => texts.get(value) ?? String(value);
}

function words(name: string): string {
  const spaced = name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
