import { type Arbitrary, array, boolean, constantFrom, nat, oneof, option, record, tuple } from 'fast-check';

/** One of the choices, as often as their weights say. */
export const weighted = <T>(...choices: [number, Arbitrary<T>][]): Arbitrary<T> =>
  oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const hostile =
  "% %00 %zz %ff %2f %2F.. .. // ( ) (' ') '' ' \" $ $ref $count $value ? & = ; + , é \\ : @ * | {} [] ~ #x %E2%82 0 null " +
  'x'.repeat(130);
const tokens = constantFrom(...hostile.split(' '), '\u00e9', '\u00ff');

/** A text with a few places replaced, removed or doubled. */
export const edited = (texts: Arbitrary<string>, pieces: Arbitrary<string> = tokens): Arbitrary<string> => {
  const edit = record({ at: nat(), length: nat(6), piece: option(pieces, { freq: 2 }), isDouble: boolean() });
  return tuple(texts, array(edit, { minLength: 1, maxLength: 3 })).map(([text, edits]) =>
    edits.reduce((given, { at, length, piece, isDouble }) => {
      const place = at % (given.length + 1);
      const [before, removed, after] = [
        given.slice(0, place),
        given.slice(place, place + length),
        given.slice(place + length),
      ];
      return before + (isDouble ? removed + (piece ?? removed) : (piece ?? '')) + after;
    }, text),
  );
};
