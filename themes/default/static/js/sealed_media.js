"use strict";
/* Pictures, sounds and downloads of a sealed page. Owns the elements with `data-sealed`, the id of their file: each is
 * decrypted when it comes near the screen, and let go again. */
(function (sitegen) {
  const NEAR = "1000px";
  const DOWNLOAD_TIME = 60000; // milliseconds until a download has surely begun
  // What a browser shows inside a page; everything else is only ever saved.
  const TYPES = {
    png: "image/png", jpg: "image/jpeg", gif: "image/gif", webp: "image/webp", avif: "image/avif", bmp: "image/bmp",
    svg: "image/svg+xml", wav: "audio/wav", mp3: "audio/mpeg", flac: "audio/flac", ogg: "audio/ogg", m4a: "audio/mp4",
    mp4: "video/mp4", webm: "video/webm",
  };

  const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);
  const typeOf = (path) => TYPES[path.slice(path.lastIndexOf(".") + 1)] || "application/octet-stream";
  const urlOf = (content, type) => URL.createObjectURL(new Blob([content], { type }));

  function tellMissing(element, error) {
    const note = document.createElement("span");
    note.className = "missing-reason";
    note.setAttribute("role", "note");
    note.textContent = error.message;
    element.after(note);
  }

  // `read(id)` gives a promise of {path, content}. Gives back a function that lets everything go.
  function start(read) {
    const urls = new Map(); // each with its element
    let isStopped = false;

    function letGo(url) {
      urls.delete(url);
      URL.revokeObjectURL(url);
    }

    async function fill(element) {
      const id = element.dataset.sealed;
      if (!id) return;
      delete element.dataset.sealed;
      try {
        const { path, content } = await read(id);
        if (isStopped) return;
        const url = urlOf(content, typeOf(path));
        urls.set(url, element);
        if (element instanceof HTMLImageElement) element.loading = "eager"; // it is near already
        element.src = url;
        if (element instanceof HTMLImageElement) {
          // A picture that is there needs its address no more; a sound reads from it for as long as it plays. Events
          // won't do: that of the placeholder may still be on its way.
          element.decode().catch((error) => console.info(path, error.message)).then(() => letGo(url));
        }
        if (element instanceof HTMLSourceElement) element.parentElement.load();
      } catch (error) {
        tellMissing(element, error);
      }
    }

    const observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        fillAll([target]);
      }
    }, { rootMargin: NEAR });

    // A <source> has no box of its own.
    function fillAll(elements) {
      for (const element of elements) {
        fill(element);
        element.querySelectorAll("[data-sealed]").forEach(fill);
      }
    }

    document.querySelectorAll("img[data-sealed], audio, video").forEach((element) => observer.observe(element));
    // Paper has no near and far.
    window.addEventListener("beforeprint", () => fillAll([document.documentElement]));

    return () => {
      isStopped = true;
      observer.disconnect();
      for (const [url, element] of urls) {
        element.removeAttribute("src"); // or it would still be loaded, in vain
        letGo(url);
      }
    };
  }

  // Saves a file under the name that it has in the plain site.
  function save({ path, content }) {
    const url = urlOf(content, "application/octet-stream");
    const link = document.createElement("a");
    link.href = url;
    link.download = nameOf(path);
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_TIME);
  }

  sitegen.sealedMedia = { start, save };
})(sitegen);
