"use strict";
/* Keys and ciphers of a sealed site: the twin of sitegen/sealing. Knows nothing of pages. docs/sealing.md has the format.
 * Keys can't be read out, not even by this script: WebCrypto keeps them. */
(function (sitegen) {
  const VERSION = 1;
  const KDF = "PBKDF2-HMAC-SHA256";
  const FEWEST_ITERATIONS = 600000;
  const MOST_ITERATIONS = 10000000;
  const MOST_SLOTS = 64;
  const STEP = 4096;
  const LENGTH_SIZE = 4;
  const ID = /^[a-z2-7]{16}$/;

  // Something differs from what was sealed; `path` is the file.
  class Damaged extends Error {
    constructor(path) {
      super(sitegen.say("{path} is damaged, or not the file that belongs there.", { path }));
      this.path = path;
    }
  }

  const pathOf = (blob) => "sealed/" + blob + ".js";

  // As every keyboard gives it: NFKC, no blanks around it, single ones inside.
  function normalised(passphrase) {
    return passphrase.normalize("NFKC").split(/[ \t\r\n]+/).filter((word) => word !== "").join(" ");
  }

  // The bytes of a base64 text; none for what is no such text.
  function bytes(text) {
    try {
      return Uint8Array.fromBase64
        ? Uint8Array.fromBase64(text, { lastChunkHandling: "strict" })
        : Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof DOMException || error instanceof TypeError)) throw error;
      return new Uint8Array(0);
    }
  }

  function context(publication, name, kind, ...more) {
    return new TextEncoder().encode(["sitegen-sealed", VERSION, publication, name, kind, ...more].join("|"));
  }

  function isSlot(slot) {
    return ID.test(slot.id) && Number.isInteger(slot.iterations)
      && slot.iterations >= FEWEST_ITERATIONS && slot.iterations <= MOST_ITERATIONS
      && bytes(slot.salt).length === 16 && bytes(slot.iv).length === 12 && bytes(slot.key).length === 48;
  }

  // Throws Damaged for a header that isn't one, or that makes guessing cheap.
  function checkHeader(header) {
    const isSound = header && header.version === VERSION && header.kdf === KDF && ID.test(header.publication)
      && Array.isArray(header.slots) && header.slots.length > 0 && header.slots.length <= MOST_SLOTS
      && header.slots.every(isSlot)
      && header.directory && ID.test(header.directory.blob) && bytes(header.directory.iv).length === 12;
    if (!isSound) throw new Damaged("sealed/header.js");
  }

  // What `decrypting` gives; null if a tag or a length was wrong, which is all that WebCrypto tells.
  async function orNull(decrypting) {
    try {
      return await decrypting;
    } catch (error) {
      if (error instanceof DOMException) return null;
      throw error;
    }
  }

  async function opened(slot, publication, secret) {
    const wrapping = await crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt: bytes(slot.salt), iterations: slot.iterations },
      secret, { name: "AES-GCM", length: 256 }, false, ["unwrapKey"]);
    const additionalData = context(publication, slot.id, "key", KDF, slot.iterations, slot.salt);
    return orNull(crypto.subtle.unwrapKey("raw", bytes(slot.key), wrapping,
      { name: "AES-GCM", iv: bytes(slot.iv), additionalData }, "AES-GCM", false, ["decrypt"]));
  }

  // The data key that a passphrase opens, a CryptoKey; null if it opens no slot. Throws Damaged.
  async function openKey(header, passphrase) {
    checkHeader(header);
    const text = new TextEncoder().encode(normalised(passphrase));
    const secret = await crypto.subtle.importKey("raw", text, "PBKDF2", false, ["deriveKey"]);
    for (const slot of header.slots) {
      const key = await opened(slot, header.publication, secret);
      if (key) return key;
    }
    return null;
  }

  // The gzip data in what was encrypted; null for what was not made so.
  function unpadded(content) {
    if (content.length === 0 || content.length % STEP !== 0) return null;
    const end = LENGTH_SIZE + new DataView(content.buffer, content.byteOffset).getUint32(0);
    const rest = content.subarray(end);
    const isSound = end <= content.length && rest.length < STEP && rest.every((byte) => byte === 0);
    return isSound ? content.subarray(LENGTH_SIZE, end) : null;
  }

  async function unzipped(content) {
    const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // What is in a blob: bytes. `iv` and `text` are base64. Throws Damaged.
  async function openBlob(key, publication, blob, kind, iv, text) {
    const algorithm = { name: "AES-GCM", iv: bytes(iv), additionalData: context(publication, blob, kind) };
    const plain = await orNull(crypto.subtle.decrypt(algorithm, key, bytes(text)));
    const packed = plain && unpadded(new Uint8Array(plain));
    if (!packed) throw new Damaged(pathOf(blob));
    try {
      return await unzipped(packed);
    } catch (error) {
      if (error instanceof TypeError) throw new Damaged(pathOf(blob)); // what streams say of bad data
      throw error;
    }
  }

  // Throws Damaged unless the content is the very one that the directory means.
  async function check(content, { blob, size, digest }) {
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    const text = Array.from(found, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (content.length !== size || text !== digest) throw new Damaged(pathOf(blob));
  }

  // A file of the directory, as an object.
  function file([path, id, blob, iv, kind, size, digest]) {
    return { path, id, blob, iv, kind, size, digest };
  }

  // All files of the site by path, from the text of the directory's blob.
  async function openDirectory(key, { publication, directory: { blob, iv } }, text) {
    const content = await openBlob(key, publication, blob, "directory", iv, text);
    const { files } = JSON.parse(new TextDecoder().decode(content));
    return new Map(files.map((row) => [row[0], file(row)]));
  }

  // The content of a file of the directory, from the text of its blob.
  async function openFile(key, publication, entry, text) {
    const content = await openBlob(key, publication, entry.blob, entry.kind, entry.iv, text);
    await check(content, entry);
    return content;
  }

  sitegen.sealing = { Damaged, pathOf, normalised, checkHeader, openKey, openBlob, openDirectory, openFile };
})(sitegen);
