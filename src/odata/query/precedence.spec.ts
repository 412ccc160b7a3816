import { describe, expect, it } from '@jest/globals';
import { parseExpression } from './expression.js';
import { show } from './show.js';

/** OData 4.01 URL Conventions 5.1.1.17: an expression, and its tree. */
const table = `
a                                           a
(a)                                         a
((a))                                       a
a eq 1                                      (eq a 1)
(a) eq (1)                                  (eq a 1)

a or b                                      (or a b)
a or b or c                                 (or a b c)
a and b and c and d                         (and a b c d)
a or b and c                                (or a (and b c))
a and b or c                                (or (and a b) c)
a and b or c and d                          (or (and a b) (and c d))
a or b and c or d                           (or a (and b c) d)
(a or b) and c                              (and (or a b) c)
a and (b or c)                              (and a (or b c))
(a or b) or c                               (or (or a b) c)
a or (b or c)                               (or a (or b c))
a and (b and c)                             (and a (and b c))

a eq 1 and b eq 2                           (and (eq a 1) (eq b 2))
a eq 1 or b ne 2 and c                      (or (eq a 1) (and (ne b 2) c))
a eq b eq c                                 (eq (eq a b) c)
a eq b ne c                                 (ne (eq a b) c)
a eq (b eq c)                               (eq a (eq b c))
a eq b gt c                                 (eq a (gt b c))
a lt b ne c                                 (ne (lt a b) c)
a lt b le c                                 (le (lt a b) c)
a ge b gt c                                 (gt (ge a b) c)
a eq b and c or d                           (or (and (eq a b) c) d)

not a                                       (not a)
not not a                                   (not (not a))
not a and b                                 (and (not a) b)
not (a and b)                               (not (and a b))
not(a and b)                                (not (and a b))
a and not b or not c                        (or (and a (not b)) (not c))
not a eq 1                                  (eq (not a) 1)
not a eq 1 and b eq 2                       (and (eq (not a) 1) (eq b 2))
not (a eq 1) and b eq 2                     (and (not (eq a 1)) (eq b 2))
a eq not b                                  (eq a (not b))
a eq not b eq c                             (eq (eq a (not b)) c)
not a gt b                                  (gt (not a) b)
not contains(x,'a') and y                   (and (not contains(x,'a')) y)
not x/any(d:d eq 1) or y                    (or (not x/any(d:(eq d 1))) y)
not isof(a) and b                           (and (not isof(<a>)) b)
not a in (1,2) and b                        (and (not (in a (1 2))) b)
not a has 'x'                               (not (has a 'x'))

10 sub 3 sub 2 eq 5                         (eq (sub (sub 10 3) 2) 5)
10 sub (3 sub 2)                            (sub 10 (sub 3 2))
a add b sub c add d                         (add (sub (add a b) c) d)
a add b mul c                               (add a (mul b c))
a mul b add c                               (add (mul a b) c)
(a add b) mul c                             (mul (add a b) c)
a div b mul c mod d divby e                 (divby (mod (mul (div a b) c) d) e)
a sub b mod c                               (sub a (mod b c))
a add 1 eq b mul 2                          (eq (add a 1) (mul b 2))
a add 1 gt b sub 2 and c                    (and (gt (add a 1) (sub b 2)) c)

-a                                          (- a)
- a                                         (- a)
--a                                         (- (- a))
-a add b                                    (add (- a) b)
-a mul b                                    (mul (- a) b)
-(a add b)                                  (- (add a b))
a sub -b                                    (sub a (- b))
a mul -b mul c                              (mul (mul a (- b)) c)
-1                                          -1
- 1                                         (- 1)
-1 add 2                                    (add -1 2)
a sub -1                                    (sub a -1)
--1                                         (- -1)
not -a                                      (not (- a))
-a eq -1                                    (eq (- a) -1)

a has 'x'                                   (has a 'x')
a has 'x' eq true                           (eq (has a 'x') true)
-a has 'x'                                  (- (has a 'x'))
a has 'x' and b has ns.e'y,z'               (and (has a 'x') (has b ns.e'y,z'))
a has 'x' has 'y'                           (has (has a 'x') 'y')
a in (1,2) or b                             (or (in a (1 2)) b)
a in (1) eq false                           (eq (in a (1)) false)
a add b in (1,2)                            (add a (in b (1 2)))
(a add b) in (1,2)                          (in (add a b) (1 2))
-a in (1)                                   (- (in a (1)))
a in b and c                                (and (in a b) c)
a in b/c eq d                               (eq (in a b/c) d)
`;

const rows = table.split('\n').flatMap((line) => {
  const [text, tree] = line.split(/ {2,}/);
  return text && tree ? [[text, tree] as const] : [];
});

describe('operators bind as OData says:', () => {
  it.each(rows)('%s  is  %s', (text, tree) => {
    expect(show(parseExpression(text))).toBe(tree);
  });

  it('in every row of a table of 60 or more', () => {
    expect(rows.length).toBeGreaterThanOrEqual(60);
  });

  it.each(rows)('%s  in capitals means the same', (text, tree) => {
    const capitals = text.replaceAll(
      /\b(or|and|eq|ne|gt|ge|lt|le|has|in|add|sub|mul|div|divby|mod|not)\b/g,
      (operator) => operator.toUpperCase(),
    );
    expect(show(parseExpression(capitals))).toBe(tree);
  });
});
