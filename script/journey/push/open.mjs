// Opens pushed messages as their browser would and says what is in them and
// who sent them. Reads a JSON list from its input, writes one to its output.
import { createECDH, createPublicKey, verify } from "node:crypto";
import { buffer } from "node:stream/consumers";
import ece from "http_ece";

const base64 = (text) => Buffer.from(text, "base64url");

/** A parameter of a header such as `dh=…;p256ecdsa=…`. */
function param(header, name) {
  const part = (header ?? "").split(/[;,]\s*/).find((p) => p.trim().startsWith(`${name}=`));
  return part?.trim().slice(name.length + 1).replaceAll('"', "");
}

/** The claims of a token, if the key signed it (RFC 8292, RFC 7515). */
function claims(token, key) {
  const [head, body, signature] = token.split(".");
  const point = base64(key);
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
  const signed = verify("sha256", Buffer.from(`${head}.${body}`), { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" }, base64(signature));
  if (!signed || JSON.parse(base64(head)).alg !== "ES256") {
    throw new Error("the token is not signed by the key beside it");
  }
  return JSON.parse(base64(body));
}

function open({ headers, body, private: own, secret }) {
  const privateKey = createECDH("prime256v1");
  privateKey.setPrivateKey(base64(own));
  const version = headers["Content-Encoding"];
  const sealed = Buffer.from(body, "base64");
  const given = { version, privateKey, authSecret: base64(secret) };
  let token, key;
  if (version === "aesgcm") {
    Object.assign(given, { salt: param(headers["Encryption"], "salt"), dh: param(headers["Crypto-Key"], "dh") });
    token = headers["Authorization"].replace(/^WebPush /, "");
    key = param(headers["Crypto-Key"], "p256ecdsa");
  } else {
    const [, parts] = /^vapid (.*)$/.exec(headers["Authorization"]);
    token = param(parts, "t");
    key = param(parts, "k");
  }
  return { text: ece.decrypt(sealed, given).toString(), claims: claims(token, key), key, bytes: sealed.length };
}

const all = JSON.parse(await buffer(process.stdin));
process.stdout.write(JSON.stringify(all.map(open)));
