// Object integrity proofs (FEP-8b32, eddsa-jcs-2022), checked by Fedify's own implementation.
// It asks nothing of the network: contexts are those it carries with it, and a did:key is its own key.
import { verifyProof } from "@fedify/fedify/sig";
import { Object as ASObject } from "@fedify/vocab";
import { preloadedContexts } from "@fedify/vocab-runtime";

const remote = (url, document) => ({ contextUrl: null, documentUrl: url, document });

async function contextLoader(url) {
  if (!(url in preloadedContexts)) throw new Error(`a context that readers do not carry with them: ${url}`);
  return remote(url, preloadedContexts[url]);
}

/** The key that a verification method names, as a Multikey document (FEP-521a). */
function multikey(id, controller, publicKeyMultibase) {
  return { "@context": "https://w3id.org/security/multikey/v1", id, type: "Multikey", controller, publicKeyMultibase };
}

/** Resolves did:key:z…#z… and nothing else. */
async function didLoader(url) {
  const found = /^(did:key:(z[1-9A-HJ-NP-Za-km-z]+))#\2$/.exec(url);
  if (!found) throw new Error(`not a did:key: ${url}`);
  return remote(url, multikey(url, found[1], found[2]));
}

/** Whether the only proof of a document, as it was received, is valid. */
async function hasValidProof(document, documentLoader) {
  const object = await ASObject.fromJsonLd(document, { contextLoader, documentLoader });
  const proofs = [];
  for await (const proof of object.getProofs({ contextLoader, documentLoader })) proofs.push(proof);
  if (proofs.length !== 1) return false;
  return (await verifyProof(document, proofs[0], { contextLoader, documentLoader })) != null;
}

/** Whether the vector of FEP-8b32 is found valid, with the public key that the proposal gives. */
export function vectorHolds(document) {
  const method = document.proof.verificationMethod;
  const key = multikey(method, document.actor, "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2");
  return hasValidProof(document, async (url) => {
    if (url !== method) throw new Error(`another key: ${url}`);
    return remote(url, key);
  });
}

/** Whether a document under a portable id is proved by the DID in that id (FEP-ef61). */
export async function isProved(document) {
  const owner = /\/\.well-known\/apgateway\/(did:key:z[1-9A-HJ-NP-Za-km-z]+)\//.exec(document.id)?.[1];
  if (!owner || !document.proof?.verificationMethod?.startsWith(`${owner}#`)) return false;
  return hasValidProof(document, didLoader);
}

/** The documents in an activity that speak under ids of an origin: itself and what it embeds. */
export function documentsUnder(origin, activity) {
  const all = [];
  for (let at = activity; at && typeof at === "object"; at = at.object) {
    if (at.id?.startsWith(`${origin}/`)) all.push(at);
  }
  return all;
}
