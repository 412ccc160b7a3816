import { earlierEnum, enumType } from '../../../odata/edm.js';

export const windowsArchitecture = enumType(
  'windowsArchitecture',
  { none: 0, x86: 1, x64: 2, arm: 4, neutral: 8, arm64: 16 },
  { flags: true },
);

/** Where it stands in v1.0, which doesn't know of arm64. */
export const knownToBoth = {
  'v1.0': earlierEnum(windowsArchitecture, ['none', 'x86', 'x64', 'arm', 'neutral'], 'none'),
};
