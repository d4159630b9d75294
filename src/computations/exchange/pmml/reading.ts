import type { Rational } from "../../../model/rational.js";
import { quote, suggest } from "../../syntax/nearest.js";
import type { Place, Problems } from "../../syntax/problems.js";
import { plainDecimal } from "./number.js";
import type { XmlElement } from "./xml.js";

/** What may stand in an element: its attributes; text; its children, in which `refused` ones say what to do about them. */
export interface Content {
  readonly attributes: readonly string[];
  readonly text?: boolean;
  readonly children?: readonly string[];
  /** Elements that change the score in ways that a manifest cannot say, with what to do instead. */
  readonly refused?: Readonly<Record<string, string>>;
}

const extension = "no Extension: its meaning is that of one tool only";

/** Reads elements of one document. Whatever it does not know is a mistake: nothing is passed over in silence. */
export class Reading {
  readonly problems: Problems;
  private readonly namespace: string;

  constructor(namespace: string, problems: Problems) {
    this.namespace = namespace;
    this.problems = problems;
  }

  /** Reports every attribute, text and child that the content does not name. */
  check(element: XmlElement, { attributes, text = false, children = [], refused = {} }: Content): void {
    if (!text && element.text.trim() !== "")
      this.mistake(element.place, `${element.name} holds text between its elements.`, "elements only");
    for (const [name, { place }] of element.attributes)
      if (!attributes.includes(name))
        this.mistake(place, `${element.name} has no attribute ${quote(name)} that can be carried over.`, suggest(name, attributes));
    for (const child of element.children) {
      const advice = child.name === "Extension" ? extension : refused[child.name];
      if (child.namespace !== this.namespace)
        this.mistake(child.place, `${quote(child.name)} is an element of another language.`, "elements of PMML");
      else if (advice !== undefined) this.mistake(child.place, `${child.name} cannot be carried over.`, advice);
      else if (!children.includes(child.name))
        this.mistake(child.place, `${quote(child.name)} has no place in ${element.name}.`, suggest(child.name, children));
    }
  }

  mistake(place: Place, message: string, expected?: string): void {
    this.problems.mistake(place, message, expected);
  }

  /** The only child of that name; more than one is a mistake, and so is none where it is needed. */
  only(element: XmlElement, name: string, needed: boolean): XmlElement | undefined {
    const [first, second] = this.all(element, name);
    if (second !== undefined) this.mistake(second.place, `There is a second ${name}.`, "one");
    if (first === undefined && needed) this.mistake(element.place, `${element.name} has no ${name}.`, `one ${name}`);
    return first;
  }

  all(element: XmlElement, name: string): readonly XmlElement[] {
    return element.children.filter((child) => child.name === name && child.namespace === this.namespace);
  }

  /** An attribute's text; undefined where it is not there, which is a mistake where it is needed. */
  text(element: XmlElement, name: string, needed = false): string | undefined {
    const value = element.attributes.get(name)?.value;
    if (value === undefined && needed) this.mistake(element.place, `${element.name} has no attribute ${name}.`, `the attribute ${name}`);
    return value;
  }

  /** One of a closed list of words. */
  word<W extends string>(element: XmlElement, name: string, words: readonly W[], usual: W): W | undefined {
    const attribute = element.attributes.get(name);
    if (attribute === undefined) return usual;
    const found = words.find((word) => word === attribute.value);
    if (found === undefined)
      this.mistake(attribute.place, `${name}=${quote(attribute.value)} cannot be carried over.`, suggest(attribute.value, words));
    return found;
  }

  boolean(element: XmlElement, name: string, usual: boolean): boolean | undefined {
    const found = this.word(element, name, ["true", "false", "1", "0"], usual ? "true" : "false");
    return found === undefined ? undefined : found === "true" || found === "1";
  }

  /** An attribute's exact number, as `read` takes its plain decimal; undefined where it is not there or was reported. */
  number(
    element: XmlElement,
    name: string,
    kind: { readonly expected: string; read(text: string): Rational | undefined },
  ): Rational | undefined {
    const attribute = element.attributes.get(name);
    if (attribute === undefined) return undefined;
    const decimal = plainDecimal(attribute.value);
    const value = decimal === undefined ? undefined : kind.read(decimal);
    if (value === undefined)
      this.mistake(attribute.place, `${name}=${quote(attribute.value)} cannot be carried over exactly.`, kind.expected);
    return value;
  }
}
