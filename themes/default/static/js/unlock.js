"use strict";
/* Asks for the passphrase of a sealed site. Owns the form [data-unlock] and what stands in it. */
(function (sitegen) {
  const part = (name) => document.querySelector("[data-unlock" + name + "]");
  const [form, field, show, status, progress] = ["", "-field", "-show", "-status", "-progress"].map(part);
  const submit = form.querySelector("[type='submit']");
  const canDecrypt = Boolean(window.crypto && crypto.subtle);
  const isRecent = typeof DecompressionStream === "function";

  function tell(sentence, isWrong = false) {
    status.textContent = sentence;
    field.toggleAttribute("aria-invalid", isWrong);
  }

  function setBusy(isBusy) {
    progress.hidden = !isBusy;
    submit.disabled = isBusy;
    field.readOnly = isBusy;
  }

  function giveUp(sentence) {
    form.hidden = true;
    tell(sentence);
  }

  function tellDamaged(error) {
    giveUp(sitegen.say("{problem} Ask for a whole copy of this site.", { problem: error.message }));
  }

  async function unlock() {
    setBusy(true);
    tell(sitegen.say("Opening…"));
    try {
      if (await sitegen.sealed.unlock(field.value)) return;
      tell(sitegen.say("This passphrase does not open the page. Try again; capitals and blanks count."), true);
    } catch (error) {
      tellDamaged(error);
    }
    setBusy(false);
    field.focus();
    field.select();
  }

  show.addEventListener("click", () => {
    const isShown = field.type === "text";
    field.type = isShown ? "password" : "text";
    show.setAttribute("aria-pressed", String(!isShown));
    field.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!submit.disabled && sitegen.sealing.normalised(field.value) !== "") unlock();
  });

  if (!canDecrypt) {
    giveUp(sitegen.say("Browsers decrypt only on secure pages. Open this one by https, or from disk."));
  } else if (!isRecent) {
    giveUp(sitegen.say("This browser is too old to open the page. Use a current one."));
  } else {
    sitegen.sealed.open().then(() => field.focus()).catch(tellDamaged);
  }
})(sitegen);
