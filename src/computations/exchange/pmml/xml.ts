import { SaxesParser, type SaxesTagNS } from "saxes";
import type { Place, Problems } from "../../syntax/problems.js";

/** An attribute without a namespace, and where it stands. */
export interface XmlAttribute {
  readonly value: string;
  readonly place: Place;
}

/** An element of an XML document. Text is that of its own children, joined. */
export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, XmlAttribute>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly place: Place;
}

interface OpenElement extends XmlElement {
  readonly attributes: Map<string, XmlAttribute>;
  readonly children: XmlElement[];
  text: string;
}

/** The longest document, in UTF-16 units; and the most and deepest elements. A scorecard of 256 characteristics stays far below. */
export const longestDocument = 1024 * 1024;
const mostElements = 50_000;
const deepest = 32;
const mostAttributes = 32;
const longestValue = 4096;

/** Attributes in this namespace point validators to a schema; nothing depends on them. */
const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
const namespaceDeclarations = "http://www.w3.org/2000/xmlns/";

/** Ends the parsing: everything after it would rest on a document that is refused already. */
class Refused extends Error {}

/**
 * Parses a small XML 1.0 document, strictly and with namespaces. Refused before anything is made of it: a DOCTYPE (so that no entity can be
 * declared), processing instructions, another encoding than UTF-8, a document past the bounds above, and everything that is not well-formed.
 * Undefined after the problem was reported.
 */
export function parseXml(text: string, problems: Problems): XmlElement | undefined {
  if (text.length > longestDocument) {
    problems.mistake({ line: 1, column: 1, path: "" }, "The document is too long.", `at most ${longestDocument} characters`);
    return undefined;
  }
  const builder = new Builder(problems);
  try {
    return builder.parse(text);
  } catch (thrown) {
    if (thrown instanceof Refused) return undefined;
    throw thrown;
  }
}

class Builder {
  private readonly problems: Problems;
  private readonly parser = new SaxesParser({ xmlns: true, position: true });
  private readonly open: OpenElement[] = [];
  private root: XmlElement | undefined;
  private elements = 0;
  private started: Place = { line: 1, column: 1, path: "" };
  private attributes: { readonly name: string; readonly place: Place }[] = [];

  constructor(problems: Problems) {
    this.problems = problems;
    const { parser } = this;
    // The library goes on after a mistake; we do not. Its message starts with the place, and may quote no more than a name of the document.
    parser.on("error", ({ message }) =>
      this.refuse(`This is not well-formed XML: ${message.replace(/^\d+:\d+: /, "").slice(0, 120)}`, "well-formed XML 1.0"),
    );
    parser.on("xmldecl", ({ version, encoding }) => this.declaration(version, encoding));
    parser.on("doctype", () => this.refuse("A DOCTYPE is not allowed.", "a document without a DOCTYPE and without entities of its own"));
    parser.on("processinginstruction", () => this.refuse("A processing instruction is not allowed.", "elements only"));
    parser.on("opentagstart", ({ name }) => this.start(name));
    parser.on("attribute", ({ name, value }) => this.attribute(name, value));
    parser.on("opentag", (tag) => this.element(tag));
    parser.on("text", (text) => this.text(text));
    parser.on("cdata", (text) => this.text(text));
    parser.on("closetag", () => this.close());
  }

  parse(text: string): XmlElement | undefined {
    this.parser.write(text.startsWith("\ufeff") ? text.slice(1) : text).close();
    return this.root;
  }

  private here(back: number): Place {
    return { line: this.parser.line, column: Math.max(1, this.parser.column - back), path: this.open.map(({ name }) => name).join("/") };
  }

  private refuse(message: string, expected: string, place = this.here(0)): never {
    this.problems.mistake(place, message, expected);
    throw new Refused();
  }

  private declaration(version: string | undefined, encoding: string | undefined): void {
    if (version !== "1.0") this.refuse("This is not XML 1.0.", 'version="1.0"');
    if (encoding !== undefined && !/^(?:utf-8|us-ascii)$/i.test(encoding))
      this.refuse("The document is not in UTF-8.", "the document saved as UTF-8");
  }

  // The parser has read one character past the name.
  private start(name: string): void {
    this.started = this.here(name.length + 1);
    this.attributes = [];
    if (++this.elements > mostElements) this.refuse("The document has too many elements.", `at most ${mostElements}`, this.started);
    if (this.open.length >= deepest) this.refuse("The elements are nested too deeply.", `at most ${deepest} levels`, this.started);
  }

  private attribute(name: string, value: string): void {
    const place = this.here(name.length + value.length + 2);
    if (this.attributes.length >= mostAttributes) this.refuse("The element has too many attributes.", `at most ${mostAttributes}`, place);
    if (value.length > longestValue) this.refuse("The attribute is too long.", `at most ${longestValue} characters`, place);
    this.attributes.push({ name, place });
  }

  private element({ local, uri, attributes }: SaxesTagNS): void {
    const element: OpenElement = { name: local, namespace: uri, attributes: new Map(), children: [], text: "", place: this.started };
    for (const { name, place } of this.attributes) {
      const attribute = attributes[name];
      if (attribute === undefined || attribute.uri === namespaceDeclarations || attribute.uri === schemaInstance) continue;
      if (attribute.uri !== "") this.refuse(`The attribute ${name} is of another language.`, "attributes of PMML", place);
      element.attributes.set(name, { value: attribute.value, place });
    }
    this.open.at(-1)?.children.push(element);
    this.open.push(element);
  }

  private text(text: string): void {
    const element = this.open.at(-1);
    if (element !== undefined) element.text += text;
  }

  private close(): void {
    const element = this.open.pop();
    if (this.open.length === 0) this.root = element;
  }
}
