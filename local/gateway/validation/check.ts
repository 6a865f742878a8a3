/** A JSON schema as a policy wants it: which part of its document, and how strictly. */
export interface JsonSchemaCheck {
  format: 'json';
  document: Readonly<Record<string, unknown>>;
  /** Where in the document the schema stands, such as `#/components/schemas/address`; `#` is the whole. */
  place: string;
  /** Overrides what the schema says of properties that it does not describe. */
  allowAdditional: boolean | undefined;
  ignoreCase: boolean;
  /** The service's other JSON schemas, by id, which this one may refer to as `/schemas/ID`. */
  others: Readonly<Record<string, unknown>>;
}

/** An XML schema; a WSDL stands for the schemas inside it. */
export interface XmlSchemaCheck {
  format: 'xml';
  /** Its id among the service's schemas; empty for one of an API. */
  id: string;
  text: string;
  /** The service's other XML schemas, by id, which this one may include or import from `/schemas/ID`. */
  others: Readonly<Record<string, string>>;
  /** Whether the body of a SOAP envelope is checked, in the place of the whole document. */
  soap: boolean;
}

export type SchemaCheck = JsonSchemaCheck | XmlSchemaCheck;

/** One way in which content does not conform; lines and positions count from 1, and are 0 where they are not known. */
export interface Problem {
  message: string;
  line: number;
  position: number;
}

/** What came of checking content against a schema. */
export type Verdict =
  | { outcome: 'conforms' }
  | { outcome: 'differs'; problems: readonly Problem[] }
  | { outcome: 'unusable schema'; reason: string }
  /** The content cannot be read, or its check was given up. */
  | { outcome: 'unchecked'; reason: string };

/** What `/schemas/ID` stands for while schemas are compiled. */
export const schemaUri = (id: string): string => `apim://service/schemas/${id}`;

/** API Management takes schemas up to 4 MB, and finds a larger one when it is to be used. */
export const maxSchema = 4 * 1024 * 1024;

/** As many problems of one body as are told. */
export const maxProblems = 100;

const maxText = 300;

/** Text that came from outside, as long as an error may hold it. */
export function shortened(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}…`;
}
