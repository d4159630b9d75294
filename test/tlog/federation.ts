import { importPrivateKey } from "../../src/crypto/native.js";
import { cosignatureType, formatVerifierKey, type Signer, verifierKeyOf } from "../../src/note/verifierKey.js";

/** A signer with a key made from one byte; for tests only. */
export function signerOf(name: string, fill: number): Signer {
  return { name, privateKey: importPrivateKey(new Uint8Array(32).fill(fill)) };
}

export const log = signerOf("holder.example/log", 1);
export const otherLog = signerOf("other.example/log", 2);
export const witnesses = ["X1", "X2", "X3", "Y1", "Y2", "Y3"].map((name, i) => signerOf(`${name.toLowerCase()}.example/witness`, 10 + i));

export const logKey = (signer: Signer): string => formatVerifierKey(verifierKeyOf(signer));
export const witnessKey = (signer: Signer): string => formatVerifierKey(verifierKeyOf(signer, cosignatureType));

const [x1, x2, x3, y1, y2, y3] = witnesses.map(witnessKey);

/** C2SP tlog-policy, Example policy, with keys filled in. */
export const specPolicy = `log ${logKey(log)}

witness X1 ${x1}
witness X2 ${x2}
witness X3 ${x3}
group X-witnesses 2 X1 X2 X3

witness Y1 ${y1}
witness Y2 ${y2}
witness Y3 ${y3}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;
