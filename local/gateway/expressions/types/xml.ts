import { XmlAttribute } from '../xml/xml-node.ts';
import { attributeType } from './xml/attributes.ts';
import { elementTypes } from './xml/elements.ts';
import { nameTypes } from './xml/names.ts';
import { nodeTypes } from './xml/nodes.ts';
import { sequenceType } from './xml/sequences.ts';

/** `System.Xml.Linq`. */
export const xmlTypes = [
  ...nodeTypes,
  ...elementTypes,
  [attributeType, XmlAttribute],
  ...nameTypes,
  [sequenceType],
] as const;
