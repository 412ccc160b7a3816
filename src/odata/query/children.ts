import type { Expression, Segment } from './syntax.js';

/** The expressions right below one, from left to right; what `$search` holds is not among them. */
export function children(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'literal':
    case 'alias':
    case 'type':
      return [];
    case 'path':
      return node.segments.flatMap(childrenOfSegment);
    case 'not':
    case 'negate':
      return [node.operand];
    case 'and':
    case 'or':
      return node.operands;
    case 'binary':
      return [node.left, node.right];
    case 'in':
      return node.of.kind === 'list' ? [node.operand, ...node.of.items] : [node.operand, node.of];
    case 'call':
      return node.arguments;
    case 'array':
      return node.items;
    case 'object':
      return node.members.map((member) => member.value);
  }
}

function childrenOfSegment(segment: Segment): readonly Expression[] {
  switch (segment.kind) {
    case 'name':
    case 'cast':
    case 'annotation':
      return [];
    case 'key':
      return [segment.value];
    case 'function':
      return segment.parameters.map((parameter) => parameter.value);
    case 'count':
      return segment.filter ? [segment.filter] : [];
    case 'filter':
      return [segment.condition];
    case 'lambda':
      return segment.body ? [segment.body] : [];
  }
}
