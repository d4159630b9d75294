import { z } from "zod";
import { parseDigest } from "../../model/digest.js";

/** A digest in a command. */
export const digestText = z.string().transform((text) => parseDigest(text));
